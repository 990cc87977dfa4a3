"""The suites run as what they are: plain pytest-benchmark tests."""

from __future__ import annotations

import ast
import json
import os
import subprocess
import sys
from pathlib import Path

from benchmarks.scale import Scale, chosen_scale

ROOT = Path(__file__).parents[2]


def _pytest(*arguments, scale="tiny", paths=("benchmarks",)):
    # What the outer pytest says to its own processes: with a worker's name, pytest-benchmark would measure nothing.
    environ = {name: value for name, value in os.environ.items() if not name.startswith("PYTEST_")}
    return subprocess.run(
        [sys.executable, "-m", "pytest", *paths, "-p", "no:cacheprovider", *arguments],
        cwd=ROOT,
        env=environ | {"BENCH_SCALE": scale},
        capture_output=True,
        text=True,
        timeout=600,
        check=False,
    )


def _collected(scale, *arguments, **where):
    ran = _pytest("--collect-only", "-q", *arguments, scale=scale, **where)
    return [line for line in ran.stdout.splitlines() if "::" in line]


def test_plain_pytest_benchmark_runs_the_suites_and_skips_the_limits(tmp_path):
    ran = _pytest("--benchmark-only", f"--benchmark-json={tmp_path / 'out.json'}", "-k", "wide or same_start")
    assert ran.returncode == 0, ran.stdout
    benchmarks = json.loads((tmp_path / "out.json").read_text())["benchmarks"]
    assert {(one["group"]) for one in benchmarks} == {"wide", "same start"}
    assert len(benchmarks) == 6 + 5
    assert "2 skipped" in ran.stdout
    assert all({"answer", "counters", "parts_s", "data"} <= one["extra_info"].keys() for one in benchmarks)


def test_without_benchmark_only_a_limit_is_a_test_that_passes():
    ran = _pytest("-k", "at_best")
    assert ran.returncode == 0, ran.stdout
    assert "5 passed" in ran.stdout


def test_at_a_small_scale_all_but_two_cases_wait_for_time():
    waiting = _collected("quick", "-m", "if_time")
    assert len(waiting) == 3 * (6 + 1) + 3
    assert not [line for line in waiting if "test_wide" in line or "test_same_start" in line]


def test_at_the_larger_scales_every_case_is_owed():
    assert not _collected("lecture", "-m", "if_time")


def test_the_two_cases_that_every_scale_owes_come_first_with_at_most_six_and_five_variants():
    lines = _collected("quick")
    owed = ["test_wide" in line or "test_same_start" in line for line in lines]
    assert owed == sorted(owed, reverse=True)
    assert sum("test_wide[" in line for line in lines) == 6
    assert sum("test_same_start[" in line for line in lines) == 5
    assert not [line for line in lines if "curves.py" in line]


def test_an_unknown_scale_is_refused_with_the_allowed_ones():
    ran = _pytest("--collect-only", scale="huge")
    assert ran.returncode == 4
    assert "BENCH_SCALE is 'huge'; allowed are quick, lecture, full" in ran.stderr


def test_without_a_scale_it_is_quick():
    assert chosen_scale({}) is chosen_scale({"BENCH_SCALE": ""}) is Scale.QUICK


def test_the_suites_import_nothing_of_the_harness():
    for file in (ROOT / "benchmarks").rglob("*.py"):
        for node in ast.walk(ast.parse(file.read_text())):
            names = [alias.name for alias in node.names] if isinstance(node, ast.Import) else []
            names += [node.module or ""] if isinstance(node, ast.ImportFrom) else []
            assert not [name for name in names if name.split(".")[0] in {"harness", "harness_probe"}], file
