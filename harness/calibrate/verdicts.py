"""How often the harness is wrong, for real: trials beside known noise, each with launches of its own."""

from __future__ import annotations

import contextlib
import platform
import tempfile
import time
import uuid
import zlib
from collections.abc import Callable, Iterator, Mapping
from datetime import UTC, datetime
from pathlib import Path
from statistics import median
from typing import Any

import msgspec

from harness import __version__
from harness.calibrate.agenda import HARNESS, Agenda, Kind
from harness.calibrate.bench import Asked, SelfBench, self_bench
from harness.calibrate.beside import peer_trial
from harness.calibrate.company import Onlooker
from harness.calibrate.experiments import EXPERIMENTS, TWIN, is_as_planned, perform
from harness.calibrate.findings import Findings, HarnessTrial, Keeper, PeerTrial, Sitting
from harness.calibrate.noise import NOISES
from harness.calibrate.peers import PEERS
from harness.calibrate.tally import is_able
from harness.machine import code, digest, machine, state

# So long one noise lasts before the next one has its turn: what is left when the time is up is even, and a slow drift
# has come and gone.
_STINT_S = 300.0
_NO_END_S = 1e9


class Asking(msgspec.Struct, frozen=True, kw_only=True):
    """What is wanted. trial_s: the budget of each trial, by experiment. launches: of a plan fixed beforehand.

    address: the environment that the harness's trials are made in. budget_s: of the whole calibration; no trial begins
    that is predicted to end after it.
    """

    wanted: Mapping[Kind, int]
    trial_s: Mapping[str, float]
    address: str = "live"
    launches: int | None = None
    budget_s: float = float("inf")


class Step(msgspec.Struct, frozen=True, kw_only=True):
    """Where a calibration stands: trials done and wanted, seconds it will take still, and what comes next."""

    done: int
    wanted: int
    left_s: float
    next: Kind


def made(asking: Asking, findings: Findings) -> list[HarnessTrial | PeerTrial]:
    """The trials of this kind that are there already. Those with another plan are another calibration, and those that
    could tell nothing have to be made again.
    """
    trials: list[HarnessTrial | PeerTrial] = [*findings.harness, *findings.peers]
    return [
        trial
        for trial in trials
        if _is_asked_for(trial, asking) and (isinstance(trial, PeerTrial) or is_able(trial, TWIN))
    ]


def unable(asking: Asking, findings: Findings) -> list[HarnessTrial]:
    """The trials of this kind that had too few launches to tell anything."""
    return [trial for trial in findings.harness if _is_asked_for(trial, asking) and not is_able(trial, TWIN)]


def _is_asked_for(trial: HarnessTrial | PeerTrial, asking: Asking) -> bool:
    planned = isinstance(trial, PeerTrial) or (trial.fixed_launches == asking.launches and is_as_planned(trial))
    return planned and kind_of(trial) in asking.wanted and trial.budget_s == asking.trial_s[trial.experiment]


def kind_of(trial: HarnessTrial | PeerTrial) -> Kind:
    """What a trial is one of."""
    return Kind(trial.experiment, trial.noise, trial.peer if isinstance(trial, PeerTrial) else HARNESS)


def calibrate(asking: Asking, before: Findings, keeper: Keeper, tell: Callable[[Step], None]) -> bool:
    """Make the trials that are missing; each is kept as soon as it is done. False where the budget was too short.

    before: what the file has already. tell: is told of each trial before it begins.
    """
    there = made(asking, before)
    numbers: dict[Kind, set[int]] = {}
    for trial in there:
        numbers.setdefault(kind_of(trial), set()).add(trial.number)
    agenda = Agenda(asking.wanted, numbers)
    if not +agenda.missing():
        return True
    clock = _Clock(asking, there)
    sitting = _sitting(asking.address)
    keeper.keep(sitting)
    with _Benches(asking.address) as benches:
        while (noise := agenda.noise()) is not None:
            stint_until_s = clock.spent_s() + _STINT_S
            with NOISES[noise](_seed(sitting.id, noise, clock.spent_s())) as process:
                while clock.spent_s() < stint_until_s and (trials := agenda.round(noise)):
                    for kind, number in trials:
                        if clock.typical_s(kind) > clock.left_s():
                            return False
                        tell(_step(agenda, asking, clock, kind))
                        trial = _trial(kind, number, asking, benches, process, sitting.id)
                        keeper.keep(trial)
                        clock.took(kind, trial.spent_s)
                        agenda.finish(kind, number)
    return True


class _Clock:
    """How long trials take, and how much of the budget is left."""

    def __init__(self, asking: Asking, before: list[HarnessTrial | PeerTrial]) -> None:
        self._asking = asking
        self._began_s = time.monotonic()
        self._took_s: dict[Kind, list[float]] = {}
        for trial in before:
            self.took(kind_of(trial), trial.spent_s)

    def took(self, kind: Kind, spent_s: float) -> None:
        self._took_s.setdefault(kind, []).append(spent_s)

    def typical_s(self, kind: Kind) -> float:
        seen = self._took_s.get(kind)
        return median(seen) if seen else self._asking.trial_s[kind.experiment]

    def spent_s(self) -> float:
        return time.monotonic() - self._began_s

    def left_s(self) -> float:
        return self._asking.budget_s - self.spent_s()


class _Benches(contextlib.ExitStack):
    """The suites that trials need, each collected when it is first needed; and a folder for what peers need again."""

    def __init__(self, address: str) -> None:
        super().__init__()
        self._address = address
        self._benches: dict[Path, SelfBench] = {}
        self.folder = Path(self.enter_context(tempfile.TemporaryDirectory(prefix="harness-peers-")))

    def of(self, suite: Path) -> SelfBench:
        if suite not in self._benches:
            self._benches[suite] = self.enter_context(self_bench(suite, self._address))
        return self._benches[suite]


def _trial(
    kind: Kind, number: int, asking: Asking, benches: _Benches, noise: int | None, sitting: str
) -> HarnessTrial | PeerTrial:
    common: dict[str, Any] = {
        "sitting": sitting,
        "experiment": kind.experiment,
        "noise": kind.noise,
        "number": number,
        "budget_s": asking.trial_s[kind.experiment],
    }
    if kind.tool != HARNESS:
        return peer_trial(kind.tool, benches.folder, noise, common)
    experiment = EXPERIMENTS[kind.experiment]
    bench = benches.of(experiment.suite)
    budget_s = asking.trial_s[kind.experiment] if asking.launches is None else _NO_END_S
    asked = Asked(budget_s=budget_s, precision=experiment.precision, launches=asking.launches)
    with Onlooker(noise) as onlooker:
        result = perform(experiment, bench, asked, _seed(kind.experiment, kind.noise, number))
    return HarnessTrial(
        **common,
        spent_s=round(onlooker.spent_s, 3),
        company=onlooker.company(),
        comparisons=result.comparisons,
        launch_s=result.launch_s,
        precision=experiment.precision,
        fixed_launches=asking.launches,
    )


def _step(agenda: Agenda, asking: Asking, clock: _Clock, kind: Kind) -> Step:
    missing = agenda.missing()
    left_s = sum(count * clock.typical_s(each) for each, count in missing.items())
    wanted = sum(asking.wanted.values())
    return Step(done=wanted - missing.total(), wanted=wanted, left_s=min(left_s, clock.left_s()), next=kind)


def _seed(*what: object) -> int:
    """The same number for the same words, on any machine."""
    return zlib.crc32(" ".join(map(str, what)).encode())


def _sitting(address: str) -> Sitting:
    here = machine()
    return Sitting(
        id=uuid.uuid4().hex[:8],
        began=datetime.now(UTC).isoformat(timespec="seconds"),
        harness_version=__version__,
        commit=code([Path(__file__).parent])["commit"],
        machine=here,
        machine_digest=digest(here),
        kernel=state()["kernel"],
        environment=address,
        python=platform.python_version(),
    )


def kinds(experiments: Mapping[str, int | None], noises: list[str]) -> Iterator[tuple[Kind, int]]:
    """The trials to be made. experiments: how many trials of each, None for its own number."""
    for name, count in experiments.items():
        experiment = EXPERIMENTS[name]
        for noise in experiment.noises:
            if noise in noises:
                for tool in [HARNESS, *(PEERS if experiment.peers else ())]:
                    yield Kind(name, noise, tool), experiment.trials if count is None else count
