"""A simulated year, judged night for night: what of the planted changes is found, and what is told that is none."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Mapping, Sequence

from harness.calibrate.findings import YearTrial
from harness.calibrate.history.kinds import NEAR
from harness.calibrate.year import Kind, Planted, Scenario, Truth, records_of, truth_of
from harness.judge.history import histories_of, told_each_night
from harness.record.history import History
from harness.record.results import results_of, run_of
from harness.record.series import series_of

STEPS = (Kind.COMMIT, Kind.DEPENDENCY)
EXACT = {Kind.ANSWER: "answer", Kind.COUNTER: "counter fits"}


def judged_year(scenario: Scenario) -> YearTrial:
    """Draw a year and judge it. A step is found if one of the right sign is told within two nights of it."""
    truth = truth_of(scenario)
    records = list(records_of(truth))
    series = series_of(
        {record.id: run_of(record) for record in records}, [row for record in records for row in results_of(record)]
    )
    return _judged(truth, histories_of(series))


def _judged(truth: Truth, histories: Sequence[History]) -> YearTrial:
    # The nights that were measured, each with its number among them: missed ones are no nights of a series.
    order = {truth.dates[night]: number for number, night in enumerate(_measured(truth))}
    wanted = [each for each in truth.planted if each.kind in {*STEPS, *EXACT}]
    late: dict[int, int] = {}
    exact: set[int] = set()
    false = shown_false = 0
    for history in histories:
        mine = [each for each in wanted if (each.case, each.variant) == _test(history)]
        for at, seen, change in _told(history):
            night, told_in = (order[_night(history, place)] for place in (at, seen))
            hit = _hit(mine, order, truth, night, change)
            if hit is not None:
                late.setdefault(id(hit), told_in - _first(hit, order, truth))
            else:
                false += 1
                shown_false += any(step.at == at for step in history.steps)
        for told in history.exact:
            night = order[_night(history, told.at)]
            right = [each for each in mine if EXACT.get(each.kind) == told.what and _first(each, order, truth) == night]
            exact.update(map(id, right))
            false += not right
            shown_false += not right
    return YearTrial(
        seed=truth.scenario.seed,
        nights=truth.scenario.nights,
        series=len(histories),
        planted=_counted(wanted),
        found=_counted([each for each in wanted if id(each) in late or id(each) in exact]),
        false=false,
        shown_false=shown_false,
        late=sorted(late.values()),
    )


def _told(history: History) -> list[tuple[int, int, float]]:
    """Of each step that was told: its place, that of the night that told, and the logarithm of its change by then."""
    told = []
    for at, seen in told_each_night(history.series):
        values = [value for value in history.values[max(0, at - 20) : at] if value is not None]
        new = [value for value in history.values[at : seen + 1] if value is not None]
        told.append((at, seen, math.log(sorted(new)[len(new) // 2] / sorted(values)[len(values) // 2])))
    return told


def _hit(
    planted: Sequence[Planted], order: Mapping[str, int], truth: Truth, night: int, change: float
) -> Planted | None:
    for each in planted:
        near = abs(_first(each, order, truth) - night) <= NEAR
        if near and each.change is not None and (change > 0) == (each.change > 1):
            return each
    return None


def _first(planted: Planted, order: Mapping[str, int], truth: Truth) -> int:
    """The first night that was measured with a planted change in it, among all that were."""
    return next(order[day] for day in truth.dates[planted.night :] if day in order)


def _measured(truth: Truth) -> list[int]:
    return [night for night, measured in enumerate(truth.measured) if measured]


def _night(history: History, place: int) -> str:
    return history.series.points[place].run.night or ""


def _test(history: History) -> tuple[str, str]:
    return history.series.key.case, history.series.key.variant


def _counted(planted: Sequence[Planted]) -> dict[str, int]:
    return dict(Counter(each.kind.value for each in planted))
