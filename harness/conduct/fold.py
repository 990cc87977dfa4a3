"""From a journal's events to the cases of a record: the only place where a run's state is made."""

from __future__ import annotations

import hashlib
import itertools
from collections.abc import Iterable
from typing import Any

import msgspec

from harness.conduct.events import (
    AnyEvent,
    BlockEnded,
    CaseLeftOut,
    CaseLookedAt,
    CasePlanned,
    LaunchBegan,
    LaunchEnded,
    LimitStated,
    PeakTaken,
    ProbesReady,
    Resumed,
    RunBegan,
    Sampled,
    Stated,
    VariantFailed,
    Watched,
)
from harness.conduct.ledger import Ledger
from harness.judge import warm_up
from harness.record.schema import Answer, Case, Launch, Look, Phase, Plan, Running, Sample, Variant

TWIN = " (twin)"


class Unusable(Exception):
    """These events don't begin with a run's beginning."""


def beginning(events: list[AnyEvent]) -> RunBegan:
    """The event that says what the run is. Raises Unusable."""
    if not events or not isinstance(events[0], RunBegan):
        raise Unusable
    return events[0]


def plan_of(events: Iterable[AnyEvent]) -> Plan:
    """What was asked for, with the budget as it was last changed. Raises Unusable."""
    plan: Plan | None = None
    for event in events:
        if isinstance(event, RunBegan):
            plan = event.plan
        elif isinstance(event, Resumed) and plan is not None and event.budget_s is not None:
            plan = msgspec.structs.replace(plan, budget_s=event.budget_s)
    if plan is None:
        raise Unusable
    return plan


def fold(events: Iterable[AnyEvent]) -> list[Case]:
    """All cases of a run as they stand after these events."""
    story = Story()
    for event in events:
        story.take(event)
    return story.cases()


class Story:
    """The state of a run while its events come in. ledger: what its launches have cost."""

    def __init__(self) -> None:
        self.ledger = Ledger()
        self._drafts: dict[str, _Draft] = {}
        self._made: dict[str, Case] = {}

    def take(self, event: AnyEvent) -> None:
        if isinstance(event, RunBegan):
            self._drafts = {case.id: _Draft(case) for case in event.cases}
            self._made = {}
            return
        self.ledger.take(event)
        case = getattr(event, "case", None)
        if case is not None:
            self._drafts[case].take(event)
            self._made.pop(case, None)

    def cases(self) -> list[Case]:
        return [self.case(case_id) for case_id in self._drafts]

    def case(self, case_id: str) -> Case:
        if case_id not in self._made:
            self._made[case_id] = self._drafts[case_id].case()
        return self._made[case_id]


class _Draft:
    """One case while its events come in."""

    def __init__(self, case: Case) -> None:
        self._case = case
        self._variants = {variant.name: _VariantDraft(variant) for variant in case.variants}
        self._launches: dict[int, Launch] = {}
        self._samples: list[Sample] = []
        self._blocks: list[BlockEnded] = []

    def take(self, event: AnyEvent) -> None:
        match event:
            case LaunchBegan():
                self._launches[event.launch] = Launch(
                    number=event.launch,
                    hash_seed=event.hash_seed,
                    began=event.began,
                    start_s=0.0,
                    phase=Phase.BROKEN,
                    why="cut off",
                )
            case ProbesReady():
                self._change_launch(event.launch, start_s=event.start_s)
            case LaunchEnded():
                self._change_launch(event.launch, phase=event.phase, why=event.why)
            case Sampled():
                self._samples.append(event.sample)
            case BlockEnded():
                self._blocks.append(event)
            case CasePlanned():
                self._plan(event)
            case PeakTaken() | Watched():
                self._variants[event.variant].watch(event)
            case Stated():
                self._variants[event.variant].state(event)
                self._case = msgspec.structs.replace(self._case, axis=event.axis or self._case.axis)
            case LimitStated():
                self._change(limit_s=[*self._case.limit_s, event.limit_s])
            case VariantFailed():
                self._fail(event)
            case CaseLookedAt():
                look = Look(launch=event.launch, spent=event.spent, enough=event.enough)
                self._change(looks=[*self._case.looks, look])
            case CaseLeftOut():
                self._change(not_measured=event.why)

    def _fail(self, event: VariantFailed) -> None:
        if event.variant is None:
            self._change(limit_failures=[*self._case.limit_failures, event.failure])
            return
        self._variants[event.variant].failures.append(event.failure)

    def _plan(self, event: CasePlanned) -> None:
        self._change(blocks_per_launch=event.blocks_per_launch, fresh=event.fresh)
        self._change(fresh_why=event.why or self._case.fresh_why)
        name = f"{event.twin_of}{TWIN}"
        if event.twin_of is not None and name not in self._variants:
            original = self._variants[event.twin_of].variant
            twin = msgspec.structs.replace(original, name=name, twin_of=event.twin_of)
            self._variants[name] = _VariantDraft(twin)
        for draft in self._variants.values():
            draft.calls = event.calls.get(draft.variant.twin_of or draft.variant.name, 1)

    def _change(self, **fields: Any) -> None:
        self._case = msgspec.structs.replace(self._case, **fields)

    def _change_launch(self, number: int, **fields: Any) -> None:
        self._launches[number] = msgspec.structs.replace(self._launches[number], **fields)

    def case(self) -> Case:
        ended = {(block.conditions.launch, block.conditions.block) for block in self._blocks}
        samples = [self._phased(sample, ended) for sample in self._samples]
        found = warm_up(samples, [name for name, draft in self._variants.items() if draft.variant.twin_of is None])
        return msgspec.structs.replace(
            self._case,
            variants=[draft.done() for draft in self._variants.values()],
            launches=list(self._launches.values()),
            samples=_warmed_up(samples, found.blocks),
            conditions=[block.conditions for block in self._blocks],
            warm_up_blocks=found.blocks,
            unsteady=list(found.unsteady),
        )

    def _phased(self, sample: Sample, ended: set[tuple[int, int]]) -> Sample:
        """What a sample may be used for, now that it is known how its block and launch ended."""
        phase = sample.phase
        launch = self._launches[sample.launch].phase
        if launch is Phase.VOID:
            phase = Phase.VOID
        elif (sample.launch, sample.block) not in ended:
            phase = Phase.BROKEN
        elif phase is Phase.PILOT and self._case.fresh and sample.block == 0:
            # The pilot's call is the first of its process, as every call of such a case is.
            phase = Phase.MEASURED
        return msgspec.structs.replace(sample, phase=phase)


def _warmed_up(samples: list[Sample], blocks: int) -> list[Sample]:
    """With the first measured blocks of each launch tagged as warm-up; every launch keeps at least one."""
    if not blocks:
        return samples
    measured: dict[int, set[int]] = {}
    for sample in samples:
        if sample.phase is Phase.MEASURED:
            measured.setdefault(sample.launch, set()).add(sample.block)
    dropped = {(launch, block) for launch, of in measured.items() for block in sorted(of)[: min(blocks, len(of) - 1)]}
    return [
        msgspec.structs.replace(sample, phase=Phase.WARM_UP)
        if sample.phase is Phase.MEASURED and (sample.launch, sample.block) in dropped
        else sample
        for sample in samples
    ]


class _VariantDraft:
    def __init__(self, variant: Variant) -> None:
        self.variant = variant
        self.calls = variant.calls
        self.peak_bytes = list(variant.peak_bytes)
        self.running = variant.running
        self.failures = list(variant.failures)
        self._answers: dict[str, Answer] = {}
        self._counters: list[dict[str, int]] = []
        self._parts_s: dict[int, dict[str, float]] = {}
        self._notes: dict[str, Any] = {}
        self._axis = variant.axis

    def watch(self, event: PeakTaken | Watched) -> None:
        if isinstance(event, PeakTaken):
            self.peak_bytes.append(event.peak_bytes)
            return
        self.running = _together(self.running, event.running)

    def state(self, event: Stated) -> None:
        self._axis = event.axis or self._axis
        self._notes = event.notes or self._notes
        if event.counters:
            self._counters.append(event.counters)
        if event.parts_s:
            self._parts_s[event.launch] = event.parts_s
        if event.answer is None:
            return
        digest = _digest(event.answer)
        known = self._answers.get(digest)
        launches = [*(known.launches if known else []), event.launch]
        self._answers[digest] = Answer(launches=launches, digest=digest, value=event.answer)

    def done(self) -> Variant:
        return msgspec.structs.replace(
            self.variant,
            axis=self._axis,
            calls=self.calls,
            answers=list(self._answers.values()),
            counters=self._counters,
            parts_s=list(self._parts_s.values()),
            parts_launches=list(self._parts_s),
            peak_bytes=self.peak_bytes,
            running=self.running,
            failures=self.failures,
            notes=self._notes,
        )


def _together(before: Running | None, now: Running) -> Running:
    """The looks of both. How its processes shared the cores is told by those that saw more of it."""
    if before is None:
        return now
    looks = [sum(both) for both in itertools.zip_longest(before.looks, now.looks, fillvalue=0)]
    more = max((before, now), key=lambda each: sum(each.looks[each.cores + 1 :]))
    return Running(cores=now.cores, looks=looks, crowded=more.crowded)


def _digest(answer: Any) -> str:
    return "sha256:" + hashlib.sha256(msgspec.json.encode(answer, order="deterministic")).hexdigest()
