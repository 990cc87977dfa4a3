"""One launch of one case: fresh probes, and blocks in which each has one turn, in random order."""

from __future__ import annotations

import contextlib
import functools
import math
import random
import time
from collections.abc import Callable, Iterator, Sequence
from datetime import UTC, datetime
from typing import Protocol

import msgspec

from harness.conduct.clock import RunClock
from harness.conduct.events import (
    AnyEvent,
    BlockEnded,
    LaunchBegan,
    LaunchEnded,
    LimitStated,
    PeakTaken,
    ProbesReady,
    Sampled,
    Stated,
    VariantFailed,
    Watched,
)
from harness.conduct.pace import TURN_S, Calls, Pace
from harness.conduct.probe import LaunchVoid, Probe, ProbeLost
from harness.conduct.stage import FreshStage, HeldStage, Stage
from harness.failure import HarnessError
from harness.judge import controls
from harness.machine.cores import current
from harness.record.schema import Case, Conditions, Failure, FailureKind, Phase, Running, Sample

_LAST_WORD_S = 120.0
_PEAK_SHARE = 0.1
# A call with more CPU time than this, in cores, ran on several: only watching tells on how many at once.
_ONE_CORE = 1.1
# Looks are 10 ms apart: a call that is watched is repeated for so long that some see it.
_WATCHED_S = 0.1
_WORTH_TELLING_S = 0.2


# Done seconds, seconds left, and what is being measured.
Watch = Callable[[float, float | None, str], None]


class Hold(Protocol):
    """Starts the probe of a test, in the environment of that number."""

    def __call__(self, environment: int, nodeid: str, name: str, hash_seed: int) -> Probe: ...


class ConditionsProbe(Protocol):
    """Looks at the machine before and after a block."""

    def begin(self) -> None: ...
    def end(self, launch: int, block: int) -> Conditions: ...


class Bench(msgspec.Struct, frozen=True, kw_only=True):
    """What a launch works with, all of it an effect: probes, the journal, the clock, the machine's conditions.

    write: takes an event into the journal. settle: syncs the journal if the coming turn is long. sync: syncs it now.
    watch: is told what goes on. cores: those that probes may use.
    """

    hold: Hold
    write: Callable[[AnyEvent], None]
    settle: Callable[[float], None]
    sync: Callable[[], None]
    clock: RunClock
    conditions: ConditionsProbe
    watch: Watch
    timeout_s: float | None
    seed: int
    cores: Sequence[int]

    def tell(self, what: str) -> None:
        """Let the user know what is being measured, and how much of the budget is left."""
        self.watch(self.clock.now_s(), max(0.0, self.clock.left_s()), what)


class Launch:
    """A launch in progress. Every method leaves in the journal what it did before it returns.

    Use as a context manager: probes never outlive it.
    """

    def __init__(self, case: Case, number: int, pace: Pace, bench: Bench, *, fresh: bool) -> None:
        self.pace = pace
        self.most_calls: dict[str, int | None] = {}
        self.originals = dict(controls(case))
        self.start_s = 0.0
        self.case_id = case.id
        self.title = f"{case.id}: launch {number}"
        self._case = case
        self._number = number
        self._bench = bench
        self._random = random.Random(f"{bench.seed} {case.id} {number}")
        self._hash_seed = self._random.randrange(1, 2**32)
        self._tests = {variant.name: (variant.environment, variant.nodeid) for variant in case.variants}
        self._block = -1
        self._core: int | None = None
        self._twin_turns: list[bool] | None = None
        self._probes: dict[str, Probe] = {}
        kind = FreshStage if fresh else HeldStage
        self.stage: Stage = kind(self._start, self._await_ready, self._farewell, self._lost)

    def __enter__(self) -> Launch:
        self._write(
            LaunchBegan(
                case=self._case.id,
                launch=self._number,
                hash_seed=self._hash_seed,
                began=datetime.now(UTC).isoformat(timespec="seconds"),
            )
        )
        return self

    def __exit__(self, *error: object) -> None:
        self.stage.kill()

    def open(self, names: list[str]) -> None:
        """Have the probes of these variants ready. Raises MemoryShort."""
        began = time.monotonic()
        # Started in random order, so that none always has the caches that another has just filled.
        self.stage.open(self._random.sample(names, len(names)))
        self.start_s = time.monotonic() - began
        self._write(ProbesReady(case=self._case.id, launch=self._number, start_s=self.start_s))

    @property
    def called(self) -> list[str]:
        """The variants that are there and have finished a call."""
        return [name for name in self.stage.names if name in self.pace.call_s]

    def ration_twin(self, blocks: int, taken: int) -> None:
        """Of the measured blocks to come, so many, let the twin take part in a random choice; in none after them."""
        chosen = set(self._random.sample(range(blocks), taken))
        self._twin_turns = [block in chosen for block in range(blocks)]

    def block(self, calls: Calls, phase: Phase) -> None:
        """One turn of each variant, in random order; the twin's only where it is its turn."""
        with_twin = phase is not Phase.MEASURED or self._is_twins_turn()
        with self._block_around():
            for name in self._shuffled():
                if name in self.originals and not with_twin:
                    continue
                self._turn(name, calls.get(self.originals.get(name, name), 1), phase)

    def pilot_block(self) -> None:
        """The first call of each variant, and one more, untimed, where only that tells its peak or its threads."""
        with self._block_around():
            for name in self._shuffled():
                self._turn(name, 1, Phase.PILOT, with_peak=True)

    def bring_twin(self, name: str, original: str) -> None:
        """Have a second copy of a variant ready beside it."""
        self._tests[name] = self._tests[original]
        self.originals[name] = original
        self.stage.add(name)

    def calibrated_call_s(self, name: str) -> float:
        """Seconds of one call, from a turn that lasts 10 ms: a first call alone would be mostly start-up."""
        calls = 1
        with self._block_around():
            while True:
                call_s = self._turn(name, calls, Phase.PILOT)
                if call_s is None:
                    return self.pace.typical_call_s(name)
                calls_next = max(2 * calls, math.ceil(TURN_S / max(call_s, 1e-9)))
                if call_s * calls >= TURN_S or calls_next > self._spare_calls(name):
                    return call_s
                calls = calls_next

    def _spare_calls(self, name: str) -> float:
        """Calls that may go into calibration: most of what a test allows in one process is for blocks."""
        probe = self._probes[name]
        return math.inf if probe.most_calls is None else probe.most_calls // 4 - probe.calls

    def can_take(self, calls: Calls) -> bool:
        """Whether every probe may be asked for so many calls more."""
        return all(
            probe.most_calls is None or probe.calls + calls.get(self.originals.get(name, name), 1) <= probe.most_calls
            for name, probe in self._probes.items()
            if name in self.stage.names
        )

    def peaks(self) -> None:
        """One untimed call of each variant for its peak memory, which also is its first."""
        for name in list(self.stage.names):
            self.stage.turn(name, functools.partial(self._take_peak, name))

    def limit(self, nodeid: str) -> None:
        """Let the case's limit be measured, with no other probe beside it."""
        try:
            with contextlib.closing(self._hold(0, nodeid, "limit")) as probe:
                message = probe.hear(self._first_limit_s())
            if message["kind"] != "limit":
                raise ProbeLost(FailureKind.RAISED, "a test marked as limit returns seconds, and measures no benchmark")
            self._write(LimitStated(case=self._case.id, launch=self._number, limit_s=message["limit_s"]))
        except ProbeLost as lost:
            self._write(VariantFailed(case=self._case.id, variant=None, failure=lost.failure(self._number)))

    def end(self, phase: Phase = Phase.MEASURED, why: str = "") -> None:
        self._write(LaunchEnded(case=self._case.id, launch=self._number, phase=phase, why=why))
        self._bench.sync()

    @contextlib.contextmanager
    def _block_around(self) -> Iterator[None]:
        self._block += 1
        self._core = self._core_of_block()
        self._bench.conditions.begin()
        yield
        conditions = self._bench.conditions.end(self._number, self._block)
        self._write(BlockEnded(case=self._case.id, conditions=conditions))
        self._bench.sync()

    def _core_of_block(self) -> int | None:
        """The core on which each turn of this block begins.

        Cores have neighbours of their own, or are of another make, and left alone, each probe stays on one of its own.
        Where the conductor has just been woken, the kernel saw room.
        """
        here, cores = current(), self._bench.cores
        return here if here in cores or not cores else cores[self._block % len(cores)]

    def _is_twins_turn(self) -> bool:
        if self._twin_turns is None:
            return True
        return self._twin_turns.pop(0) if self._twin_turns else False

    def _shuffled(self) -> list[str]:
        return self._random.sample(self.stage.names, len(self.stage.names))

    def _turn(self, name: str, calls: int, phase: Phase, *, with_peak: bool = False) -> float | None:
        """One turn; returns the seconds of a call, None if there was none."""
        turn_s = calls * self.pace.typical_call_s(name)
        self._bench.settle(turn_s)
        if turn_s > _WORTH_TELLING_S or name not in self.pace.call_s:
            self._bench.tell(f"{self.title}, {name}")
        taken: list[float] = []

        def act(probe: Probe) -> None:
            if probe.most_calls is not None and probe.calls + calls > probe.most_calls:
                return
            limit_s = self.pace.turn_limit_s(calls, self._bench.clock.left_s(), self._bench.timeout_s, name)
            message = probe.ask(limit_s, do="turn", calls=calls, peak=with_peak, core=self._core)
            taken.append(self._take_sample(name, probe, message, phase))
            if not with_peak:
                return
            several_cores = message["cpu_s"] > _ONE_CORE * message["wall_s"]
            if self._note_peak(name, message) and not several_cores:
                return
            # A second call that eats much of the budget costs more than the peak is worth.
            if taken[0] <= _PEAK_SHARE * self._bench.clock.left_s():
                self._take_peak(name, probe, math.ceil(_WATCHED_S / max(taken[0], 1e-9)))

        self.stage.turn(name, act)
        return taken[0] if taken else None

    def _take_sample(self, name: str, probe: Probe, message: dict[str, object], phase: Phase) -> float:
        try:
            sample = msgspec.convert(
                {
                    "launch": self._number,
                    "block": self._block,
                    "variant": name,
                    "calls": message["calls"],
                    "wall_s": message["wall_s"],
                    "cpu_s": message["cpu_s"],
                    "phase": phase,
                    "instructions": message.get("instructions"),
                },
                Sample,
            )
        except (KeyError, msgspec.ValidationError) as error:
            text = f"wrote something else than a sample to its pipe: {str(message)[:200]}"
            raise ProbeLost(FailureKind.GARBLED, text, probe.last_output()) from error
        self._write(Sampled(case=self._case.id, sample=sample))
        probe.calls += sample.calls
        call_s = sample.wall_s / sample.calls
        self.pace = self.pace.called(name, call_s)
        return call_s

    def _take_peak(self, name: str, probe: Probe, calls: int = 1) -> None:
        """Have the variant watched in an untimed call, or so many where a test sets no bounds to them."""
        if probe.most_calls is not None:
            calls = 1
            if probe.calls >= probe.most_calls:
                return
        limit_s = self.pace.turn_limit_s(calls, self._bench.clock.left_s(), self._bench.timeout_s, name)
        message = probe.ask(limit_s, do="memory", calls=calls)
        done = message.get("calls")
        probe.calls += done if isinstance(done, int) else calls
        self._note_peak(name, message)
        self._note_running(name, message)

    def _note_peak(self, name: str, message: dict[str, object]) -> bool:
        """Whether the message told the peak of its call."""
        peak_bytes = message.get("peak_bytes")
        if not isinstance(peak_bytes, int):
            return False
        event = PeakTaken(case=self._case.id, launch=self._number, variant=name, peak_bytes=peak_bytes)
        self._write(event)
        return True

    def _note_running(self, name: str, message: dict[str, object]) -> None:
        if message.get("running") is None:
            return
        try:
            running = msgspec.convert(message["running"], Running)
        except msgspec.ValidationError:
            return
        self._write(Watched(case=self._case.id, launch=self._number, variant=name, running=running))

    def _start(self, name: str) -> Probe:
        environment, nodeid = self._tests[name]
        probe = self._hold(environment, nodeid, name)
        self._probes[name] = probe
        return probe

    def _hold(self, environment: int, nodeid: str, name: str) -> Probe:
        """Start a probe. An environment that is gone by now loses this variant, and not the run."""
        try:
            return self._bench.hold(environment, nodeid, name, self._hash_seed)
        except HarnessError as error:
            raise ProbeLost(FailureKind.DIED, f"could not be started: {error}") from error

    def _await_ready(self, probe: Probe) -> None:
        began = time.monotonic()
        message = probe.hear(self._first_limit_s())
        if message["kind"] != "ready":
            text = f"said '{message['kind']}' where it should have been ready"
            raise ProbeLost(FailureKind.GARBLED, text, probe.last_output())
        probe.most_calls = message["most_calls"]
        self.most_calls[probe.name] = probe.most_calls
        self.pace = self.pace.started(max(time.monotonic() - began, float(message["start_s"])))

    def _farewell(self, name: str, probe: Probe) -> None:
        message = probe.ask(self._first_limit_s(), do="finish")
        if message["kind"] != "stated":
            text = f"said '{message['kind']}' where it should have stated its answer"
            raise ProbeLost(FailureKind.GARBLED, text, probe.last_output())
        for problem in message["problems"]:
            failure = Failure(launch=self._number, kind=FailureKind.UNANSWERED, text=problem)
            self._write(VariantFailed(case=self._case.id, variant=name, failure=failure))
        self._write(
            Stated(
                case=self._case.id,
                launch=self._number,
                variant=name,
                answer=message.get("answer"),
                counters=message["counters"],
                parts_s=message["parts_s"],
                axis=message["axis"] if isinstance(message["axis"], str) else None,
                notes=message["notes"],
            )
        )
        probe.leave(_LAST_WORD_S)

    def _lost(self, name: str, lost: ProbeLost) -> None:
        self._write(VariantFailed(case=self._case.id, variant=name, failure=lost.failure(self._number)))

    def _first_limit_s(self) -> float:
        return max(600.0, self._bench.clock.left_s())

    def _write(self, event: AnyEvent) -> None:
        self._bench.write(msgspec.structs.replace(event, at_s=self._bench.clock.now_s()))


__all__ = ["Bench", "ConditionsProbe", "Hold", "Launch", "LaunchVoid", "Watch"]
