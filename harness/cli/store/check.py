"""`harness store check`: is all of it whole?"""

from __future__ import annotations

from datetime import UTC, datetime

import click

from harness.cli.codes import BROKEN_POLICY
from harness.cli.output import print_json
from harness.cli.store_option import store_option, store_to_read
from harness.cli.terminal import show
from harness.record.checking import check as checked
from harness.report.checked import CheckedStore


@click.command(short_help="Read every file, and say what is damaged or missing.")
@store_option
@click.option("--json", "as_json", is_flag=True, help="Print what was found as JSON.")
def check(store: str, as_json: bool) -> int:
    """Read every record, lock, anchor and file of noise: names, digests, and the locks that records name.

    Exit code 1 if something is damaged or missing. Files that cut writers left behind, and clocks that jumped, are
    told only.
    """
    found = checked(store_to_read(store), datetime.now(UTC))
    if as_json:
        print_json(found)
    else:
        show(CheckedStore(found))
    return 0 if found.is_sound else BROKEN_POLICY
