"""The harness's own suite, held ready to be measured again and again."""

from __future__ import annotations

import contextlib
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path

import msgspec

from harness import __version__
from harness.conduct.cases import Suite, suite
from harness.conduct.clock import RunClock
from harness.conduct.drive import drive, holder
from harness.conduct.events import AnyEvent, CasePlanned, LaunchBegan, LaunchEnded, RunBegan
from harness.conduct.fold import TWIN, fold
from harness.conduct.journal import Journal
from harness.conduct.launch import Hold
from harness.conduct.room import Room
from harness.conduct.scan import Scanned, scan
from harness.conduct.site import Site
from harness.conduct.subject import Subject
from harness.environment import Guard, create
from harness.machine.cores import available
from harness.record.schema import Case, EnvironmentRecord, Fingerprint, Plan, Verification
from harness.record.store import JOURNAL

SUITE = Path(__file__).parent / "suite"
_NO_END_S = 1e9


class Fixed(msgspec.Struct, frozen=True, kw_only=True):
    """A fixed plan: launches, blocks of each, and the calls in a turn of the variants that have more than one."""

    launches: int
    blocks: int
    calls: dict[str, int] = {}


class Asked(msgspec.Struct, frozen=True, kw_only=True):
    """What a user asks of a run: see `harness run --budget`, `--precision` and `--launches`."""

    budget_s: float
    precision: float
    launches: int | None = None


class Measured(msgspec.Struct, frozen=True, kw_only=True):
    """A case with all its samples, and the seconds that each of its launches took."""

    case: Case
    launch_s: dict[int, float]


class SelfBench:
    """Runs trials of one of the harness's own suites, without a store."""

    def __init__(self, subject: Subject, scanned: Scanned, plan: Plan, scratch: Path) -> None:
        self._subject = subject
        self._scratch = scratch
        self._found: Suite = suite(scanned.items)
        self._plan = plan
        self.hold: Hold = holder([subject], [scanned])

    def case(self, group: str) -> Case:
        return next(case for case in self._found.cases if case.group == group)

    def run(self, group: str, fixed: Fixed, seed: int, witness: Callable[[AnyEvent], None] | None = None) -> Case:
        """Launches by a fixed plan, without a pilot; returns the case with all its samples, the twin's too.

        witness: is shown each event as it happens.
        """
        case = self.case(group)
        plan = msgspec.structs.replace(self._plan, seed=seed, launches=fixed.launches)
        begun = _begun(case, plan)
        planned = CasePlanned(
            case=case.id,
            calls={variant.name: fixed.calls.get(variant.name, 1) for variant in case.variants},
            blocks_per_launch=fixed.blocks,
            fresh=False,
            twin_of=case.baseline,
        )
        return fold(self._driven([begun, planned], _NO_END_S, witness))[0]

    def measure(self, group: str, asked: Asked, seed: int) -> Measured:
        """One case as `harness run` measures it: with its pilot, its plan, and its end when enough is known."""
        plan = msgspec.structs.replace(
            self._plan, seed=seed, launches=asked.launches, budget_s=asked.budget_s, precision=asked.precision
        )
        events = self._driven([_begun(self.case(group), plan)], asked.budget_s)
        began_s = {event.launch: event.at_s for event in events if isinstance(event, LaunchBegan)}
        ended_s = {event.launch: event.at_s for event in events if isinstance(event, LaunchEnded)}
        launch_s = {launch: ended_s[launch] - began_s[launch] for launch in ended_s}
        return Measured(case=fold(events)[0], launch_s=launch_s)

    def _driven(
        self, events: list[AnyEvent], budget_s: float, witness: Callable[[AnyEvent], None] | None = None
    ) -> list[AnyEvent]:
        with (
            tempfile.TemporaryDirectory(prefix="trial-", dir=self._scratch) as folder,
            contextlib.closing(_WitnessedJournal(Path(folder) / JOURNAL, witness)) as journal,
        ):
            drive(events, journal, RunClock(budget_s), self.hold, {}, _unwatched)
        return events


class _WitnessedJournal(Journal):
    def __init__(self, path: Path, witness: Callable[[AnyEvent], None] | None) -> None:
        super().__init__(path)
        self._witness = witness

    def write(self, event: AnyEvent) -> None:
        if self._witness is not None:
            self._witness(event)
        super().write(event)


@contextlib.contextmanager
def self_bench(suite: Path = SUITE, address: str = "live") -> Iterator[SelfBench]:
    """One of the harness's own suites, collected and ready in an environment."""
    cores = available()
    plan = Plan(
        paths=[str(suite)],
        keyword=None,
        scale="quick",
        budget_s=_NO_END_S,
        launches=1,
        precision=1e-9,
        margin=0.02,
        cores=cores,
        threads=len(cores),
        seed=0,
        timeout_s=None,
    )
    realized = create(address, Path.cwd(), _unheard)
    with tempfile.TemporaryDirectory(prefix="harness-self-") as scratch:
        room = Path(scratch)
        with contextlib.closing(Guard(room)) as guard:
            site = Site(realized=realized, folder=Path.cwd())
            subject = Subject(site, plan, guard=guard, room=Room(room, room), trace=_unheard)
            yield SelfBench(subject, scan(subject, plan.paths, None), plan, room)


def twin_name(case: Case) -> str:
    return case.baseline + TWIN


def _begun(case: Case, plan: Plan) -> RunBegan:
    return RunBegan(
        run="calibration",
        harness_version=__version__,
        began="",
        plan=plan,
        environment=EnvironmentRecord(
            address="live", kind="live", python="", lock_digest=None, verification=Verification(state="unlocked")
        ),
        fingerprint=Fingerprint(
            machine={}, machine_digest="", software={}, software_digest="", code={}, code_digest="", state={}
        ),
        cases=[case],
        broken_files={},
    )


def _unwatched(_done_s: float, _left_s: float | None, _what: str) -> None:
    """A trial is short; the calibration around it shows its own progress."""


def _unheard(_line: str) -> None:
    """Nothing to tell."""
