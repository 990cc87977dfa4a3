"""`harness history`: figures over nights, and where they changed."""

from __future__ import annotations

from collections.abc import Sequence

import click

from harness.cli.codes import BROKEN_POLICY
from harness.cli.output import print_json
from harness.cli.store_option import store_option
from harness.cli.terminal import show, tell
from harness.failure import HarnessError
from harness.nearest import did_you_mean
from harness.record import Store
from harness.record.changes import Change, changes_of
from harness.record.history import History
from harness.record.index import Index, without_collections
from harness.record.results import Measure
from harness.record.series import Series, series_of
from harness.report.history import HistoryReport

_MEASURES = [each.value for each in Measure if each is not Measure.SIDE]


@click.command(short_help="Figures over nights, and where they changed.")
@click.argument("case", required=False)
@store_option
@click.option("--variant", help="Only this variant.")
@click.option("--cpu", help="Only models of processor with this in their name.")
@click.option("--measure", type=click.Choice(_MEASURES), help="Only figures against this.")
@click.option("--json", "as_json", is_flag=True, help="Print them as JSON.")
def history(
    case: str | None, store: str, variant: str | None, cpu: str | None, measure: str | None, as_json: bool
) -> int:
    """Print how CASE (its id, or its name without the file; all cases without it) went over nights and runs.

    Each row is a series: its level now, the night-to-night standard deviation, and the smallest step that would be
    seen within 3 and 7 nights. Below are its changes, with date, size and interval, commits and packages between.

    Damaged files are named, and the exit code is then 1.
    """
    click.get_current_context().with_resource(without_collections())
    index = Index(Store(store))
    runs = index.runs()
    series = series_of(runs, index.tracked(cases=None if case is None else [_named(case, index)]))
    chosen = _chosen(series, variant, cpu, measure)
    from harness.judge.history import histories_of  # takes a second to import, which a wrong name need not wait for

    histories = [each for each in histories_of(chosen) if cpu is None or _has(each, cpu)]
    changes = [changes_of(each, index.distributions) for each in histories]
    if as_json:
        damaged = [{"path": str(each.path), "why": each.why} for each in index.damaged]
        told = [_document(each, found) for each, found in zip(histories, changes, strict=True)]
        print_json({"series": told, "damaged": damaged})
    else:
        show(HistoryReport(histories, changes, index.damaged))
        _say_what_is_missing(index, bool(runs), histories, store)
    return BROKEN_POLICY if index.damaged else 0


def _named(case: str, index: Index) -> str:
    """The id of a case; its name without the file is enough."""
    ids = index.cases()
    if case in ids:
        return case
    named = [each for each in ids if each.rpartition("::")[2] == case]
    if len(named) == 1:
        return named[0]
    if named:
        raise HarnessError(f"'{case}' could be {' or '.join(named)}. Give the whole id.")
    if not ids:
        raise HarnessError(f"no case '{case}': {_empty(index)}")
    known = [*ids, *(each.rpartition("::")[2] for each in ids)]
    raise HarnessError(f"no case '{case}' in the store.{did_you_mean(case, known)}")


def _chosen(series: Sequence[Series], variant: str | None, cpu: str | None, measure: str | None) -> list[Series]:
    """Those that are asked for. Of a model of processor more are needed: which ones are pooled is found out later."""
    variants = dict.fromkeys(each.key.variant for each in series)
    if variant is not None and series and variant not in variants:
        raise HarnessError(f"no variant '{variant}' there.{did_you_mean(variant, variants)}")
    models = dict.fromkeys(each.key.cpu_model for each in series)
    if cpu is not None and series and not any(cpu.lower() in model.lower() for model in models):
        raise HarnessError(f"no processor with '{cpu}' in its name there: {'; '.join(models)}.")
    chosen = [
        each
        for each in series
        if (variant is None or each.key.variant == variant) and (measure is None or each.key.measure == measure)
    ]
    if series and not chosen:
        raise HarnessError(f"nothing there is held against the {measure}; there is: {_measures(series)}.")
    return chosen


def _measures(series: Sequence[Series]) -> str:
    return ", ".join(sorted({each.key.measure.value for each in series}))


def _has(history: History, cpu: str) -> bool:
    return cpu.lower() in history.series.key.cpu_model.lower()


def _say_what_is_missing(index: Index, any_run: bool, histories: Sequence[History], store: str) -> None:
    if not any_run:
        if not index.damaged:
            tell(f"harness: {store} holds no record yet. `harness run` makes one.")
    elif not histories:
        tell(f"harness: {store} has nothing that could be followed over time: runs side by side make no series.")
    elif max(len(history.series.points) for history in histories) == 1:
        tell("harness: each series is one record long; changes can be seen from the ninth on.")


def _empty(index: Index) -> str:
    return "the store holds no record that could be read." if index.damaged else "the store holds no record yet."


def _document(history: History, changes: Sequence[Change]) -> dict[str, object]:
    """A history as other programs read it: without all that a record says of each run."""
    points = [
        {
            "run": point.run.id,
            "date": point.run.day,
            "commit": point.run.commit,
            "cpu_model": point.run.cpu_model,
            "value": history.values[place],
            "low": history.lows[place],
            "high": history.highs[place],
            "level": history.levels[place],
            "spike": place in history.spikes,
        }
        for place, point in enumerate(history.series.points)
    ]
    return {
        "key": history.series.key,
        "points": points,
        "changes": changes,
        "links": history.links,
        "night_sd": history.night_sd,
        "between_sd": history.between_sd,
        "smallest_in_3": history.smallest_in_3,
        "smallest_in_7": history.smallest_in_7,
    }
