"""What is known of a machine's noise, case by case."""

from collections.abc import Iterable, Sequence

import msgspec

from harness.judge.variances import RECENT_RUNS, floor, pooled
from harness.record.variances import CaseVariances, RunVariances


class KnownFloor(msgspec.Struct, frozen=True, kw_only=True):
    """The noise of one pair of variants on a machine, and the floor that it sets.

    between_sd, within_sd: standard deviations of the log ratio between launches, and of a block within its launch (0 in
    fresh processes, where a block is a launch). launches, blocks: what the latest run had, blocks in each launch.
    floor: the smallest relative change that so many see with 80 % power; None below three launches.
    """

    case: str
    scale: str
    fresh: bool
    variant: str
    against: str
    twin: bool
    runs: int
    between_sd: float
    within_sd: float
    launches: int
    blocks: float
    floor: float | None


def known_floors(runs: Iterable[RunVariances]) -> list[KnownFloor]:
    """By case, scale, way of measuring and pair, in the order in which they first appear; the last 20 runs of each.

    runs: of one machine, oldest first.
    """
    cases: dict[tuple[str, str, bool], list[CaseVariances]] = {}
    for run in runs:
        for seen in run.cases:
            cases.setdefault((seen.case, seen.scale, seen.fresh), []).append(seen)
    return [known for seen in cases.values() for known in _of_case(seen[-RECENT_RUNS:])]


def _of_case(seen: Sequence[CaseVariances]) -> Iterable[KnownFloor]:
    latest = {pair.variant: pair for run in seen for pair in run.pairs}
    for variant, pair in latest.items():
        variances = pooled(seen, variant)
        if variances is None:
            continue
        blocks = pair.blocks / pair.launches
        yield KnownFloor(
            case=seen[-1].case,
            scale=seen[-1].scale,
            fresh=seen[-1].fresh,
            variant=variant,
            against=pair.against,
            twin=pair.twin,
            runs=variances.runs,
            between_sd=variances.between**0.5,
            within_sd=variances.within**0.5,
            launches=pair.launches,
            blocks=blocks,
            floor=floor(variances, pair.launches, blocks),
        )
