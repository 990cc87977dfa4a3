"""The files of a case: its page, and the nights of each year that the page has no room for."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterator, Sequence
from typing import NamedTuple

import msgspec

from harness.report.site import addresses, pages
from harness.report.site.charts import Chart, Marks, are_all, charts_of, of_year, points, thinned, years_of
from harness.report.site.content import Content
from harness.report.site.folder import digest_of
from harness.report.site.frame import data_script, made_by


class File(NamedTuple):
    """A file of the site. content: None where it stays as it is; inputs: what it was made from, if that is kept."""

    address: str
    content: bytes | None
    inputs: str = ""


def files_of(content: Content, is_current: Callable[[str, str], bool], marks: Marks, case: str) -> list[File]:
    """All files of a case. is_current: whether a file, by its address, was made from these inputs."""
    charts = charts_of(content.cases[case])
    page = File(addresses.case_page(case), pages.case_page(content, case, charts, marks))
    if are_all(thinned(charts), charts):
        return [page]
    return [page, *(_year(content, is_current, marks, case, charts, year) for year in years_of(charts))]


def _year(
    content: Content,
    is_current: Callable[[str, str], bool],
    marks: Marks,
    case: str,
    charts: Sequence[Chart],
    year: str,
) -> File:
    places = of_year(charts, year)
    address = addresses.case_year(case, year)
    inputs = digest_of(made_by(), *_figures(charts, places))
    if is_current(address, inputs):
        return File(address, None, inputs)
    drawn = points(content, charts, places, marks)
    return File(address, data_script("harnessYear", {"year": year, **drawn}), inputs)


def _figures(charts: Sequence[Chart], places: Sequence[Sequence[range]]) -> Iterator[str]:
    """What a year's points are made from: its first is held against the night before it, and which nights stand out
    depends on all.
    """
    for chart, by_model in zip(charts, places, strict=True):
        for history, inside in zip(chart.models, by_model, strict=True):
            columns = history.values, history.lows, history.highs
            figures = msgspec.msgpack.encode([column[inside.start : inside.stop] for column in columns])
            spikes = sorted(set(history.spikes).intersection(inside))
            before = range(inside[0] - 1, inside[0]) if inside and inside[0] else ()
            yield f"{chart.variant} {history.series.key.cpu_model} {spikes}"
            yield " ".join([history.series.points[place].run.id for place in (*before, *inside)])
            yield hashlib.sha256(figures).hexdigest()
