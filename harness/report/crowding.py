"""More threads than cores, in words: who, how many, and what to do."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from harness.record.schema import Crowding
from harness.report.quantity import counted, share
from harness.report.view import CaseView

_SHAPES_IN_A_LINE = 4


def crowded(view: CaseView) -> Iterator[str]:
    """A line for each variant that had more threads at once than cores."""
    for row in view.rows:
        if row.crowding is not None:
            yield f"{row.variant} is oversubscribed: {_found(row.crowding)}. {_way_out(row.crowding)}"


def _found(crowding: Crowding) -> str:
    most = f", at most {crowding.most_threads}" if crowding.most_threads > crowding.threads else ""
    return (
        f"{crowding.threads} threads at once on {counted(crowding.cores, 'core', 'cores')}{most} "
        f"({_shape(crowding.processes)}; {share(crowding.share)} of {counted(crowding.looks, 'look', 'looks')})"
    )


def _shape(processes: Sequence[int]) -> str:
    """Processes x threads."""
    if len(set(processes)) == 1:
        threads = counted(processes[0], "thread", "threads")
        return f"{counted(len(processes), 'process', 'processes')} x {threads}"
    told = [str(threads) for threads in processes[:_SHAPES_IN_A_LINE]]
    more = ", ..." if len(processes) > _SHAPES_IN_A_LINE else ""
    return f"processes with {', '.join(told)}{more} threads"


def _way_out(crowding: Crowding) -> str:
    if len(crowding.processes) == 1:
        return (
            "Let it have fewer: `harness run --threads 1` where threads start threads, "
            "or threadpoolctl.threadpool_limits in the suite."
        )
    if max(crowding.processes) == 1:
        return "Let it start fewer processes (n_jobs), no more than cores."
    return (
        "Give each process one: joblib.parallel_config('loky', inner_max_num_threads=1) in the suite, "
        "or `harness run --threads 1`."
    )
