"""The conductor: gives cases their launches until enough is measured or the budget is spent."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import msgspec
import psutil

from harness.conduct.chances import hopeful, is_hopeless, measured_launches
from harness.conduct.control import blocks_with_twin, original_of_twin
from harness.conduct.events import AnyEvent, CaseLeftOut, CaseLookedAt, CasePlanned, EndForeseen
from harness.conduct.fold import TWIN, Story
from harness.conduct.launch import Bench, Launch
from harness.conduct.look import due_look
from harness.conduct.pace import TURN_S, Calls, Pace, calls_per_turn, even_calls
from harness.conduct.probe import LaunchVoid
from harness.conduct.prospects import (
    MOST_VOID_LAUNCHES,
    Expect,
    Focus,
    Prospects,
    calls_of,
    pace_seen,
)
from harness.conduct.schedule import Standing, courses, fair_share_s, next_case, remaining_s
from harness.conduct.stage import MemoryShort
from harness.judge import Variances, block_log_ratios, blocks_per_launch, variance_within
from harness.judge.precision import PRIOR_BETWEEN_SD
from harness.record.schema import Case, Phase, Plan

_PILOT_BLOCKS = 6
_PILOT_SHARE = 0.05
_FEWEST_HELD_CALLS = 5
_MOST_BLOCKS = 60
_MEMORY_SHARE = 0.8
_CHEAP_PEAK_SHARE = 0.1
# A first call is slower than those that follow: one that took several turns' length is surely long enough for one.
_CALIBRATED_BELOW = 5.0


def _unexpected(_case: Case) -> Variances | None:
    """No earlier run tells what noise to expect."""
    return None


def _even(_cases: Sequence[Case]) -> Mapping[str, float]:
    """All cases count the same."""
    return {}


class Conductor:
    """Runs the launches of all cases. What it knows of a case is the fold of its events, and the pace it has seen."""

    def __init__(
        self, story: Story, plan: Plan, bench: Bench, expect: Expect = _unexpected, focus: Focus = _even
    ) -> None:
        self._story = story
        self._plan = plan
        self._bench = msgspec.structs.replace(bench, watch=self._watch)
        self._told = bench.watch
        self._paces: dict[str, Pace] = {}
        self._expect = expect
        self._prospects = Prospects(plan, story.ledger, self._paces, expect, focus)
        self._end_s: float | None = None
        self._limits: dict[str, str] = {}
        self._available_bytes = psutil.virtual_memory().available

    def run(self, limits: dict[str, str]) -> None:
        """Measure until `next_case` says that it is enough. limits: node ids of limit tests by case."""
        self._limits = limits
        while (case := self._next()) is not None:
            self._launch(case)
        for case in self._story.cases():
            if not measured_launches(case) and not is_hopeless(case):
                self._bench.write(CaseLeftOut(case=case.id, why=_why_left_out(case)))

    def _next(self) -> Case | None:
        """The case that gets the next launch, after those were looked at for which that is due."""
        cases = self._looked_at(self._story.cases())
        standings = self._prospects.standings(list(cases.values()))
        self._foresee(standings)
        chosen = next_case(standings, self._left_s(), self._plan.launches)
        return None if chosen is None else cases[chosen]

    def _looked_at(self, cases: list[Case]) -> dict[str, Case]:
        found = {case.id: case for case in cases}
        if self._plan.launches is not None:
            return found
        planned = courses(self._prospects.standings(cases), self._left_s())
        for case_id, course in planned.items():
            look = due_look(found[case_id], course.most, self._plan.precision)
            if look is not None:
                self._write(
                    CaseLookedAt(
                        case=case_id, launch=look.launch, most=course.most, spent=look.spent, enough=look.enough
                    )
                )
                found[case_id] = self._story.case(case_id)
        return found

    def _foresee(self, standings: list[Standing]) -> None:
        """Predict the end, from when on every case has had its first launch; the first prediction is kept."""
        left_s = remaining_s(standings, self._left_s(), self._plan.launches)
        if left_s is None or self._left_s() <= 0:
            return
        if self._end_s is None:
            self._write(EndForeseen(left_s=left_s))
        self._end_s = self._bench.clock.now_s() + left_s

    def _watch(self, done_s: float, left_s: float | None, what: str) -> None:
        """Tell the user what goes on, with the time that is predicted to be left, if that is less than the budget."""
        if left_s is not None and self._end_s is not None:
            left_s = min(left_s, max(0.0, self._end_s - done_s))
        self._told(done_s, left_s, what)

    def _launch(self, case: Case) -> None:
        number = len(case.launches) + 1
        pace = self._paces.get(case.id, pace_seen(case))
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

    def _pilot(self, case: Case, launch: Launch) -> None:
        """The first launch: learns what calls cost, chooses the twin, and plans the launches to come."""
        launch.open([name for name in hopeful(case) if name not in launch.originals])
        launch.pilot_block()
        original = original_of_twin(self._story.case(case.id), launch.called, launch.pace)
        # None where an earlier pilot, that was cut, gave a twin to a variant that died in this one: the next launch is
        # the pilot then.
        if original is not None:
            why = self._reason_for_fresh(case, launch)
            if why:
                self._bench.write(_planned(case, twin_of=original, blocks=1, fresh=True, why=why))
            else:
                self._plan_held(case, launch, original)
        launch.stage.close()

    def _plan_held(self, case: Case, launch: Launch, original: str) -> None:
        """Calibrate the turn, measure a few blocks, and let their variance say how many a launch should have."""
        self._bench.write(_planned(case, twin_of=original))
        launch.bring_twin(original + TWIN, original)
        names = launch.stage.names
        calls = {name: self._calls(launch, name) for name in list(names) if name != original + TWIN}
        if case.of is not None:
            slowest_s = max(map(launch.pace.typical_call_s, calls), default=0.0)
            calls = even_calls(calls, launch.most_calls.values(), slowest_s)
        calls[original + TWIN] = calls.get(original, 1)
        launch_cost_s = launch.start_s + launch.pace.block_s(names, calls)
        self._blocks(launch, calls, _PILOT_BLOCKS, within_s=max(launch_cost_s, _PILOT_SHARE * self._left_s()))
        seen = self._story.case(case.id)
        expected = self._expect(seen)
        if expected is not None:
            within, between = expected.held_within, expected.between
        else:
            twins_blocks = block_log_ratios(seen.samples, original + TWIN, original)
            within, between = variance_within(list(twins_blocks.values())), PRIOR_BETWEEN_SD**2
        block_s = self._story.ledger.block_s(case.id) or launch.pace.block_s(names, calls)
        blocks = blocks_per_launch(
            launch_cost_s,
            block_s,
            within,
            between,
            min(_most_blocks(launch, calls), self._affordable_blocks(block_s, launch_cost_s)),
        )
        self._bench.write(_planned(case, twin_of=original, calls=calls, blocks=blocks))
        done = len({sample.block for sample in seen.samples if sample.phase is Phase.MEASURED})
        # The blocks so far are what the plan rests on, and have the twin in all of them.
        more = max(0, blocks - done)
        with_twin = blocks_with_twin(self._story.case(case.id), launch.pace, blocks)
        launch.ration_twin(more, min(more, max(0, with_twin - done)))
        self._more_blocks(launch, calls, more)

    def _affordable_blocks(self, block_s: float, launch_cost_s: float) -> int:
        """How many measured blocks a launch can have if every case is to get its fewest launches within the budget."""
        standings = self._prospects.standings(self._story.cases())
        share_s = fair_share_s(standings, self._left_s(), self._plan.launches)
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
        self._blocks(launch, calls_of(case), case.blocks_per_launch)
        launch.stage.close()

    def _fresh_block(self, case: Case, launch: Launch) -> None:
        if any(variant.peak_bytes for variant in case.variants):
            launch.block({}, Phase.MEASURED)
            return
        # The pilot was called off, as memory was short: this is the first time that every variant has run.
        launch.pilot_block()
        original = original_of_twin(self._story.case(case.id), launch.called, launch.pace)
        if original is not None:
            self._bench.write(_planned(case, twin_of=original, blocks=1, fresh=True))

    def _blocks(self, launch: Launch, calls: Calls, blocks: int, within_s: float = float("inf")) -> None:
        """The warm-up block of a launch, and measured ones after it, as far as the budget goes."""
        if 2 * launch.pace.block_s(launch.stage.names, calls) <= self._left_s():
            launch.block(calls, Phase.WARM_UP)
            self._more_blocks(launch, calls, blocks, within_s)

    def _more_blocks(self, launch: Launch, calls: Calls, blocks: int, within_s: float = float("inf")) -> None:
        """Measured blocks, until one is predicted to end after `within_s` from now, or to leave less of the budget than
        the launch's end takes.
        """
        until_s = self._bench.clock.now_s() + within_s
        end_s = self._story.ledger.end_s(launch.case_id)
        for count in range(blocks):
            next_s = launch.pace.block_s(launch.stage.names, calls)
            too_long = count > 0 and self._bench.clock.now_s() + next_s > until_s
            if too_long or next_s + (end_s if count else 0.0) > self._left_s() or not launch.can_take(calls):
                return
            launch.block(calls, Phase.MEASURED)
            self._bench.tell(launch.title)

    def _reason_for_fresh(self, case: Case, launch: Launch) -> str:
        """Why each call should have a process of its own; "" if probes are better held."""
        peaks = sum(max(variant.peak_bytes, default=0) for variant in self._story.case(case.id).variants)
        if peaks > _MEMORY_SHARE * self._available_bytes:
            return f"together they would need {peaks / 1e9:.1f} GB of memory"
        if launch.pace.block_s(launch.called, {}) > launch.start_s:
            return "a call takes longer than a start"
        fewest = min((most for most in launch.most_calls.values() if most is not None), default=_FEWEST_HELD_CALLS)
        if fewest < _FEWEST_HELD_CALLS:
            return f"a test allows no more than {fewest} calls in one process"
        return ""

    def _plan_fresh(self, case: Case, why: str) -> None:
        self._bench.write(_planned(case, twin_of=None, blocks=1, fresh=True, why=why))

    def _write(self, event: AnyEvent) -> None:
        self._bench.write(msgspec.structs.replace(event, at_s=self._bench.clock.now_s()))

    def _left_s(self) -> float:
        return self._bench.clock.left_s()


def _why_left_out(case: Case) -> str:
    voided = [launch for launch in case.launches if launch.phase is Phase.VOID]
    if len(voided) == MOST_VOID_LAUNCHES:
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


def _most_blocks(launch: Launch, calls: Calls) -> int:
    """How many measured blocks a launch can have at most, one warm-up and one memory call taken off."""
    allowed = [(most - 1) // calls.get(name, 1) - 1 for name, most in launch.most_calls.items() if most is not None]
    return max(1, min([_MOST_BLOCKS, *allowed]))
