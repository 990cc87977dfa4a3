"""Laws of scaling: Amdahl's, and the Universal Scalability Law."""

import numpy as np

from harness.judge.curves.line import Points
from harness.judge.floats import Floats
from harness.record.schema import Estimate, Interval, ScalingLaw

CONFIDENCE = 0.95
FEWEST_FOR_AMDAHL = 3
FEWEST_FOR_UNIVERSAL = 4
DRAWS = 4_000
_SEED = 1967


def amdahl(points: Points) -> ScalingLaw | None:
    """Amdahl's law fitted to times; None with fewer than three worker counts.

    points: logarithms of the worker counts and of the times. T(n) = T(1) (s + (1 - s) / n), s the serial share.
    Source: Amdahl (1967), Validity of the single processor approach. How it is fitted: see `universal`.
    """
    return _law(points, 2) if points.x.size >= FEWEST_FOR_AMDAHL else None


def universal(points: Points) -> ScalingLaw | None:
    """The Universal Scalability Law fitted to times; None with fewer than four worker counts.

    T(n) = T(1) (1 + s (n - 1) + k n (n - 1)) / n, with s the contention (the serial share) and k the coherency cost.
    n T(n) is a sum of 1, n and n (n - 1) with the coefficients T(1) (1 - s), T(1) s and T(1) k, so that least squares
    of the relative misses, with none of them below zero, give 0 <= s <= 1 and k >= 0 without a start value. Intervals
    hold 95 % of the fits, without bounds, to times drawn from what the launches of each count leave open: mean -
    t sd / sqrt(L), with Student's t of L - 1 degrees of freedom; what is beyond the bounds is cut off. None where a
    count has fewer than three launches.
    Source: Gunther (2007), Guerrilla capacity planning; Weerahandi (1993), Generalized confidence intervals.
    """
    return _law(points, 3) if points.x.size >= FEWEST_FOR_UNIVERSAL else None


def _law(points: Points, terms: int) -> ScalingLaw:
    workers = np.exp(points.x)
    found = _fit(workers, points.means, points.counts, terms)
    drawn = _draws(points, terms) if points.carries_intervals else None
    told = _times(workers, found, terms)
    return ScalingLaw(
        one_worker_s=float(found[0]),
        serial_share=_estimate(found, drawn, 1),
        coherency=_estimate(found, drawn, 2) if terms == 3 else None,
        counts=int(workers.size),
        off=float(np.max(np.abs(np.expm1(points.means - np.log(told))))),
    )


def _rows(workers: Floats, log_times: Floats, weights: Floats, terms: int) -> tuple[Floats, Floats]:
    """What least squares of the relative misses solves: shapes (..., counts, terms) and (counts,).

    log_times: shape (..., counts).
    """
    basis = np.column_stack([np.ones_like(workers), workers, workers * (workers - 1)])[:, :terms]
    # A row over its own time: the misses are relative ones.
    scale = np.sqrt(weights) / (workers * np.exp(log_times))
    return basis * scale[..., None], np.sqrt(weights)


def _law_of(coefficients: Floats) -> Floats:
    """T(1), s and, with three terms, k, of the coefficients of 1, n and n (n - 1): shape (..., terms) of both."""
    one_worker = coefficients[..., :1] + coefficients[..., 1:2]
    safe = np.where(one_worker > 0, one_worker, np.inf)
    return np.concatenate([one_worker, coefficients[..., 1:] / safe], axis=-1)


def _fit(workers: Floats, log_times: Floats, weights: Floats, terms: int) -> Floats:
    from scipy import optimize  # takes a while to load, which other commands need not wait for

    rows, target = _rows(workers, log_times, weights, terms)
    coefficients, _ = optimize.nnls(rows, target)
    return _law_of(np.asarray(coefficients, dtype=np.float64))


def _times(workers: Floats, law: Floats, terms: int) -> Floats:
    coherency = law[2] if terms == 3 else 0.0
    times: Floats = law[0] * (1 + law[1] * (workers - 1) + coherency * workers * (workers - 1)) / workers
    return np.maximum(times, 1e-300)


def _draws(points: Points, terms: int) -> Floats:
    """Shape (draws, terms): the law fitted to times as the launches leave them open. The same for the same launches.

    Fitted without bounds: with them, one share at its bound would pull the other one off.
    """
    random = np.random.default_rng(_SEED)
    errors = np.sqrt(points.variances())
    noise = np.column_stack([random.standard_t(count - 1, DRAWS) for count in points.counts])
    log_times = np.clip(points.means + errors * noise, -300, 300)
    rows, target = _rows(np.exp(points.x), log_times, points.counts, terms)
    return _law_of(np.linalg.pinv(rows) @ target)


def _estimate(found: Floats, drawn: Floats | None, place: int) -> Estimate:
    value = float(found[place])
    if drawn is None:
        return Estimate(value=value)
    tail = 100 * (1 - CONFIDENCE) / 2
    low, high = (float(each) for each in np.percentile(drawn[:, place], [tail, 100 - tail]))
    most = 1.0 if place == 1 else np.inf
    return Estimate(
        value=value,
        interval=Interval(
            low=min(max(0.0, low), value), high=max(min(most, max(0.0, high)), value), confidence=CONFIDENCE
        ),
    )
