"""What a trial of a peer came to."""

from __future__ import annotations

import msgspec


class Measured(msgspec.Struct, frozen=True, kw_only=True):
    """What a peer recorded of two versions, one after the other or interleaved, and what it said of them.

    first_s, second_s: seconds, of one call (hyperfine: of one command), as the peer recorded them, in order.
    slower, faster: what the peer said of the second version; None where it has no word for that.
    measured_s: how long the recorded calls took together. took_s: the wall time of the commands that measured, with
    start-ups, warm-up and all else.
    """

    first_s: list[float]
    second_s: list[float]
    slower: bool | None
    faster: bool | None
    measured_s: float
    took_s: float


class Judgement(msgspec.Struct, frozen=True, kw_only=True):
    """What a peer's own code says of recorded times at one threshold.

    log_ratio: second over first, as the peer states it (of means, or medians). slower, faster: the second version.
    statistic: they are called different at any threshold below this. critical: the smallest extra slow-down of the
    second version (0.02: by 2 %) with which it would have been called slower; negative where it is called so as it is,
    None where not even a fourfold slow-down would be.
    """

    log_ratio: float
    slower: bool
    faster: bool
    statistic: float
    critical: float | None

    @property
    def flagged(self) -> bool:
        return self.slower or self.faster


class PeerTrial(msgspec.Struct, frozen=True, kw_only=True):
    """Two versions measured and judged by a peer at its default threshold."""

    peer: str
    version: str
    threshold: float
    measured: Measured
    judgement: Judgement
