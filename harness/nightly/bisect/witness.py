"""The oracle that measures: which end a mix resembles, by launches side by side, as many as it takes."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence
from typing import NamedTuple

import numpy as np

from harness.failure import HarnessError
from harness.judge import block_log_ratios, hodges_lehmann
from harness.judge.floats import Floats
from harness.judge.nearer import SPENT, Nearness, held_spread, launches_for, looks_so_far, nearer
from harness.nightly.bisect.bench import Bench, MixRefused
from harness.nightly.bisect.diary import Diary, Judged
from harness.nightly.bisect.lattice import Taken
from harness.nightly.bisect.line import that_matter
from harness.nightly.bisect.material import Material
from harness.nightly.bisect.purse import Purse
from harness.record.bisection import Side, Trait, Weighed
from harness.record.failing import fault_of, runs, sort_of
from harness.record.schema import Agreement, Case, Plan, Record

# The noise between launches that is expected before any is seen, of the ratio of two.
PRIOR_SPREAD = 0.035
# How often the launches so far are doubled, at most.
LOOKS = len(SPENT)
_NONE: Taken = frozenset()
# Of a ratio that is told at the end: what carries an interval without "few".
_FEWEST_TOLD = 6

Tell = Callable[[Weighed], None]


class NotMeasured(HarnessError):
    """Nothing was measured of one of the ends, or not what had been measured of it before."""

    exit_code = 3


class Witness:
    """Answers by time, by answer, or by whether it runs, in one test.

    case: its id in a run of the whole plan. trait: which of the three. ends: log ratios of the bad end over the good
    one, by launch, as they were seen before; none where times don't count.
    """

    def __init__(
        self, material: Material, bench: Bench, diary: Diary, plan: Plan, tell: Tell, *, case: str, trait: Trait,
        ends: Floats,
    ) -> None:  # fmt: skip
        self._material = material
        self._bench = bench
        self._diary = diary
        self._plan = plan
        self._tell = tell
        self._everything = material.lattice.everything
        self._sides: dict[Taken, Side] = {_NONE: Side.GOOD, self._everything: Side.BAD}
        self._case = case
        self._ends = ends
        self._exactly = {Trait.ANSWER: _side_by_answer, Trait.RUNNING: side_by_running}.get(trait)
        self._step = 1
        self.steps: list[Weighed] = []
        # Of the last question: what was measured, for those who want ratios of it.
        self.records: list[Record] = []

    @property
    def exact(self) -> bool:
        """Whether one launch tells, and no time counts."""
        return self._exactly is not None

    def __call__(self, wanted: Sequence[Taken], beside: Sequence[Taken], purse: Purse) -> Mapping[Taken, Side]:
        """As an Oracle does. Raises HarnessError where an end doesn't run any more, and OutOfTime."""
        errors = {each: 0.0 if self.exact else purse.take() for each in wanted if each not in self._sides}
        asked_beside = [] if self.exact else beside  # ratios are of times
        if errors or asked_beside:
            self._step += 1
            self._ask(errors, asked_beside)
        return {each: self._sides[each] for each in wanted if each in self._sides}

    def log_ratios(self, one: Taken, other: Taken) -> dict[tuple[str, int], float]:
        """The logarithm of one mix's time over another's by run and launch, in the runs of the last question."""
        names = self._material.name(one), self._material.name(other)
        return {
            (record.id, launch): value
            for record in self.records
            for launch, value in between(case_of(record, self._case), *names).items()
        }

    def _ask(self, errors: Mapping[Taken, float], beside: Sequence[Taken]) -> None:
        self.records = []
        open_ = {each: error for each, error in errors.items() if not self._refused(each)}
        seen: dict[Taken, tuple[list[float], list[float]]] = {each: ([], []) for each in open_}
        taken: list[int] = []
        look = 0
        while look < LOOKS and (open_ or (beside and not look)):
            launches = self._launches(open_, taken, beside)
            made = self._run(look, list(open_), beside, launches)
            open_ = {each: error for each, error in open_.items() if not self._refused(each)}
            if made is None:
                continue  # a mix is out, and the others are measured without it
            self.records.append(made)
            taken.append(sum(taken[-1:]) + launches)
            self._learn_noise(made)
            for each in list(open_):
                self._collect(seen[each], case_of(made, self._case), each)
                weighed = self._weighed(each, seen[each], taken, open_[each], made)
                if weighed.side is not Side.UNKNOWN or look == LOOKS - 1 or weighed.why:
                    del open_[each]
                    self._decide(weighed)
            told = {each: self._sides[each] for each in errors if each in self._sides}
            matter = that_matter(open_, told)
            open_ = {each: error for each, error in open_.items() if each in matter}
            look += 1

    def _launches(self, open_: Mapping[Taken, float], taken: Sequence[int], beside: Sequence[Taken]) -> int:
        if self.exact:
            return 1
        if taken:
            return taken[-1]  # as many as there are: each look has twice the launches of the one before
        half_way = abs(float(np.mean(self._ends))) / 2
        wanted = launches_for(half_way, held_spread(self._ends, PRIOR_SPREAD), min(open_.values(), default=0.01))
        return max(wanted, _FEWEST_TOLD if beside else 0)

    def _run(self, look: int, wanted: Sequence[Taken], beside: Sequence[Taken], launches: int) -> Record | None:
        mixes = list(dict.fromkeys([_NONE, *wanted, *beside, self._everything]))
        between_ends = [each for each in mixes if each not in (_NONE, self._everything)]
        available = self._bench.available(between_ends)
        if wanted and not any(each in available for each in wanted):
            return None
        try:
            return self._bench.run(self._step, look, [_NONE, *available, self._everything], launches, self._plan)
        except MixRefused:
            return None

    def _refused(self, taken: Taken) -> bool:
        why = self._bench.why_refused(taken)
        if why is not None and taken not in self._sides:
            self._decide(Weighed(step=self._step, taken=sorted(taken), side=Side.UNKNOWN, why=why))
        return why is not None

    def _collect(self, seen: tuple[list[float], list[float]], case: Case, taken: Taken) -> None:
        good, bad, own = (self._material.name(each) for each in (_NONE, self._everything, taken))
        mix, ends = between(case, own, good), between(case, bad, good)
        for launch in mix.keys() & ends.keys():
            seen[0].append(mix[launch])
            seen[1].append(ends[launch])

    def _learn_noise(self, record: Record) -> None:
        names = self._material.name(self._everything), self._material.name(_NONE)
        self._ends = np.append(self._ends, list(between(case_of(record, self._case), *names).values()))

    def _weighed(
        self, taken: Taken, seen: tuple[list[float], list[float]], looks: list[int], error: float, record: Record
    ) -> Weighed:
        names = sorted(taken)
        if self._exactly is not None:
            sites = Sites(*map(self._material.name, (taken, _NONE, self._everything)))
            side, why = self._exactly(record, case_of(record, self._case), sites)
            return Weighed(step=self._step, taken=names, side=side, launches=1, why=why)
        count = len(seen[0])
        if not count:
            why = _why_missing(record, self._material.name(taken))
            return Weighed(step=self._step, taken=names, side=Side.UNKNOWN, why=why)
        last = len(looks) == LOOKS
        told = self._nearer(seen, looks, error, last=last)
        decided = told.side is not Side.UNKNOWN
        why = "" if decided or not last else "it lies half-way, as far as can be told"
        return Weighed(
            step=self._step, taken=names, side=told.side, position=told.position, low=told.low, high=told.high,
            launches=count, error=error if decided else 0.0, why=why,
        )  # fmt: skip

    def _nearer(self, seen: tuple[list[float], list[float]], looks: list[int], error: float, *, last: bool) -> Nearness:
        mix, ends = (np.array(each) for each in seen)
        slower = float(np.mean(self._ends)) > 0
        # Launches that were lost leave fewer than were planned at each look.
        lost = looks[-1] - len(mix)
        taken = looks_so_far([each - lost for each in looks]) if looks[0] - lost >= 3 else looks_so_far([len(mix)])
        return nearer(mix, ends, taken, error, slower=slower, last=last)

    def _decide(self, weighed: Weighed) -> None:
        self._sides[frozenset(weighed.taken)] = weighed.side
        self.steps.append(weighed)
        if not self._diary.is_judged(weighed):
            self._diary.write(Judged(weighed=weighed))
        self._tell(weighed)


class Sites(NamedTuple):
    """What a mix and the two ends are called in a run."""

    own: str
    good: str
    bad: str


def _side_by_answer(record: Record, case: Case, sites: Sites) -> tuple[Side, str]:
    """Which end a mix resembles by the answer that it gave; why, where that can't be told."""
    judged = [each for judgement in record.judgements if judgement.case == case.id for each in judgement.variants]
    agreement = next((each.answer.agreement for each in judged if each.variant == sites.own), Agreement.NONE)
    sides = {Agreement.AGREE: Side.GOOD, Agreement.DIFFER: Side.BAD}
    side = sides.get(agreement, Side.UNKNOWN)
    why = "" if side is not Side.UNKNOWN else _why_missing(record, sites.own) or f"its answer is {agreement.value}"
    return side, why


def side_by_running(record: Record, case: Case, sites: Sites) -> tuple[Side, str]:
    """Which end a mix resembles: good if the test runs there, bad if it fails as it does at the bad end; why, where
    that can't be told: what fails otherwise may lack something that both ends have.

    Raises NotMeasured where the ends no longer do what they did at first.
    """
    variants = {variant.name: variant for variant in case.variants}
    own, good, bad = (variants.get(site) for site in sites)
    fault = fault_of(case, bad) if bad is not None else None
    if good is None or not runs(case, good) or fault is None:
        raise NotMeasured(
            f"{case.id}: it ran in {sites.good} and failed in {sites.bad} at first, and doesn't do both any more "
            f"({record.id}): it fails by chance, or for lack of something that this machine has at times."
        )
    if own is not None and runs(case, own):
        return Side.GOOD, ""
    theirs = fault_of(case, own) if own is not None else None
    if theirs is not None and sort_of(theirs) == sort_of(fault):
        return Side.BAD, ""
    return Side.UNKNOWN, _why_missing(record, sites.own)


def case_of(record: Record, case: str) -> Case:
    """The case of this id, or the only one of a run of one test: alone it may have another id."""
    return next((each for each in record.cases if each.id == case), record.cases[0])


def between(case: Case, one: str, other: str) -> dict[int, float]:
    """By launch, the logarithm of one variant's time over another's: one estimate a launch."""
    return {
        launch: float(hodges_lehmann(blocks)) for launch, blocks in block_log_ratios(case.samples, one, other).items()
    }


def expected_runs(groups: int, cuts: int) -> int:
    """How many runs it takes to find one culprit, and to hold it against both ends."""
    return math.ceil(math.log(max(groups, 1), cuts + 1)) + 1


def _why_missing(record: Record, site: str) -> str:
    marked = [line for line in record.missing if f", {site}: " in line or f" in {site}: " in line]
    return marked[0] if marked else "it was not measured"
