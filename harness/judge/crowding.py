"""Whether a variant had more threads at once than cores."""

from itertools import accumulate

from harness.record.schema import Crowding, Running

# A parent that hands out work, or a heartbeat, is ready to run now and then beside those that work.
_WORTH_TELLING = 0.2
_FEWEST_LOOKS = 3


def crowding_of(running: Running | None) -> Crowding | None:
    """What the looks at a variant's threads found; None where they found no more of them than cores, or hardly ever.

    It is worth telling if the threads that had no core come to a fifth of the cores in the mean over all looks (twice
    as many threads as cores in a fifth of the looks, half as many again in two fifths), and were seen at least thrice.
    """
    if running is None:
        return None
    crowded = running.looks[running.cores + 1 :]
    found, looks = sum(crowded), sum(running.looks)
    waiting = sum(more * seen for more, seen in enumerate(crowded, start=1))
    if found < _FEWEST_LOOKS or waiting < _WORTH_TELLING * running.cores * looks:
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
