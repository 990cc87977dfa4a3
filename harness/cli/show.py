"""`harness show`: a record as its run printed it."""

from __future__ import annotations

import click

from harness.cli.output import print_json
from harness.cli.quantities import CorePrice
from harness.cli.store_option import show_command, store_option, store_to_read
from harness.cli.terminal import show as print_for_people
from harness.record.schema import Price
from harness.report.run import RunReport


@click.command(short_help="Print a record as its run printed it.")
@click.argument("record")
@store_option
@click.option("--points", is_flag=True, help="The table of each value of a curve, too.")
@click.option("--price", type=CorePrice(), help="What a core costs for an hour, for example 0.05 or '0.05 EUR'.")
@click.option("--json", "as_json", is_flag=True, help="Print the record as JSON.")
def show(record: str, store: str, points: bool, price: Price | None, as_json: bool) -> None:
    """Print RECORD (an id, its beginning or end, or a file) as its run printed it.

    With --price it tells what answers cost: one, and a thousand of which only the first pays a cluster's start.
    """
    kept = store_to_read(store)
    found = kept.read(record)
    if price is not None:
        from harness.judge import with_price  # takes a second to import, which showing need not wait for

        found = with_price(found, price)
    if as_json:
        print_json(found)
        return
    again = show_command(found.id, kept) if kept.has(found.id) else ""
    print_for_people(RunReport(found, () if points else None, again))
