"""Nights of a real project: its repository, its packages, and what moved between two of them."""

from __future__ import annotations

import signal

import pytest

from .desk import TRACEBACK, came_true
from .small_project import QUICK, SmallProject, work


@pytest.fixture(scope="module")
def project(module_desk):
    return SmallProject(module_desk)


@pytest.fixture(scope="module")
def first_night(project):
    """Nothing has moved yet but the day."""
    assert project.anchor("set", "v1", "--why", "the first release").code == 0
    return project.night("2026-11-20", *QUICK)


@pytest.fixture(scope="module")
def second_night(project, first_night):
    """A commit gives another answer, and a release of a package is slower by far and gives another one, too.

    One test of the commit needs what only the new package has.
    """
    project.commit("bench/work.py", work(more=7_000, newest="adder.NEW"))
    project.release("2.0", times=60, more=1_000, extra="NEW = 1")
    return project.night("2026-11-21", *QUICK[:1], "--launches", "3", "--budget", "200s", "--precision", "50%")


def has_sampled(desk):
    return any(event["event"] == "sampled" for event in desk.journal())


def plain(ended):
    return " ".join(ended.out.split())


def test_a_night_on_which_nothing_moved_is_green_and_says_so(project, first_night):
    assert first_night.code == 0, first_night.err
    assert "against anchor 1 (v1)" in plain(first_night)
    told = project.told("2026-11-20")
    assert told["changes"] == []
    record = project.record(told["record"])
    assert record["plan"]["night"] == {"date": "2026-11-20", "anchors": [1], "unsolved": ""}
    assert [each["address"] for each in [record["environment"], *record["against"]]] == ["base:v1", "base:HEAD"]


def test_a_night_that_is_done_is_not_measured_again_by_itself(project, first_night):
    ended = project.night("2026-11-20", *QUICK)
    assert ended.code == 0
    assert "--again measures it once more" in ended.err
    assert len(list((project.desk.store / "records").glob("*.json"))) >= 1


def test_code_and_packages_are_each_blamed_for_what_they_did(project, second_night):
    assert second_night.code == 1, second_night.err
    told = project.told("2026-11-21")
    assert {(change["case"], change["what"]) for change in told["changes"]} >= {
        ("bench/it::work", "another answer"),
        ("bench/it::sums", "another answer"),
        ("bench/it::sums", "slower"),
    }
    blamed = {test["case"]: test for test in told["blame"]["tests"]}
    assert blamed["bench/it::work"]["answer"] == "code"
    assert blamed["bench/it::sums"]["answer"] == "packages"
    assert blamed["bench/it::sums"]["time"] == "packages"
    assert told["moved"]["packages"] == {"adder": ["1.0", "2.0"]}
    record = project.record(told["blame"]["run"])
    assert record["plan"]["blames"] == told["record"]
    assert len(record["against"]) == 3


def test_the_morning_s_first_lines_say_what_and_whose_and_what_to_type_next(project, second_night):
    first = plain(second_night)[:1500]
    assert "gives another answer than the anchor" in first
    assert "adder 1.0 -> 2.0" in first
    assert "harness bisect bench --good" in first
    assert TRACEBACK not in second_night.err


def test_a_change_that_was_told_is_told_since_then_and_not_taken_apart_again(project, second_night):
    ended = project.night("2026-11-22", *QUICK)
    assert ended.code == 1
    told = project.told("2026-11-22")
    assert {change["since"] for change in told["changes"]} == {"2026-11-21"}
    assert told["blame"] is None
    assert "since the night of 2026-11-21" in plain(ended)


def test_a_cell_that_does_not_run_is_told_and_the_rest_still_blames(project, second_night):
    (broken,) = [test for test in project.told("2026-11-21")["blame"]["tests"] if test["case"] == "bench/it::newest"]
    assert "AttributeError" in str(broken["missing"])
    assert "new code, old packages was not measured" in plain(second_night)


def test_a_night_killed_in_each_of_its_steps_goes_on_and_is_measured_once(project, second_night):
    """And after the changes are accepted by a move of the anchor, it stands against both, and is green."""
    last = project.told("2026-11-21")["record"]
    assert project.anchor("move", last, "--why", "the answers are meant to be so").code == 0
    date, records = "2026-11-25", len(list((project.desk.store / "records").glob("*.json")))
    command = ("nightly", *QUICK, "--date", date, "--store", "store", "--site", "site")
    for step in ("solve", "measure", "judge", "publish"):
        process = project.start(*command)
        assert came_true(
            lambda at=process, what=step: at.poll() is not None or f"{what} (step" in project.desk.said(at)
        )
        if step == "measure":
            assert came_true(lambda at=process: at.poll() is not None or has_sampled(project.desk))
        process.send_signal(signal.SIGKILL)
        process.wait()
        assert project.desk.is_deserted()
    ended = project.harness(*command)
    assert ended.code == 0, ended.err
    told = project.told(date)
    assert len(told["steps"]) == 7
    nights = [project.record(path.stem) for path in (project.desk.store / "records").glob("*.json")]
    mine = [record for record in nights if record["plan"]["night"] and record["plan"]["night"]["date"] == date]
    assert [record["id"] for record in mine] == [told["record"]]
    assert mine[0]["interruptions"] >= 1
    assert len(nights) == records + 1
    assert [anchor["number"] for anchor in told["anchors"]] == [1, 2]
    assert told["changes"] == []
    assert (project.desk.folder / "site" / "index.html").is_file()


def test_an_interrupted_night_says_how_to_go_on(project, second_night):
    process = project.start("nightly", *QUICK, "--date", "2026-11-26", "--store", "store")
    assert came_true(lambda: process.poll() is not None or "measure (step" in project.desk.said(process))
    process.send_signal(signal.SIGINT)
    ended = project.desk.wait(process)
    assert ended.code == 130
    assert "harness nightly bench --launches 1 --budget 40s --date 2026-11-26 --store store" in ended.err
    assert project.harness("run", "--resume", "--store", "store").code == 2
