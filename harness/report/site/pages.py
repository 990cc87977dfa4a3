"""The pages: what each of them needs, handed to its template."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, timedelta
from itertools import pairwise
from operator import attrgetter
from typing import Any

from harness.failure import HarnessError
from harness.record.history import History
from harness.record.results import Kind, Measure, Run
from harness.record.schema import Interval, Record
from harness.report.environments import all_of
from harness.report.fingerprint import FingerprintTable
from harness.report.history import FEWEST_POINTS
from harness.report.plain import line
from harness.report.quantity import counted, share, significant
from harness.report.run import RunReport
from harness.report.site import addresses
from harness.report.site.answers import AnswerPeriod, answers_of
from harness.report.site.changes import changes_of
from harness.report.site.charts import Chart, Marks, are_all, figure_told, frame, points, thinned, years_of
from harness.report.site.conditions import conditions_of
from harness.report.site.content import Content, short_name
from harness.report.site.environments import Stay, Surroundings, digest_shown
from harness.report.site.frame import data_block, rendered
from harness.report.site.levels import levels_of
from harness.report.site.markup import markup
from harness.report.site.overview import events, overview
from harness.report.site.samples import curves_of, scatters_of

ROWS_SHOWN = 40
VARIANTS_SHOWN = 12
CHANGES_SHOWN = 120
_DAY = timedelta(days=1)


def start_page(content: Content) -> bytes:
    """What changed, where everything stands, how the last nights went."""
    told = overview(content)
    return rendered(
        "index.html",
        addresses.INDEX,
        content.title,
        content.store,
        page_title="Overview",
        section="overview",
        o=told,
        mood=told.mood,
        damaged=content.damaged,
        release=content.release,
        today=content.today,
        runs=len(content.runs),
    )


def case_page(content: Content, case: str, charts: Sequence[Chart], marks: Marks) -> bytes:
    """A case over time."""
    page = addresses.case_page(case)
    histories = content.cases[case]
    by_chart = {
        number: [change for history in chart.models for change in changes_of(content, history)]
        for number, chart in enumerate(charts)
    }
    kept = thinned(charts)
    all_there = are_all(kept, charts)
    newest = max((history.series.points[-1].run for history in histories), key=lambda run: (run.day, run.id))
    scatters, curves = _from_record(content, newest, case)
    name = addresses.case_year(case, "YEAR")
    data = {
        "charts": frame(charts, by_chart, marks),
        "points": points(content, charts, kept, marks),
        "years": [] if all_there else years_of(charts),
        "file": name.rpartition("/")[0].rpartition("/")[2],
        "scatters": [each.plot for each in scatters],
        "curves": [plot for _, _, plot in curves],
    }
    return rendered(
        "case.html",
        page,
        content.title,
        content.store,
        page_title=short_name(case),
        section="case",
        case=case,
        charts=charts,
        models=len({history.series.key.cpu_model for history in histories}),
        latest={number: max(changes, key=lambda each: each.day, default=None) for number, changes in by_chart.items()},
        events=events(change for changes in by_chart.values() for change in changes),
        sights=[sight for history in histories if (sight := _sight(history))][:ROWS_SHOWN],
        links=[link for history in histories for link in _links(history)][:ROWS_SHOWN],
        runs=len({run for history in histories for run in map(attrgetter("run.id"), history.series.points)}),
        newest=newest,
        fewest=FEWEST_POINTS,
        scatters=scatters,
        curves=[(title, table) for title, table, _ in curves],
        levels=levels_of(charts),
        answers=_in_order([each for history in histories for each in answers_of(content, history)]),
        table=_newest_runs(charts),
        thin=not all_there,
        data=data_block(data),
    )


def _in_order(answers: Sequence[AnswerPeriod]) -> list[AnswerPeriod]:
    """By variant as they came, the newest first, whatever the machine."""
    variants = {name: place for place, name in enumerate(dict.fromkeys(each.variant for each in answers))}
    newest_first = sorted(answers, key=lambda each: each.since, reverse=True)
    return sorted(newest_first, key=lambda each: variants[each.variant])


def run_page(record: Record, run: Run, title: str, store: str) -> bytes:
    """A record as the terminal shows it, its conditions and its fingerprint."""
    return rendered(
        "run.html",
        addresses.run_page(run.id),
        title,
        store,
        page_title=f"{'Made by ' + line(run.tool) if run.tool else run.kind.value.capitalize()}, {run.day}",
        section="run",
        run=run,
        cases=list(dict.fromkeys(case.of or case.id for case in record.cases)),
        report=markup(RunReport(record)),
        conditions=conditions_of(record),
        fingerprint=_fingerprint(record),
    )


def runs_list(content: Content, runs: Sequence[Run], page: str, years: Sequence[str], here: str) -> bytes:
    """A line for each run, the newest first."""
    return rendered(
        "runs.html",
        page,
        content.title,
        content.store,
        page_title=f"Runs of {here}" if here else "Runs",
        section="runs",
        rows=_with_gaps(runs),
        years=years,
        here=here,
        total=len(runs) if here else len(content.runs),
    )


def _with_gaps(runs: Sequence[Run]) -> list[tuple[Run, str]]:
    """Each run, the newest first, with the days between it and the night before it that have no record, in words."""
    nights = [run for run in runs if run.kind is Kind.NIGHT]
    gaps = {after.id: _gap(before.day, after.day) for after, before in pairwise(nights)}
    return [(run, gaps.get(run.id, "")) for run in runs]


def _gap(before: str, after: str) -> str:
    try:
        first, last = date.fromisoformat(before) + _DAY, date.fromisoformat(after) - _DAY
    except (ValueError, OverflowError):
        return ""
    if first > last:
        return ""
    return (
        f"{first}: no record" if first == last else f"{first} to {last}: no record of {(last - first).days + 1} nights"
    )


def environments_list(content: Content, environments: Sequence[Surroundings]) -> bytes:
    """A line for each environment."""
    return rendered(
        "environments.html",
        addresses.ENVIRONMENTS,
        content.title,
        content.store,
        page_title="Environments",
        section="environments",
        environments=environments,
    )


def environment_page(content: Content, about: Surroundings, years: Sequence[str]) -> bytes:
    """An environment: its newest changes, and all its packages over time."""
    stays = list(reversed(about.stays))
    return _environment(
        content, about, addresses.environment_page(about.name), stays[:CHANGES_SHOWN], years, "",
        more=max(0, len(stays) - CHANGES_SHOWN), packages=about.packages,
    )  # fmt: skip


def environment_year(
    content: Content, about: Surroundings, stays: Sequence[Stay], years: Sequence[str], year: str
) -> bytes:
    """What changed in an environment within a year."""
    page = addresses.environment_year(about.name, year)
    return _environment(content, about, page, stays, years, year, more=0, packages=[])


def _environment(
    content: Content,
    about: Surroundings,
    page: str,
    stays: Sequence[Stay],
    years: Sequence[str],
    year: str,
    **more: Any,
) -> bytes:
    return rendered(
        "environment.html",
        page,
        content.title,
        content.store,
        page_title=f"{line(about.name)} {year}".strip(),
        section="environments",
        name=about.name,
        now=about.now,
        stays=stays,
        years=years,
        year=year,
        **more,
    )


def _from_record(content: Content, run: Run, case: str) -> tuple[list[Any], list[Any]]:
    """Samples and curves of the newest record; none where it can't be read any more."""
    try:
        record = content.record(run.id)
    except HarnessError:
        return [], []
    return scatters_of(record, case), curves_of(record, case)


def _fingerprint(record: Record) -> list[tuple[str, str, Any]]:
    found = record.fingerprint
    told = [("machine", digest_shown(found.machine_digest), markup(FingerprintTable("", found.machine)))]
    for each in all_of(record):
        name = f" of {line(each.address)}" if record.against else ""
        told.append(
            (f"software{name}", digest_shown(each.software_digest), markup(FingerprintTable("", each.software)))
        )
        told.append((f"code{name}", digest_shown(each.code_digest), markup(FingerprintTable("", each.code))))
    return [*told, ("state", "", markup(FingerprintTable("", found.state)))]


def _sight(history: History) -> list[str] | None:
    """How small a step can be seen in a series, in words: None where too little is known."""
    if history.night_sd is None:
        return None
    key = history.series.key
    figures = (history.night_sd, history.smallest_in_3, history.smallest_in_7)
    return [line(key.variant), line(key.cpu_model), str(len(history.series.points)), *map(share, figures)]


def _links(history: History) -> list[str]:
    """What the links between a series' anchors are worth: variant, anchors, nights, ratio, in words."""
    return [
        f"{line(history.series.key.variant)} on {line(history.series.key.cpu_model)}: anchor {link.anchor} takes "
        f"{significant(link.ratio, 4)}{_bounds(link.interval)} of the time of anchor {link.before}, "
        f"by {counted(link.nights, 'night', 'nights')} with both"
        for link in history.links
    ]


def _bounds(interval: Interval | None) -> str:
    return f" ({significant(interval.low, 4)} to {significant(interval.high, 4)})" if interval else ""


def _newest_runs(charts: Sequence[Chart]) -> list[tuple[Run, list[str]]]:
    """The newest runs with the figures of each plot."""
    cells: dict[str, dict[int, str]] = {}
    runs: dict[str, Run] = {}
    for number, chart in enumerate(charts[:VARIANTS_SHOWN]):
        for history in chart.models:
            count = len(history.series.points)
            for place in range(max(0, count - ROWS_SHOWN), count):
                run = history.series.points[place].run
                runs[run.id] = run
                cells.setdefault(run.id, {})[number] = _cell(chart.measure, history, place)
    newest = sorted(runs.values(), key=lambda run: (run.day, run.id), reverse=True)[:ROWS_SHOWN]
    return [
        (run, [cells[run.id].get(number, "-") for number in range(min(len(charts), VARIANTS_SHOWN))]) for run in newest
    ]


def _cell(measure: Measure, history: History, place: int) -> str:
    value, low, high = (each[place] for each in (history.values, history.lows, history.highs))
    if value is None:
        return "not measured"
    beside = "" if low is None or high is None else f" [{figure_told(measure, low)}, {figure_told(measure, high)}]"
    return f"{figure_told(measure, value)}{beside}"


def by_year(runs: Mapping[str, Run]) -> dict[str, list[Run]]:
    """The runs of each year, the newest first."""
    found: dict[str, list[Run]] = {}
    for run in sorted(runs.values(), key=lambda run: (run.day, run.id), reverse=True):
        found.setdefault(line(run.day[:4]), []).append(run)
    return found
