"""The harness's peers, really run as their users run them; their own code decides.

pytest-benchmark, pyperf, asv and hyperfine measure the function on which the harness itself is calibrated, in an
environment of their own (`envs/peers.lock.txt`). What is run, with which options, stands in docs/peers.md.
"""

from __future__ import annotations

import math
from collections.abc import Callable

from harness.calibrate.peers import asv, hyperfine, pyperf, pytest_benchmark
from harness.calibrate.peers.peer import Peer, prepared
from harness.calibrate.peers.place import Place
from harness.calibrate.peers.trial import Judgement, Measured, PeerTrial

__all__ = ["PEERS", "Judgement", "Measured", "Peer", "PeerTrial", "Place", "prepared"]


def _of_environment(name: str) -> Callable[[Place], str]:
    return lambda place: place.versions[name]


def _never_missing() -> str | None:
    return None


PEERS = {
    peer.name: peer
    for peer in [
        Peer(
            name="pytest-benchmark",
            rule="--benchmark-compare-fail=mean:5%",
            threshold=5.0,
            unit="percent of the mean",
            lowest=0.0,
            module="pytest_benchmark_rule",
            measure=pytest_benchmark.measure,
            version=_of_environment("pytest-benchmark"),
            missing=_never_missing,
        ),
        Peer(
            name="pyperf",
            rule="compare_to: t-test at 95 %",
            threshold=0.0,
            unit="percent in --min-speed",
            lowest=0.0,
            module="pyperf_rule",
            measure=pyperf.measure,
            version=_of_environment("pyperf"),
            missing=_never_missing,
        ),
        Peer(
            name="asv",
            rule="continuous --factor 1.1",
            threshold=1.1,
            unit="--factor",
            lowest=1.0,
            module="asv_rule",
            measure=asv.measure,
            version=_of_environment("asv"),
            missing=asv.missing,
        ),
        Peer(
            name="hyperfine",
            rule="Welch's t-test, p < 0.05",
            threshold=-math.log10(0.05),
            unit="-log10 of p",
            lowest=0.0,
            module="hyperfine_rule",
            measure=hyperfine.measure,
            version=hyperfine.version,
            missing=hyperfine.missing,
        ),
    ]
}
