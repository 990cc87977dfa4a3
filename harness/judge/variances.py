"""A case's noise on its machine, pooled over runs, and the smallest change that shows above it."""

import math
from collections.abc import Iterable, Sequence

import msgspec
import numpy as np

from harness.judge.blocks import block_log_ratios, call_times
from harness.judge.floats import Floats
from harness.judge.launches import FEWEST, launch_estimates
from harness.judge.location import location_variance
from harness.judge.power import POWER, noncentrality
from harness.judge.precision import PRIOR_WITHIN_DEGREES, PRIOR_WITHIN_SD, held
from harness.record.schema import Case
from harness.record.variances import CaseVariances, PairVariances, RunVariances

# Noise changes with the years: older runs say little of today's.
RECENT_RUNS = 20
# A variance between launches from fewer degrees of freedom may be off by a factor of thirty.
FEWEST_DEGREES = 2


class Variances(msgspec.Struct, frozen=True, kw_only=True):
    """Variances of a log ratio: of one block within its launch, and of the launches themselves, with the degrees of
    freedom that each rests on.

    runs: how many runs they come from. launch_s, block_s: what a launch's start and a block cost, medians over runs.
    """

    within: float
    within_degrees: float
    between: float
    between_degrees: float
    runs: int
    launch_s: float
    block_s: float

    @property
    def held_within(self) -> float:
        """The variance within launches for a plan: runs whose launches had one block each tell nothing of it."""
        squares = self.within_degrees * self.within
        return held(squares, self.within_degrees, PRIOR_WITHIN_SD**2, PRIOR_WITHIN_DEGREES)


def seen_variances(case: Case, scale: str) -> CaseVariances | None:
    """What this run of a case shows of noise; None where no two variants were measured beside each other.

    Pairs are each variant and the baseline, and the twin and its original. scale: of the run; sizes have their own.
    """
    against = [
        (variant.name, variant.twin_of or case.baseline, variant.twin_of is not None)
        for variant in case.variants
        if variant.name != case.baseline
    ]
    pairs = [pair for pair in (_pair(case, *names) for names in against) if pair is not None]
    if not pairs:
        return None
    starts_s = [launch.start_s for launch in case.launches if launch.start_s > 0]
    return CaseVariances(
        case=case.id,
        scale=scale,
        fresh=case.fresh,
        launch_s=float(np.median(starts_s)) if starts_s else 0.0,
        block_s=_block_s(case),
        pairs=pairs,
    )


def of_case(runs: Iterable[RunVariances], case: Case, scale: str) -> list[CaseVariances]:
    """What runs (oldest first) said of this case at this scale, measured in the same way; the last 20 of them.

    Held and fresh processes differ in what a block is, so each has its own. The software may be another: noise is
    mostly the machine's, and a new lock every week would leave no run to learn from.
    """
    found = [
        seen
        for run in runs
        for seen in run.cases
        if (seen.case, seen.scale, seen.fresh) == (case.id, scale, case.fresh) and seen.pairs
    ]
    return found[-RECENT_RUNS:]


def prior_variances(runs: Iterable[RunVariances], case: Case, scale: str) -> Variances | None:
    """What earlier runs on this machine let one expect of a case's log ratios; None where there are none to tell.

    runs: oldest first (`Store.variances_of`). All pairs of the case count, its twin's too. Call it when it is known
    whether the case is `fresh`. Below two degrees of freedom the variance between launches is no ground for a plan:
    None.
    """
    found = pooled(of_case(runs, case, scale))
    return found if found is not None and found.between_degrees >= FEWEST_DEGREES else None


def pooled(seen: Sequence[CaseVariances], variant: str | None = None) -> Variances | None:
    """Variances pooled over runs by their degrees of freedom; of one variant's pair, or of all pairs of the case.

    The variance between launches is that of the launches' estimates less what their blocks contribute to it, at least
    0. The k pairs of one run share its baseline, so that their log ratios correlate by a half and their variances by
    a quarter: together they count for k / (1 + (k - 1) / 4) pairs.
    Source: Kalibera and Jones (2013), Rigorous benchmarking in reasonable time, section 5.
    """
    chosen = [(run, [pair for pair in run.pairs if variant in {None, pair.variant}]) for run in seen]
    chosen = [(run, pairs) for run, pairs in chosen if pairs]
    if not chosen:
        return None
    rows = [(pair, 1 / (1 + (len(pairs) - 1) / 4)) for _, pairs in chosen for pair in pairs]
    within, within_degrees = _mean([(pair.within, share * (pair.blocks - pair.launches)) for pair, share in rows])
    between, between_degrees = _mean(
        [(pair.of_launches - within * pair.per_block, share * (pair.launches - 1)) for pair, share in rows]
    )
    return Variances(
        within=within,
        within_degrees=within_degrees,
        between=max(0.0, between),
        between_degrees=between_degrees,
        runs=len(chosen),
        launch_s=float(np.median([run.launch_s for run, _ in chosen])),
        block_s=float(np.median([run.block_s for run, _ in chosen])),
    )


def floor(
    variances: Variances, launches: int, blocks: float, confidence: float = 0.95, power: float = POWER
) -> float | None:
    """The smallest relative change that so many launches of so many blocks show as different with this power.

    Returns a share: 0.03 is 3 % more time; None below 3 launches, or where too few launches tell the variances. It is
    exp(d sqrt((between + within / blocks) / launches)) - 1, d as in `smallest_seen`.
    """
    if launches < FEWEST or variances.between_degrees < FEWEST_DEGREES:
        return None
    error = math.sqrt((variances.between + variances.within / max(1.0, blocks)) / launches)
    return math.expm1(min(noncentrality(launches - 1, confidence, power) * error, 700.0))


def _pair(case: Case, variant: str, against: str, twin: bool) -> PairVariances | None:
    blocks = block_log_ratios(case.samples, variant, against)
    if not blocks:
        return None
    estimates = launch_estimates(blocks)
    counts = np.array([each.size for each in blocks.values()])
    return PairVariances(
        variant=variant,
        against=against,
        twin=twin,
        launches=len(blocks),
        blocks=int(counts.sum()),
        of_launches=float(np.var(estimates, ddof=1)) if estimates.size > 1 else 0.0,
        within=_within(list(blocks.values())),
        per_block=float(np.mean(1 / counts)),
    )


def _within(launches: Sequence[Floats]) -> float:
    """Of a block, as the launch's estimate feels it: a plain variance would be carried away by a few slow calls."""
    return _mean([(location_variance(each), each.size - 1) for each in launches if each.size > 1])[0]


def _mean(weighted: Sequence[tuple[float, float]]) -> tuple[float, float]:
    """A mean of (value, degrees of freedom), and the sum of these; 0 where there are none."""
    degrees = sum(each for _, each in weighted)
    return (sum(value * each for value, each in weighted) / degrees if degrees > 0 else 0.0), degrees


def _block_s(case: Case) -> float:
    """Seconds of one block: a turn of each variant, the twin left out."""
    calls = {variant.name: variant.calls for variant in case.variants if variant.twin_of is None}
    times = {name: call_times(case.samples, name) for name in calls}
    return sum(calls[name] * float(np.median(np.concatenate(list(of.values())))) for name, of in times.items() if of)
