"""`harness ci summary`: a run in Markdown, for a job's summary or a comment."""

from __future__ import annotations

import sys
from datetime import datetime

import click

from harness.cli.ci.latest import NoRecord, find, of_a_run
from harness.cli.codes import MISSING
from harness.record import Store
from harness.report.ci import COMMENT_BYTES, MARK, SUMMARY_BYTES, absence
from harness.report.ci import summary as in_markdown
from harness.report.ci.tally import State, state_of


@click.command(short_help="A run in Markdown: for a job's summary, or a comment.")
@of_a_run
@click.option("--comment", is_flag=True, help="As short as a comment has to be, with a mark to find it again.")
def summary(record: str, store: str, since: datetime | None, comment: bool) -> int:
    """Print RECORD (an id, its beginning or end, a file, or 'latest') in Markdown.

    The first line is the answer. What was not measured stands in the first lines, too, and never passes for fine: where
    there is no record since MOMENT, that is what is printed. At most 1 MiB, as GitHub's job summaries may have; with
    --comment 65,536 bytes.

    Exit codes: 0 printed, whatever it says; 3 nothing was measured, and that is printed.
    """
    found = find(Store(store), record, since)
    limit = COMMENT_BYTES - len(MARK) - 1 if comment else SUMMARY_BYTES
    text = absence(found.why, found.unfinished) if isinstance(found, NoRecord) else in_markdown(found, limit)
    mark = f"{MARK}\n" if comment else ""
    sys.stdout.buffer.write(f"{mark}{text}".encode())
    nothing = isinstance(found, NoRecord) or state_of(found) is State.NOTHING
    return MISSING if nothing else 0
