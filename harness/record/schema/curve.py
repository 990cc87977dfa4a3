"""What the cases of a swept family say together."""

from __future__ import annotations

from harness.record.schema.ratio import Interval
from harness.record.schema.value import Value


class Estimate(Value, frozen=True, kw_only=True):
    """A figure of a curve with its 95 % interval; None where too few launches carry one."""

    value: float
    interval: Interval | None = None


class CurvePoint(Value, frozen=True, kw_only=True):
    """One variant at one value of the axis. case: the id of the case that was measured there.

    time_s, peak_bytes: of one call, geometric means over launches. left_out: why it is held against nothing else, empty
    if it is. ratio: its time over the baseline's. On an axis of workers: speed_up over the same variant at 1 worker,
    efficiency (speed-up a worker), and serial_share, what Karp and Flatt call the experimental serial fraction.
    """

    value: float
    case: str
    launches: int = 0
    time_s: Estimate | None = None
    peak_bytes: Estimate | None = None
    left_out: str = ""
    ratio: Estimate | None = None
    speed_up: Estimate | None = None
    efficiency: Estimate | None = None
    serial_share: Estimate | None = None


class LocalGrowth(Value, frozen=True, kw_only=True):
    """The exponent between two neighbouring values of the axis."""

    low: float
    high: float
    exponent: Estimate


class Growth(Value, frozen=True, kw_only=True):
    """How a figure grows along the axis: figure = at_low * (value / low) ** exponent, a straight line of logarithms.

    off: the largest share by which a point lies off the line. lack_of_fit_p: of the test that the line fits. curved: it
    doesn't, and `local` says more than the one exponent.
    """

    exponent: Estimate
    low: float
    high: float
    at_low: float
    off: float
    lack_of_fit_p: float | None = None
    curved: bool = False
    local: list[LocalGrowth] = []


class ScalingLaw(Value, frozen=True, kw_only=True):
    """Time at n workers is one_worker_s * (1 + serial_share * (n - 1) + coherency * n * (n - 1)) / n.

    coherency: None in Amdahl's law. counts: to how many worker counts it was fitted. off: the largest share by which
    one of them lies off the law.
    """

    one_worker_s: float
    serial_share: Estimate
    coherency: Estimate | None = None
    counts: int
    off: float


class Cost(Value, frozen=True, kw_only=True):
    """How many workers it takes to beat the best variant on a single core (McSherry et al. 2015).

    workers: None where none of the measured numbers do. single, single_s: that variant, and its time at 1 worker.
    measured: the numbers of workers that were held against it. unknown: smaller ones at which the order is not known.
    """

    workers: float | None
    single: str
    single_s: float
    measured: list[float] = []
    unknown: list[float] = []


class VariantCurve(Value, frozen=True, kw_only=True):
    """One variant along the axis. beyond_cores: measured worker counts that no law was fitted to."""

    variant: str
    points: list[CurvePoint]
    time_growth: Growth | None = None
    memory_growth: Growth | None = None
    beyond_cores: list[float] = []
    amdahl: ScalingLaw | None = None
    universal: ScalingLaw | None = None
    cost: Cost | None = None


class Crossing(Value, frozen=True, kw_only=True):
    """A change of order: at the measured value `below` the variant `faster` takes more time, from `above` on less.

    unknown: measured values between the two at which the order is not known. estimate: where the curves through these
    and the neighbouring values cross; None if they don't, and on an axis of workers, which come whole.
    """

    below: float
    above: float
    faster: str
    unknown: list[float] = []
    estimate: Estimate | None = None


class OrderPoint(Value, frozen=True, kw_only=True):
    """Two variants at one value. ratio: the second's time over the first's. faster: None where that isn't known."""

    value: float
    ratio: Estimate
    faster: str | None = None


class Order(Value, frozen=True, kw_only=True):
    """Which of two variants takes less time along the axis, and every change of it."""

    first: str
    second: str
    points: list[OrderPoint]
    crossings: list[Crossing] = []


class Curve(Value, frozen=True, kw_only=True):
    """A swept family: the cases that differ in the value of one parameter only.

    of, params: as of its cases, without the axis. workers: whether the axis counts workers. cores: how many there were.
    orders: of each variant and the baseline, and of every other pair whose order changes. problem: why there is no
    curve, in words; then nothing else is judged.
    """

    axis: str
    file: str
    group: str | None
    params: dict[str, str] = {}
    of: str | None = None
    variant: str | None = None
    cases: list[str]
    values: list[float] = []
    baseline: str = ""
    workers: bool = False
    cores: int = 0
    variants: list[VariantCurve] = []
    orders: list[Order] = []
    problem: str = ""
