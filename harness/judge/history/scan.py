"""Where the level of a series changes, looked for each night anew with what is known by then."""

from __future__ import annotations

import hashlib
import math
from typing import NamedTuple

import msgspec
import numpy as np
from scipy import special

from harness.judge.floats import Floats, Places
from harness.judge.history.window import LEAST_SPREAD, Before, medians, windows

# A new level has to be seen in so many nights, the last ones: one of these numbers of them. Each has its share of the
# error probability: the fewest most, because what is large should be told soon.
SHARES = {3: 0.28, **dict.fromkeys((4, 5, 7, 10, 14, 20, 30, 45, 60), 0.08)}
# The nights before, which the new ones are held against: no more than so many, and at first no fewer.
PAST = 60
NEAR_PAST = 15
FEWEST_PAST = 6
# After a change the spread is known, and so few tell the new level.
FEWEST_SINCE = 3
# The most that two nights can say is 2 / BOUND of what it takes.
BOUND = 2.2
# How much a value tells of a variance, compared with one of values that are known to be normal.
EFFICIENCY = 0.8
# For finding where a level begins: no night counts for more than one that is so many spreads off.
FAR = 4.0
_FIRST_STRETCH, _LONGER = 500, 4
# A night is held against so many before it at most: the longest new level, and the level before that, with its windows.
_REACH = 4 * PAST


class Alarm(msgspec.Struct, frozen=True):
    """A change that was seen. at: the first place of the new level; seen: the night that told; p_value: of that night,
    for the numbers of nights that were tried.
    """

    at: int
    seen: int
    p_value: float


class Known(msgspec.Struct, frozen=True):
    """The variance from before a change, by how many values it is known, and that of launches which belongs to it."""

    variance: float
    count: float
    launch: float


class Scan(msgspec.Struct, frozen=True):
    """Where a scan stands after so many nights. start: of the level that they end in; known: from before it; digest: of
    all that was looked at.
    """

    nights: int
    digest: str
    alarms: list[Alarm]
    start: int
    known: Known | None


def alarms(values: Floats, launch: Floats, link: Floats, errors: Floats) -> list[Alarm]:
    """The changes of level that are told, night for night, the first one first.

    values: shape (nights,), logarithms. launch: variance of each that its launches tell, nan where they don't. link:
    variance that it has in common with all others of its anchor. errors: the probability, for each night, with which it
    may tell of a change that isn't one. What is told of a night depends on the nights up to it alone: a series that
    grows tells the same again.

    The last k nights, k = 3, 4, 5, 7 ... 60, are held against up to 60 nights before them. Each night's distance from
    a level counts by its square, and no more than a bound of which two nights can't add up to a change, so that single
    nights that stand out make none; the new level is the mean of those near the median. It is a generalized likelihood
    ratio with a bounded loss, held against Student's t, whose degrees of freedom are those of the nights before.
    Sources: Fearnhead and Rigaill (2019), Changepoint detection in the presence of outliers (the bounded loss); Lai
    (1995), Sequential changepoint detection in quality control and dynamical systems (windows of the last k).
    """
    return scanned(values, launch, link, errors).alarms


def scanned(values: Floats, launch: Floats, link: Floats, errors: Floats, before: Scan | None = None) -> Scan:
    """The same, with where it stands. before: where it stood, if these series begin with those that it was told of;
    of any others it is forgotten.
    """
    digest = _digest(before.nights, values, launch, link, errors) if before else ""
    if before is None or before.digest != digest:
        before = Scan(nights=0, digest="", alarms=[], start=0, known=None)
    told = list(before.alarms)
    start, known, untold, stretch = before.start, before.known, before.nights, _FIRST_STRETCH
    while untold < values.size:
        first = _reached(launch, start, untold)
        end = min(max(start, untold) + stretch, values.size)
        part = slice(first, end)
        past = _Past(values[part], launch[part], link[part], known)
        found = _first(past, errors[part], untold - first)
        if found is not None:
            at, known = past.begins(*found)
            told.append(Alarm(first + at, first + found.seen, found.p_value))
            start, untold, stretch = first + at, first + found.seen + 1, _FIRST_STRETCH
        else:
            untold, stretch = end, _LONGER * stretch
    digest = _digest(values.size, values, launch, link, errors)
    return Scan(nights=values.size, digest=digest, alarms=told, start=start, known=known)


def _reached(launch: Floats, start: int, untold: int) -> int:
    """The first night of a level, or a later one, that the test of a night from `untold` on looks at."""
    first = max(start, untold - _REACH)
    return first if first == start or np.isfinite(launch[first]) else start


def _digest(nights: int, *columns: Floats) -> str:
    digest = hashlib.sha256(str(nights).encode())
    for column in columns:
        digest.update(np.ascontiguousarray(column[:nights]).tobytes())
    return digest.hexdigest()


class _Told(NamedTuple):
    """The last `length` nights at `seen` are another level."""

    seen: int
    length: int
    p_value: float


def _first(past: _Past, errors: Floats, since: int) -> _Told | None:
    """The first change of a stretch that is told at place `since` or later, by the number of nights that tell most."""
    told = [
        _Told(int(end), length, float(p_value))
        for length in SHARES
        for end, p_value in zip(*past.tested(length, errors, since), strict=True)
    ]
    if not told:
        return None
    seen = min(each.seen for each in told)
    return min((each for each in told if each.seen == seen), key=lambda each: each.p_value)


class _Past:
    """What lies before each place of a stretch that begins with one level."""

    def __init__(self, values: Floats, launch: Floats, link: Floats, known: Known | None) -> None:
        self.values = values
        self.launch = _Means(launch)
        self.link = _Means(link)
        self.fewest = FEWEST_PAST if known is None else FEWEST_SINCE
        variance = None if known is None else known.variance
        long, near = (windows(values, length, variance) for length in (PAST, NEAR_PAST))
        self.level = long.level
        self.levels = long.count
        self.count, of_long = _together(long, known, PAST)
        _, of_near = _together(near, known, NEAR_PAST)
        self.usual = medians(_filled(launch), PAST)
        if known is not None and math.isfinite(known.launch):
            earlier = self.count - long.count
            self.usual = (earlier * known.launch + long.count * self.usual) / self.count
        self.variance = np.maximum(np.maximum(of_long, of_near), LEAST_SPREAD**2)

    def tested(self, length: int, errors: Floats, since: int) -> tuple[Places, Floats]:
        """The ends, `since` or later, at which the last `length` values are another level, and the p value of each."""
        ends = np.arange(max(self.fewest + length - 1, since), self.values.size)
        if not ends.size:
            return ends, np.zeros(0)
        base = ends - length
        degrees = degrees_of(self.count[base])
        variance = self.variance[base] * self._louder(ends, base, length)
        links = np.abs(self.link(ends, length) - self.link(base, PAST))
        share = 1 + length * (1 / self.levels[base] + links / variance)
        enough = _quantiles(self.count[base], errors[ends] * SHARES[length] / 2) * np.sqrt(share)
        rows = np.lib.stride_tricks.sliding_window_view(self.values, length)[base + 1]
        middle = np.partition(rows, length // 2, axis=1)[:, length // 2]
        # More than half of the values have to be near the new level.
        far = np.flatnonzero(np.abs(middle - self.level[base]) >= 0.5 * enough * np.sqrt(variance / length))
        ends, base = ends[far], base[far]
        off = (rows[far] - self.level[base][:, None]) / np.sqrt(variance[far])[:, None]
        gain = np.maximum(gains(off, (enough[far] / math.sqrt(BOUND))[:, None]), 0.0)
        p_values = 2 * special.stdtr(degrees[far], -np.sqrt(gain / share[far])) / SHARES[length]
        told = p_values <= errors[ends]
        return ends[told], p_values[told]

    def _louder(self, ends: Places, base: Places, length: int) -> Floats:
        """By how much the variance is larger than before, as the launches have it: where they scatter, nights do."""
        with np.errstate(invalid="ignore", divide="ignore"):
            ratio = self.launch(ends, length) / self.usual[base]
        return np.where(np.isfinite(ratio), np.maximum(ratio, 1.0), 1.0)

    def begins(self, seen: int, length: int, _p_value: float) -> tuple[int, Known]:
        """Where the level begins that was told at a place, and what is known of the spread by then."""
        base = seen - length
        variance = float(self.variance[base])
        off = (self.values[: seen + 1] - self.level[base]) / math.sqrt(variance)
        moved = float(_centres(off[None, -length:], np.array([[FAR]]))[0])
        first = max(1, seen + 1 - 2 * length)
        gains = _bounded(off[first:], FAR) - _bounded(off[first:] - moved, FAR)
        # From there on the new level explains all that follows better than the old one.
        at = first + int(np.argmax(np.cumsum(gains[::-1])[::-1]))
        return min(at, seen + 1 - FEWEST_SINCE), Known(variance, float(self.count[base]), float(self.usual[base]))


def _filled(launch: Floats) -> Floats:
    """The last variance that launches told, where a night's don't; infinite before the first."""
    places = np.maximum.accumulate(np.where(np.isfinite(launch), np.arange(launch.size), -1))
    filled: Floats = np.where(places >= 0, launch[places], np.inf)
    return filled


def _together(before: Before, known: Known | None, length: int) -> tuple[Floats, Floats]:
    """How many values tell the variance, and the variance, with those from before the change while there are few."""
    if known is None:
        return before.count, before.variance
    earlier = np.clip(length - before.count, 0, known.count)
    degrees = np.maximum(before.count - 1, 0)
    variance = (earlier * known.variance + degrees * before.variance) / np.maximum(earlier + degrees, 1)
    return earlier + before.count, variance


def degrees_of(count: Floats) -> Floats:
    """The degrees of freedom with which so many values, most of them used, tell a variance."""
    return np.maximum(EFFICIENCY * count - 1, 1.0)


def _quantiles(count: Floats, errors: Floats) -> Floats:
    """What Student's t exceeds with these probabilities, if its variance is known by so many values."""
    if count.size <= PAST:  # there are fewer places than counts: no table of these is worth its making
        found: Floats = -special.stdtrit(degrees_of(np.floor(count)), errors)
        return found
    every = degrees_of(np.arange(PAST + 1, dtype=np.float64))
    found = np.empty(count.size)
    for error in np.unique(errors):
        mine = errors == error
        found[mine] = -special.stdtrit(every, error)[count[mine].astype(np.intp)]
    return found


def gains(off: Floats, bound: Floats) -> Floats:
    """By how much one new level explains each row better than the old one. off: from the old one, in its spreads."""
    told: Floats = np.sum(_bounded(off, bound) - _bounded(off - _centres(off, bound)[:, None], bound), axis=1)
    return told


def _bounded(off: Floats, bound: Floats | float) -> Floats:
    squares: Floats = np.minimum(off**2, np.square(bound))
    return squares


def _centres(off: Floats, bound: Floats) -> Floats:
    """The mean of the values of each row that are near their median (of two, the one nearer to the old level)."""
    ordered = np.sort(off, axis=1)
    lower, upper = (ordered[:, [place]] for place in ((off.shape[1] - 1) // 2, off.shape[1] // 2))
    near = np.abs(off - np.where(np.abs(lower) < np.abs(upper), lower, upper)) <= bound
    centres: Floats = np.sum(off * near, axis=1) / np.sum(near, axis=1)
    return centres


class _Means:
    """Means of the last so many values until each place; nan counts for nothing."""

    def __init__(self, values: Floats) -> None:
        there = np.isfinite(values)
        self.sums = np.concatenate([[0.0], np.cumsum(np.where(there, values, 0.0))])
        self.counts = np.concatenate([[0], np.cumsum(there)])

    def __call__(self, ends: Places, length: int) -> Floats:
        begins = np.maximum(ends + 1 - length, 0)
        with np.errstate(invalid="ignore", divide="ignore"):
            means: Floats = (self.sums[ends + 1] - self.sums[begins]) / (self.counts[ends + 1] - self.counts[begins])
        return means
