"""A benchmark tool that the harness is compared with."""

from __future__ import annotations

import contextlib
import tempfile
from collections.abc import Callable, Sequence
from pathlib import Path

import msgspec

from harness.calibrate.peers.commands import INSIDE, run
from harness.calibrate.peers.place import Place, place
from harness.calibrate.peers.trial import Judgement, Measured, PeerTrial
from harness.environment import Guard
from harness.failure import HarnessError

_JUDGING_TIMEOUT_S = 3600.0
Pair = tuple[list[float], list[float]]


class Peer(msgspec.Struct, frozen=True, kw_only=True):
    """One of them, and how it decides.

    rule: its default rule, as its users write it. threshold: that rule's number, in the unit of `unit`; the larger, the
    less is called different. lowest: no threshold may be below. module: asks its own code, beside `inside/judge.py`.
    measure: runs it. version: as installed. missing: a sentence that says what isn't, or None.
    """

    name: str
    rule: str
    threshold: float
    unit: str
    lowest: float
    module: str
    measure: Callable[[Place, Path, float, float], Measured]
    version: Callable[[Place], str]
    missing: Callable[[], str | None]

    def trial(self, folder: Path, measuring_s: float, extra: float = 0.0) -> PeerTrial:
        """Measure two versions of a function of some 10 ms, and let the tool judge them.

        folder: is kept for what a peer needs again in its next trial; a trial's own files don't outlive it.
        measuring_s: how long both versions together are called. extra: by what share the second one does more.
        Raises HarnessError where the peer is missing, fails, or takes far too long.
        """
        here = prepared()
        try:
            measured = self._measured(here, folder, measuring_s, extra)
        except OSError as error:
            raise HarnessError(f"{folder}: {self.name} can't be measured here: {error.strerror or error}.") from error
        ((judgement,),) = self.judge([(measured.first_s, measured.second_s)], [self.threshold])
        return PeerTrial(
            peer=self.name,
            version=self.version(here),
            threshold=self.threshold,
            measured=measured,
            judgement=judgement,
        )

    def _measured(self, here: Place, folder: Path, measuring_s: float, extra: float) -> Measured:
        folder.mkdir(parents=True, exist_ok=True)
        with (
            tempfile.TemporaryDirectory(prefix="trial-", dir=folder.resolve()) as scratch,
            contextlib.closing(Guard(Path(scratch))),
        ):
            return self.measure(here, Path(scratch), measuring_s, extra)

    def judge(self, pairs: Sequence[Pair], thresholds: Sequence[float]) -> list[list[Judgement]]:
        """Let the tool's own code judge recorded times: for each threshold, each pair (first_s, second_s)."""
        python = prepared().python
        with tempfile.TemporaryDirectory(prefix="harness-peers-") as name:
            path, judged = (Path(name) / each for each in ("trials.json", "judgements.json"))
            path.write_bytes(msgspec.json.encode(pairs))
            said = [repr(float(threshold)) for threshold in thresholds]
            command = [python, str(INSIDE / "judge.py"), self.module, str(path), str(judged), *said]
            run(python, command, Path(name), _JUDGING_TIMEOUT_S).checked()
            return msgspec.json.decode(judged.read_bytes(), type=list[list[Judgement]])


def prepared(progress: Callable[[str], None] | None = None) -> Place:
    """The peers' environment, made or found made: once, from the lock in this project's envs/. Raises HarnessError."""
    return place(Path.cwd(), progress or _unheard)


def _unheard(_line: str) -> None:
    """Nothing to tell."""
