"""Whether what was measured twice, each time in launches of its own, is the same: a ratio in two runs, for one."""

import math
from enum import StrEnum

import msgspec
import numpy as np
from scipy import special

from harness.judge.floats import Floats
from harness.judge.launches import EQUIVALENCE_CONFIDENCE, FEWEST, factor, student_t
from harness.judge.verdict import percent
from harness.record.schema import Interval, Ratio


class Sameness(StrEnum):
    """What may be said of two measurements of one ratio."""

    SAME = "same"
    OTHER = "other"
    UNDECIDED = "undecided"


class Change(msgspec.Struct, frozen=True, kw_only=True):
    """A change from a first to a second measurement (dimensionless), with what Welch's test knows of it.

    estimate: the second one's figure over the first one's. error: standard error of its logarithm, over `degrees`
    degrees of freedom. p_value: of "there is no change", two-sided.
    """

    estimate: float
    error: float
    degrees: float
    p_value: float

    def interval(self, confidence: float) -> Interval:
        """The interval of the change at this confidence (between 0 and 1)."""
        half = student_t(self.degrees, confidence) * self.error
        middle = math.log(self.estimate)
        return Interval(low=factor(middle - half), high=factor(middle + half), confidence=confidence)


def logs_of(ratio: Ratio) -> Floats:
    """The logarithms of a ratio's launches, shape (launches,)."""
    return np.log(np.array(ratio.launch_ratios, dtype=np.float64))


def change_of(first: Floats, second: Floats) -> Change | None:
    """How a figure differs between two measurements, by Welch's test over launches.

    first, second: shape (launches,), natural logarithms, one estimate a launch: of variant over baseline in two runs,
    or of times in two cases. The launches of either scatter in their own way. None where either has fewer than 3.
    Source: Welch (1947), The generalization of Student's problem when several different population variances are
    involved.
    """
    if min(first.size, second.size) < FEWEST:
        return None
    parts = np.array([np.var(each, ddof=1) / each.size for each in (first, second)])
    shift = float(np.mean(second) - np.mean(first))
    variance = float(np.sum(parts))
    freedom = np.array([first.size - 1, second.size - 1])
    if variance == 0:
        return Change(
            estimate=factor(shift), error=0.0, degrees=float(freedom.sum()), p_value=1.0 if shift == 0 else 0.0
        )
    shares = parts / variance
    degrees = float(1 / np.sum(shares**2 / freedom))
    error = math.sqrt(variance)
    p_value = float(2 * special.stdtr(degrees, -abs(shift) / error))
    return Change(estimate=factor(shift), error=error, degrees=degrees, p_value=p_value)


def sameness(change: Change | None, margin: float, confidence: float) -> tuple[Sameness, str]:
    """Whether the ratio is the same in both runs, and why that can be said.

    margin: a share (0.1 is 10 %); the logarithm of the change counts as none within log(1 + margin) on either side, so
    that it doesn't matter which run comes first. confidence: of the interval that has to exclude 1 (from `holm` over
    all comparisons).
    Same: two one-sided tests at 5 % each, which is the 90 % interval within the margin. Other: the interval excludes 1,
    and the change is beyond the margin. Else undecided. That *all* ratios are the same needs no adjustment (an
    intersection-union test).
    Sources: Schuirmann (1987), A comparison of the two one-sided tests procedure and the power approach for assessing
    the equivalence of average bioavailability; Berger and Hsu (1996), Bioequivalence trials, intersection-union tests
    and equivalence confidence sets.
    """
    if change is None:
        return Sameness.UNDECIDED, f"fewer than {FEWEST} launches in one of the two runs"
    most = 1 + margin
    equal = change.interval(EQUIVALENCE_CONFIDENCE)
    if 1 / most <= equal.low and equal.high <= most:
        return Sameness.SAME, f"within {percent(margin)} with 90 % confidence"
    looked_at = change.interval(confidence)
    excludes_one = not looked_at.low <= 1 <= looked_at.high
    if excludes_one and not 1 / most <= change.estimate <= most:
        return Sameness.OTHER, f"{_factor(change.estimate)} the recorded ratio"
    return Sameness.UNDECIDED, f"{_factor(equal.low)} to {_factor(equal.high)} the recorded ratio, at 90 % confidence"


def _factor(value: float) -> str:
    return f"{value:.3g} times"
