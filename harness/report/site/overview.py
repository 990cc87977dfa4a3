"""What the start page says: what changed, where each series stands, how the last nights went."""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import groupby
from typing import TypeVar

import msgspec

from harness.record.history import History
from harness.record.results import Kind, Measure, Result, Run
from harness.record.series import SeriesKey
from harness.report.plain import line
from harness.report.quantity import counted, seconds, significant
from harness.report.site.changes import Cause, Change, cause_between, changes_of, signed
from harness.report.site.charts import figure_told
from harness.report.site.content import Content, short_name

_Item = TypeVar("_Item")

NIGHTS_SHOWN = 42
SPARK_POINTS = 60
# Days after which a machine without a night counts as replaced by the one that has them.
REPLACED_AFTER = 30


@dataclass(frozen=True)
class Event:
    """All that changed on one day for one cause."""

    day: str
    cause: Cause
    changes: list[Change]


@dataclass(frozen=True)
class Standing:
    """Where a series stands. state: slower, faster, answer, counter, missing or same, counted from the release; slower
    also where the last night alone says so yet.

    moved: the newest level over that of the release, signed; figure: the newest night's own, with its interval and its
    verdict: over its newest anchor, or its baseline; sparked: what the small line of levels shows, in words.
    """

    case: str
    variant: str
    about: str
    state: str
    moved: str
    figure: str
    interval: str
    verdict: str
    night: Run
    last: Change | None
    spark: list[tuple[float, float]]
    sparked: str
    noise: str


@dataclass(frozen=True)
class NightMark:
    """A day of the last nights. state: whole, partial, empty, broken or none; run: None where there was none."""

    day: str
    state: str
    told: str
    run: Run | None


@dataclass(frozen=True)
class Overview:
    """The start page. new: since the night before, or with the newest nights alone to speak for it; since: from the
    release on. moved: between the last two nights. mood: what matters most of it, by which it is coloured.
    """

    headline: str
    mood: str
    lead: str
    new: list[Event]
    since: list[Event]
    moved: Cause | None
    standings: list[Standing]
    counts: dict[str, int]
    nights: list[NightMark]
    missing: list[str]
    last: Run | None
    before: Run | None


def overview(content: Content) -> Overview:
    """All that the start page shows."""
    nights = content.nights
    last = nights[-1] if nights else None
    before = next((run for run in reversed(nights) if last and run.day < last.day), None)
    by_history = [(history, changes_of(content, history)) for history in content.histories]
    changes = [change for _, each in by_history for change in each]
    from_day = content.release.date if content.release else (nights[0].day if nights else "")
    new = [change for change in changes if last and (change.day >= last.day or change.open)]
    since = [change for change in changes if change.day > from_day]
    standings = [_standing(content, history, told, from_day) for history, told in _going_on(by_history)]
    counts = {state: sum(each.state == state for each in standings) for state in _STATES}
    missing = _missing(content, last, before)
    headline, mood = _headline(last, new, missing)
    if not new and not missing and last is not None:
        headline, mood = _standing_headline(content, last, before, counts)
    return Overview(
        headline=headline,
        mood=mood,
        lead=_lead(content, last, new),
        new=events(new),
        since=events(since),
        moved=cause_between(content, before, last) if last and before else None,
        standings=standings,
        counts=counts,
        nights=_marks(content),
        missing=missing,
        last=last,
        before=before,
    )


def events(changes: Iterable[Change]) -> list[Event]:
    """Changes by day and cause, the newest first."""
    ordered = sorted(changes, key=lambda change: change.key)
    ordered = sorted(ordered, key=lambda change: (change.day, change.cause.told), reverse=True)
    return [
        Event(day, group[0].cause, group)
        for (day, _), each in groupby(ordered, key=lambda change: (change.day, change.cause.told))
        if (group := list(each))
    ]


_MOODS = ("slower", "answer", "counter", "faster")
_STATES = ("slower", "faster", "answer", "counter", "missing", "same")


def _headline(last: Run | None, new: Sequence[Change], missing: Sequence[str]) -> tuple[str, str]:
    """What is new in words, and its mood."""
    if last is None:
        return "Nothing has been measured yet", "same"
    kinds = {change.kind for change in new}
    mood = next((kind for kind in _MOODS if kind in kinds), "missing" if missing else "same")
    if len(new) == 1 and not missing:
        return f"{line(new[0].key.variant)} of {short_name(new[0].key.case)} {new[0].what}", mood
    told = [
        counted(count, one, several)
        for kind, one, several in (
            ("slower", "variant got slower", "variants got slower"),
            ("faster", "got faster", "got faster"),
            ("answer", "gives another answer", "give another answer"),
            ("counter", "counts otherwise", "count otherwise"),
        )
        if (count := sum(change.kind == kind for change in new))
    ]
    told += [f"{len(missing)} not measured"] if missing else []
    return ", ".join(told), mood


def _standing_headline(content: Content, last: Run, before: Run | None, counts: Mapping[str, int]) -> tuple[str, str]:
    """Where nothing is new: what still stands from before, so that no red night has a calm page."""
    if not content.histories:
        return "No series yet: nothing is compared over time", "same"
    if before is None:
        return "One day so far: there is nothing to hold it against yet", "same"
    words = {"slower": "slower", "answer": "with another answer", "counter": "counting otherwise"}
    told = [f"{counts[state]} {word}" for state, word in words.items() if counts[state]]
    if told:
        since = f" since {content.release.name}" if content.release else ""
        return f"Nothing new: {', '.join(told)}{since}", next(state for state in words if counts[state])
    if last.breaches:
        broken = counted(len(last.breaches), "place", "places")
        return f"Nothing new, and the last night breaks the policy in {broken}", "counter"
    return "Nothing got slower, and no answer changed", "same"


def _lead(content: Content, last: Run | None, new: Sequence[Change]) -> str:
    if last is None:
        return "The store holds no record. `harness run` or `harness nightly` makes the first one."
    causes = {(change.day, change.cause.told) for change in new}
    why = "".join(f"Since {day}: {cause}. " for day, cause in causes) if len(causes) == 1 else ""
    tests = {(each.series.key.case, each.series.key.variant) for each in content.histories}
    what = "night of" if last.kind is Kind.NIGHT else "run of"
    age = _days(content.today, last.day)
    late = f", {counted(age, 'day', 'days')} before this page was made" if age > 1 else ""
    series = f": {counted(len(tests), 'variant', 'variants')} in {counted(len(content.cases), 'case', 'cases')}"
    return f"{why}The {what} {last.day}{late}{series}, {seconds(last.measured_s)} of measuring."


def _going_on(by_history: Iterable[tuple[History, list[Change]]]) -> list[tuple[History, list[Change]]]:
    """The series that go on, those of machines that have long been replaced left out: their changes count on."""
    families: dict[SeriesKey, list[tuple[History, list[Change]]]] = {}
    for history, changes in by_history:
        family = msgspec.structs.replace(history.series.key, cpu_model="")
        families.setdefault(family, []).append((history, changes))
    found = []
    for together in families.values():
        newest = max(_last_day(history) for history, _ in together)
        ages = [_days(newest, _last_day(history)) for history, _ in together]
        earlier = [
            change
            for age, (_, changes) in zip(ages, together, strict=True)
            if age > REPLACED_AFTER
            for change in changes
        ]
        found += [
            (history, [*changes, *earlier])
            for age, (history, changes) in zip(ages, together, strict=True)
            if age <= REPLACED_AFTER
        ]
    return found


def _last_day(history: History) -> str:
    return history.series.points[-1].run.day


def _standing(content: Content, history: History, changes: Sequence[Change], from_day: str) -> Standing:
    key = history.series.key
    point = history.series.points[-1]
    since = [change for change in changes if change.day > from_day]
    exact = next((change.kind for change in since if change.kind in {"answer", "counter"}), None)
    moved = _moved(since)
    about = [line(key.scale)] if len(content.scales) > 1 else []
    about += [line(key.cpu_model)] if _several_models(content, history) else []
    return Standing(
        case=key.case,
        variant=line(key.variant),
        about=", ".join(about),
        state=_state(point.result, moved, exact, alone=any(each.open and each.factor is None for each in since)),
        moved=signed(moved) if moved != 1 else "",
        figure=_figure(key.measure, point.result.median_s if key.measure is Measure.TIME else point.result.ratio),
        interval="" if key.measure is Measure.TIME else _interval(key.measure, point.result.low, point.result.high),
        verdict=point.result.verdict,
        night=point.run,
        last=max(changes, key=lambda change: change.day, default=None),
        spark=_spark(history),
        sparked=_sparked(key.measure, history),
        noise=f"{significant(100 * history.night_sd, 2)} %" if history.night_sd is not None else "",
    )


def _state(result: Result, moved: float, exact: str | None, *, alone: bool) -> str:
    if result.verdict == "not measured":
        return "missing"
    if exact == "answer":
        return exact
    if moved != 1:
        return "slower" if moved > 1 else "faster"
    if alone:
        return "slower"
    return exact or "same"


def _moved(since: Sequence[Change]) -> float:
    """The level now over the level at the release: 1 where no step lies between."""
    return math.prod(change.factor for change in since if change.factor is not None)


def _several_models(content: Content, history: History) -> bool:
    key = history.series.key
    same = [each.series.key for each in content.cases[key.case] if each.series.key.variant == key.variant]
    return len({each.cpu_model for each in same if each.scale == key.scale}) > 1


def _figure(measure: Measure, value: float | None) -> str:
    return "" if value is None else figure_told(measure, value)


def _interval(measure: Measure, low: float | None, high: float | None) -> str:
    if low is None or high is None:
        return ""
    return f"{_figure(measure, low)} to {_figure(measure, high)}"


def _spark(history: History) -> list[tuple[float, float]]:
    """Places of a small line, in the unit square, at evenly spaced points."""
    count = len(history.values)
    places = _spread(range(count))
    kept = list(_known(history, places))
    if len(kept) < len(places):  # evenly among those that are known, then
        kept = _spread(list(_known(history, range(count))))
    if len(kept) < 2:
        return []
    low, high = min(value for _, value in kept), max(value for _, value in kept)
    # A step of less than 10 % doesn't fill the height: flat lines look flat.
    middle, half = (low + high) / 2, max((high - low) / 2, 0.05 * (low + high) / 2)
    return [(place / (count - 1), 0.5 - 0.5 * (value - middle) / half) for place, value in kept]


def _spread(items: Sequence[_Item]) -> list[_Item]:
    """Some of many, evenly, the first and the last among them."""
    apart = -(-len(items) // SPARK_POINTS)
    last = len(items) - 1
    return [*items[:last:apart], items[last]] if items else []


def _sparked(measure: Measure, history: History) -> str:
    places = range(len(history.values))
    ends = [next(_known(history, each), None) for each in (places, reversed(places))]
    told = [figure_told(measure, end[1]) for end in ends if end is not None]
    if not told:
        return ""
    days = " to ".join(dict.fromkeys(line(history.series.points[place].run.day) for place in (0, -1)))
    return f"level from {told[0]} to {told[-1]}, {days}"


def _known(history: History, places: Iterable[int]) -> Iterator[tuple[int, float]]:
    """The level at some places, or the value where there is none, as far as one is known."""
    for place in places:
        level = history.levels[place]
        found = history.values[place] if level is None else level
        if found is not None and found > 0:
            yield place, found


def _missing(content: Content, last: Run | None, before: Run | None) -> list[str]:
    """What the last night didn't measure, in words: what it says itself, and what only the night before it has."""
    if last is None:
        return []
    told = list(map(line, last.missing))
    if before is None:
        return told
    for history in content.histories:
        key = history.series.key
        days = {point.run.day for point in history.series.points[-3:]}
        elsewhere = any(
            each.series.points[-1].run.day == last.day
            for each in content.cases[key.case]
            if each.series.key.variant == key.variant and each.series.points
        )
        if before.day in days and not elsewhere:
            told.append(f"{line(key.case)}: {line(key.variant)}: measured on {before.day}, not on {last.day}")
    return list(dict.fromkeys(told))


def _marks(content: Content) -> list[NightMark]:
    """The last days, one mark each, those without a night too."""
    nights = content.nights
    if not nights:
        return []
    by_day = {run.day: run for run in nights}
    last = max(content.today, nights[-1].day) if nights[-1].kind is Kind.NIGHT else nights[-1].day
    first = max(nights[0].day, _earlier(last, NIGHTS_SHOWN - 1))
    days = [_earlier(last, back) for back in range(_days(last, first), -1, -1)]
    return [_mark(day, by_day.get(day), content) for day in days]


def _mark(day: str, run: Run | None, content: Content) -> NightMark:
    if run is None:
        waiting = day == content.today
        return NightMark(day, "waiting" if waiting else "none", "not yet" if waiting else "no record of this day", None)
    measured = sum(count for verdict, count in run.verdicts.items() if verdict != "not measured")
    if not measured and run.kind is not Kind.IMPORTED:
        return NightMark(day, "empty", "nothing was measured", run)
    if run.missing:
        return NightMark(day, "partial", f"{len(run.missing)} not measured, {measured} measured", run)
    if run.breaches:
        return NightMark(day, "broken", f"{measured} measured; breaks the policy: {line(run.breaches[0])}", run)
    return NightMark(day, "whole", f"{measured} measured", run)


def _earlier(day: str, days: int) -> str:
    try:
        return str(date.fromisoformat(day) - timedelta(days=days))
    except (ValueError, OverflowError):
        return day


def _days(later: str, earlier: str) -> int:
    try:
        return (date.fromisoformat(later) - date.fromisoformat(earlier)).days
    except ValueError:
        return 0
