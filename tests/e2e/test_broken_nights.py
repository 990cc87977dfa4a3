"""A night whose suite does not even import any more: told as tests that don't run, and taken apart like all else."""

from __future__ import annotations

import shutil

import pytest

from .desk import TRACEBACK
from .small_project import QUICK, SmallProject, work

SUITE = """
import pytest
from adder import looped
from work import work

@pytest.mark.benchmark(group="work")
def test_work(benchmark):
    benchmark.extra_info["answer"] = benchmark.pedantic(work, rounds=24)

@pytest.mark.benchmark(group="sums")
def test_looped(benchmark):
    benchmark.extra_info["answer"] = benchmark.pedantic(looped, rounds=24)
"""


@pytest.fixture(scope="module")
def project(module_desk):
    made = SmallProject(module_desk)
    made.commit("bench/test_it.py", SUITE)
    assert made.anchor("set", "HEAD", "--why", "the first release").code == 0
    assert made.night("2026-11-20", *QUICK).code == 0
    return made


@pytest.fixture(scope="module")
def broken_night(project):
    """A commit that does no harm, and a release without the function that the suite imports."""
    project.commit("bench/work.py", work(numbers=4_001))
    project.wheels.add("adder", "2.0", source="def other():\n    return 1\n")
    return project.night("2026-11-21", *QUICK)


def plain(ended):
    return " ".join(ended.out.split())


def test_packages_without_which_no_test_is_collected_are_blamed(project, broken_night):
    assert broken_night.code == 3, broken_night.err
    first = plain(broken_night)[:600]
    assert "does not run" in first
    assert "ImportError" in first
    assert "It is the packages (adder 1.0 -> 2.0, since the night of 2026-11-20)." in first
    assert "--measure running" in broken_night.out
    told = project.told("2026-11-21")
    assert {change["what"] for change in told["changes"]} == {"does not run"}
    assert {test["running"] for test in told["blame"]["tests"]} == {"packages"}
    assert TRACEBACK not in broken_night.err


def test_an_older_anchor_that_can_not_be_had_any_more_is_left_out_and_told(project, broken_night):
    """The suite is mended, the night becomes the anchor, and the package of the first one goes from the index."""
    project.commit("bench/test_it.py", SUITE.replace("import looped", "import other as looped"))
    assert project.night("2026-11-22", *QUICK).code in {0, 1}
    assert project.anchor("move", project.told("2026-11-22")["record"], "--why", "the new package").code == 0
    (project.desk.folder / "wheels" / "adder-1.0-py3-none-any.whl").unlink()
    for made in (project.desk.folder.parent / "cache" / "envs").iterdir():
        shutil.rmtree(made) if made.is_dir() else made.unlink()
    shutil.rmtree(project.desk.folder.parent / "cache" / "archives", ignore_errors=True)
    ended = project.night("2026-11-23", *QUICK)
    assert ended.code == 0, ended.err
    told = project.told("2026-11-23")
    assert [anchor["number"] for anchor in told["anchors"]] == [2]
    assert "anchor 1" in told["steps"]["measure"][1]
    assert "could not be measured, and was left out" in told["steps"]["measure"][1]
