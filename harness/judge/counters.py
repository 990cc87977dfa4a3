"""Counters: exact work, compared exactly. No launch is like another in time; in what it counts it has to be."""

from collections.abc import Mapping, Sequence

from harness.record.schema import CounterChange


def constant(counters: Sequence[Mapping[str, int]]) -> dict[str, int]:
    """The counters that are the same in each launch. counters: one mapping a launch."""
    if not counters:
        return {}
    first, *others = counters
    return {name: value for name, value in first.items() if all(each.get(name) == value for each in others)}


def changes(before: Sequence[Mapping[str, int]], after: Sequence[Mapping[str, int]]) -> list[CounterChange]:
    """The counters that are one number on each side, and not the same; one launch of each is enough.

    before, after: one mapping a launch. A counter that only one side has, or that isn't the same in each launch of a
    side, tells of no change: the first may be new, and the second is said to be unstable where it is.
    """
    then, now = constant(before), constant(after)
    return [
        CounterChange(name=name, before=value, after=now[name])
        for name, value in then.items()
        if name in now and now[name] != value
    ]


def instabilities(counters: Sequence[Mapping[str, int]]) -> list[str]:
    """A phrase for each counter that is not the same in each launch: exact work has no median."""
    names = sorted(set().union(*counters)) if counters else []
    return [_unstable(name, counters) for name in names if name not in constant(counters)]


def _unstable(name: str, counters: Sequence[Mapping[str, int]]) -> str:
    values = sorted({each[name] for each in counters if name in each})
    absent = "" if all(name in each for each in counters) else " or absent"
    return f"counter {name} is not the same in each launch: {', '.join(map(str, values))}{absent}"
