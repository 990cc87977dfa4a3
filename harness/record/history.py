"""What is said of a series: where its level changed, how its anchors are linked, what it could show."""

from __future__ import annotations

from harness.record.schema import Interval, Value
from harness.record.series import Series


class Step(Value, frozen=True, kw_only=True):
    """A series took another level. at: the place of the first point of the new level, counted from 0.

    change: new level over old; interval: 95 % of it. p_value: of "there is no change here", two-sided. open: the newest
    nights alone speak for it, so that the next ones may still take it back.
    """

    at: int
    change: float
    interval: Interval
    p_value: float
    open: bool = False


class ExactChange(Value, frozen=True, kw_only=True):
    """Something that is known without noise changed: 'answer', or 'counter NAME'. at: as in `Step`."""

    at: int
    what: str
    before: str
    after: str


class Link(Value, frozen=True, kw_only=True):
    """How a later anchor stands to the one before it. ratio: later over earlier, its interval over nights (95 %)."""

    anchor: int
    before: int
    nights: int
    ratio: float
    interval: Interval | None = None


class History(Value, frozen=True, kw_only=True):
    """A series with all that is said of it.

    values: the figure at each point (for anchors: over the first one, by the links; for times: seconds), None where it
    was not measured; lows, highs: 95 % of it. levels: of each point's segment. spikes: places of single nights that
    stand out. night_sd: standard deviation of the logarithm from night to night, None if too few; between_sd: the part
    of it that the launches within a night don't explain, None where they can't tell. smallest_in_3, smallest_in_7: the
    smallest step that would be seen within so many nights with 80 % power, a share.
    """

    series: Series
    values: list[float | None]
    lows: list[float | None]
    highs: list[float | None]
    levels: list[float | None]
    steps: list[Step] = []
    exact: list[ExactChange] = []
    links: list[Link] = []
    spikes: list[int] = []
    night_sd: float | None = None
    between_sd: float | None = None
    smallest_in_3: float | None = None
    smallest_in_7: float | None = None
