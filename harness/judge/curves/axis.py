"""Swept families: cases that differ in the value of the axis only, and why some of them make no curve."""

import math
import re
from collections.abc import Iterable, Sequence

import msgspec

from harness.record.schema import Case

WORKERS = frozenset({"workers", "cores", "jobs", "processes", "threads", "n_jobs"})
FEWEST_VALUES = 2
NAMES_SHOWN = 5
_NUMBER = re.compile(r"[+-]?(\d+|\d{1,3}(_\d{3})+)(\.\d*)?([eE][+-]?\d+)?|[+-]?\.\d+([eE][+-]?\d+)?")


class Family(msgspec.Struct, frozen=True, kw_only=True):
    """Cases along an axis. values: ascending, one a case, as `cases` are; empty where there is a problem.

    params: those that its cases share. problem: why they make no curve, in words.
    """

    axis: str
    params: dict[str, str]
    cases: list[Case]
    values: list[float] = []
    problem: str = ""

    @property
    def baseline(self) -> str:
        """What all are compared with: a case in which it is missing has another one."""
        stated = [case.baseline for case in self.cases if case.baseline_stated]
        return (stated or [self.cases[0].baseline])[0]

    @property
    def workers(self) -> bool:
        """Whether the axis counts workers, which is told by its name."""
        return self.axis.lower() in WORKERS


def families(cases: Sequence[Case]) -> list[Family]:
    """The swept families of a run, in the order of their first cases.

    A family is made of the cases of one group (of one file; or of one test, where it has no group) that differ in the
    parameter that their tests name as the axis, and in nothing else. A case of which nothing was measured has named no
    axis: it belongs to the family of the others.
    """
    groups: dict[tuple[object, ...], list[Case]] = {}
    for case in cases:
        groups.setdefault(_place(case), []).append(case)
    return [family for group in groups.values() for family in _families(group)]


def number(text: str) -> float | None:
    """The number that a parameter's text is: 100000, 1e5, 1_000, 0.5; None where it is none."""
    return float(text) if _NUMBER.fullmatch(text.strip()) else None


def _place(case: Case) -> tuple[object, ...]:
    """What the cases of a family have in common, beside the values of their other parameters."""
    test = None
    if case.group is None:
        test = case.variants[0].nodeid.partition("[")[0] if case.variants else case.id
    return case.file, case.group, test, case.variant, frozenset(case.params)


def _families(group: Sequence[Case]) -> Iterable[Family]:
    axes = list(dict.fromkeys(axis for case in group for axis in _axes(case)))
    if not axes:
        return
    if len(axes) > 1:
        told = " and ".join(f"'{axis}'" for axis in axes)
        yield _broken(group, axes[0], f"its tests name several axes, {told}; a family has one")
        return
    (axis,) = axes
    swept = [case for case in group if axis in case.params]
    strangers = [case for case in group if axis not in case.params and _axes(case)]
    if strangers:
        yield _broken(strangers, axis, _no_parameter(strangers, axis))
    by_rest: dict[tuple[tuple[str, str], ...], list[Case]] = {}
    for case in swept:
        by_rest.setdefault(tuple(sorted(_rest(case, axis).items())), []).append(case)
    for alike in by_rest.values():
        yield _family(alike, axis)


def _axes(case: Case) -> list[str]:
    stated = [variant.axis for variant in case.variants if variant.axis]
    return list(dict.fromkeys([*stated, *([case.axis] if case.axis and case.axis not in stated else [])]))


def _rest(case: Case, axis: str) -> dict[str, str]:
    return {name: value for name, value in case.params.items() if name != axis}


def _broken(cases: Sequence[Case], axis: str, problem: str) -> Family:
    return Family(axis=axis, params={}, cases=list(cases), problem=problem)


def _no_parameter(cases: Sequence[Case], axis: str) -> str:
    there = list(dict.fromkeys(name for case in cases for name in case.params))
    known = f"those by which cases differ are {', '.join(there)}" if there else "no parameter tells its cases apart"
    return (
        f"the axis '{axis}' is no parameter that splits it into cases ({known}). Name one of them in "
        'extra_info["axis"]; if it is what tells the variants apart, call the variants\' parameter `variant`'
    )


def _family(cases: Sequence[Case], axis: str) -> Family:
    params = _rest(cases[0], axis)
    values = [_value(case, axis) for case in cases]
    problem = _problem(cases, axis, values)
    if problem:
        return Family(axis=axis, params=params, cases=list(cases), problem=problem)
    pairs = sorted(((value, place) for place, value in enumerate(values) if value is not None))
    return Family(
        axis=axis,
        params=params,
        cases=[cases[place] for _, place in pairs],
        values=[value for value, _ in pairs],
    )


def _value(case: Case, axis: str) -> float | None:
    return case.numbers[axis] if axis in case.numbers else number(case.params[axis])


def _problem(cases: Sequence[Case], axis: str, values: Sequence[float | None]) -> str:
    words = [case.params[axis] for case, value in zip(cases, values, strict=True) if value is None]
    if words:
        return f"the axis '{axis}' has values that are no numbers: {_listed(words)}"
    numbers = [value for value in values if value is not None]
    odd = [value for value in numbers if not (0 < value < math.inf)]
    if odd:
        return f"the axis '{axis}' has values that have no place on a logarithmic axis: {_listed(map(_plain, odd))}"
    twice = sorted({value for value in numbers if numbers.count(value) > 1})
    if twice:
        return f"the axis '{axis}' has the same value in several cases: {_listed(map(_plain, twice))}"
    if len(numbers) < FEWEST_VALUES:
        return (
            f"the axis '{axis}' has one value only, {_plain(numbers[0])}: a curve needs two, and 5 to 7 to be told well"
        )
    return ""


def _plain(value: float) -> str:
    return f"{value:,.10g}"


def _listed(texts: Iterable[str]) -> str:
    listed = list(texts)
    more = f" and {len(listed) - NAMES_SHOWN} more" if len(listed) > NAMES_SHOWN else ""
    return ", ".join(listed[:NAMES_SHOWN]) + more
