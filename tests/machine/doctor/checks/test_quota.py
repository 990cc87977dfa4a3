"""CPU quotas, of both versions of control groups."""

import pytest

from harness.machine.doctor import Measured
from harness.machine.doctor.checks.quota import quota
from harness.record.schema import Conditions

from ..making import a_patient, loops

GROUP = "sys/fs/cgroup"
V1 = f"{GROUP}/cpu/a"


def version_2(said):
    return {"proc/self/cgroup": "0::/a\n", f"{GROUP}/a/cpu.max": said}


def version_1(microseconds):
    return {
        "proc/self/cgroup": "1:cpu:/a\n",
        f"{V1}/cpu.cfs_quota_us": microseconds,
        f"{V1}/cpu.cfs_period_us": "100000\n",
    }


@pytest.mark.parametrize("files", [version_2("150000 100000\n"), version_1("150000\n")])
def test_a_quota_below_the_cores_is_bad(tmp_path, files):
    finding = quota(a_patient(tmp_path, files))
    assert finding.level == "bad"
    assert "1.5 cores on 4 cores" in finding.what
    assert finding.remedy.startswith("harness run --cores 1;")


@pytest.mark.parametrize("files", [version_2("max 100000\n"), version_1("-1\n"), version_2("400000 100000\n")])
def test_no_quota_or_one_that_leaves_all_cores_is_fine(tmp_path, files):
    assert quota(a_patient(tmp_path, files)).level == "ok"


def test_a_quota_below_one_core_has_to_be_raised(tmp_path):
    assert "docker update --cpus 1" in quota(a_patient(tmp_path, version_2("50000 100000\n"))).remedy


def test_the_cost_is_what_all_cores_got_and_standing_still_is_told(tmp_path):
    measured = Measured(
        work=Conditions(launch=0, block=0, throttled_s=0.8),
        together=(loops(0, wall_s=1.0, cpu_s=0.25), loops(1, wall_s=1.0, cpu_s=0.25)),
    )
    finding = quota(a_patient(tmp_path, version_2("50000 100000\n"), cores=(0, 1), measured=measured))
    assert finding.cost.ratio == 4
    assert "stopped us for 0.8 s" in finding.what


def test_groups_that_cannot_be_read_are_unknown(tmp_path):
    assert quota(a_patient(tmp_path, linux=False)).level == "unknown"
