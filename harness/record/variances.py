"""What the launches and blocks of a run showed of a machine's noise: a small file beside its record.

They lie under the machine's digest, one file a run, never changed: so they accumulate, and stores merge by copying.
"""

from __future__ import annotations

import msgspec

from harness.failure import HarnessError
from harness.record.schema import Value

VARIANCES_VERSION = 1
# Beyond this a figure is no count of blocks, variance of a log ratio, or time of a block.
_MOST = 1e9


class PairVariances(Value, frozen=True, kw_only=True):
    """The log ratio of two variants: how it varied over the launches of one run, and over the blocks within them.

    of_launches: variance of the launches' estimates, 0 with one launch. within: variance of a launch's estimate that
    its blocks bring in, times their number; 0 where no launch has two. blocks: of all launches. per_block: mean over
    launches of 1 / blocks.
    """

    variant: str
    against: str
    twin: bool = False
    launches: int
    blocks: int
    of_launches: float
    within: float
    per_block: float


class CaseVariances(Value, frozen=True, kw_only=True):
    """One case in one run. launch_s, block_s: what starting a launch and one of its blocks took, median seconds."""

    case: str
    scale: str
    fresh: bool
    launch_s: float
    block_s: float
    pairs: list[PairVariances]


class RunVariances(Value, frozen=True, kw_only=True):
    """All cases of one run on one machine. software_digest: as in the record's fingerprint."""

    version: int = VARIANCES_VERSION
    run: str
    machine_digest: str
    software_digest: str
    cases: list[CaseVariances]


def to_bytes(seen: RunVariances) -> bytes:
    """As JSON, compact."""
    return msgspec.json.encode(seen) + b"\n"


def from_bytes(raw: bytes, place: str) -> RunVariances:
    """The variances that these bytes are. place: how messages name it. Raises HarnessError."""
    try:
        seen = msgspec.json.decode(raw, type=RunVariances)
    except (msgspec.MsgspecError, UnicodeDecodeError, RecursionError) as fault:
        raise HarnessError(f"{place}: damaged, or no variances: {fault}") from fault
    if seen.version != VARIANCES_VERSION:
        raise HarnessError(
            f"{place}: version {seen.version} of variances; this harness reads {VARIANCES_VERSION}: upgrade."
        )
    for case in seen.cases:
        wrong = next((pair for pair in case.pairs if not _is_sound(pair)), None)
        if wrong is not None:
            raise HarnessError(f"{place}: damaged: the figures of '{wrong.variant}' can't be: {wrong}")
        if not all(0 <= each <= _MOST for each in (case.launch_s, case.block_s)):
            raise HarnessError(f"{place}: damaged: the times of '{case.case}' can't be.")
    return seen


def _is_sound(pair: PairVariances) -> bool:
    counts = 1 <= pair.launches <= pair.blocks <= _MOST
    return counts and all(0 <= each <= _MOST for each in (pair.of_launches, pair.within)) and 0 < pair.per_block <= 1
