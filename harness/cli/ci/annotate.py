"""`harness ci annotate`: notes beside the lines of the code, where a run breaks its policy."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path

import click

from harness.cli.ci.latest import NoRecord, find, of_a_run, text_in
from harness.cli.ci.workflows import GITLAB_FILE, GITLAB_START
from harness.cli.output import print_json
from harness.machine.code import top_of
from harness.pyproject import PROJECT_FILE
from harness.record import Store
from harness.report.ci import annotations_of, code_quality, unmeasured, workflow_commands

# Of a note that has no place of its own, as it is of all that was measured: what GitLab's job is written in.
_ELSEWHERE = (GITLAB_FILE, GITLAB_START, PROJECT_FILE)


@click.command(short_help="Notes beside the code's lines where a run breaks its policy.")
@of_a_run
@click.option(
    "--format",
    "form",
    type=click.Choice(["github", "gitlab"]),
    default="github",
    show_default=True,
    help="Commands for a runner of GitHub Actions, or a code quality report of GitLab.",
)
def annotate(record: str, store: str, since: datetime | None, form: str) -> int:
    """Print where RECORD (an id, its beginning or end, a file, or 'latest') breaks its policy, test by test.

    For GitHub these are lines that its runner reads from a job's output, ten at most, as it shows no more of a step;
    for GitLab it is a code quality report in JSON. What was not measured comes first; that there is no record since
    MOMENT is a note, too.

    Exit code: 0, whatever the notes say. `harness run` fails for what they tell of.
    """
    found = find(Store(store), record, since)
    top = top_of(Path.cwd()) or Path.cwd()
    notes = [unmeasured(found.why)] if isinstance(found, NoRecord) else annotations_of(found, text_in(top))
    if form == "gitlab":
        elsewhere = next((name for name in _ELSEWHERE if (top / name).is_file()), GITLAB_START)
        print_json(code_quality(notes, elsewhere))
        return 0
    for command in workflow_commands(notes):
        click.echo(command)
    return 0
