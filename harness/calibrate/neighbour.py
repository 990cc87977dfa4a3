"""Whether a neighbour moves the others of its case: one that touches much memory, and a stopped cluster that waits."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import msgspec
import numpy as np
import numpy.typing as npt

from harness.calibrate.bench import Fixed, SelfBench, twin_name
from harness.failure import HarnessError
from harness.judge import EQUIVALENCE_CONFIDENCE, block_log_ratios, call_times, launch_estimates, launch_interval
from harness.record.gist import gist
from harness.record.schema import Case, Interval

BASELINE, OTHER = "add_up", "square"
ALONE = "alone"
# The cases of the suite: each has a neighbour beside the two functions.
NEIGHBOURS = ("beside 240 MB", "beside a waiting cluster")
# Turns of 10 ms and more, as a run would calibrate them.
CALLS = {BASELINE: 1500, OTHER: 400}

Floats = npt.NDArray[np.float64]


class Estimate(msgspec.Struct, frozen=True, kw_only=True):
    """A ratio over launches."""

    ratio: float
    interval: Interval


class Setting(msgspec.Struct, frozen=True, kw_only=True):
    """ratio: of the two short functions, in one setting. twin: of the first one's twin to it, which should be 1."""

    name: str
    ratio: Estimate
    twin: Estimate


class Neighbour(msgspec.Struct, frozen=True, kw_only=True):
    """What a neighbour does to the two functions.

    moved: their ratio beside it over their ratio alone, launch by launch: a drift of the machine meets both. beyond: by
    what share that interval stays away from 1; 0 where it holds 1. within: the share within which it is shown to stay,
    by two one-sided tests at 5 % (Schuirmann 1987): few launches show little. slowed: the baseline's time beside it
    over that alone. missing: why it wasn't there; then all else is None.
    """

    name: str
    setting: Setting | None = None
    moved: Estimate | None = None
    slowed: Estimate | None = None
    beyond: float = 0.0
    within: float | None = None
    missing: str = ""


class Effects(msgspec.Struct, frozen=True, kw_only=True):
    """The two functions alone, and beside each neighbour."""

    alone: Setting
    neighbours: list[Neighbour]


def effects(
    bench: SelfBench,
    launches: int,
    blocks: int,
    tell: Callable[[int], None],
    names: Sequence[str] = NEIGHBOURS,
) -> Effects:
    """Measure all settings in turn, a launch of each at a time, so that a drift of the machine meets all of them.

    launches: of each setting, at least 3. tell: is given how many rounds of all settings are done.
    """
    settings = [ALONE, *names]
    found: dict[str, list[Case]] = {name: [] for name in settings}
    for number in range(launches):
        # Each setting begins as often as the others: what comes first may find another machine.
        first = number % len(settings)
        for name in [*settings[first:], *settings[:first]]:
            if not _missing(found[name]):
                found[name].append(bench.run(name, Fixed(launches=1, blocks=blocks, calls=CALLS), seed=number))
        tell(number + 1)
    alone = found[ALONE]
    return Effects(alone=_setting(ALONE, alone), neighbours=[_neighbour(name, found[name], alone) for name in names])


def _neighbour(name: str, beside: list[Case], alone: list[Case]) -> Neighbour:
    missing = _missing(beside)
    if missing:
        return Neighbour(name=name, missing=missing)
    moves = _log_ratios(beside, OTHER) - _log_ratios(alone, OTHER)
    moved, inner = _estimate(moves), launch_interval(moves, EQUIVALENCE_CONFIDENCE)
    return Neighbour(
        name=name,
        setting=_setting(name, beside),
        moved=moved,
        slowed=_estimate(_log_times(beside) - _log_times(alone)),
        beyond=max(0.0, moved.interval.low - 1, 1 / moved.interval.high - 1),
        within=max(inner.high - 1, 1 / inner.low - 1),
    )


def _missing(cases: Sequence[Case]) -> str:
    """Why a neighbour was not there; empty where it was."""
    failures = [failure for case in cases for variant in case.variants for failure in variant.failures]
    return gist(failures[0].text) if failures else ""


def _setting(name: str, cases: list[Case]) -> Setting:
    return Setting(
        name=name, ratio=_estimate(_log_ratios(cases, OTHER)), twin=_estimate(_log_ratios(cases, twin_name(cases[0])))
    )


def _log_ratios(cases: list[Case], other: str) -> Floats:
    """The log ratio of a function to the first, one estimate a launch; shape (launches,)."""
    estimates = [launch_estimates(block_log_ratios(case.samples, other, BASELINE)) for case in cases]
    if any(not each.size for each in estimates):
        raise HarnessError("a launch of the calibration has measured nothing; start it again.")
    return np.concatenate(estimates)


def _log_times(cases: list[Case]) -> Floats:
    """The logarithm of the baseline's median time of a call, one a launch; shape (launches,)."""
    times = [launch for case in cases for launch in call_times(case.samples, BASELINE).values()]
    return np.array([np.log(np.median(launch)) for launch in times])


def _estimate(logs: Floats) -> Estimate:
    return Estimate(ratio=float(np.exp(logs.mean())), interval=launch_interval(logs))
