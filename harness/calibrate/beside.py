"""A trial of a peer, as findings keep it."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from harness.calibrate.company import Onlooker
from harness.calibrate.findings import PeerTrial
from harness.calibrate.peers import PEERS

# At which thresholds a trial is judged again, so that a threshold can be chosen later: in per cent of change, and as
# the negative logarithm of a p value. Between them it is interpolated.
_PERCENT = (0.0, 1.0, 2.0, 3.0, 5.0, 7.0, 10.0, 14.0, 20.0, 28.0, 40.0, 56.0, 80.0, 110.0, 160.0, 230.0)
_P_VALUES = (0.0, 0.5, 1.0, 1.5, 2.0, 3.0, 4.0, 5.5, 7.5, 10.0, 14.0, 20.0, 30.0, 50.0, 100.0, 300.0)
THRESHOLDS = {
    "pytest-benchmark": _PERCENT,
    "pyperf": _PERCENT,
    "asv": tuple(1 + each / 100 for each in _PERCENT),
    "hyperfine": _P_VALUES,
}


def peer_trial(name: str, folder: Path, noise: int | None, common: dict[str, Any]) -> PeerTrial:
    """Make one trial of a peer. folder: is kept for what peers need again. common: the fields of all trials.

    noise: the process that makes it. Raises HarnessError where the peer is missing or fails.
    """
    peer = PEERS[name]
    with Onlooker(noise) as onlooker:
        trial = peer.trial(folder / name, common["budget_s"])
    thresholds = sorted({peer.threshold, *THRESHOLDS[name]})
    times = (trial.measured.first_s, trial.measured.second_s)
    again = peer.judge([times], thresholds)
    return PeerTrial(
        **common,
        spent_s=round(onlooker.spent_s, 3),
        company=onlooker.company(),
        peer=name,
        version=trial.version,
        rule=peer.rule,
        unit=peer.unit,
        threshold=peer.threshold,
        slower=trial.judgement.slower,
        faster=trial.judgement.faster,
        log_ratio=round(trial.judgement.log_ratio, 6),
        measured_s=round(trial.measured.measured_s, 3),
        statistic=round(trial.judgement.statistic, 6),
        criticals=[
            (threshold, None if judged.critical is None else round(judged.critical, 5))
            for threshold, (judged,) in zip(thresholds, again, strict=True)
        ],
    )
