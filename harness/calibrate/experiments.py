"""What is measured in a trial: code against itself, or against code that truly has a little more to do."""

from __future__ import annotations

import math
from pathlib import Path

import msgspec

from harness.calibrate.bench import SUITE, Asked, SelfBench
from harness.calibrate.findings import BASIS_POINT, PRECISION, Comparison, HarnessTrial
from harness.calibrate.noise import NOISES
from harness.judge import block_log_ratios, ratio_of
from harness.judge.looks import looks_at
from harness.record.schema import Case, Ratio

HEAVY_SUITE = Path(__file__).parent / "heavy_suite"
TWIN, CHANGED = "twin", "changed"


class Experiment(msgspec.Struct, frozen=True, kw_only=True):
    """One kind of trial.

    suite, group: what is measured. change: by which share its variant `changed` truly has more to do, None where there
    is none and only the twin is looked at. budget_s: of a trial, its launches included. precision: the half-width at
    which it may stop, as who looks for such a change would ask for. trials: in each of the noises. peers: whether
    other tools measure the same beside the same noise; to them budget_s is the time for calls alone.
    """

    suite: Path
    group: str
    change: float | None
    budget_s: float
    precision: float = PRECISION
    trials: int
    noises: tuple[str, ...]
    peers: bool = False


_ALL = tuple(NOISES)
EXPERIMENTS = {
    "same": Experiment(suite=SUITE, group="loop", change=None, budget_s=4.0, trials=300, noises=_ALL),
    "2 % more": Experiment(
        suite=SUITE, group="changed", change=0.02, budget_s=60.0, precision=0.005, trials=20, noises=("hog",)
    ),
    "5 % more, scikit-learn": Experiment(
        suite=HEAVY_SUITE, group="changed", change=0.05, budget_s=60.0, precision=0.0125, trials=20, noises=("hog",)
    ),
    "beside peers": Experiment(
        suite=SUITE, group="loop", change=None, budget_s=10.0, trials=40, noises=_ALL, peers=True
    ),
}


def is_as_planned(trial: HarnessTrial) -> bool:
    """Whether a trial had the precision that its experiment asks for now; none of an experiment that is no more had."""
    experiment = EXPERIMENTS.get(trial.experiment)
    return experiment is not None and trial.precision == experiment.precision


class Result(msgspec.Struct, frozen=True, kw_only=True):
    """What one trial of the harness came to, as `HarnessTrial` keeps it."""

    comparisons: dict[str, Comparison]
    launch_s: list[float]


def perform(experiment: Experiment, bench: SelfBench, asked: Asked, seed: int) -> Result:
    """Make one trial, with launches of its own."""
    measured = bench.measure(experiment.group, asked, seed)
    case = measured.case
    pairs = [(TWIN, each.name, each.twin_of) for each in case.variants if each.twin_of]
    if experiment.change is not None:
        pairs.append((CHANGED, CHANGED, case.baseline))
    return Result(
        comparisons={name: _comparison(case, variant, baseline) for name, variant, baseline in pairs},
        launch_s=[round(measured.launch_s[number], 3) for number in sorted(measured.launch_s)],
    )


def _comparison(case: Case, variant: str, baseline: str) -> Comparison:
    """What was said of a pair; where the time did not even reach for three launches, that is nothing."""
    ratio = ratio_of(case, variant, baseline)
    blocks = block_log_ratios(case.samples, variant, baseline)
    taken = looks_at(list(blocks), case.looks)
    return Comparison(
        log_ratio=round(math.log(ratio.estimate), 6) if ratio else None,
        different=ratio is not None and _is_different(ratio),
        looks=[(number, round(share, 6)) for number, share in zip(taken.launches, taken.spent, strict=True)],
        launches=[[round(each / BASIS_POINT) for each in launch.tolist()] for launch in blocks.values()],
    )


def _is_different(ratio: Ratio) -> bool:
    """As a verdict sees it: the interval excludes 1, and a few launches all agree."""
    looked_at = ratio.adjusted or ratio.shown
    if looked_at is None or looked_at.low <= 1 <= looked_at.high:
        return False
    return not ratio.few or min(ratio.launch_ratios) > 1 or max(ratio.launch_ratios) < 1
