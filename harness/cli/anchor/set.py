"""`harness anchor set`: the first fixed point."""

from __future__ import annotations

from typing import Any

import click

from harness.cli.anchor.options import ENVIRONMENT, MIRROR, WHY, keep
from harness.cli.store_option import store_option
from harness.nightly import first_anchor


@click.command("set", short_help="Make a commit with its lock the first anchor.")
@click.argument("revision")
@WHY
@ENVIRONMENT
@MIRROR
@store_option
def set_anchor(revision: str, store: str, **asked: Any) -> None:
    """Make the commit that REVISION names (a tag, a branch, HEAD) the first anchor, with its lock.

    Every night measures its code and packages against it, in the same run. What is not committed is no part of it, so
    a working tree with changes is refused.
    """
    keep(first_anchor, revision, store, **asked)
