"""`harness anchor move`: the next fixed point."""

from __future__ import annotations

from typing import Any

import click

from harness.cli.anchor.options import ENVIRONMENT, MIRROR, WHY, keep
from harness.cli.store_option import store_option
from harness.nightly import next_anchor
from harness.nightly.choice import LINKING_NIGHTS


@click.command(short_help="Go on from another anchor: after a release, or a change that is meant.")
@click.argument("revision")
@WHY
@ENVIRONMENT
@MIRROR
@store_option
def move(revision: str, store: str, **asked: Any) -> None:
    """Make the commit that REVISION names, with its lock, the next anchor: nights are held against it from now on.

    Where REVISION is the id of a night's record, or its beginning, the next anchor is what that night measured as
    today's: its commit with the packages that were solved then, which may be other ones than in the committed lock.

    The next five nights measure the old one beside it, so that the history goes on with an error that is known; and
    the first night of each month measures the very first one, too.
    """
    keep(next_anchor, revision, store, **asked)
    click.echo(f"The next {LINKING_NIGHTS} nights measure it beside the one before.")
