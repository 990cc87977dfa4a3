"""Markers, scale and order of the suites. README.md is the contract that this file serves."""

from __future__ import annotations

import pytest

from benchmarks.scale import chosen_scale

MARKERS = (
    "baseline: the variant that the others of its case are compared with",
    "limit: returns the seconds that the machine would need at best for the case's work; no variant",
    "answer(rtol=0, atol=0): how far a variant's numbers may lie from the baseline's and still agree",
    "if_time: measured only if budget is left; not being measured is then no failure",
)
MEASURED_FIRST = ("wide", "same start")


def pytest_configure(config: pytest.Config) -> None:
    for marker in MARKERS:
        config.addinivalue_line("markers", marker)
    try:
        chosen_scale()
    except ValueError as error:
        raise pytest.UsageError(str(error)) from None


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """The two cases that every scale owes come first; at a small scale the others wait for what is left of the budget.

    pytest hands over all collected items, so that other folders' tests keep their places and marks.
    """
    ours = [item for item in items if item.nodeid.startswith("benchmarks/")]
    if chosen_scale().small:
        for item in ours:
            if _group(item) not in MEASURED_FIRST:
                item.add_marker("if_time")
    places = [place for place, item in enumerate(items) if item in ours]
    ours.sort(key=lambda item: _group(item) not in MEASURED_FIRST)
    for place, item in zip(places, ours, strict=True):
        items[place] = item


def pytest_pyfunc_call(pyfuncitem: pytest.Function) -> bool | None:
    """Take a limit's seconds as a property of its test: plain pytest fails a test that returns anything."""
    if pyfuncitem.get_closest_marker("limit") is None:
        return None
    arguments = {name: pyfuncitem.funcargs[name] for name in pyfuncitem._fixtureinfo.argnames}
    pyfuncitem.user_properties.append(("limit_s", pyfuncitem.obj(**arguments)))
    return True


def _group(item: pytest.Item) -> str | None:
    marker = item.get_closest_marker("benchmark")
    return marker.kwargs.get("group") if marker else None
