"""Warm-up: how many blocks at the beginning of each launch are slower (or faster) than those that follow."""

import math
from collections.abc import Iterable, Mapping, Sequence

import msgspec
import numpy as np
from scipy import special

from harness.judge.blocks import is_measured
from harness.judge.floats import Floats
from harness.judge.launches import FEWEST, p_value
from harness.record.schema import Sample

# Chance of a step that isn't there: among the blocks of all variants of a case together, and among the launches.
AMONG_BLOCKS = 0.01
AMONG_LAUNCHES = 0.01
# A steady state begins in the first half of a launch, or it is none.
LATEST_SHARE = 0.5
MOST_CORRELATED = 0.95


class WarmUp(msgspec.Struct, frozen=True, kw_only=True):
    """blocks: how many at the beginning of each launch are warm-up, for all variants of the case alike.

    unsteady: the variants that reach no steady state: their level still changes in the second half of the launches.
    """

    blocks: int = 0
    unsteady: tuple[str, ...] = ()


def warm_up(samples: Iterable[Sample], variants: Sequence[str]) -> WarmUp:
    """The warm-up of a case, from the samples of its measured blocks.

    A variant's steps are looked for one after the other, each in what follows the last one (`step`), as a warm-up may
    fall in several. Where the last lies in the first half of a typical launch, all before it is warm-up; the case
    takes the longest of its variants'. Where it lies beyond, there is no steady state, and nothing is dropped for it.
    Source: Barrett, Bolz-Tereick, Killick, Mount and Tratt (2017), Virtual machine warmup blows hot and cold, section
    4 (classification by change points); here over the launches together, as each has few blocks.
    """
    chance = 1 / max(1, len(variants))
    series = _series(samples)
    steady = {name: _steady_from(series[name], chance) for name in variants if name in series}
    return WarmUp(
        blocks=max((each for each in steady.values() if each is not None), default=0),
        unsteady=tuple(name for name, each in steady.items() if each is None),
    )


def step(launches: Sequence[Floats], chance: float = 1.0) -> int | None:
    """After how many blocks the level changes, in the launches together; None if no change is shown.

    launches: per launch, shape (blocks,), logarithms of times in their order. chance: the part of the 1 % of false
    alarms that this search may use up. Both have to show it: the blocks (rank sums of the blocks before a place against
    those after it, within each launch, summed over launches, at the place where they stand out most: a change point
    test that no outlier and no launch effect can fool), and the launches (Student's t over launches on the difference
    of the levels: what drifts otherwise in each launch is no step). At least three launches have to have it.
    Source: Pettitt (1979), A non-parametric approach to the change-point problem; van Elteren (1960), On the
    combination of independent two-sample tests of Wilcoxon (strata).
    """
    long_enough = [each for each in launches if each.size > 1]
    if len(long_enough) < FEWEST:
        return None
    scores = np.abs(_scores(long_enough))
    place = int(np.argmax(scores)) + 1
    among_blocks = 2 * scores.size * special.ndtr(-scores[place - 1])
    return place if among_blocks <= chance * AMONG_BLOCKS and _in_launches(long_enough, place) else None


def _steady_from(launches: Sequence[Floats], chance: float) -> int | None:
    """How many blocks lie before the steady state; None if there is none."""
    latest = LATEST_SHARE * float(np.median([each.size for each in launches]))
    dropped = 0
    while (found := step([each[dropped:] for each in launches], chance)) is not None:
        dropped += found
        if dropped > latest:
            return None
    return dropped


def _scores(launches: Sequence[Floats]) -> Floats:
    """The standardized rank sums of the first 1, 2, ... blocks, each over the launches that have more.

    Shape (blocks of the longest launch - 1,); 0 where fewer than three launches go on.
    """
    longest = max(each.size for each in launches)
    sums, variances, counts = np.zeros((3, longest - 1))
    ranks = [_ranks(values) - (values.size + 1) / 2 for values in launches]
    for centred in ranks:
        size = centred.size
        first = np.arange(1, size)
        sums[: size - 1] += np.cumsum(centred)[:-1]
        variances[: size - 1] += first * (size - first) * (size + 1) / 12
        counts[: size - 1] += 1
    scores: Floats = np.where(counts >= FEWEST, sums / np.sqrt(np.maximum(variances, 1e-300)), 0.0)
    return scores / math.sqrt(_inflation(ranks, longest))


def _inflation(ranks: Sequence[Floats], longest: int) -> float:
    """By how much neighbours that resemble each other make the variance of a sum larger: (1 + r) / (1 - r).

    r is the correlation of blocks that follow each other within their launch, where what the launches have in common
    is taken off; never below 0, and raised by what is lost of it in short series (Kendall 1954).
    """
    rows = np.full((len(ranks), longest), np.nan)
    for row, centred in zip(rows, ranks, strict=True):
        row[: centred.size] = centred
    own = rows - np.nanmean(rows, axis=0)
    own -= np.nanmean(own, axis=1, keepdims=True)
    products = own[:, :-1] * own[:, 1:]
    spread = np.nansum(own**2)
    if spread == 0:
        return 1.0
    pairs, values = np.count_nonzero(~np.isnan(products)), np.count_nonzero(~np.isnan(own))
    seen = float(np.nansum(products) / pairs / (spread / values))
    typical = values / len(ranks)
    correlation = min(MOST_CORRELATED, max(0.0, (typical * seen + 1) / max(1.0, typical - 4)))
    return (1 + correlation) / (1 - correlation)


def _ranks(values: Floats) -> Floats:
    """1 for the smallest; equal values share their mean rank."""
    ordered = np.sort(values)
    below = np.searchsorted(ordered, values, side="left")
    ranks: Floats = (below + np.searchsorted(ordered, values, side="right") + 1) / 2
    return ranks


def _in_launches(launches: Sequence[Floats], place: int) -> bool:
    rises = np.array([np.mean(each[:place]) - np.mean(each[place:]) for each in launches if each.size > place])
    return rises.size >= FEWEST and p_value(rises) <= AMONG_LAUNCHES


def _series(samples: Iterable[Sample]) -> Mapping[str, list[Floats]]:
    """By variant, per launch: the logarithms of its times in the order of the blocks."""
    seen: dict[str, dict[int, list[tuple[int, float]]]] = {}
    for sample in samples:
        if is_measured(sample):
            time = (sample.block, math.log(sample.wall_s / sample.calls))
            seen.setdefault(sample.variant, {}).setdefault(sample.launch, []).append(time)
    return {
        name: [np.array([time for _, time in sorted(of[launch])]) for launch in sorted(of)] for name, of in seen.items()
    }
