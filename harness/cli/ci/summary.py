"""`harness ci summary`: a run in Markdown, for a job's summary or a comment."""

from __future__ import annotations

import sys
from datetime import datetime
from pathlib import Path

import click

from harness.cli.ci.latest import NoRecord, find, of_a_run
from harness.cli.ci.source import text_of
from harness.cli.codes import MISSING
from harness.record import Store
from harness.report.ci import COMMENT_BYTES, MARK, SUMMARY_BYTES, absence
from harness.report.ci import summary as in_markdown
from harness.report.ci.tally import State, state_of


@click.command(short_help="A run in Markdown: for a job's summary, or a comment.")
@of_a_run
@click.option("--comment", is_flag=True, help="As short as a comment has to be, with a mark to find it again.")
@click.option("--ended", type=int, default=0, metavar="CODE", help="With which exit code the command before ended.")
@click.option(
    "--said", type=click.Path(dir_okay=False, path_type=Path), help="A file with what the command before printed."
)
def summary(record: str, store: str, since: datetime | None, comment: bool, ended: int, said: Path | None) -> int:
    """Print RECORD (an id, its beginning or end, a file, or 'latest') in Markdown.

    The first line is the answer. What was not measured stands in the first lines, too, and never passes for fine: where
    there is no record since MOMENT, that is what is printed; a command that ended with another CODE than 0 is never
    green, whatever its record says. At most 1 MiB, as GitHub's job summaries may have; with --comment 65,536 bytes.

    Exit codes: 0 printed, whatever it says; 3 nothing was measured, and that is printed.
    """
    found = find(Store(store), record, since)
    mark = f"{MARK}\n" if comment else ""
    limit = COMMENT_BYTES - len(mark) if comment else SUMMARY_BYTES
    printed = text_of(said) if said else ""
    if isinstance(found, NoRecord):
        text = absence(found.why, found.unfinished, printed)
    else:
        text = in_markdown(found, limit, ended, printed)
    sys.stdout.buffer.write(f"{mark}{text}".encode())
    nothing = isinstance(found, NoRecord) or state_of(found) is State.NOTHING
    return MISSING if nothing else 0
