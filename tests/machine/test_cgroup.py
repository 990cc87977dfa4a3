"""The control group of a process."""

import pytest

from harness.machine.cgroup import cpu_stat, quota_cores

from .making import a_tree

GROUP = "sys/fs/cgroup"


@pytest.mark.parametrize(
    ("files", "quota"),
    [
        ({"proc/self/cgroup": "0::/a/b\n", f"{GROUP}/a/b/cpu.max": "150000 100000\n"}, 1.5),
        ({"proc/self/cgroup": "0::/a/b\n", f"{GROUP}/a/b/cpu.max": "max 100000\n"}, "unlimited"),
        (
            {
                "proc/self/cgroup": "0::/a/b\n",
                f"{GROUP}/a/b/cpu.max": "max 100000\n",
                f"{GROUP}/a/cpu.max": "50000 100000\n",
            },
            0.5,
        ),
        ({"proc/self/cgroup": "0::/\n", f"{GROUP}/cpu.max": "200000 100000\n"}, 2.0),
        ({"proc/self/cgroup": "0::/\n", f"{GROUP}/cgroup.controllers": "cpu memory\n"}, "unlimited"),
        (
            {
                "proc/self/cgroup": "4:memory:/m\n2:cpu,cpuacct:/docker/x\n0::/\n",
                f"{GROUP}/cpu,cpuacct/docker/x/cpu.cfs_quota_us": "250000\n",
                f"{GROUP}/cpu,cpuacct/docker/x/cpu.cfs_period_us": "100000\n",
            },
            2.5,
        ),
        (
            {
                "proc/self/cgroup": "1:cpu:/\n0::/\n",
                f"{GROUP}/cpu/cpu.cfs_quota_us": "-1\n",
                f"{GROUP}/cpu/cpu.cfs_period_us": "100000\n",
            },
            "unlimited",
        ),
        ({"proc/self/cgroup": "0::/a\n", f"{GROUP}/a/cpu.max": "nonsense\n"}, None),
        ({"proc/self/cgroup": "0::/a\n", f"{GROUP}/a/cpu.max": "100000 0\n"}, None),
        ({"proc/self/cgroup": "0::/../../elsewhere\n"}, None),
        ({}, None),
    ],
)
def test_the_quota_is_the_smallest_of_the_group_and_those_above(tmp_path, files, quota):
    assert quota_cores(a_tree(tmp_path, files)) == quota


def test_throttling_is_counted_in_the_innermost_group_that_counts_it(tmp_path):
    files = {
        "proc/self/cgroup": "0::/a/b\n",
        f"{GROUP}/a/b/cpu.stat": "usage_usec 5\n",
        f"{GROUP}/a/cpu.stat": "usage_usec 5\nthrottled_usec 7\n",
    }
    assert cpu_stat(a_tree(tmp_path, files)) == tmp_path / GROUP / "a/cpu.stat"
    assert cpu_stat(tmp_path / "nowhere") is None
