"""What was judged up to a night, kept as plain data: nights that come later are added, and nothing is judged twice."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import msgspec
import numpy as np

from harness.judge.history.columns import Columns, LinkColumns, Measured, added, measured
from harness.judge.history.history import Mapped, judged
from harness.judge.history.scan import Scan
from harness.record.history import History
from harness.record.results import Result, Run
from harness.record.series import Point, Series, SeriesKey

# Numbers lie in it as the machine has them: it is a cache, and stays where it was made.
_PLACES, _FLOATS = np.dtype(np.intp), np.dtype(np.float64)
_ARE_PLACES = {"places", "anchors", "before"}


class KeptSeries(msgspec.Struct, frozen=True, kw_only=True):
    """A series: its points as numbers of `runs` and `results`, and its columns by their names.

    newest: what its last point says, whole; `results` has no number for it.
    """

    key: SeriesKey
    runs: bytes
    results: bytes
    newest: Result
    columns: dict[str, bytes]
    between: dict[str, bytes]


class Kept(msgspec.Struct, frozen=True, kw_only=True):
    """All series of a store, and where their scans stand.

    made_by: what judged; rows: the digest of all rows that were judged, up to the run `until`. results: each once, only
    with what histories and pages ask of a night from before: verdict, answers, agreement, counters, anchor.
    """

    made_by: str
    until: str
    rows: str
    runs: list[str]
    results: list[Result]
    series: list[KeptSeries]
    scans: list[tuple[SeriesKey, Scan]]


class Judged(msgspec.Struct, frozen=True, kw_only=True):
    """Histories, and what is to be kept of them. results, kept: what was kept before, series by their keys."""

    histories: list[History]
    series: list[Measured]
    scans: dict[SeriesKey, Scan]
    results: list[Result]
    kept: dict[SeriesKey, KeptSeries]


def judged_on(kept: Kept | None, runs: Mapping[str, Run], new: Sequence[Series], mapped: Mapped = map) -> Judged:
    """The histories of what was kept and of the series of later nights together; of these alone if nothing was kept.

    runs: all of them, by id. mapped: as of `judged`.
    """
    known = {each.key: each for each in _restored(kept, runs)} if kept else {}
    for each in map(measured, new):
        earlier = known.get(each.key)
        known[each.key] = added(earlier, each) if earlier is not None else each
    series = [each for _, each in sorted(known.items())]
    histories, scans = judged(series, dict(kept.scans) if kept else {}, mapped)
    return Judged(
        histories=histories,
        series=series,
        scans=scans,
        results=kept.results if kept else [],
        kept={each.key: each for each in kept.series} if kept else {},
    )


def kept_of(found: Judged, runs: Mapping[str, Run], made_by: str, rows: str) -> Kept:
    """What is to be kept. runs: all of the store, oldest first; rows: the digest of the rows that were judged."""
    numbers = {run: number for number, run in enumerate(runs)}
    numbered = _Numbered(found.results)
    series = []
    for each in found.series:
        before = found.kept.get(each.key)
        known = before.runs if before else b""  # numbered as now: nights that come later have later numbers
        new = [numbers[point.run.id] for point in each.points[len(known) // _PLACES.itemsize :]]
        series.append(
            KeptSeries(
                key=each.key,
                runs=known + np.array(new, dtype=_PLACES).tobytes(),
                results=numbered(each.points[:-1], before.results if before else b""),
                newest=each.points[-1].result,
                columns=_packed(each.columns),
                between=_packed(each.between),
            )
        )
    return Kept(
        made_by=made_by,
        until=max(runs, default=""),
        rows=rows,
        runs=list(runs),
        results=numbered.results,
        series=series,
        scans=list(found.scans.items()),
    )


def _restored(kept: Kept, runs: Mapping[str, Run]) -> list[Measured]:
    by_number = [runs[run] for run in kept.runs]
    return [_series(each, by_number, kept.results) for each in kept.series]


def _series(kept: KeptSeries, runs: Sequence[Run], results: Sequence[Result]) -> Measured:
    numbers, coded = (np.frombuffer(each, dtype=_PLACES).tolist() for each in (kept.runs, kept.results))
    said = [*map(results.__getitem__, coded), kept.newest]
    return Measured(
        key=kept.key,
        points=[Point(run, result) for run, result in zip(map(runs.__getitem__, numbers), said, strict=True)],
        columns=Columns(**_unpacked(kept.columns)),
        between=LinkColumns(**_unpacked(kept.between)),
    )


def _packed(columns: Columns | LinkColumns) -> dict[str, bytes]:
    return {name: getattr(columns, name).tobytes() for name in columns.__struct_fields__}


def _unpacked(columns: Mapping[str, bytes]) -> dict[str, Any]:
    return {
        name: np.frombuffer(column, dtype=_PLACES if name in _ARE_PLACES else _FLOATS)
        for name, column in columns.items()
    }


class _Numbered:
    """What results say, each once."""

    def __init__(self, results: Sequence[Result]) -> None:
        self.results = list(results)
        self._numbers = {_said(result): number for number, result in enumerate(results)}

    def __call__(self, points: Sequence[Point], known: bytes) -> bytes:
        """The numbers of these points' results. known: those of the first of them."""
        new = points[len(known) // _PLACES.itemsize :]
        return known + np.array([self._number(point.result) for point in new], dtype=_PLACES).tobytes()

    def _number(self, result: Result) -> int:
        number = self._numbers.setdefault(_said(result), len(self.results))
        if number == len(self.results):
            self.results.append(_shown(result))
        return number


def _said(result: Result) -> tuple[object, ...]:
    counters = tuple(result.counters.items())
    return result.verdict, result.agreement, tuple(result.answers), counters, result.anchor, result.measure


def _shown(result: Result) -> Result:
    return Result(
        run="",
        case="",
        variant="",
        measure=result.measure,
        against="",
        anchor=result.anchor,
        verdict=result.verdict,
        agreement=result.agreement,
        answers=result.answers,
        counters=result.counters,
    )
