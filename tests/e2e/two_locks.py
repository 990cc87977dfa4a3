"""Two environments of wheels that differ in one package, made on the spot: its 2.0 is slower, and counts otherwise."""

from __future__ import annotations

import os

from environment.channel import SUITE_WHEELS, subset
from environment.wheelhouse import Wheelhouse

from harness.environment.backends.index import uv_environ

from .desk import Desk

ADDER = """
def plain():
    return sum(range(20_000))

def looped():
    total = {begin}
    for number in range({numbers}):
        total += number % 20_000
    return total
"""

ADDER_SUITE = """
import adder
import pytest

@pytest.mark.benchmark(group="sums")
@pytest.mark.parametrize("variant", [adder.plain, adder.looped])
def test_sum(benchmark, variant):
    benchmark.extra_info["answer"] = benchmark.pedantic(variant, rounds=24)
"""


def make_locks(desk: Desk) -> dict[str, str]:
    """Locks `old` and `new` at a desk; returns the variables with which they can be installed."""
    for name, version, begin, numbers in (("old", "1.0", 0, 20_000), ("new", "2.0", 5, 40_000)):
        house = Wheelhouse(desk.folder / "wheels")
        house.add("adder", version, source=ADDER.format(begin=begin, numbers=numbers))
        path = house.lock(desk.folder / "envs" / f"{name}.lock.txt")
        path.write_text(path.read_text() + subset(SUITE_WHEELS))
    environ = {name: value for name, value in uv_environ(os.environ).items() if name.startswith("UV_")}
    links = [environ["UV_FIND_LINKS"]] if environ.get("UV_FIND_LINKS") else []
    return {**environ, "UV_FIND_LINKS": ",".join([*links, str(desk.folder / "wheels")])}
