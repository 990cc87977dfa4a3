"""What the harness itself costs: between two turns, line by line, and for each launch; and what its peers cost."""

from __future__ import annotations

import contextlib
import itertools
import json
import os
import re
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from statistics import median

import msgspec

from harness.calibrate.bench import Fixed, SelfBench
from harness.conduct.counting import counting_of_nothing
from harness.conduct.events import Sampled
from harness.conduct.journal import Journal
from harness.failure import HarnessError
from harness.machine.conditions import ConditionsSampler
from harness.machine.cores import current
from harness.record.schema import Phase, Sample
from harness.record.store import JOURNAL

_REPEATS = 2000
_PEER_ROUNDS = 500
_PEER_TIMEOUT_S = 300.0


class Cost(msgspec.Struct, frozen=True, kw_only=True):
    """One line of the bill: median seconds, and of what."""

    name: str
    cost_s: float


def lines(bench: SelfBench) -> Iterator[Cost]:
    """The harness's own lines, each measured where it is spent: with a real probe, journal and /proc."""
    yield from _pipe_and_signals(bench)
    yield from _journal()
    yield _conditions()
    yield from _counting()
    yield from _turn_and_launch(bench)


def peers() -> Iterator[Cost]:
    """What a sample costs in pytest-benchmark and pyperf beyond the time of the function: the same function."""
    yield _pytest_benchmark()
    yield _pyperf()


def _pipe_and_signals(bench: SelfBench) -> Iterator[Cost]:
    case = bench.case("instant")
    probe = bench.hold(0, case.variants[0].nodeid, "overhead", 0)
    try:
        probe.hear(60.0)
        inside_s: list[float] = []

        def one_turn() -> None:
            inside_s.append(probe.ask(60.0, do="turn", calls=1, core=current())["wall_s"])

        yield Cost(name="pipe: order, turn of nothing, word", cost_s=_typical(one_turn))

        def stop_and_wake() -> None:
            probe.stop()
            probe.wake()

        yield Cost(name="stop and wake a probe", cost_s=_typical(stop_and_wake))
    finally:
        probe.close()


def _journal() -> Iterator[Cost]:
    sample = Sample(launch=1, block=1, variant="one", calls=1, wall_s=0.01, cpu_s=0.01, phase=Phase.MEASURED)
    event = Sampled(case="overhead", sample=sample)
    with (
        tempfile.TemporaryDirectory(prefix="harness-overhead-", dir=Path.cwd()) as folder,
        contextlib.closing(Journal(Path(folder) / JOURNAL)) as journal,
    ):
        yield Cost(name="journal: a sample's line written out", cost_s=_typical(lambda: journal.write(event)))

        def synced() -> None:
            journal.write(event)
            journal.sync()

        yield Cost(name="journal: written and on the disk (once a block)", cost_s=_typical(synced, 200))


def _conditions() -> Cost:
    with contextlib.closing(ConditionsSampler()) as sampler:

        def around() -> None:
            sampler.begin()
            sampler.end(1, 1)

        return Cost(name="conditions before and after a block", cost_s=_typical(around))


def _counting() -> Iterator[Cost]:
    """Nothing where nothing can be counted: then nothing is done around a turn either."""
    with counting_of_nothing() as found:
        if found is not None:
            counted, count = found
            yield Cost(
                name=f"counting instructions around a turn, outside its time ({counted})", cost_s=_typical(count)
            )


def _turn_and_launch(bench: SelfBench) -> Iterator[Cost]:
    """All of it together: what a real launch takes beyond the measured time, shared among its turns."""
    fixed = Fixed(launches=3, blocks=300)
    moments: list[tuple[str, float]] = []
    case = bench.run("instant", fixed, seed=1, witness=lambda event: moments.append(_moment(event)))
    gaps_s = [
        later - earlier
        for (kind, earlier), (next_kind, later) in itertools.pairwise(moments)
        if kind == next_kind == "sampled"
    ]
    spent_s = median(sample.wall_s for sample in case.samples)
    yield Cost(name="between one probe's word and the next one's turn, all told", cost_s=median(gaps_s) - spent_s)
    yield Cost(name="launch: all probes of a case ready", cost_s=median(launch.start_s for launch in case.launches))


def _moment(event: object) -> tuple[str, float]:
    return "sampled" if isinstance(event, Sampled) else "other", time.perf_counter()


def _typical(act: Callable[[], object], repeats: int = _REPEATS) -> float:
    spent_s = []
    for _ in range(repeats):
        began = time.perf_counter()
        act()
        spent_s.append(time.perf_counter() - began)
    return median(spent_s)


_PYTEST_BENCHMARK_SUITE = """
import time
def test_instant(benchmark):
    began = time.perf_counter()
    benchmark.pedantic(sum, args=((1, 2),), rounds={rounds})
    spent_s = time.perf_counter() - began
    print("SPENT", (spent_s - sum(benchmark.stats.stats.data)) / {rounds})
"""


def _pytest_benchmark() -> Cost:
    with tempfile.TemporaryDirectory(prefix="harness-overhead-") as folder:
        suite = Path(folder) / "test_instant.py"
        suite.write_text(_PYTEST_BENCHMARK_SUITE.format(rounds=_PEER_ROUNDS), encoding="utf-8")
        output = _peer(["-m", "pytest", "-q", "-s", "-p", "no:cacheprovider", str(suite)])
    found = re.search(r"SPENT (\S+)", output)
    if not found:
        raise HarnessError(f"pytest-benchmark's overhead could not be measured:\n{output[-2000:]}")
    return Cost(
        name="pytest-benchmark: a round, beyond the function (one process, one after the other)", cost_s=float(found[1])
    )


def _pyperf() -> Cost:
    """pyperf's unit is a process with its values: what a value costs beyond its own time, starts included."""
    processes, values = 5, 20
    with tempfile.TemporaryDirectory(prefix="harness-overhead-") as folder:
        output = Path(folder) / "pyperf.json"
        began = time.perf_counter()
        _peer(
            ["-m", "pyperf", "timeit", "--quiet", "--loops", "1000", "--warmups", "1", "--processes", str(processes),
             "--values", str(values), "--output", str(output), "sum((1, 2))"]
        )  # fmt: skip
        spent_s = time.perf_counter() - began
        measured = json.loads(output.read_bytes())["benchmarks"][0]["runs"]
    inside_s = sum(1000 * sum(run.get("values", [])) for run in measured)
    return Cost(
        name="pyperf: a value, beyond the function, its processes' starts included",
        cost_s=(spent_s - inside_s) / (processes * values),
    )


def _peer(arguments: list[str]) -> str:
    environ = {name: value for name, value in os.environ.items() if not name.startswith("PYTEST_")}
    done = subprocess.run(
        [sys.executable, *arguments], capture_output=True, text=True, timeout=_PEER_TIMEOUT_S, env=environ, check=False
    )
    if done.returncode != 0:
        raise HarnessError(
            f"a peer could not be measured ({' '.join(arguments[:3])}): {done.stderr.strip() or done.stdout[-2000:]}"
        )
    return done.stdout
