"""A variant's time over the baseline's."""

from __future__ import annotations

from harness.record.schema.value import Value


class Interval(Value, frozen=True, kw_only=True):
    """An interval of a ratio (dimensionless); on curves, of the figure beside it, in its unit."""

    low: float
    high: float
    confidence: float


class Ratio(Value, frozen=True, kw_only=True):
    """A variant's time over the baseline's.

    estimate: the exponential of the mean over launches of the log ratio. launch_ratios: one estimate a launch.
    interval: 95 %, of a plan that was fixed beforehand. stopped: 95 %, holds at whichever of its `looks` the case was
    stopped, the end included. adjusted: what the verdict looks at, as `stopped` and adjusted (Holm) for the run's
    comparisons. equivalence: 90 %, as `stopped`. few: three to five launches. p_value: as of a fixed plan.
    """

    estimate: float
    launches: int
    blocks: int
    launch_ratios: list[float]
    interval: Interval | None = None
    stopped: Interval | None = None
    adjusted: Interval | None = None
    equivalence: Interval | None = None
    looks: int = 1
    few: bool = False
    p_value: float | None = None
    signed_rank_p: float | None = None

    @property
    def shown(self) -> Interval | None:
        """The 95 % interval that holds however the run came to its end."""
        return self.stopped or self.interval
