"""Whether a variant had more threads at once than cores."""

from itertools import accumulate

from harness.record.schema import Crowding, Running

# A worker that hands over its result, or a heartbeat, is ready to run now and then beside those that work.
_WORTH_TELLING_SHARE = 0.1
_FEWEST_LOOKS = 3


def crowding_of(running: Running | None) -> Crowding | None:
    """What the looks at a variant's threads found; None where they found no more of them than cores, or hardly ever.

    It is worth telling from a tenth of the looks on, and at least three.
    """
    if running is None:
        return None
    crowded = running.looks[running.cores + 1 :]
    found, looks = sum(crowded), sum(running.looks)
    if found < _FEWEST_LOOKS or found < _WORTH_TELLING_SHARE * looks:
        return None
    return Crowding(
        share=found / looks,
        looks=looks,
        threads=running.cores + 1 + _median(crowded),
        most_threads=max(threads for threads, seen in enumerate(running.looks) if seen),
        cores=running.cores,
        processes=running.crowded,
    )


def _median(seen: list[int]) -> int:
    """The lower median of the numbers from 0 on that were seen so often."""
    half = (sum(seen) + 1) // 2
    return next(number for number, upto in enumerate(accumulate(seen)) if upto >= half)
