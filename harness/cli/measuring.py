"""What commands that measure have in common: options, and what is made of them."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path

import click

from harness.cli.codes import INTERRUPTED
from harness.cli.quantities import Duration
from harness.cli.terminal import tell
from harness.record import Store
from harness.record.usual_store import in_store

BUDGET_S = {"quick": 220.0, "lecture": 3600.0, "full": 8 * 3600.0}

keyword_option = click.option("-k", "keyword", metavar="EXPRESSION", help="Only tests that fit, as in pytest.")
scale_option = click.option(
    "--scale",
    type=click.Choice(list(BUDGET_S)),
    default="quick",
    show_default=True,
    help="How large the suites' data are (BENCH_SCALE).",
)
cores_option = click.option("--cores", metavar="CORES", help="Which cores, or how many: 2, 0-3 or 0,2.  [default: all]")
threads_option = click.option(
    "--threads",
    type=click.IntRange(1),
    help="Threads of the number libraries, in every variant.  [default: one a core]",
)
timeout_option = click.option(
    "--timeout",
    "timeout_s",
    type=Duration(),
    help="Give a variant up whose call takes longer.  [default: 10 times the slowest call seen]",
)
quiet_option = click.option("--quiet", is_flag=True, help="No progress.")
debug_option = click.option("--debug", is_flag=True, help="Show every message between conductor and probes.")


def suites(paths: Sequence[str]) -> list[str]:
    """The suites that the user names, those below the working folder as seen from there, so that they mean the same in
    another clone; `benchmarks` where none is named.
    """
    return [_from_here(path) for path in paths] or ["benchmarks"]


def trace_of(debug: bool) -> Callable[[str], None]:
    """Who is told of each message between conductor and probes."""
    return tell if debug else _silence


def interrupted(verb: str, run: str | None, store: Store) -> int:
    """Say how to go on with a run; None: nothing was measured. Returns the exit code."""
    if run is None:
        tell("harness: interrupted before anything was measured.")
        return INTERRUPTED
    command = in_store(f"harness {verb} --resume {run}", store.shown)
    tell(f"harness: interrupted; what was measured is kept. Go on with:\n{command}")
    return INTERRUPTED


def _from_here(path: str) -> str:
    found = Path(path)
    here = Path.cwd()
    return found.relative_to(here).as_posix() if found.is_absolute() and found.is_relative_to(here) else path


def _silence(_line: str) -> None:
    pass
