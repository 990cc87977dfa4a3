"""Looking at a comparison before its end: when, at which level, and the interval that holds whenever one stops."""

import math
from collections.abc import Sequence
from functools import lru_cache
from itertools import pairwise

import msgspec
import numpy as np
from scipy import special

from harness.judge.floats import Floats
from harness.judge.launches import FEWEST, launch_interval, p_value, require_enough, standard_error, student_t
from harness.record.schema import Interval, Look

MOST_LOOKS = 5
FIRST_LOOK = 4
# Looks that lie closer together than this tell nothing new.
LEAST_STEP = 1.5
SPENDING_POWER = 1.5
_SURE = 1 - 1e-6
_CLOSE = 1e-9
_MOST_SECANTS = 60
_MOST_STEPS = 100
_FEWEST_NODES = 24
_MOST_NODES = 400
_ROOT = math.sqrt(2 * math.pi)


class Looks(msgspec.Struct, frozen=True, kw_only=True):
    """The looks that were taken of one comparison; at the last one it stands now.

    launches: after how many, ascending, at least 3. spent: the share of the error probability that was given out by
    then, ascending, at most 1.
    """

    launches: tuple[int, ...]
    spent: tuple[float, ...]


def looks(most: int) -> tuple[int, ...]:
    """After how many launches a plan of at most `most` of them is looked at: ascending, at most five, the last `most`.

    They lie in equal ratios from the fourth launch on, at least 1.5 apart. The third launch is no place to look: what
    an early look may spend makes Student's t with two degrees of freedom so wide that it hardly ever is enough, and
    what it spends is missing later (sevenfold and twofold ratios needed 4.5 and 7.0 of 30 launches on average with a
    first look at 3, and 4.1 and 6.5 with one at 4).
    """
    if most <= FIRST_LOOK:
        return (most,)
    count = min(MOST_LOOKS, 1 + int(math.log(most / FIRST_LOOK) / math.log(LEAST_STEP)))
    if count == 1:
        return (most,)
    return tuple(round(FIRST_LOOK * (most / FIRST_LOOK) ** (step / (count - 1))) for step in range(count))


def spent(launches: int, most: int) -> float:
    """The share of the error probability that may be given out after so many of at most `most` launches.

    (launches / most) ** 1.5, from the power family. The exponent is a choice: after all looks of 30 launches the last
    interval is 13 % wider than that of a fixed plan at 1, 8 % at 1.5 and 5 % at 2, while a ratio of 2 (standard
    deviation 2.5 %) is known well enough after 5.7, 6.5 and 7.0 launches. Small budgets end at the last look, so that
    one counts for more.
    Source: Lan and DeMets (1983), Discrete sequential boundaries for clinical trials; Kim and DeMets (1987), Design and
    analysis of group sequential tests based on the type I error spending rate function.
    """
    return math.pow(min(1.0, launches / most), SPENDING_POWER)


def one_look(launches: int) -> Looks:
    """The only look, at the end: that of a plan which was fixed beforehand."""
    return Looks(launches=(launches,), spent=(1.0,))


def looked(launches: int, taken: Sequence[int], most: int) -> Looks:
    """The looks of a comparison that has so many launches, of a plan of at most `most`, looked at after `taken`.

    If `launches` is one of `taken`, it stopped there for what it saw, and the rest of the error probability stays
    unspent. Else it ended for a reason that isn't its ratios (the plan's end, the budget), and that end may spend all.
    """
    before = [each for each in taken if FEWEST <= each < launches]
    last = spent(launches, most) if launches in taken else 1.0
    return Looks(launches=(*before, launches), spent=(*(spent(each, most) for each in before), last))


def looks_at(launches: Sequence[int], taken: Sequence[Look]) -> Looks:
    """The looks of one comparison, of those that were taken of its case.

    launches: the numbers of the launches that it has an estimate of, ascending. It has no look where it had fewer than
    three of them. A case that was known well enough at its last look ended for that; else its end may spend all.
    """
    count = len(launches)
    spent_by = {sum(1 for number in launches if number <= look.launch): look.spent for look in taken}
    ended = bool(taken) and taken[-1].enough and spent_by.get(count) == taken[-1].spent
    before = {size: share for size, share in spent_by.items() if FEWEST <= size < count and 0 < share < 1}
    last = taken[-1].spent if ended else 1.0
    return Looks(launches=(*before, count), spent=(*before.values(), last))


def stopped_interval(log_ratios: Floats, taken: Sequence[int], most: int, confidence: float = 0.95) -> Interval:
    """The interval of a ratio that was looked at after `taken` launches, of a plan of at most `most`.

    log_ratios: shape (launches,), the natural logarithm of variant over baseline, one estimate a launch.
    It holds its confidence whatever made one stop at a look. With no look before the end it is that of a fixed plan.
    Raises TooFewLaunches below 3.
    """
    return interval_after(log_ratios, looked(log_ratios.size, taken, most), confidence)


def interval_after(log_ratios: Floats, looks_taken: Looks, confidence: float = 0.95) -> Interval:
    """The interval of a ratio after these looks, the last of them at all of its launches.

    log_ratios: shape (launches,). At each look Student's t is held to the level that the looks' joint normal
    distribution leaves it (the significance level approach), so that the intervals of all looks hold jointly.
    Raises TooFewLaunches below 3.
    Source: Jennison and Turnbull (2000), Group sequential methods, chapter 9 (repeated confidence intervals) and
    section 3.8 (significance levels with an unknown variance).
    """
    require_enough(log_ratios)
    nominal = launch_interval(log_ratios, 1 - nominal_level(looks_taken, 1 - confidence))
    return msgspec.structs.replace(nominal, confidence=confidence)


def enough(log_ratios: Floats, looks_taken: Looks, precision: float) -> bool:
    """Whether a comparison is known as well as was asked for, at a look.

    log_ratios: shape (launches,). precision: the half-width wanted of the 95 % interval after these looks, as a share
    (0.02 is 2 %); a tenth of the absolute log ratio is always good enough: nobody needs a sevenfold speed-up to 2 %.
    """
    if log_ratios.size < FEWEST:
        return False
    half = student_t(log_ratios.size - 1, 1 - nominal_level(looks_taken, 0.05)) * standard_error(log_ratios)
    return half <= max(precision, abs(float(np.mean(log_ratios))) / 10)


def launches_wanted(spread: float, launches: int, most: int) -> int:
    """After how many launches a comparison is predicted to be known well enough, at a look that is still to come.

    spread: standard deviation of a launch's log ratio over the half-width wanted. launches: what it has.
    Returns a look of `looks(most)` beyond `launches`, `most` where none will do.
    """
    return next((number for number, reach in _reaches(most) if number > launches and spread * reach <= 1), most)


def launches_expected(spread: float, launches: int, most: int) -> float:
    """How many launches a comparison is expected to have at its end, by what its looks may show.

    spread: as for `launches_wanted`. A look finds enough with the chance that the standard deviation of that many
    normal launches is small enough (chi-squared); one that was found wide before is not found narrow later.
    """
    ahead = [(number, reach) for number, reach in _reaches(most) if number > launches]
    if not ahead or spread <= 0:
        return float(ahead[0][0] if ahead else most)
    expected, going = float(ahead[0][0]), 1.0
    for (number, reach), (following, _) in pairwise(ahead):
        going = min(going, float(special.chdtrc(number - 1, (number - 1) / (spread * reach) ** 2)))
        expected += going * (following - number)
    return expected


@lru_cache(maxsize=256)
def _reaches(most: int) -> list[tuple[int, float]]:
    """For each look of a plan, half the width of its 95 % interval in standard deviations of a launch."""
    plan = looks(most)
    return [
        (each, student_t(each - 1, 1 - nominal_level(looked(each, plan, most), 0.05)) / math.sqrt(each))
        for each in plan
        if each >= FEWEST
    ]


def repeated_p(log_ratios: Floats, looks_taken: Looks) -> float:
    """The two-sided p value of "the ratio is 1" after these looks: the smallest at which `interval_after` excludes 1.

    log_ratios: shape (launches,). With one look it is that of Student's t test. Raises TooFewLaunches below 3.
    Source: Jennison and Turnbull (2000), Group sequential methods, chapter 9 (repeated p-values).
    """
    nominal = p_value(log_ratios)
    if looks_taken.spent == (1.0,):
        return nominal
    return _overall(looks_taken, nominal)


def nominal_level(looks_taken: Looks, alpha: float) -> float:
    """The two-sided level of the test at the last of these looks, if all of them have alpha between them."""
    return _levels(looks_taken.launches, looks_taken.spent, alpha)[-1]


def _overall(looks_taken: Looks, nominal: float) -> float:
    """The alpha at which the last look's level is `nominal`, by secants: the logarithms lie nearly on a line."""
    if nominal <= 0:
        return 0.0
    if nominal >= nominal_level(looks_taken, _SURE):
        return 1.0

    def short(log_alpha: float) -> float:
        return math.log(nominal_level(looks_taken, math.exp(log_alpha)) / nominal)

    low, high = math.log(nominal), math.log(_SURE)
    below, above = short(low), short(high)
    for _ in range(_MOST_SECANTS):
        middle = (low * above - high * below) / (above - below)
        found = short(middle)
        if abs(found) < _CLOSE:
            return math.exp(middle)
        # The end that stays counts for half (the Illinois rule), so that both ends close in.
        if found < 0:
            low, below, above = middle, found, above / 2
        else:
            high, above, below = middle, found, below / 2
    return math.exp(high)


@lru_cache(maxsize=4096)
def _levels(launches: tuple[int, ...], spent_by: tuple[float, ...], alpha: float) -> tuple[float, ...]:
    """The two-sided level at each look, such that the chance to cross at it first is what is newly given out there.

    The walk is the sum of independent standard normal launches. Its density, as long as it has crossed no bound, is
    known at Gauss-Legendre nodes between 0 and the last look's bound, and carried on to the next by integration.
    Source: Armitage, McPherson and Rowe (1969), Repeated significance tests on accumulating data.
    """
    levels: list[float] = []
    nodes, weights = np.zeros(1), np.full(1, 0.5)
    steps = np.sqrt(np.diff(launches, prepend=0))
    newly = alpha * np.diff(spent_by, prepend=0.0)
    for index, (number, step, crossing) in enumerate(zip(launches, steps, newly, strict=True)):
        farthest = -math.sqrt(number) * float(special.ndtri(crossing / 2))
        bound = _bound(nodes, weights, step, crossing, farthest) if levels else farthest
        levels.append(2 * float(special.ndtr(-bound / math.sqrt(number))) if levels else float(crossing))
        # As close as the narrower of the steps from and to these nodes asks for.
        count = 4 * bound / min(steps[index : index + 2])
        nodes, weights = _carried_on(nodes, weights, step, bound, int(min(_MOST_NODES, max(_FEWEST_NODES, count))))
    return tuple(levels)


def _bound(nodes: Floats, weights: Floats, step: float, crossing: float, farthest: float) -> float:
    """What the walk's next sum exceeds, on either side, with this probability.

    nodes, weights: the non-negative half of where the walk may be. step: the standard deviation of what comes to it.
    farthest: the bound if no look came before. Newton's steps on the logarithm, which is concave, come down from there.
    """
    bound = farthest
    for _ in range(_MOST_STEPS):
        above, below = (nodes - bound) / step, (-nodes - bound) / step
        beyond = 2 * float(weights @ (special.ndtr(above) + special.ndtr(below)))
        slope = 2 * float(weights @ (np.exp(-0.5 * above**2) + np.exp(-0.5 * below**2))) / (step * _ROOT)
        move = math.log(beyond / crossing) * beyond / slope
        bound += move
        if abs(move) < 1e-10 * step:
            break
    return bound


def _carried_on(nodes: Floats, weights: Floats, step: float, bound: float, count: int) -> tuple[Floats, Floats]:
    """Where the walk may be after the next step, within the bound, and with which probability: the half above 0."""
    points, shares = _gauss_legendre(count)
    sums = bound * (points + 1) / 2
    up = np.exp(-0.5 * ((sums[:, None] - nodes) / step) ** 2)
    down = np.exp(-0.5 * ((sums[:, None] + nodes) / step) ** 2)
    carried: Floats = bound / 2 * shares * ((up + down) @ weights) / (step * _ROOT)
    return sums, carried


@lru_cache(maxsize=64)
def _gauss_legendre(count: int) -> tuple[Floats, Floats]:
    nodes, weights = np.polynomial.legendre.leggauss(count)
    return nodes, weights
