"""`harness store prune`: what nobody wants any more is removed, and nothing unless it was asked for."""

from __future__ import annotations

from datetime import UTC, datetime

import click

from harness.cli.store.damage import name_damaged
from harness.cli.store_option import store_option, store_to_read
from harness.cli.terminal import tell
from harness.failure import HarnessError
from harness.record.index import Index
from harness.record.pruning import Wish, plan_prune
from harness.record.pruning import prune as remove
from harness.report.quantity import counted


@click.command(short_help="Remove old records and locks, as asked and not otherwise.")
@store_option
@click.option("--keep-last", type=click.IntRange(0), metavar="N", help="Remove all but the newest N records.")
@click.option("--before", type=click.DateTime(["%Y-%m-%d"]), metavar="DATE", help="Remove records from before (UTC).")
@click.option("--locks", is_flag=True, help="Remove the locks that neither a record nor an anchor names then.")
@click.option("--dry-run", is_flag=True, help="Print what would be removed, and remove nothing.")
def prune(store: str, keep_last: int | None, before: datetime | None, locks: bool, dry_run: bool) -> int:
    """Remove records for good: with both --keep-last and --before those that are neither new enough by the one nor by
    the other. What an anchor needs, and a record that another one was made to reproduce, stays. Files of noise
    (variances/) stay, too. Don't prune while a run is being written to the same store.

    Damaged files are never removed; they are named, and the exit code is then 1.
    """
    if keep_last is None and before is None and not locks:
        raise HarnessError("nothing was asked for: name --keep-last, --before or --locks, and perhaps --dry-run.")
    kept = store_to_read(store)
    index = Index(kept)
    moment = before.replace(tzinfo=UTC) if before else None
    found = plan_prune(Wish(keep_last=keep_last, before=moment, locks=locks), index, kept)
    if not dry_run:
        try:
            remove(found, kept)
        except OSError as fault:
            raise HarnessError(
                f"the store {kept.shown} can't be pruned: {fault.strerror} ({fault.filename}). What had been removed "
                "until then is gone; `harness store prune` again goes on."
            ) from fault
    for run in found.records:
        click.echo(f"record {run}")
    for digest in found.locks:
        click.echo(f"lock {digest}")
    for name, why in found.kept.items():
        tell(f"harness: {name} stays: {why}.")
    done = "would be removed" if dry_run else "removed"
    records, locks_ = counted(len(found.records), "record", "records"), counted(len(found.locks), "lock", "locks")
    tell(f"harness: {records} and {locks_} {done}.")
    return name_damaged(index)
