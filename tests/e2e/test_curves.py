"""A swept suite as a user has it: run, shown, drawn."""

from __future__ import annotations

import pytest

SWEPT = """
import pytest

def loop(numbers):
    total = 0
    for number in numbers:
        total += number
    return total

@pytest.mark.parametrize("size", [200, pytest.param(2_000, id="more"), 20_000])
@pytest.mark.parametrize("variant", [loop, sum])
@pytest.mark.benchmark(group="sums")
def test_sum(benchmark, variant, size):
    benchmark.extra_info["axis"] = "size"
    benchmark.extra_info["answer"] = benchmark.pedantic(variant, args=(range(size),), rounds=12)
"""


@pytest.fixture(scope="module")
def swept(module_desk):
    module_desk.write("test_swept.py", SWEPT)
    return module_desk, module_desk.run("test_swept.py", "--launches", "1", "--quiet")


def test_a_swept_suite_is_recorded_and_shown_as_one_curve(swept):
    desk, ran = swept
    assert ran.code == 0, ran.err
    (curve,) = desk.record()["curves"]
    assert curve["values"] == [200, 2_000, 20_000], "whatever pytest calls them"
    assert [len(variant["points"]) for variant in curve["variants"]] == [3, 3]
    assert "sums along size" in ran.out
    assert "sums (size=" not in ran.out


def test_showing_prints_what_the_run_printed_and_with_points_each_table(swept):
    desk, ran = swept
    record = desk.record()["id"]
    shown = desk.harness("show", record, "--store", str(desk.store))
    assert shown.out in ran.out
    assert "sums (size=more)" in desk.harness("show", record, "--points", "--store", str(desk.store)).out


def test_a_picture_replaces_only_a_picture_and_says_so(swept):
    desk, _ = swept
    record, store = desk.record()["id"], ("--store", str(desk.store))
    drawn = desk.folder / "curve.svg"
    assert desk.harness("plot", record, str(drawn), *store).out == f"{drawn}\n"
    assert desk.harness("plot", record, str(drawn), *store).out == f"{drawn} (in place of an earlier picture)\n"
    drawn.write_text("mine")
    assert desk.harness("plot", record, str(drawn), *store).refused("no picture that the harness drew")
    assert drawn.read_text() == "mine"
