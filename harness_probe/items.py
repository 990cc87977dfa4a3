"""Collected tests as the conductor sees them."""

from __future__ import annotations

import math
import numbers
from typing import Any, Dict, List, Optional


def uses_benchmark(item: Any) -> bool:
    """Whether the test asks for pytest-benchmark's fixture, or for another that does."""
    names = getattr(item, "fixturenames", ())
    return "benchmark" in names or "benchmark_weave" in names


def group_name(group: Any) -> Optional[str]:
    """A group as text, which is how pytest-benchmark shows it, whatever the suite gave."""
    return None if group is None else str(group)


def is_limit(item: Any) -> bool:
    return item.get_closest_marker("limit") is not None


def describe(item: Any) -> Dict[str, Any]:
    """Everything that decides to which case a test belongs, and what it is there."""
    mark = item.get_closest_marker("benchmark")
    callspec = getattr(item, "callspec", None)
    return {
        "nodeid": item.nodeid,
        "path": str(item.fspath),
        "file": item.nodeid.split("::", 1)[0],
        "function": _function_name(item),
        "group": group_name(mark.kwargs.get("group")) if mark else None,
        "params": _parameters(item, callspec),
        "numbers": _numbers(callspec),
        "baseline": item.get_closest_marker("baseline") is not None,
        "limit": is_limit(item),
        "optional": item.get_closest_marker("if_time") is not None,
        "tolerance": _tolerance(item),
        "sets_group_late": _sets_group_late(item),
    }


def _function_name(item: Any) -> str:
    """Name of the test without its parameters, with the class that it stands in."""
    place = str(item.nodeid.split("::", 1)[-1])
    callspec = getattr(item, "callspec", None)
    ids = "[{}]".format(callspec.id) if callspec is not None else ""
    # A parameter whose id is hidden leaves no brackets.
    return place[: -len(ids)] if ids and place.endswith(ids) else place


def _parameters(item: Any, callspec: Any) -> Dict[str, str]:
    """Parameter names in the order of the signature, each with a short readable value."""
    if callspec is None:
        return {}
    ids = _ids_by_parameter(callspec)
    names = [name for name in getattr(item, "fixturenames", ()) if name in callspec.params]
    names += [name for name in callspec.params if name not in names]
    signature = _signature_names(item)
    names.sort(key=lambda name: signature.index(name) if name in signature else len(signature))
    return {name: ids.get(name) or _readable(name, callspec) for name in names}


def _numbers(callspec: Any) -> Dict[str, float]:
    """The parameters that are numbers: what a test is called may be a word for one, or one with a digit behind it."""
    found = {}
    for name, value in callspec.params.items() if callspec is not None else ():
        if isinstance(value, numbers.Real) and not isinstance(value, bool):
            try:
                number = float(value)
            except (OverflowError, ValueError):
                continue
            if math.isfinite(number):
                found[str(name)] = number
    return found


def _ids_by_parameter(callspec: Any) -> Dict[str, str]:
    """With one id for each parameter, the ids are the best names; ids of several names at once are not taken apart."""
    ids = list(getattr(callspec, "_idlist", ()))
    names = list(callspec.params)
    return dict(zip(names, ids)) if len(ids) == len(names) else {}


def _readable(name: str, callspec: Any) -> str:
    """The value's name or text; where that may differ from process to process, its place, as pytest does."""
    value = callspec.params[name]
    if value is None or isinstance(value, (bool, int, float, str)):
        return str(value)[:120]
    called = getattr(value, "__name__", "<")
    return str(name) + str(callspec.indices[name]) if "<" in called else str(called)


def _signature_names(item: Any) -> List[str]:
    function = getattr(item, "function", None)
    code = getattr(function, "__code__", None)
    return list(code.co_varnames[: code.co_argcount]) if code else []


def _tolerance(item: Any) -> Optional[Dict[str, float]]:
    mark = item.get_closest_marker("answer")
    if mark is None:
        return None
    return {name: float(value) for name, value in mark.kwargs.items() if name in ("rtol", "atol")}


def _sets_group_late(item: Any) -> bool:
    code = getattr(getattr(item, "function", None), "__code__", None)
    return code is not None and "group" in code.co_names
