"""From collected tests to cases: which tests do the same work, and which of them is the baseline."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from pathlib import PurePosixPath

import msgspec

from harness.failure import HarnessError
from harness.record.schema import Case, Policy, Tolerance, Variant

DEFAULT_TOLERANCE = Tolerance(rtol=Policy().rtol, atol=Policy().atol)


class Item(msgspec.Struct, frozen=True, kw_only=True):
    """One collected test, as a probe describes it. params: by name, in the order of the signature.

    numbers: those of the parameters that are numbers.
    """

    nodeid: str
    path: str
    file: str
    function: str
    group: str | None
    params: dict[str, str]
    baseline: bool
    limit: bool
    optional: bool
    tolerance: dict[str, float] | None
    sets_group_late: bool
    numbers: dict[str, float] = {}


class Suite(msgspec.Struct, frozen=True, kw_only=True):
    """The cases of a run in the order of collection; limits: by case id, the node id of its limit's test."""

    cases: list[Case]
    limits: dict[str, str]


def suite(items: Sequence[Item]) -> Suite:
    """Put every test into its case.

    Raises HarnessError for a case with two baselines.
    """
    built: list[Case] = []
    for group in _groups([item for item in items if not item.limit]):
        variant_names = _variant_parameters(group)
        heads: dict[str, Case] = {}
        members: dict[str, list[tuple[str, Item]]] = {}
        for item in group:
            head = _head(item, variant_names)
            heads.setdefault(head.id, head)
            members.setdefault(head.id, []).append((_variant_name(item, variant_names, group), item))
        built += [_case(head, members[case]) for case, head in heads.items()]
    # A group may be called as a test without one is, or as the same group in `x.py` beside `test_x.py`.
    ids = _distinct([case.id for case in built])
    built = [msgspec.structs.replace(case, id=name) for case, name in zip(built, ids, strict=True)]
    limits = {case.id: limit for case in built if (limit := _limit_of(case, items))}
    return Suite(cases=built, limits=limits)


def _groups(items: Iterable[Item]) -> list[list[Item]]:
    """Tests by file and group; a test without a group stands alone."""
    groups: dict[tuple[str, str], list[Item]] = {}
    for item in items:
        key = ("group", item.group) if item.group is not None else ("alone", item.nodeid)
        groups.setdefault((item.file, "\0".join(key)), []).append(item)
    return list(groups.values())


def _variant_parameters(group: Sequence[Item]) -> list[str]:
    """The parameters whose values are variants of one case; all others split the group into cases.

    A parameter named `variant` is one. Several test functions are variants themselves. Else it is the parameter that
    alone tells the tests marked as baseline from all others, else the first of the signature that has several values.
    """
    functions = {item.function for item in group}
    named = ["variant"] if any("variant" in item.params for item in group) else []
    if named or len(functions) > 1 or group[0].group is None:
        return named
    names = _varying(group) or list(group[0].params)
    telling = [name for name in names if _tells_baselines(group, name)]
    return (telling or names)[:1]


def _varying(group: Sequence[Item]) -> list[str]:
    return [name for name in group[0].params if len({item.params.get(name) for item in group}) > 1]


def _tells_baselines(group: Sequence[Item], name: str) -> bool:
    marked = {item.params.get(name) for item in group if item.baseline}
    others = {item.params.get(name) for item in group if not item.baseline}
    return len(marked) == 1 and bool(others) and not marked & others


def _variant_name(item: Item, variant_names: Sequence[str], group: Sequence[Item]) -> str:
    several = len({other.function for other in group}) > 1
    values = [item.params[name] for name in variant_names if name in item.params]
    if not values:
        return _short(item.function)
    return " ".join([_short(item.function), *values]) if several else " ".join(values)


def _short(function: str) -> str:
    return function.replace("::", ".").removeprefix("test_")


def _head(item: Item, variant_names: Sequence[str]) -> Case:
    params = {name: value for name, value in item.params.items() if name not in variant_names}
    if item.group is None:
        title = f"{_short(item.function)}[{', '.join(item.params.values())}]" if item.params else _short(item.function)
    else:
        title = ", ".join([item.group, *(f"{name}={value}" for name, value in params.items())])
    return Case(
        id=f"{_place(item.file)}::{title}",
        file=item.file,
        group=item.group,
        params=params,
        numbers={name: item.numbers[name] for name in params if name in item.numbers},
        baseline="",
        baseline_stated=False,
        tolerance=DEFAULT_TOLERANCE,
    )


def _place(file: str) -> str:
    path = PurePosixPath(file)
    return str(path.with_name(path.stem.removeprefix("test_")))


def _case(head: Case, members: Sequence[tuple[str, Item]]) -> Case:
    baselines = [name for name, item in members if item.baseline]
    if len(baselines) > 1:
        raise HarnessError(
            f"{head.file}: the case '{head.id}' has {len(baselines)} baselines: {', '.join(baselines)}. "
            "Mark exactly one test of a group with @pytest.mark.baseline."
        )
    names = _distinct([name for name, _ in members])
    stated = next((item.tolerance for _, item in members if item.tolerance is not None), {})
    baseline = next((name for name, (_, item) in zip(names, members, strict=True) if item.baseline), names[0])
    return msgspec.structs.replace(
        head,
        baseline=baseline,
        baseline_stated=bool(baselines),
        tolerance=msgspec.structs.replace(DEFAULT_TOLERANCE, **stated),
        tolerance_stated=list(stated),
        optional=all(item.optional for _, item in members),
        variants=[Variant(name=name, nodeid=item.nodeid) for name, (_, item) in zip(names, members, strict=True)],
    )


def _distinct(names: Sequence[str]) -> list[str]:
    """Names with a number behind those that stand twice."""
    seen: dict[str, int] = {}
    distinct = []
    for name in names:
        seen[name] = seen.get(name, 0) + 1
        distinct.append(name if seen[name] == 1 else f"{name} #{seen[name]}")
    return distinct


def _limit_of(case: Case, items: Sequence[Item]) -> str | None:
    """The limit that stands in the case's file and group, at the same values of the parameters that both have."""
    if case.group is None:
        return None
    for item in items:
        same_place = item.limit and item.file == case.file and item.group == case.group
        if same_place and all(case.params.get(name, value) == value for name, value in item.params.items()):
            return item.nodeid
    return None
