"""The summary of a run that left no record."""

from __future__ import annotations

from collections.abc import Sequence

from harness.report.ci.markdown import block, details, last_of, within


def absence(why: str, unfinished: Sequence[str] = (), said: str = "") -> str:
    """Markdown that says so first. unfinished: commands that go on with runs that were cut. said: as for a summary."""
    lines = [f"❌ **Nothing was measured:** {within(why)}", ""]
    if unfinished:
        lines += ["What was measured before the run was cut is kept on that machine. Go on there with:", ""]
        lines += [*block("\n".join(unfinished)), ""]
    if said.strip():
        lines += [*details("What it said last", block(last_of(said))), ""]
    lines += ["The job's log says what happened. A run that measured nothing says nothing about speed or answers."]
    return "\n".join(lines) + "\n"
