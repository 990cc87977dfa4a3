"""The conductor: gives cases their launches until enough is measured or the budget is spent."""

from __future__ import annotations

import psutil

from harness.conduct.chances import cut_launches, given_up, hopeful, is_hopeless, measured_launches
from harness.conduct.control import blocks_with_twin
from harness.conduct.events import CaseLeftOut, CasePlanned
from harness.conduct.fold import TWIN, Story
from harness.conduct.launch import Bench, Launch
from harness.conduct.pace import TURN_S, Calls, Pace, calls_per_turn
from harness.conduct.probe import LaunchVoid
from harness.conduct.schedule import Standing, fair_share_s, next_case
from harness.conduct.stage import MemoryShort
from harness.judge import block_log_ratios, blocks_per_launch, enough, launch_estimates, one_look, variance_components
from harness.record.schema import Case, Phase, Plan

_PILOT_BLOCKS = 6
_PILOT_SHARE = 0.05
_PRIOR_WITHIN_SD = 0.02
_FEWEST_HELD_CALLS = 5
_MOST_BLOCKS = 60
_MOST_VOID_LAUNCHES = 5
_MEMORY_SHARE = 0.8
_CHEAP_PEAK_SHARE = 0.1
# A first call is slower than those that follow: one that took several turns' length is surely long enough for one.
_CALIBRATED_BELOW = 5.0


class Conductor:
    """Runs the launches of all cases. What it knows of a case is the fold of its events, and the pace it has seen."""

    def __init__(self, story: Story, plan: Plan, bench: Bench) -> None:
        self._story = story
        self._plan = plan
        self._bench = bench
        self._paces: dict[str, Pace] = {}
        self._costs_s: dict[str, float] = {}
        self._limits: dict[str, str] = {}
        self._available_bytes = psutil.virtual_memory().available

    def run(self, limits: dict[str, str]) -> None:
        """Measure until `next_case` says that it is enough. limits: node ids of limit tests by case."""
        self._limits = limits
        while True:
            cases = self._story.cases()
            chosen = next_case(self._standings(cases), self._left_s(), self._plan.launches)
            if chosen is None:
                break
            self._launch(next(case for case in cases if case.id == chosen))
        for case in self._story.cases():
            if not measured_launches(case) and not is_hopeless(case):
                self._bench.write(CaseLeftOut(case=case.id, why=_why_left_out(case)))

    def _launch(self, case: Case) -> None:
        number = len(case.launches) + 1
        pace = self._paces.get(case.id, _pace_seen(case))
        began_s = self._bench.clock.now_s()
        planned = case.blocks_per_launch > 0
        self._bench.tell(f"{case.id}: launch {number}")
        with Launch(case, number, pace, self._bench, fresh=planned and case.fresh) as launch:
            try:
                if planned:
                    self._steady(case, launch)
                else:
                    self._pilot(case, launch)
                if case.id in self._limits and not _limit_failed(case):
                    launch.limit(self._limits[case.id])
                launch.end()
            except LaunchVoid as void:
                launch.end(Phase.VOID, str(void))
            except MemoryShort:
                launch.end(Phase.VOID, "its probes don't fit into memory beside each other")
                self._plan_fresh(case, "its probes don't fit into memory beside each other")
            self._paces[case.id] = launch.pace
        if planned or self._story.case(case.id).fresh:
            self._costs_s[case.id] = self._bench.clock.now_s() - began_s

    def _pilot(self, case: Case, launch: Launch) -> None:
        """The first launch: learns what calls cost, chooses the twin, and plans the launches to come."""
        twins = {variant.name: variant.twin_of for variant in case.variants if variant.twin_of is not None}
        launch.open([name for name in hopeful(case) if name not in twins])
        launch.pilot_block()
        names = [name for name in launch.stage.names if name in launch.pace.call_s]
        if names:
            # A pilot that was cut has chosen already, and a case has one twin.
            chosen = [original for original in twins.values() if original in names]
            cheapest = chosen[0] if chosen else min(names, key=launch.pace.typical_call_s)
            why = self._reason_for_fresh(case, launch, names)
            if why:
                self._bench.write(_planned(case, twin_of=cheapest, blocks=1, fresh=True, why=why))
            else:
                self._plan_held(case, launch, cheapest)
        launch.stage.close()

    def _plan_held(self, case: Case, launch: Launch, cheapest: str) -> None:
        """Calibrate the turn, measure a few blocks, and let their variance say how many a launch should have."""
        self._bench.write(_planned(case, twin_of=cheapest))
        launch.bring_twin(cheapest + TWIN, cheapest)
        names = launch.stage.names
        calls = {name: self._calls(launch, name) for name in list(names) if name != cheapest + TWIN}
        calls[cheapest + TWIN] = calls.get(cheapest, 1)
        launch_cost_s = launch.start_s + launch.pace.block_s(names, calls)
        self._blocks(launch, calls, _PILOT_BLOCKS, within_s=max(launch_cost_s, _PILOT_SHARE * self._left_s()))
        seen = self._story.case(case.id)
        components = variance_components(list(block_log_ratios(seen.samples, cheapest + TWIN, cheapest).values()))
        blocks = blocks_per_launch(
            launch_cost_s,
            launch.pace.block_s(names, calls),
            components.within or _PRIOR_WITHIN_SD**2,
            components.between,
            min(_most_blocks(launch, calls), self._affordable_blocks(launch, calls, launch_cost_s)),
        )
        self._bench.write(_planned(case, twin_of=cheapest, calls=calls, blocks=blocks))
        done = len({sample.block for sample in seen.samples if sample.phase is Phase.MEASURED})
        # The blocks so far are what the plan rests on, and have the twin in all of them.
        more = max(0, blocks - done)
        with_twin = blocks_with_twin(self._story.case(case.id), launch.pace, blocks)
        launch.ration_twin(more, min(more, max(0, with_twin - done)))
        self._more_blocks(launch, calls, more)

    def _affordable_blocks(self, launch: Launch, calls: Calls, launch_cost_s: float) -> int:
        """How many measured blocks a launch can have if every case is to get its fewest launches within the budget."""
        share_s = fair_share_s(self._standings(self._story.cases()), self._left_s(), self._plan.launches)
        block_s = launch.pace.block_s(launch.stage.names, calls)
        return max(1, int((share_s - launch_cost_s) / block_s)) if block_s else _MOST_BLOCKS

    def _calls(self, launch: Launch, name: str) -> int:
        """Calls in a turn of this variant: calibrated, unless its first call was long enough for a turn."""
        call_s = launch.pace.typical_call_s(name)
        if call_s < _CALIBRATED_BELOW * TURN_S:
            call_s = launch.calibrated_call_s(name)
        return calls_per_turn(call_s, launch.most_calls.get(name))

    def _steady(self, case: Case, launch: Launch) -> None:
        """A launch as the pilot planned it."""
        with_twin = blocks_with_twin(case, launch.pace, case.blocks_per_launch)
        launch.open([name for name in hopeful(case) if with_twin or name not in launch.originals])
        if case.fresh:
            self._fresh_block(case, launch)
            return
        if launch.pace.block_s(launch.stage.names, {}) < _CHEAP_PEAK_SHARE * launch.start_s:
            launch.peaks()
        launch.ration_twin(case.blocks_per_launch, with_twin)
        self._blocks(launch, _calls_of(case), case.blocks_per_launch)
        launch.stage.close()

    def _fresh_block(self, case: Case, launch: Launch) -> None:
        if any(variant.peak_bytes for variant in case.variants):
            launch.block({}, Phase.MEASURED)
            return
        # The pilot was called off, as memory was short: this is the first time that every variant has run.
        launch.pilot_block()
        names = [name for name in launch.stage.names if name in launch.pace.call_s]
        if names:
            cheapest = min(names, key=launch.pace.typical_call_s)
            self._bench.write(_planned(case, twin_of=cheapest, blocks=1, fresh=True))

    def _blocks(self, launch: Launch, calls: Calls, blocks: int, within_s: float = float("inf")) -> None:
        """The warm-up block of a launch, and measured ones after it, as far as the budget goes."""
        if 2 * launch.pace.block_s(launch.stage.names, calls) <= self._left_s():
            launch.block(calls, Phase.WARM_UP)
            self._more_blocks(launch, calls, blocks, within_s)

    def _more_blocks(self, launch: Launch, calls: Calls, blocks: int, within_s: float = float("inf")) -> None:
        """Measured blocks, until one is predicted to end after the budget, or after `within_s` from now."""
        until_s = self._bench.clock.now_s() + within_s
        for count in range(blocks):
            next_s = launch.pace.block_s(launch.stage.names, calls)
            too_long = count > 0 and self._bench.clock.now_s() + next_s > until_s
            if too_long or next_s > self._left_s() or not launch.can_take(calls):
                return
            launch.block(calls, Phase.MEASURED)
            self._bench.tell(launch.title)

    def _reason_for_fresh(self, case: Case, launch: Launch, names: list[str]) -> str:
        """Why each call should have a process of its own; "" if probes are better held."""
        peaks = sum(max(variant.peak_bytes, default=0) for variant in self._story.case(case.id).variants)
        if peaks > _MEMORY_SHARE * self._available_bytes:
            return f"together they would need {peaks / 1e9:.1f} GB of memory"
        if launch.pace.block_s(names, {}) > launch.start_s:
            return "a call takes longer than a start"
        fewest = min((most for most in launch.most_calls.values() if most is not None), default=_FEWEST_HELD_CALLS)
        if fewest < _FEWEST_HELD_CALLS:
            return f"a test allows no more than {fewest} calls in one process"
        return ""

    def _plan_fresh(self, case: Case, why: str) -> None:
        self._bench.write(_planned(case, twin_of=None, blocks=1, fresh=True, why=why))

    def _standings(self, cases: list[Case]) -> list[Standing]:
        return [self._standing(case) for case in cases]

    def _standing(self, case: Case) -> Standing:
        launches = len(measured_launches(case) - cut_launches(case))
        voided = sum(1 for launch in case.launches if launch.phase is Phase.VOID)
        return Standing(
            case=case.id,
            optional=case.optional,
            launches=launches,
            cost_s=self._costs_s.get(case.id, self._predicted_s(case)),
            enough=self._is_enough(case),
            over=is_hopeless(case) or voided >= _MOST_VOID_LAUNCHES + launches or len(case.launches) > 200,
        )

    def _predicted_s(self, case: Case) -> float | None:
        """What a launch of a case may take of which only the pilot, or an earlier sitting, is known."""
        pace = self._paces.get(case.id, _pace_seen(case))
        if not pace.call_s:
            return None
        names = hopeful(case)
        starts_s = pace.typical_start_s() * len(names)
        return starts_s + pace.block_s(names, _calls_of(case)) * (1 if case.fresh else 2)

    def _is_enough(self, case: Case) -> bool:
        ratios = [
            launch_estimates(block_log_ratios(case.samples, variant.name, variant.twin_of or case.baseline))
            for variant in case.variants
            if variant.name != case.baseline and not given_up(variant.failures)
        ]
        return all(enough(each, one_look(each.size), self._plan.precision) for each in ratios)

    def _left_s(self) -> float:
        return self._bench.clock.left_s()


def _why_left_out(case: Case) -> str:
    voided = [launch for launch in case.launches if launch.phase is Phase.VOID]
    if len(voided) == _MOST_VOID_LAUNCHES:
        return f"none of its launches counts: {voided[-1].why}"
    return "no budget was left for it"


def _limit_failed(case: Case) -> bool:
    return len(case.limit_failures) >= 1 and not case.limit_s


def _planned(
    case: Case, *, twin_of: str | None, calls: Calls | None = None, blocks: int = 0, fresh: bool = False, why: str = ""
) -> CasePlanned:
    return CasePlanned(
        case=case.id, calls=dict(calls or {}), blocks_per_launch=blocks, fresh=fresh, twin_of=twin_of, why=why
    )


def _calls_of(case: Case) -> Calls:
    return {variant.name: variant.calls for variant in case.variants}


def _most_blocks(launch: Launch, calls: Calls) -> int:
    """How many measured blocks a launch can have at most, one warm-up and one memory call taken off."""
    allowed = [(most - 1) // calls.get(name, 1) - 1 for name, most in launch.most_calls.items() if most is not None]
    return max(1, min([_MOST_BLOCKS, *allowed]))


def _pace_seen(case: Case) -> Pace:
    """The pace that earlier sittings of the run have seen."""
    pace = Pace()
    for sample in case.samples:
        pace = pace.called(sample.variant, sample.wall_s / sample.calls)
    for launch in case.launches:
        if launch.start_s:
            pace = pace.started(launch.start_s / max(1, len(case.variants)))
    return pace
