"""Markers, scale and order of the suites. README.md is the contract that this file serves."""

from __future__ import annotations

from pathlib import Path

import pytest

from benchmarks.scale import chosen_scale

MARKERS = (
    "baseline: the variant that the others of its case are compared with",
    "limit: returns the seconds that the machine would need at best for the case's work; no variant",
    "answer(rtol=0, atol=0): how far a variant's numbers may lie from the baseline's and still agree",
    "if_time: measured only if budget is left; not being measured is then no failure",
)
MEASURED_FIRST = ("wide", "same start")
CURVES = "curves.py"  # collected only when named: whoever names it wants all of it
HERE = Path(__file__).parent


def pytest_configure(config: pytest.Config) -> None:
    for marker in MARKERS:
        config.addinivalue_line("markers", marker)
    try:
        chosen_scale()
    except ValueError as error:
        raise pytest.UsageError(str(error)) from None


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """The two cases that every scale owes come first; at a small scale the others wait for what is left of the budget.

    pytest hands over all collected items: those of other folders keep their places and marks.
    """
    places = [place for place, item in enumerate(items) if HERE in item.path.parents]
    ours = sorted((items[place] for place in places), key=_is_optional)
    for place, item in zip(places, ours, strict=True):
        items[place] = item
        if _is_optional(item) and chosen_scale().small:
            item.add_marker("if_time")


def pytest_pyfunc_call(pyfuncitem: pytest.Function) -> bool | None:
    """Take a limit's seconds as a property of its test: plain pytest fails a test that returns anything."""
    if pyfuncitem.get_closest_marker("limit") is None:
        return None
    arguments = {name: pyfuncitem.funcargs[name] for name in pyfuncitem._fixtureinfo.argnames}
    pyfuncitem.user_properties.append(("limit_s", pyfuncitem.obj(**arguments)))
    return True


def _is_optional(item: pytest.Item) -> bool:
    if item.path.name == CURVES:
        return False
    marker = item.get_closest_marker("benchmark")
    return marker is None or marker.kwargs.get("group") not in MEASURED_FIRST
