"""Two locks of a dozen small packages that all differ; what a version costs is said by the test."""

from __future__ import annotations

import os
from collections.abc import Mapping, Sequence

from environment.channel import SUITE_WHEELS, subset
from environment.wheelhouse import Wheelhouse

from harness.environment.backends.index import uv_environ

from .desk import Desk

NAMES = ("alfa", "bravo", "charlie", "delta", "echo", "foxtrot", "golf", "hotel", "india", "juliett", "kilo", "lima")
# Each names those whose version it wants to be its own: golf and hotel only move together, lima's new one needs kilo's.
NEEDS = {"old": {"golf": ("hotel<2",)}, "new": {"golf": ("hotel>=2",), "lima": ("kilo>=2",)}}
VERSIONS = {"old": "1.0", "new": "2.0"}

# A package's part of the work: so many rounds of it; and more, or another answer, if another package is new, too.
PART = """
def part():
    both = {partner!r} != "" and __import__({partner!r} or "sys").VERSION == "2.0"
    total = 0
    for number in range({rounds} + {more} * both):
        total += number
    return {answer} + both
"""

SUITE = """
import pytest

NAMES = {names!r}
parts = [__import__(name).part for name in NAMES]

def work():
    return [part() for part in parts].count(1)

@pytest.mark.benchmark(group="work")
def test_work(benchmark):
    benchmark.extra_info["answer"] = benchmark(work)
"""


def make_locks(
    desk: Desk,
    *,
    names: Sequence[str] = NAMES,
    rounds: int = 4_000,
    slower: Mapping[str, int] | None = None,
    answers: Mapping[str, int] | None = None,
    pair: tuple[str, str] | None = None,
    more: int = 0,
    empty: Sequence[str] = (),
) -> dict[str, str]:
    """Locks `old` and `new` at a desk, and a suite that calls all packages; returns the variables for installing them.

    names: of the packages. rounds: what each of them costs. slower: rounds that a new version costs more. answers: what
    a new version answers, 1 else. pair: two packages that, if both are new, give another answer and cost `more` rounds.
    empty: those whose new version has nothing in it any more.
    """
    for end, version in VERSIONS.items():
        house, new = Wheelhouse(desk.folder / "wheels"), end == "new"
        for name in names:
            source = PART.format(
                rounds=rounds + (slower or {}).get(name, 0) * new,
                partner=pair[1] if pair and new and name == pair[0] else "",
                more=more,
                answer=(answers or {}).get(name, 1) if new else 1,
            )
            source = "" if new and name in empty else source
            house.add(name, version, source=source, needs=NEEDS[end].get(name, ()))
        path = house.lock(desk.folder / "envs" / f"{end}.lock.txt")
        path.write_text(path.read_text() + subset(SUITE_WHEELS))
    desk.write("test_work.py", SUITE.format(names=tuple(names)))
    environ = {name: value for name, value in uv_environ(os.environ).items() if name.startswith("UV_")}
    links = [environ["UV_FIND_LINKS"]] if environ.get("UV_FIND_LINKS") else []
    return {**environ, "UV_FIND_LINKS": ",".join([*links, str(desk.folder / "wheels")])}
