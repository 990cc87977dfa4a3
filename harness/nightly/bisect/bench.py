"""Makes the measured runs of a bisection: some mixes side by side with both ends, again found if they were made."""

from __future__ import annotations

import contextlib
import secrets
import time
from collections.abc import Callable, Sequence
from pathlib import Path

import msgspec

from harness.conduct import SiteFault, Surroundings, cut_runs, measure, resume
from harness.conduct.events import AnyEvent
from harness.conduct.fold import beginning
from harness.conduct.launch import Watch
from harness.failure import HarnessError
from harness.nightly.bisect.diary import Began, Diary, Refused, RunMade, RunPlanned
from harness.nightly.bisect.lattice import Taken
from harness.nightly.bisect.material import Material
from harness.record import Store
from harness.record.schema import Plan, Record

_LEAST_S = 20.0
# An id begins with the moment when its run did, as in 20261122T150312Z.
_MOMENT = 16


class Place(msgspec.Struct, frozen=True, kw_only=True):
    """Where a bisection takes place, and whom it tells. folder: where the user stands."""

    store: Store
    folder: Path
    say: Callable[[str], None]
    watch: Watch
    trace: Callable[[str], None]


class OutOfTime(Exception):
    """The budget of a bisection is spent."""


class MixRefused(Exception):
    """A mix turned out not to run while a run was about to be made: make one without it."""


class Bench:
    """runs: all records so far, and what they took, by step and look.

    A run that the diary knows is read from the store instead of being made; one that was cut goes on.
    """

    def __init__(self, material: Material, diary: Diary, begun: Began, place: Place) -> None:
        self._material = material
        self._diary = diary
        self._begun = begun
        self._place = place
        self._refused = diary.refused()
        self._measured_before = diary.measured()
        self.runs: list[str] = []
        self.took_s: list[float] = []
        # How many runs are thought to be still to come after the one that is being made.
        self.ahead = 0

    @property
    def left_s(self) -> float:
        """What is left of the budget."""
        return self._begun.plan.budget_s - sum(self.took_s)

    def why_refused(self, taken: Taken) -> str | None:
        """Why a mix can't be had, if it is known that it can't."""
        return self._refused.get(taken)

    def run(self, step: int, look: int, mixes: Sequence[Taken], launches: int, plan: Plan) -> Record:
        """A run of these mixes beside each other, the first of which is the baseline. plan: what is to be measured.

        Mixes that can't be had or don't run are refused, and left out. Raises OutOfTime if the budget is spent, and
        HarnessError where the baseline, or the last mix, which are the ends, don't run.
        """
        names = [sorted(each) for each in mixes]
        planned = self._diary.planned(step, look, names)
        made = self._diary.made(planned) if planned else None
        if made is None:
            made = self._made(planned or self._planned(step, look, names, launches), mixes, plan)
        self.ahead = max(0, self.ahead - 1) if look == 0 else self.ahead
        self.runs.append(made.run)
        self.took_s.append(made.took_s)
        return self._place.store.read(made.run)

    def available(self, mixes: Sequence[Taken]) -> list[Taken]:
        """Those of some mixes that can be had: they are made now, before anything is measured."""
        found = []
        for each in mixes:
            if each in self._refused:
                continue
            if each in self._measured_before:  # before we were cut; it is made again where another run wants it
                found.append(each)
                continue
            try:
                self._material.site(each)
                found.append(each)
            except HarnessError as fault:
                if not each or each == self._material.lattice.everything:
                    raise
                self._refuse(each, str(fault))
        return found

    def _planned(self, step: int, look: int, names: list[list[str]], launches: int) -> RunPlanned:
        planned = RunPlanned(step=step, look=look, seed=secrets.randbelow(2**32), launches=launches, mixes=names)
        self._diary.write(planned)
        return planned

    def _made(self, planned: RunPlanned, mixes: Sequence[Taken], plan: Plan) -> RunMade:
        if self.left_s <= 0:
            raise OutOfTime
        record = self._recorded(planned.seed)
        began = time.monotonic()
        if record is None:
            sites = tuple(self._material.site(each) for each in mixes)
            around = Surroundings(
                store=self._place.store,
                sites=sites,
                folder=self._place.folder,
                watch=self._watch,
                trace=self._place.trace,
            )
            record = self._measured(planned, plan, mixes, around)
        took_s = max(time.monotonic() - began, record.measured_s)
        made = RunMade(step=planned.step, look=planned.look, seed=planned.seed, run=record.id, took_s=took_s)
        self._diary.write(made)
        return made

    def _measured(self, planned: RunPlanned, plan: Plan, mixes: Sequence[Taken], around: Surroundings) -> Record:
        try:
            events = self._cut(planned.seed)
            if events is not None:
                return resume(events, None, around)
            mine = msgspec.structs.replace(
                plan,
                seed=planned.seed,
                launches=planned.launches,
                budget_s=max(_LEAST_S, self.left_s),
                bisects=self._begun.id,
            )
            return measure(mine, around)
        except SiteFault as fault:
            faulty = mixes[around.sites.index(fault.site)]
            if not faulty or faulty == self._material.lattice.everything:
                raise
            self._refuse(faulty, str(fault))
            raise MixRefused from fault

    def _recorded(self, seed: int) -> Record | None:
        """The record of a run that was finished just before we were killed."""
        for run in reversed(self._place.store.ids()):
            if run[:_MOMENT] < self._begun.id[:_MOMENT]:
                return None
            with contextlib.suppress(HarnessError):
                record = self._place.store.read(run)
                if record.plan.seed == seed:
                    return record
        return None

    def _cut(self, seed: int) -> list[AnyEvent] | None:
        found = cut_runs(self._place.store)
        return next((events for events in found if beginning(events).plan.seed == seed), None)

    def _refuse(self, taken: Taken, why: str) -> None:
        self._refused[taken] = why
        self._diary.write(Refused(taken=sorted(taken), why=why))

    def _watch(self, done_s: float, left_s: float | None, what: str) -> None:
        """A run's progress as part of the whole's: what is ahead is thought to take as long as a run did on average."""
        before_s = sum(self.took_s)
        if left_s is not None:
            typical_s = before_s / len(self.took_s) if self.took_s else done_s + left_s
            left_s = min(left_s + self.ahead * typical_s, max(0.0, self.left_s - done_s))
        self._place.watch(before_s + done_s, left_s, what)
