"""`harness history`: figures over nights, and where they changed."""

from __future__ import annotations

from collections.abc import Sequence

import click

from harness.cli.codes import BROKEN_POLICY
from harness.cli.histories import histories_in
from harness.cli.output import print_json
from harness.cli.store_option import store_option, store_to_read
from harness.cli.terminal import show, tell
from harness.failure import HarnessError
from harness.nearest import did_you_mean, what_there_is
from harness.record.changes import Change, changes_of
from harness.record.history import History
from harness.record.index import Index, without_collections
from harness.record.results import Measure
from harness.record.series import SeriesKey
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
    index = Index(store_to_read(store))
    found = histories_in(index, None if case is None else _named(case, index))
    histories = _chosen(found, variant, cpu, measure)
    changes = [changes_of(each, index.distributions) for each in histories]
    if as_json:
        damaged = [{"path": str(each.path), "why": each.why} for each in index.damaged]
        told = [_document(each, found) for each, found in zip(histories, changes, strict=True)]
        print_json({"series": told, "damaged": damaged})
    else:
        if histories or index.damaged:
            show(HistoryReport(histories, changes, index.damaged))
        _say_what_is_missing(index, histories, store)
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
    names = [each.rpartition("::")[2] for each in ids]
    near = did_you_mean(case, [*ids, *names])
    raise HarnessError(f"no case '{case}' in the store.{near or what_there_is(case, names)}")


def _chosen(found: Sequence[History], variant: str | None, cpu: str | None, measure: str | None) -> list[History]:
    """Those that are asked for."""
    keys = [each.series.key for each in found]
    variants = dict.fromkeys(key.variant for key in keys)
    if variant is not None and keys and variant not in variants:
        near = did_you_mean(variant, variants) or what_there_is(variant, variants)
        raise HarnessError(f"no variant '{variant}' there.{near}")
    models = dict.fromkeys(key.cpu_model for key in keys)
    if cpu is not None and keys and not any(cpu.lower() in model.lower() for model in models):
        raise HarnessError(f"no processor with '{cpu}' in its name there: {'; '.join(models)}.")
    mine = [
        each
        for each, key in zip(found, keys, strict=True)
        if (variant is None or key.variant == variant) and (measure is None or key.measure == measure)
    ]
    if keys and not mine:
        raise HarnessError(f"nothing there is held against the {measure}; there is: {_measures(keys)}.")
    return [each for each in mine if cpu is None or cpu.lower() in each.series.key.cpu_model.lower()]


def _measures(keys: Sequence[SeriesKey]) -> str:
    return ", ".join(sorted({key.measure.value for key in keys}))


def _say_what_is_missing(index: Index, histories: Sequence[History], store: str) -> None:
    if histories:
        if max(len(history.series.points) for history in histories) == 1:
            tell("harness: each series is one record long; changes can be seen from the ninth on.")
    elif index.holds_any():
        tell(f"harness: {store} has nothing that could be followed over time: runs side by side make no series.")
    elif not index.damaged:
        tell(f"harness: {store} holds no record yet. `harness run` makes one.")


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
