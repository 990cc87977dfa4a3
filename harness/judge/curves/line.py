"""Straight lines through points that each have launches of their own."""

from collections.abc import Sequence

import msgspec
import numpy as np
from scipy import special

from harness.judge.floats import Floats
from harness.judge.launches import FEWEST

FEWEST_POINTS = 3


class Points(msgspec.Struct, frozen=True):
    """Values of the axis, and what the launches found at each, both as logarithms.

    x: shape (points,), ascending. launches: per point, shape (launches of it,), at least one.
    """

    x: Floats
    launches: list[Floats]

    @property
    def means(self) -> Floats:
        """Shape (points,)."""
        return np.array([float(np.mean(each)) for each in self.launches])

    @property
    def counts(self) -> Floats:
        """How many launches each point has, shape (points,)."""
        return np.array([each.size for each in self.launches], dtype=np.float64)

    @property
    def carries_intervals(self) -> bool:
        """Whether every point has launches enough for a variance."""
        return bool(self.x.size) and bool(np.all(self.counts >= FEWEST))

    def variances(self) -> Floats:
        """Of the means, shape (points,); each point's own, from its launches."""
        return np.array([float(np.var(each, ddof=1)) / each.size for each in self.launches])

    def part(self, first: int, last: int) -> "Points":
        """The points from one place to another, both included."""
        return Points(self.x[first : last + 1], self.launches[first : last + 1])


class Fit(msgspec.Struct, frozen=True):
    """A polynomial fitted to points. Its height at x is a sum of the points' means, with the weights `at(x)`.

    centre: of the values of x. parts: shape (degree + 1, points); row k has the means' weights in the coefficient of
    (x - centre) ** k.
    """

    points: Points
    centre: float
    parts: Floats

    def at(self, x: float | Floats) -> Floats:
        """The means' weights in the height at x: shape (points,), with a row for each where x is several."""
        powers = np.arange(self.parts.shape[0])
        weights: Floats = (np.asarray(x)[..., None] - self.centre) ** powers @ self.parts
        return weights

    def height(self, x: float) -> float:
        """The height at x."""
        return float(self.at(x) @ self.points.means)

    @property
    def slope(self) -> Floats:
        """The means' weights in a line's slope, shape (points,)."""
        weights: Floats = self.parts[1]
        return weights

    @property
    def steepness(self) -> float:
        """A line's slope itself."""
        return float(self.slope @ self.points.means)


def fit_line(points: Points, weights: Floats, degree: int = 1) -> Fit:
    """Weighted least squares. weights: of the points, shape (points,), known beforehand and not found in the data.

    degree: of the polynomial; 1 is a line. With as many points as coefficients it goes through all of them.
    """
    centre = float(weights @ points.x / np.sum(weights))
    powers = (points.x - centre)[:, None] ** np.arange(degree + 1)
    roots = np.sqrt(weights)
    return Fit(points, centre, np.linalg.pinv(powers * roots[:, None]) * roots)


def half_width(weights: Floats, points: Points, confidence: float = 0.95) -> float:
    """Half the width of the t interval of a weighted sum of points' means, `weights @ points.means`."""
    return float(half_widths(weights, points, confidence))


def half_widths(weights: Floats, points: Points, confidence: float = 0.95) -> Floats:
    """The same of several sums at once. weights: shape (sums, points); returns shape (sums,).

    Each point's variance comes from its own launches and from nothing else: neither do they have to be alike, nor does
    a line have to fit. Degrees of freedom: Welch (1947), The generalization of 'Student's' problem when several
    different population variances are involved; Satterthwaite (1946).
    """
    parts = weights**2 * points.variances()
    totals = np.sum(parts, axis=-1)
    scattered = totals > 0
    shares = parts / np.where(scattered, totals, 1.0)[..., None]
    inverse = np.sum(shares**2 / (points.counts - 1), axis=-1)
    freedom = 1 / np.where(scattered, inverse, 1.0)
    half: Floats = -special.stdtrit(freedom, (1 - confidence) / 2) * np.sqrt(totals)
    return half


def lack_of_fit_p(points: Points) -> float | None:
    """The p value of "a straight line fits": what is left between points and line, against launches' own scatter.

    The F test of lack of fit: points weigh as their launches, the pure error is pooled. None with fewer than three
    points, or without two launches anywhere. Source: Draper and Smith (1998), Applied regression analysis, section 2.1.
    """
    freedom = float(np.sum(points.counts - 1))
    left = points.x.size - 2
    if left < 1 or freedom < 1:
        return None
    line = fit_line(points, points.counts)
    misses = points.means - np.array([line.height(float(x)) for x in points.x])
    lack = float(points.counts @ misses**2) / left
    error = sum(float(np.sum((each - np.mean(each)) ** 2)) for each in points.launches) / freedom
    if lack <= error * 1e-12 or lack < 1e-24:
        return 1.0
    if error == 0:
        return 0.0
    return float(special.fdtrc(left, freedom, lack / error))


def off(points: Points, line: Fit) -> float:
    """The largest share by which a point lies off a line of logarithms: 0.05 is 5 % above or below."""
    misses = points.means - np.array([line.height(float(x)) for x in points.x])
    return float(np.expm1(np.max(np.abs(misses)))) if misses.size else 0.0


def points_of(values: Sequence[float], launches: Sequence[Floats | None]) -> Points:
    """Points with the logarithms of these values; those without launches are left out. launches: logarithms."""
    kept = [(value, each) for value, each in zip(values, launches, strict=True) if each is not None and each.size]
    return Points(np.log(np.array([value for value, _ in kept], dtype=np.float64)), [each for _, each in kept])
