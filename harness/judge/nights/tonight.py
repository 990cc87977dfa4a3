"""What is other tonight: against the newest anchor, and against the level of the nights before; and since when."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from enum import StrEnum

import msgspec

from harness.judge.answers import judge_answer
from harness.judge.nights.newest import against_newest, judged_tonight
from harness.record.history import History, Step
from harness.record.lacking import read_lacking
from harness.record.results import Result
from harness.record.schema import Agreement, Answer, Case, Interval, Night, Record, Value, VariantJudgement, Verdict
from harness.record.series import Point


class What(StrEnum):
    """In which way a test is other than it was."""

    FAILS = "does not run"
    GONE = "is gone"
    ANSWER = "another answer"
    COUNTERS = "other work"
    SLOWER = "slower"
    FASTER = "faster"


class Change(Value, frozen=True, kw_only=True):
    """One test is other than it was. case, variant: as in the suite.

    step: the nights before are what it is held against, not the anchor. ratio: of times, tonight's over what it is held
    against; interval: 95 % of it; None for what is exact. detail: in words. since: the first night that may have it.
    fine: the id of the last night's run that surely hadn't; None where no night is known that hadn't, so that the
    anchor alone is. new: no night before was told of it. undecided: tonight can't tell; the last night that could has
    said so, and these are its figures.
    """

    case: str
    variant: str
    what: What
    step: bool = False
    ratio: float | None = None
    interval: Interval | None = None
    detail: str = ""
    since: str
    fine: str | None = None
    new: bool = True
    undecided: bool = False


class _Tonight(Value, frozen=True, kw_only=True):
    """One test with the nights before, the oldest first. steps: of its line; `at` counts these nights, and tonight."""

    case: Case
    row: VariantJudgement
    margin: float
    night: Night
    earlier: list[Point]
    steps: list[Step]
    as_before: bool | None


def changes_tonight(record: Record, histories: Sequence[History], before: Record | None = None) -> list[Change]:
    """What is other tonight, what is exact first, then the slowest first.

    record: of the night. histories: of the series that it belongs to; those of other runs are passed by. before: of the
    last night, whose answers tonight's are held against, too: one that is another one again is new.
    Raises ValueError for a run that is no night's.
    """
    night = record.plan.night
    if night is None:
        raise ValueError(f"{record.id} is no night's")
    cases = against_newest(record.cases, night)
    found: list[Change] = []
    for case, judgement in zip(cases, judged_tonight(record), strict=True):
        row = next((each for each in judgement.variants if each.variant != case.baseline), None)
        if row is not None:
            margin = record.plan.margin if case.margin is None else case.margin
            earlier, steps = _before(record.id, case, histories)
            test = _Tonight(
                case=case,
                row=row,
                margin=margin,
                night=night,
                earlier=earlier,
                steps=steps,
                as_before=_answers_as(before, case) if before is not None else None,
            )
            found += _changes(test)
    found += _gone(record, night, histories)
    order = list(What)
    return sorted(found, key=lambda each: (order.index(each.what), -abs(math.log(each.ratio or 1.0))))


def _before(run: str, case: Case, histories: Sequence[History]) -> tuple[list[Point], list[Step]]:
    for history in histories:
        series = history.series
        ids = [point.run.id for point in series.points]
        if (series.key.case, series.key.variant) == (case.of or case.id, case.variant) and run in ids:
            at = ids.index(run)
            return series.points[:at], [step for step in history.steps if step.at <= at]
    return [], []


def _answers_as(before: Record, case: Case) -> bool | None:
    """Whether today's answer is the one that today had on another night; None where one of them isn't known."""
    then = next((each for each in before.cases if (each.of, each.variant) == (case.of, case.variant)), None)
    answers = [_of_today(each) for each in (case, then) if each is not None]
    if len(answers) < 2 or not all(answers):
        return None
    judged = judge_answer(answers[0], answers[1], case.tolerance, _unloaded)
    return None if judged.agreement is Agreement.UNSTABLE else judged.agreement is Agreement.AGREE


def _of_today(case: Case) -> list[Answer]:
    """The answers of the last environment of a night."""
    own = [each for each in case.variants if each.twin_of is None]
    return max(own, key=lambda each: each.environment).answers if own else []


def _unloaded(_name: str) -> None:
    """Whole arrays are gone when a run has ended; their samples are in the record."""


def _changes(test: _Tonight) -> Iterator[Change]:
    row = test.row
    if row.verdict is Verdict.NOT_MEASURED and _failed(test):
        yield _exact(test, What.FAILS, row.reason)
        return
    if row.answer.agreement in {Agreement.DIFFER, Agreement.UNSTABLE}:
        yield _exact(test, What.ANSWER, row.answer.detail)
    if row.counter_changes:
        told = ", ".join(f"{each.name} {each.before:,} -> {each.after:,}" for each in row.counter_changes)
        yield _exact(test, What.COUNTERS, told)
    if row.verdict in {Verdict.SLOWER, Verdict.FASTER} and row.ratio is not None:
        yield _against_anchor(test, What.SLOWER if row.verdict is Verdict.SLOWER else What.FASTER)
    elif (step := _step_tonight(test)) is not None:
        yield _against_nights(test, step)
    elif (last := _not_mended(test)) is not None:
        yield _as_before(test, last)


def _failed(test: _Tonight) -> bool:
    """Whether it was today that failed: that nothing was measured of it may have other reasons."""
    today = next((each for each in test.case.variants if each.name == test.row.variant), None)
    return today is not None and bool(today.failures)


def _exact(test: _Tonight, what: What, detail: str) -> Change:
    """A night had it if its answer, or the counters that changed, were other than the anchor's, too."""
    fine = next((at for at in reversed(range(len(test.earlier))) if not _has(test, what, test.earlier[at].result)), -1)
    return _change(test, what, fine, new=fine == len(test.earlier) - 1, detail=detail)


def _has(test: _Tonight, what: What, before: Result) -> bool:
    if what is What.FAILS:
        return before.verdict == Verdict.NOT_MEASURED
    if what is What.COUNTERS:
        return all(before.counters.get(each.name) == each.after for each in test.row.counter_changes)
    if test.as_before is False and before is test.earlier[-1].result:
        return False
    if test.row.answer.agreement is Agreement.UNSTABLE:
        return before.agreement == Agreement.UNSTABLE
    return before.agreement != Agreement.AGREE


def _against_anchor(test: _Tonight, what: What) -> Change:
    ratio = test.row.ratio
    assert ratio is not None
    steps = [step.at for step in test.steps if (step.change > 1) is (what is What.SLOWER)]
    # A step before a night that was fine for sure is an older one.
    fine = max([_last_fine(test, what), *(at - 1 for at in steps)])
    told = any(_told(point, what) for point in test.earlier[fine + 1 :])
    return _change(
        test, what, fine, new=not told, detail=test.row.reason.partition("; ")[0], ratio=ratio.estimate,
        interval=ratio.shown,
    )  # fmt: skip


def _last_fine(test: _Tonight, what: What) -> int:
    """The place of the last night whose interval lies clear of tonight's ratio, on the anchor's side; -1 if none."""
    assert test.row.ratio is not None
    tonight = math.log(test.row.ratio.estimate)
    for at in reversed(range(len(test.earlier))):
        bounds = _bounds(test.earlier[at], test.night.anchors[-1])
        if bounds is None or _told(test.earlier[at], what):
            continue
        if bounds[1] < tonight if what is What.SLOWER else bounds[0] > tonight:
            return at
    return -1


def _bounds(point: Point, anchor: int) -> tuple[float, float] | None:
    """Logarithms of the interval of a night over an anchor; None where it had no interval, or not that anchor."""
    result = point.result
    if result.low is None or result.high is None or result.low <= 0:
        return None
    link = 1.0
    if result.anchor != anchor:
        links = [each.ratio for each in point.links if each.of == anchor and each.ratio]
        if not links:
            return None
        link = links[0]
    return math.log(result.low / link), math.log(result.high / link)


def _told(point: Point, what: What) -> bool:
    return point.result.verdict == what.value


def _not_mended(test: _Tonight) -> int | None:
    """The place of the last night that could tell, if it was slower and tonight, which can't, doesn't say otherwise."""
    if test.row.verdict not in {Verdict.INCONCLUSIVE, Verdict.NOT_MEASURED}:
        return None
    telling = [at for at, point in enumerate(test.earlier) if _could_tell(point, test.night.anchors[-1])]
    if not telling or not _told(test.earlier[telling[-1]], What.SLOWER):
        return None
    then, ratio = test.earlier[telling[-1]].result, test.row.ratio
    shown = ratio.shown if ratio is not None else None
    mended = shown is not None and then.low is not None and shown.high < then.low
    return None if mended else telling[-1]


def _could_tell(point: Point, anchor: int) -> bool:
    undecided = {Verdict.INCONCLUSIVE.value, Verdict.NOT_MEASURED.value}
    return point.result.anchor == anchor and point.result.verdict not in undecided


def _as_before(test: _Tonight, last: int) -> Change:
    """What nights have said up to a place, those that can't tell passed by."""
    telling = [at for at in range(last + 1) if _could_tell(test.earlier[at], test.night.anchors[-1])]
    fine = max((at for at in telling if not _told(test.earlier[at], What.SLOWER)), default=-1)
    began = next(at for at in telling if at > fine)
    then = test.earlier[last].result
    known = then.low is not None and then.high is not None
    interval = Interval(low=then.low or 0.0, high=then.high or 0.0, confidence=0.95) if known else None
    found = _change(test, What.SLOWER, began - 1, new=False, ratio=then.ratio, interval=interval)
    return msgspec.structs.replace(found, undecided=True)


def lost_tests(record: Record) -> set[tuple[str, str]]:
    """The tests, as (case, variant), that a night's anchors have and today doesn't."""
    today = record.environments[-1].address
    found = filter(None, map(read_lacking, record.missing))
    return {(each.case, each.variant) for each in found if each.address == today}


def _gone(record: Record, night: Night, histories: Sequence[History]) -> Iterator[Change]:
    nights = {point.run.id: point.run.night for history in histories for point in history.series.points}
    for case, variant in sorted(lost_tests(record)):
        had_it = [
            point.run.id
            for history in histories
            if (history.series.key.case, history.series.key.variant) == (case, variant)
            for point in history.series.points
        ]
        last = max(had_it, default="")
        since = [date for run, date in sorted(nights.items()) if last < run < record.id and date]
        yield Change(
            case=case, variant=variant, what=What.GONE, detail="the anchor has it", fine=last or None,
            since=since[0] if last and since else night.date, new=not (last and since),
        )  # fmt: skip


def _step_tonight(test: _Tonight) -> Step | None:
    """A new level that tonight belongs to, and that only these nights speak for, beyond the margin."""
    if not test.steps:
        return None
    step = test.steps[-1]
    recent = step.open or step.at == len(test.earlier)
    clear = step.interval.low > 1 or step.interval.high < 1
    return step if recent and clear and not 1 - test.margin <= step.change <= 1 + test.margin else None


def _against_nights(test: _Tonight, step: Step) -> Change:
    return _change(
        test, What.SLOWER if step.change > 1 else What.FASTER, step.at - 1, new=True, step=True, ratio=step.change,
        interval=step.interval,
    )  # fmt: skip


def _change(
    test: _Tonight, what: What, fine: int, *, new: bool, detail: str = "", step: bool = False,
    ratio: float | None = None, interval: Interval | None = None,
) -> Change:  # fmt: skip
    """fine: the place of the last night that hadn't it; -1 if there is none."""
    since = [point.run.night for point in test.earlier[fine + 1 :]]
    return Change(
        case=test.case.of or test.case.id,
        variant=test.case.variant or test.row.variant,
        what=what,
        step=step,
        ratio=ratio,
        interval=interval,
        detail=detail,
        since=next((date for date in since if date), test.night.date),
        fine=test.earlier[fine].run.id if fine >= 0 else None,
        new=new,
    )
