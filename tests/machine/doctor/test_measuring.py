"""What is measured."""

import os
import platform

import pytest

from harness.failure import HarnessError
from harness.machine.cores import available
from harness.machine.doctor import PROGRAM, WORKERS_PROGRAM, read_pools, read_workers
from harness.machine.doctor.measuring import clock_of
from harness.machine.doctor.pages import small_against_huge
from harness.machine.doctor.resting import busy_shares, core_ticks, rest
from harness.machine.doctor.spinning import all_at_once, one_by_one
from harness.machine.doctor.throttling import throttle_events

from ..making import CPU, a_tree

LINUX = pytest.mark.skipif(platform.system() != "Linux", reason="pins processes to cores")


def test_busy_is_what_is_neither_idle_nor_waiting_nor_stolen(tmp_path):
    root = a_tree(tmp_path, {"proc/stat": "cpu  9 9 9 9 9 9 9 9\ncpu0 10 0 5 80 5 0 0 0 0 0\ncpu7 1 1 1\nintr 3\n"})
    before = core_ticks(root)
    a_tree(tmp_path, {"proc/stat": "cpu0 30 0 15 140 15 0 0 50 0 0\n"})
    assert busy_shares(before, core_ticks(root)) == {0: 30 / 150}


def test_a_machine_that_does_not_count_was_not_watched(tmp_path):
    assert rest(tmp_path, 0.0) is None


def test_events_of_all_cores_are_added_up(tmp_path):
    assert throttle_events(tmp_path) is None
    files = {f"{CPU}/cpu{core}/thermal_throttle/core_throttle_count": f"{core}\n" for core in (1, 2)}
    assert throttle_events(a_tree(tmp_path, files)) == 3


@LINUX
def test_each_core_has_its_loops_and_this_process_keeps_its_own_cores():
    before = os.sched_getaffinity(0)
    spun = one_by_one(available())
    assert [loops.core for loops in spun.loops] == available()
    assert all(0 < loops.fastest_s <= loops.median_s for loops in spun.loops)
    assert spun.after_rest > 0
    assert os.sched_getaffinity(0) == before


@LINUX
def test_all_cores_loop_at_once():
    assert [loops.core for loops in all_at_once(available())] == available()


@LINUX
def test_a_core_that_is_not_there_is_not_measured_and_nothing_stays_behind():
    assert one_by_one([99_999]) is None


def test_a_clock_that_stands_still_has_no_step():
    assert clock_of(lambda: 1.0).step_s == 0.0


@LINUX
def test_pages_are_touched():
    assert small_against_huge() > 0


def test_pools_are_read_from_what_the_program_prints():
    assert read_pools(b'{"threads": {"openmp": 8}, "ratio": null}', 2).cost is None
    assert read_pools(b'{"threads": {"openmp": 8}, "ratio": 1.5}', 2).cost.ratio == 1.5
    with pytest.raises(HarnessError, match="didn't say"):
        read_pools(b"Traceback", 2)


def test_workers_are_read_from_what_the_program_prints():
    assert read_workers(b"null") is None
    assert read_workers(b'{"workers": 2, "threads": 1, "ratio": null}').cost is None
    found = read_workers(b'{"workers": 2, "threads": 8, "ratio": 1.5}')
    assert (found.workers, found.threads, found.cost.ratio) == (2, 8, 1.5)
    with pytest.raises(HarnessError, match="didn't say"):
        read_workers(b"Traceback")


def test_the_programs_need_nothing_of_this_project():
    for program in (PROGRAM, WORKERS_PROGRAM, PROGRAM.with_name("spin.py")):
        assert "harness" not in program.read_text().replace("harness-", "")
