"""What happened around a block."""

import itertools
import platform
import statistics
import time
from pathlib import Path

import pytest

from harness.machine.conditions import PAGE, ConditionsSampler
from harness.record.schema import Conditions

from .making import a_tree

BEFORE = {
    "proc/self/cgroup": "0::/a\n",
    "proc/stat": "cpu  100 0 100 800 0 0 0 10 99 0\ncpu0 1 1 1\nintr 5 5 5\n",
    "proc/pressure/cpu": "some avg10=0.00 avg60=0.00 avg300=0.00 total=1000000\nfull avg10=0.00 total=9\n",
    "proc/vmstat": "nr_free_pages 5\n" + "filler 12345\n" * 200 + "pswpin 10\npswpout 20\npgmajfault 3\n",
    "proc/loadavg": "0.50 0.40 0.30 1/100 999\n",
    "sys/fs/cgroup/a/cpu.stat": "usage_usec 5\nthrottled_usec 1500000\n",
}
AFTER = {
    "proc/stat": "cpu  150 0 110 810 0 0 0 40 200 0\ncpu0 1 1 1\n",
    "proc/pressure/cpu": "some avg10=0.00 avg60=0.00 avg300=0.00 total=1500000\n",
    "proc/vmstat": "nr_free_pages 500000\n" + "filler 12345\n" * 200 + "pswpin 13\npswpout 24\npgmajfault 3\n",
    "proc/loadavg": "1.75 0.40 0.30 1/100 999\n",
    "sys/fs/cgroup/a/cpu.stat": "usage_usec 5\nthrottled_usec 1750000\n",
}


def seconds(*moments):
    return itertools.chain(moments).__next__


def test_all_that_changed_during_a_block_is_told(tmp_path):
    with ConditionsSampler(a_tree(tmp_path, BEFORE), seconds(10.0, 12.0)) as sampler:
        sampler.begin()
        a_tree(tmp_path, AFTER)
        found = sampler.end(3, 7)
    assert found == Conditions(
        launch=3,
        block=7,
        steal_share=30 / 100,
        throttled_s=0.25,
        swapped_bytes=7 * PAGE,
        cpu_pressure_share=0.25,
        load=1.75,
    )


def test_version_1_of_cgroups_counts_in_nanoseconds(tmp_path):
    path = "sys/fs/cgroup/cpu/x/cpu.stat"
    before = {"proc/self/cgroup": "1:cpu:/x\n", path: "nr_throttled 1\nthrottled_time 1000000000\n"}
    with ConditionsSampler(a_tree(tmp_path, before)) as sampler:
        sampler.begin()
        a_tree(tmp_path, {path: "nr_throttled 2\nthrottled_time 3500000000\n"})
        assert sampler.end(0, 0).throttled_s == 2.5


def test_what_cannot_be_told_is_none(tmp_path):
    with ConditionsSampler(tmp_path) as sampler:
        sampler.begin()
        assert sampler.end(1, 2) == Conditions(launch=1, block=2)


def test_a_block_shorter_than_a_tick_has_no_steal_share(tmp_path):
    with ConditionsSampler(a_tree(tmp_path, BEFORE)) as sampler:
        sampler.begin()
        assert sampler.end(0, 0).steal_share is None


@pytest.mark.parametrize("name", ["proc/stat", "proc/pressure/cpu", "proc/vmstat", "sys/fs/cgroup/a/cpu.stat"])
def test_a_file_that_says_something_else_is_not_guessed_at(tmp_path, name):
    files = BEFORE | {name: "throttled\n" if name.endswith("cpu.stat") else "\n something else\n"}
    with ConditionsSampler(a_tree(tmp_path, files)) as sampler:
        sampler.begin()
        found = sampler.end(0, 0)
    fields = (found.steal_share, found.cpu_pressure_share, found.swapped_bytes, found.throttled_s)
    places = ["proc/stat", "proc/pressure/cpu", "proc/vmstat", "sys/fs/cgroup/a/cpu.stat"]
    assert fields[places.index(name)] is None


def test_end_without_begin_is_a_mistake(tmp_path):
    with ConditionsSampler(tmp_path) as sampler, pytest.raises(RuntimeError, match="without begin"):
        sampler.end(0, 0)


def test_no_file_stays_open():
    before = len(list(Path("/dev/fd").iterdir()))
    for _ in range(20):
        ConditionsSampler().close()
    assert len(list(Path("/dev/fd").iterdir())) == before


@pytest.mark.skipif(platform.system() != "Linux", reason="reads /proc")
def test_this_machine_tells_its_load_and_swap():
    with ConditionsSampler() as sampler:
        sampler.begin()
        time.sleep(0.05)
        found = sampler.end(0, 0)
    assert found.load is not None
    if "\npswpin " in Path("/proc/vmstat").read_text():
        assert found.swapped_bytes is not None
    if Path("/proc/pressure/cpu").exists():
        assert 0 <= found.cpu_pressure_share <= 1


@pytest.mark.skipif(platform.system() != "Linux", reason="reads /proc")
def test_a_block_costs_less_than_two_hundred_microseconds():
    """On a quiet machine 70; the bound leaves room for a busy one."""
    costs = []
    with ConditionsSampler() as sampler:
        for block in range(500):
            began = time.perf_counter()
            sampler.begin()
            sampler.end(0, block)
            costs.append(time.perf_counter() - began)
    assert statistics.quantiles(costs, n=4)[0] < 200e-6
