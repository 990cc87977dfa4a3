"""Where each case of a run stands, what its next launch will take, and when all is done."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

from harness.conduct.chances import hopeful, is_hopeless
from harness.conduct.ledger import Ledger
from harness.conduct.look import estimates, is_known, whole_launches
from harness.conduct.pace import Calls, Pace
from harness.conduct.schedule import Standing
from harness.judge import Variances, held_variance, spread
from harness.judge.floats import Floats
from harness.judge.precision import PRIOR_BETWEEN_SD, PRIOR_DEGREES, PRIOR_FRESH_SD, PRIOR_WITHIN_SD
from harness.record.schema import Case, Phase, Plan

MOST_VOID_LAUNCHES = 5
_MOST_LAUNCHES_AT_ALL = 200

# What earlier runs let one expect of a case's noise; None where they don't tell.
Expect = Callable[[Case], Variances | None]
# How much the precision of each case counts, by its id; 1 where it isn't named.
Focus = Callable[[Sequence[Case]], Mapping[str, float]]


class Prospects:
    """Turns cases into standings. ledger: what launches have cost. paces: what was seen of calls, by case."""

    def __init__(self, plan: Plan, ledger: Ledger, paces: Mapping[str, Pace], expect: Expect, focus: Focus) -> None:
        self._plan = plan
        self._ledger = ledger
        self._paces = paces
        self._expect = expect
        self._focus = focus

    def standings(self, cases: Sequence[Case]) -> list[Standing]:
        weights = self._focus(cases)
        seen = {case.id: estimates(case) for case in cases}
        return [self._standing(case, weights.get(case.id, 1.0), self._spread(case, seen)) for case in cases]

    def _standing(self, case: Case, weight: float, spread_seen: float) -> Standing:
        launches = len(whole_launches(case))
        voided = sum(1 for launch in case.launches if launch.phase is Phase.VOID)
        cost_s = self._launch_s(case, 1 + case.blocks_per_launch)
        return Standing(
            case=case.id,
            optional=case.optional,
            launches=launches,
            cost_s=cost_s,
            least_s=self._least_s(case, cost_s),
            enough=is_known(case),
            over=is_hopeless(case)
            or voided >= MOST_VOID_LAUNCHES + launches
            or len(case.launches) > _MOST_LAUNCHES_AT_ALL,
            spread=spread_seen,
            weight=weight,
        )

    def _spread(self, case: Case, seen: Mapping[str, list[Floats]]) -> float:
        """How far the case is from what is wanted of it. seen: the log ratios of all cases of the run.

        What no earlier run tells of its noise, the run's other cases do: on a machine noisier than the prior, cases
        that scatter little by chance would else end too soon.
        """
        expected = self._expect(case)
        blocks = max(1, case.blocks_per_launch)
        if expected is not None:
            variance = expected.between + expected.within / blocks
        else:
            others = [each for name, found in seen.items() if name != case.id for each in found]
            within_sd = PRIOR_FRESH_SD if case.fresh else PRIOR_WITHIN_SD
            variance = held_variance(others, PRIOR_BETWEEN_SD**2 + within_sd**2 / blocks, PRIOR_DEGREES)
        return spread(seen[case.id], variance, PRIOR_DEGREES, self._plan.precision)

    def _launch_s(self, case: Case, blocks: int) -> float | None:
        """What a whole launch takes: as those before it, or as the pilot lets one expect. None before the pilot."""
        seen_s = self._ledger.launch_s(case.id)
        if seen_s is not None:
            return seen_s
        return self._predicted_s(case, blocks)

    def _least_s(self, case: Case, cost_s: float | None) -> float | None:
        """What the shortest launch of use takes: one measured block after the warm-up."""
        shortest_s = cost_s if case.fresh else self._predicted_s(case, 2)
        return min((each for each in (shortest_s, cost_s) if each is not None), default=None)

    def _predicted_s(self, case: Case, blocks: int) -> float | None:
        pace = self._paces.get(case.id) or pace_seen(case)
        names = hopeful(case)
        if not pace.call_s:
            return None
        block_s = pace.block_s(names, calls_of(case))
        if case.fresh:
            return block_s + len(names) * self._start_alone_s(pace, len(names)) + self._ledger.end_s(case.id)
        by_pilot_s = self._ledger.predicted_s(case.id, blocks)
        if by_pilot_s is not None:
            return by_pilot_s
        return blocks * block_s + len(names) * pace.typical_start_s()

    def _start_alone_s(self, pace: Pace, probes: int) -> float:
        """A probe's start with no other beside it: the pilot has started them all at once, on these cores."""
        at_once = max(1, min(len(self._plan.cores) or 1, probes))
        return pace.typical_start_s() * at_once / max(1, probes)


def calls_of(case: Case) -> Calls:
    """Calls in a turn, by variant."""
    return {variant.name: variant.calls for variant in case.variants}


def pace_seen(case: Case) -> Pace:
    """The pace that earlier sittings of the run have seen."""
    pace = Pace()
    for sample in case.samples:
        pace = pace.called(sample.variant, sample.wall_s / sample.calls)
    for launch in case.launches:
        if launch.start_s:
            pace = pace.started(launch.start_s / max(1, len(case.variants)))
    return pace
