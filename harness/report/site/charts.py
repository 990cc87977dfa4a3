"""The plots of a case: which there are, and their points as numbers, as close together as a page's weight asks for."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import cached_property
from itertools import groupby
from typing import Any, NamedTuple

from harness.record.history import History
from harness.record.results import Measure, Run
from harness.record.series import Point, SeriesKey
from harness.report.plain import line
from harness.report.quantity import seconds, significant
from harness.report.site.addresses import run_page
from harness.report.site.changes import Change, packages_between, short_commit, some
from harness.report.site.content import Content

POINTS_ON_PAGE = 3000  # of all plots of a page; about 30 bytes each
FEWEST_OF_SERIES = 40
FIGURE_DIGITS = 4
DRAWN_DIGITS = 5
_LARGEST_EXACT = 22  # powers of ten up to this are floats
NEWEST = 120  # nights that are never left out, where the page has room

_VERDICTS = {"faster": "f", "slower": "s", "equivalent": "e", "inconclusive": "i", "not measured": "n"}


@dataclass(frozen=True)
class Chart:
    """One variant over time: a series for each model of processor."""

    variant: str
    measure: Measure
    against: str
    scale: str
    models: list[History]

    @property
    def figure(self) -> str:
        """What is drawn, in words."""
        return figure_of(self.models[0].series.key)

    @cached_property
    def by_year(self) -> list[dict[str, range]]:
        """Places of the points of each year, by model."""
        return [_by_year(history.series.points) for history in self.models]

    @cached_property
    def levels(self) -> list[list[tuple[float, list[int]]]]:
        """The levels of each model, the oldest first, each with the places of its points."""
        return [_levels(history.levels) for history in self.models]


def figure_of(key: SeriesKey) -> str:
    """What a series' figures are, in words."""
    if key.measure is Measure.ANCHOR:
        return "time over the anchor's"
    if key.measure is Measure.BASELINE:
        return f"time over that of {line(key.against)}"
    return "time of one call"


def figure_told(measure: Measure, value: float) -> str:
    """A figure in words."""
    return seconds(value) if measure is Measure.TIME else significant(value, FIGURE_DIGITS)


def charts_of(histories: Iterable[History]) -> list[Chart]:
    """The plots of a case, in the order of their series."""
    found: dict[tuple[str, str, str, str], list[History]] = {}
    for history in histories:
        key = history.series.key
        found.setdefault((key.measure.value, key.scale, key.against, key.variant), []).append(history)
    return [
        Chart(variant, Measure(measure), against, scale, models)
        for (measure, scale, against, variant), models in found.items()
    ]


class Mark(NamedTuple):
    """What a run is marked with. began_s: since 1970. page: its address, where that isn't called as the run."""

    began_s: int
    id: str
    day: str
    commit: str
    page: str | None


class Marks:
    """What runs are marked with: each is asked for in many plots."""

    def __init__(self) -> None:
        self._known: dict[str, Mark] = {}
        self._notes: dict[tuple[str | None, ...], str] = {}

    def __call__(self, run: Run) -> Mark:
        """A run's mark."""
        known = self._known.get(run.id)
        if known is None:
            page = run_page(run.id)
            usual = page == f"runs/{run.id}.html"
            known = Mark(_seconds(run), run.id, run.day, short_commit(run), None if usual else page)
            self._known[run.id] = known
        return known

    def note(self, content: Content, before: Run, run: Run) -> str:
        """What was installed otherwise than in the run before it."""
        software = before.software_digest, before.lock_digest, run.software_digest, run.lock_digest
        if software not in self._notes:
            self._notes[software] = some(packages_between(content, before, run))
        return self._notes[software]


def frame(charts: Sequence[Chart], changes: Mapping[int, Sequence[Change]], marks: Marks) -> list[dict[str, Any]]:
    """What a page draws beside the points: names, levels, marks. changes: by the number of the chart."""
    return [
        {
            "name": line(chart.variant),
            "unit": "s" if chart.measure is Measure.TIME else "ratio",
            "models": [
                {"name": line(history.series.key.cpu_model), "levels": _drawn(history.series.points, levels, marks)}
                for history, levels in zip(chart.models, chart.levels, strict=True)
            ],
            "marks": [
                {"t": marks(change.run).began_s, "kind": change.kind, "text": change.short, "open": change.open}
                for change in changes[number]
            ],
        }
        for number, chart in enumerate(charts)
    ]


def thinned(charts: Sequence[Chart]) -> list[list[list[int]]]:
    """Places of the points that the page itself holds, by chart and model: all, if they are few enough.

    Left out last: the newest, those beside the newest changes, and the newest that stand out.
    """
    series = sum(len(chart.models) for chart in charts)
    most = max(FEWEST_OF_SERIES, POINTS_ON_PAGE // max(series, 1))
    return [[_thinned(history, most) for history in chart.models] for chart in charts]


def are_all(places: Sequence[Sequence[Sequence[int]]], charts: Sequence[Chart]) -> bool:
    """Whether these are the places of all points, by chart and model."""
    return all(
        len(inside) == len(history.series.points)
        for chart, by_model in zip(charts, places, strict=True)
        for history, inside in zip(chart.models, by_model, strict=True)
    )


def years_of(charts: Sequence[Chart]) -> list[str]:
    """The years in which there are points, the oldest first."""
    return sorted({year for chart in charts for by_year in chart.by_year for year in by_year})


def of_year(charts: Sequence[Chart], year: str) -> list[list[range]]:
    """Places of a year's points, by chart and model."""
    return [[by_year.get(year, range(0)) for by_year in chart.by_year] for chart in charts]


def points(
    content: Content, charts: Sequence[Chart], places: Sequence[Sequence[Sequence[int]]], marks: Marks
) -> dict[str, Any]:
    """The points of some places, as columns: runs once, and for each series the numbers of its runs."""
    runs = _Runs(content, marks)
    drawn = [
        [_model(history, kept, runs) for history, kept in zip(chart.models, by_model, strict=True)]
        for chart, by_model in zip(charts, places, strict=True)
    ]
    return {"runs": runs.columns(), "charts": drawn}


class _Runs:
    """The runs that points name, each once, with what was different from the run before it."""

    def __init__(self, content: Content, marks: Marks) -> None:
        self._content = content
        self._marks = marks
        self._numbers: dict[str, int] = {}
        self._runs: list[Run] = []
        self._notes: list[str | None] = []  # None where no night before is known

    def numbers(self, points: Sequence[Point], places: Iterable[int]) -> list[int]:
        """Which of the runs those of some points are."""
        found = []
        for place in places:
            run = points[place].run
            number = self._numbers.setdefault(run.id, len(self._runs))
            if number == len(self._runs):
                self._runs.append(run)
                self._notes.append(None)
            if place and self._notes[number] is None:  # a series may begin where others go on
                self._notes[number] = self._marks.note(self._content, points[place - 1].run, run)
            found.append(number)
        return found

    def columns(self) -> dict[str, Any]:
        """The columns. note: a number of `notes`, which say what was new; at: pages that aren't called as their run."""
        notes: dict[str, int] = {"": 0}
        machines: dict[tuple[str, str], int] = {}
        marks = [self._marks(run) for run in self._runs]
        return {
            "t": [mark.began_s for mark in marks],
            "id": [mark.id for mark in marks],
            "day": [mark.day for mark in marks],
            "commit": [mark.commit for mark in marks],
            "machine": [machines.setdefault((run.cpu_model, run.machine_digest), len(machines)) for run in self._runs],
            "note": [notes.setdefault(note or "", len(notes)) for note in self._notes],
            "notes": list(notes),
            "machines": [_machine(*each) for each in machines],
            "at": {mark.id: mark.page for mark in marks if mark.page},
        }


def _machine(cpu_model: str, digest: str) -> str:
    return f"{line(cpu_model)} ({line(digest).removeprefix('sha256:')[:6]})"


def _model(history: History, kept: Sequence[int], runs: _Runs) -> dict[str, Any]:
    points = history.series.points
    spikes = set(history.spikes)
    return {
        "i": runs.numbers(points, kept),
        "v": _short([history.values[place] for place in kept]),
        "l": _short([history.lows[place] for place in kept]),
        "h": _short([history.highs[place] for place in kept]),
        "q": "".join(_VERDICTS.get(points[place].result.verdict, "i") for place in kept),
        "spikes": [number for number, place in enumerate(kept) if place in spikes],
    }


def _by_year(points: Sequence[Point]) -> dict[str, range]:
    """Points stand in the order in which their runs began: most needn't be looked at."""
    found = {}
    start = 0
    while start < len(points):
        year = _year_of(points[start])
        end = bisect_right(points, year, lo=start, key=_year_of)
        found[year] = range(start, end)
        start = end
    return found


def _year_of(point: Point) -> str:
    return point.run.began[:4]


def _thinned(history: History, most: int) -> list[int]:
    count = len(history.series.points)
    if count <= most:
        return list(range(count))
    newest = min(NEWEST, most // 2)
    changed = sorted([step.at for step in history.steps] + [exact.at for exact in history.exact])
    kept = {place for at in changed[-most // 8 :] for place in (at - 1, at, at + 1)}
    kept |= set(history.spikes[-most // 8 :])
    kept |= set(range(count - newest, count))
    apart = -(-(count - newest) // max(1, most - len(kept)))
    kept |= set(range(0, count - newest, apart))
    return sorted(place for place in kept if 0 <= place < count)


def _drawn(
    points: Sequence[Point], levels: Sequence[tuple[float, list[int]]], marks: Marks
) -> list[tuple[int, int, float | None]]:
    """Stretches of one level: from when, until when, which."""
    ends = [(marks(points[inside[0]].run).began_s, marks(points[inside[-1]].run).began_s) for _, inside in levels]
    short = _short([level for level, _ in levels])
    return [(since, until, level) for (since, until), level in zip(ends, short, strict=True)]


def _levels(levels: Sequence[float | None]) -> list[tuple[float, list[int]]]:
    known = [place for place, level in enumerate(levels) if level is not None]
    return [(level, list(inside)) for level, inside in groupby(known, key=levels.__getitem__) if level is not None]


def _short(values: Sequence[float | None]) -> list[float | None]:
    """Figures with as many digits as a plot shows; above 100,000 with all before the point."""
    import numpy as np  # not before whoever judges has imported it, without threads: a fork takes none along

    figures = np.array(values, dtype=np.float64)  # nan for None
    with np.errstate(divide="ignore"):
        scale = 10.0 ** np.clip(DRAWN_DIGITS - 1 - np.floor(np.log10(np.abs(figures))), 0, _LARGEST_EXACT)
    told: list[float | None] = (np.round(figures * scale) / scale).tolist()
    for place in np.flatnonzero(np.isnan(figures)).tolist():
        told[place] = None
    return told


def _seconds(run: Run) -> int:
    for moment in (run.began, run.day):
        try:
            began = datetime.fromisoformat(moment)
        except ValueError:
            continue
        return int((began if began.tzinfo else began.replace(tzinfo=UTC)).timestamp())
    return 0
