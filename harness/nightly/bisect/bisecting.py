"""A bisection from the two ends to what made the difference, in one sitting or, after an interruption, in several."""

from __future__ import annotations

import contextlib
import math
import secrets
import tempfile
from collections.abc import Iterator, Sequence
from pathlib import Path

import msgspec

from harness.conduct.policy_file import policy_of
from harness.environment import Kind, default_address, realize
from harness.environment.mixtures import mixture
from harness.failure import HarnessError
from harness.machine.code import place_in_repository
from harness.machine.cores import available
from harness.nightly.bisect.bench import Bench, OutOfTime, Place
from harness.nightly.bisect.commits import Commit, commits_between
from harness.nightly.bisect.diary import NAME, Began, Diary, Ended, diary_of
from harness.nightly.bisect.differing import Differing, by_answer, by_running, by_time
from harness.nightly.bisect.effects import effects
from harness.nightly.bisect.ends import Lock, ends_of
from harness.nightly.bisect.lattice import Taken
from harness.nightly.bisect.material import Commits, Material, Packages
from harness.nightly.bisect.purse import Purse
from harness.nightly.bisect.search import CUTS, Found, decisions, search
from harness.nightly.bisect.witness import Witness, expected_runs
from harness.record import new_id
from harness.record.bisection import Bisection, Culprit, Outcome, Side, Trait, Weighed
from harness.record.schema import Plan
from harness.record.usual_store import in_store

ALPHA = 0.05
BUDGET_S = 600.0


class Wish(msgspec.Struct, frozen=True, kw_only=True):
    """What a user wants bisected.

    good, bad: locks (a file, a name, a record, a digest in the store) or commits. paths, keyword: which tests, as for
    `harness run`. measure: what the ends differ in. environment: an address, in which commits run; naming one says that
    good and bad are commits.
    """

    good: str
    bad: str
    paths: list[str]
    keyword: str | None = None
    budget_s: float = BUDGET_S
    measure: Trait = Trait.TIME
    scale: str = "quick"
    environment: str | None = None
    cores: list[int] | None = None
    threads: int | None = None
    timeout_s: float | None = None


def bisect(wish: Wish, place: Place) -> Bisection:
    """Find what made the difference between two ends; runs and locks are in the store then.

    Raises HarnessError; KeyboardInterrupt leaves a bisection that can be resumed.
    """
    ends = ends_of(wish.good, wish.bad, place.folder, place.store, only_commits=wish.environment is not None)
    plan = _plan(wish, place.folder)
    first, second = ends
    if isinstance(first, Lock) and isinstance(second, Lock):
        _refuse_unlike(first, second)
        digests = place.store.keep_lock(first.text), place.store.keep_lock(second.text)
        of, kind, environment = "packages", str(first.kind), None
    else:
        assert isinstance(first, Commit)
        assert isinstance(second, Commit)
        commits_between(place.folder, first, second)
        digests = first.id, second.id
        of, kind, environment = "commits", "", wish.environment or default_address(place.folder)
    begun = Began(
        id=new_id(), of=of, measure=wish.measure, good=wish.good, bad=wish.bad, ends=digests, kind=kind,
        environment=environment, plan=plan, folder=str(place.folder),
    )  # fmt: skip
    path = place.store.run_folder(begun.id) / NAME
    with contextlib.closing(Diary(path)) as diary:
        diary.write(begun)
        return _sit(begun, diary, place)


def go_on(name: str, place: Place, budget_s: float | None = None) -> Bisection:
    """Go on with a bisection that was cut: the one whose id begins or ends so, or the latest where `name` is empty.

    budget_s: of the whole, what was measured before included; None leaves it. One that has come to its end is told
    again. Raises HarnessError.
    """
    begun, path = diary_of(place.store, name)
    if begun.folder != str(place.folder):
        raise HarnessError(f"{begun.id}: this bisection began in {begun.folder}. Go there, and resume it from there.")
    with contextlib.closing(Diary(path)) as diary:
        found = diary.found()
        if found is not None and (budget_s is None or found.outcome is not Outcome.NARROWED):
            return found
        if budget_s is not None:
            begun = msgspec.structs.replace(begun, plan=msgspec.structs.replace(begun.plan, budget_s=budget_s))
        return _sit(begun, diary, place)


def _plan(wish: Wish, folder: Path) -> Plan:
    policy = policy_of(folder)
    cores = wish.cores or available()
    return Plan(
        paths=wish.paths, keyword=wish.keyword, scale=wish.scale, budget_s=wish.budget_s, launches=None,
        precision=0.02, margin=policy.margin, cores=cores, threads=wish.threads or len(cores),
        seed=secrets.randbelow(2**32), timeout_s=wish.timeout_s, policy=policy, folder=place_in_repository(folder),
    )  # fmt: skip


def _refuse_unlike(good: Lock, bad: Lock) -> None:
    if good.kind is not bad.kind:
        raise HarnessError(
            f"--good {good.named} is a lock of {_in_words(good.kind)}, and --bad {bad.named} one of "
            f"{_in_words(bad.kind)}: no mix of them can be made. Name two of one kind, as in {good.named} and "
            f"{bad.named.partition('@')[0]}@{good.kind}."
        )
    if good.digest == bad.digest:
        raise HarnessError(f"--good {good.named} and --bad {bad.named} are the same lock: nothing differs.")


def _in_words(kind: Kind) -> str:
    return "conda packages" if kind is Kind.CONDA else "wheels"


def _sit(begun: Began, diary: Diary, place: Place) -> Bisection:
    with _material(begun, place) as material:
        found = _Sitting(begun, diary, material, place).found()
        diary.write(Ended(found=found))
        material.clear()
    return found


@contextlib.contextmanager
def _material(begun: Began, place: Place) -> Iterator[Material]:
    """What is bisected; both ends are made."""
    if begun.of == "commits":
        known = [Commit(each, "") for each in begun.ends]
        commits = commits_between(place.folder, known[0], known[1])
        yield Commits(commits, str(begun.environment), place.folder, place.say)
        return
    with tempfile.TemporaryDirectory(prefix="harness-bisect-") as room:
        locks = [
            Lock(named=named, kind=Kind(begun.kind), text=place.store.lock(digest))
            for named, digest in zip((begun.good, begun.bad), begun.ends, strict=True)
        ]
        good, bad = (realize(each.address(Path(room)), place.say) for each in locks)
        mixes = mixture(good, bad)
        if not mixes.changes:
            raise HarnessError(
                f"--good {begun.good} and --bad {begun.bad} differ in nothing that is installed on this machine."
            )
        yield Packages(mixes, (good, bad), place.folder, Path(room), place.say)


class _Sitting:
    """One bisection at work."""

    def __init__(self, begun: Began, diary: Diary, material: Material, place: Place) -> None:
        self._begun = begun
        self._material = material
        self._place = place
        self._lattice = material.lattice
        self._ends: tuple[Taken, Taken] = (frozenset(), material.lattice.everything)
        self._names = material.name(self._ends[0]), material.name(self._ends[1])
        self._bench = Bench(material, diary, begun, place)
        self._diary = diary
        self._error = 0.0

    def found(self) -> Bisection:
        """All that there is to do. Raises HarnessError."""
        self._tell_beginning()
        self._bench.available(self._ends)
        self._bench.ahead = expected_runs(len(self._lattice.groups), CUTS)
        try:
            differing = self._differing()
        except OutOfTime:
            return self._result(Outcome.NARROWED, None, remarks=[self._too_short("anything was known")])
        self._tell_differing(differing)
        if differing.case is None and differing.smallest_seen is None and self._begun.measure is Trait.TIME:
            return self._result(Outcome.NARROWED, differing, remarks=[self._too_short("the ends were compared")])
        if differing.case is None:
            return self._result(Outcome.NONE, differing)
        return self._bisected(differing)

    def _differing(self) -> Differing:
        plan = self._begun.plan
        if self._begun.measure is Trait.ANSWER:
            return by_answer(self._bench, self._ends, self._names, plan)
        if self._begun.measure is Trait.RUNNING:
            return by_running(self._bench, self._ends, self._names, plan)
        error = Purse(ALPHA / 2, decisions(len(self._lattice.groups))).take()
        self._error += error
        return by_time(self._bench, self._ends, self._names, plan, error)

    def _bisected(self, differing: Differing) -> Bisection:
        plan = _of_one_test(self._begun.plan, differing, self._place.folder)
        witness = Witness(
            self._material,
            self._bench,
            self._diary,
            plan,
            self._tell,
            case=str(differing.case),
            trait=self._begun.measure,
            ends=differing.log_ratios,
        )
        try:
            found = search(self._lattice, witness, ALPHA)
        except OutOfTime:
            remarks = [self._too_short("it was found")]
            result = self._result(Outcome.NARROWED, differing, witness, remarks)
            left = [self._material.change(name) for name in self._in_order(_left(witness.steps, self._ends[1]))]
            return msgspec.structs.replace(result, culprits=[Culprit(changes=left)])
        return self._told(found, differing, witness)

    def _told(self, found: Found, differing: Differing, witness: Witness) -> Bisection:
        single = all(_is_one(part, self._lattice.groups) for part in found.parts)
        outcome = Outcome.FOUND if found.sure and single else Outcome.NARROWED
        along = sorted(found.held - found.culprits)
        culprits = [
            Culprit(
                changes=[self._material.change(name) for name in self._in_order(part)],
                along=[name for name in along if self._begun.of == "packages" and name in self._lattice.closure(part)],
            )
            for part in reversed(found.parts)
        ]
        result = self._result(outcome, differing, witness)
        if witness.exact or not witness.records:
            return msgspec.structs.replace(result, culprits=culprits)
        shown = effects(found, self._lattice, witness, self._names, self._title)
        return msgspec.structs.replace(
            result,
            culprits=culprits,
            effects=shown.of_culprits,
            interaction=shown.interaction,
            rest=shown.rest,
            rest_end=self._material.end(self._lattice.everything - self._lattice.followers(found.culprits)),
        )

    def _result(
        self, outcome: Outcome, differing: Differing | None, witness: Witness | None = None, remarks: Sequence[str] = ()
    ) -> Bisection:
        steps = witness.steps if witness else []
        return Bisection(
            id=self._begun.id, of=self._begun.of, measure=self._begun.measure, good=self._begun.good,
            bad=self._begun.bad, outcome=outcome, differing=len(self._lattice.everything),
            case=differing.case if differing else None,
            together=[sorted(group) for group in self._lattice.groups if len(group) > 1],
            ends=differing.effect if differing else None, others=differing.others if differing else [],
            smallest_seen=differing.smallest_seen if differing else None, steps=steps,
            error=self._error + sum(each.error for each in steps),
            allowed_error=ALPHA if self._begun.measure is Trait.TIME else 0.0,
            measured_s=sum(self._bench.took_s), runs=self._bench.runs,
            remarks=[*remarks, *(_hints(differing, self._begun.measure) if differing else [])],
            missing=differing.missing if differing else [],
        )  # fmt: skip

    def _too_short(self, what: str) -> str:
        budget = f"{math.ceil(3 * self._begun.plan.budget_s)}s"
        command = in_store(f"harness bisect --resume {self._begun.id} --budget {budget}", self._place.store.shown)
        return f"the budget ended before {what}. To go on: {command}"

    def _in_order(self, part: Taken) -> list[str]:
        return [name for group in self._lattice.groups for name in sorted(group) if name in part]

    def _title(self, part: Taken) -> str:
        return ", ".join(self._material.change(name).name for name in self._in_order(part))

    def _tell_beginning(self) -> None:
        groups = self._lattice.groups
        count, of = len(self._lattice.everything), self._begun.of
        moving = [group for group in groups if len(group) > 1]
        together = f", which make {len(groups)} groups that can be taken alone" if moving else ""
        self._place.say(
            f"{count} {of if count != 1 else of[:-1]} between {self._begun.good} and {self._begun.bad}{together}."
        )

    def _tell_differing(self, differing: Differing) -> None:
        if differing.effect is not None and differing.effect.interval is not None:
            interval = differing.effect.interval
            self._place.say(
                f"Step 1: {differing.case}: {self._begun.bad} takes {differing.effect.ratio:.3g} times "
                f"{self._begun.good}'s time ({interval.low:.3g} to {interval.high:.3g})."
            )
        elif differing.case is not None:
            what = "gives another answer" if self._begun.measure is Trait.ANSWER else "does not run"
            self._place.say(f"Step 1: {differing.case}: {self._begun.bad} {what}.")

    def _tell(self, weighed: Weighed) -> None:
        self._bench.ahead = max(0, self._bench.ahead - 1)
        place = (
            "" if weighed.position is None else f" ({weighed.position:.2f}, {weighed.low:.2f} to {weighed.high:.2f})"
        )
        why = f": {weighed.why}" if weighed.why else ""
        self._place.say(f"Step {weighed.step}: with {self._mix(weighed)}: {weighed.side}{place}{why}")

    def _mix(self, weighed: Weighed) -> str:
        count = len(weighed.taken)
        if self._begun.of == "commits":
            last = self._in_order(frozenset(weighed.taken))[-1:]
            return f"{count} of {len(self._lattice.everything)} commits, up to {''.join(last)[:12]}"
        shown = weighed.taken if count <= 4 else [*weighed.taken[:3], f"{count - 3} more"]
        return f"{count} of {len(self._lattice.everything)} packages ({', '.join(shown)})"


def _left(steps: Sequence[Weighed], everything: Taken) -> Taken:
    """The changes among which the last one is, by what was decided so far."""
    bad = [frozenset(each.taken) for each in steps if each.side is Side.BAD]
    high = min([*bad, everything], key=len)
    good = [frozenset(each.taken) for each in steps if each.side is Side.GOOD]
    return high - max([each for each in good if each < high], key=len, default=frozenset())


def _is_one(part: Taken, groups: Sequence[Taken]) -> bool:
    return any(part <= group for group in groups)


def _of_one_test(plan: Plan, differing: Differing, folder: Path) -> Plan:
    """A plan of the one test that is decided on, where its file lies as its name says."""
    case = next(each for each in differing.records[-1].cases if each.id == differing.case)
    _, colons, test = case.variants[0].nodeid.partition("::")
    if not (folder / case.file).exists():
        return plan
    return msgspec.structs.replace(plan, paths=[f"{case.file}{colons}{test}"], keyword=None)


def _hints(differing: Differing, measure: Trait) -> list[str]:
    """What else differs between the ends than what was asked for, and what finds it."""
    hints = []
    if measure is Trait.TIME and differing.answers:
        hints.append(f"the answers of {', '.join(differing.answers)} differ: --measure answer finds what changed them")
    others = [case for case in differing.failing if case != differing.case]
    if others and measure is Trait.RUNNING:
        hints.append(f"{', '.join(others)} fail at the bad end, too; whether for the same reason is told with -k")
    elif others:
        hints.append(f"{', '.join(others)} fail at the bad end alone: --measure running finds since when")
    return hints
