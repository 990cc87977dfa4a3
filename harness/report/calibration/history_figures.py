"""The figures of a calibration of history, computed elsewhere: what its page shows."""

from __future__ import annotations

from harness.report.calibration.figures import Figures, Share


class FlatRow(Figures, frozen=True, kw_only=True):
    """Of flat series of one kind, the shares in which a detector found a change point: in one look at the end, at any
    of some looks while it grew, and on any night, None where it wasn't asked each night.
    """

    kind: str
    detector: str
    at_the_end: Share
    at_any_look: Share
    every_night: Share | None = None


class StepRow(Figures, frozen=True, kw_only=True):
    """Of series with a step, the shares in which it was found within so many nights."""

    kind: str
    detector: str
    within: dict[int, Share]


class Years(Figures, frozen=True, kw_only=True):
    """Simulated years. found: by kind of change. false_a_year: steps told that nothing was planted for, a year of 365
    nights, with its 95 % interval; shown: of them, those that stand at a year's end. late: how many steps were told so
    many nights after the first one that had them.
    """

    count: int
    nights: int
    found: dict[str, Share]
    false: int
    false_a_year: float
    low: float
    high: float
    shown: int
    late: dict[int, int]


class Smallest(Figures, frozen=True, kw_only=True):
    """The smallest step that is told of within so many nights, for a night-to-night standard deviation, by what the
    judge says, and the share in which such a step was found.
    """

    night_sd: float
    nights: int
    step: float


class TwinPool(Figures, frozen=True, kw_only=True):
    """Real trials of identical code. sd, usual_sd: from trial to trial, and without the far ones; told: steps that are
    told in all of them as one series, in their order.
    """

    trials: int
    sd: float
    usual_sd: float
    told: int


class HistoryCalibration(Figures, frozen=True, kw_only=True):
    """All of it. versions: of the other detectors, by name. pools: what series of twins are drawn from, by kind."""

    pools: dict[str, TwinPool] = {}
    flat: list[FlatRow]
    steps: list[StepRow]
    smallest: list[Smallest]
    years: Years | None
    versions: dict[str, str]
    demands: list[tuple[str, str, bool | None]]
