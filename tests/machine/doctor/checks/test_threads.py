"""Threads of the number libraries."""

import msgspec
import pytest

from harness.machine.doctor import Cost, Pools
from harness.machine.doctor.checks.threads import threads

from ..making import a_patient

QUOTA = {"proc/self/cgroup": "0::/a\n", "sys/fs/cgroup/a/cpu.max": "100000 100000\n"}


@pytest.mark.parametrize("settings", [{}, {"OMP_NUM_THREADS": "4"}, {"OMP_NUM_THREADS": "4,2"}])
def test_as_many_threads_as_cores_are_fine(tmp_path, settings):
    assert threads(a_patient(tmp_path, settings=settings)).level == "ok"


def test_more_than_cores_are_bad_and_the_way_out_is_a_command(tmp_path):
    finding = threads(a_patient(tmp_path, settings={"OMP_NUM_THREADS": "5", "MKL_NUM_THREADS": "4"}))
    assert finding.level == "bad"
    assert "OMP_NUM_THREADS=5" in finding.what
    assert "MKL" not in finding.what
    assert finding.remedy.startswith("export OMP_NUM_THREADS=4 MKL_NUM_THREADS=4 ")


def test_the_quota_counts_where_it_is_less_than_the_cores(tmp_path):
    finding = threads(a_patient(tmp_path, QUOTA, settings={"OMP_NUM_THREADS": "2"}))
    assert finding.level == "bad"
    assert "4 cores with a quota of 1" in finding.what


def test_libraries_see_cores_and_no_quota(tmp_path):
    assert "not set" in threads(a_patient(tmp_path, QUOTA)).what
    assert threads(a_patient(tmp_path, QUOTA, settings={"OMP_NUM_THREADS": "1"})).level == "ok"


@pytest.mark.parametrize("value", ["many", "", "0", "-1", "1.5"])
def test_what_is_no_number_of_threads_is_a_warning(tmp_path, value):
    finding = threads(a_patient(tmp_path, settings={"OMP_NUM_THREADS": value}))
    assert finding.level == "warning"
    assert f"OMP_NUM_THREADS={value}" in finding.what


def test_what_libraries_really_use_is_told_with_its_cost(tmp_path):
    cost = Cost(ratio=1.5, how="somehow")
    finding = threads(a_patient(tmp_path, pools=Pools(threads={"openblas": 4, "openmp": 8}, cost=cost)))
    assert finding.level == "bad"
    assert "openblas uses 4, openmp uses 8" in finding.what
    assert finding.cost == cost


def test_what_is_asked_for_and_not_used_is_a_warning(tmp_path):
    settings = {"OPENBLAS_NUM_THREADS": "8"}
    finding = threads(a_patient(tmp_path, settings=settings, pools=Pools(threads={"openblas": 4})))
    assert finding.level == "warning"
    assert "OPENBLAS_NUM_THREADS=8" in finding.what


def test_a_setting_that_is_no_text_is_shown_with_a_sign_for_it(tmp_path):
    finding = threads(a_patient(tmp_path, settings={"OMP_NUM_THREADS": "\udcff"}))
    assert "OMP_NUM_THREADS=\N{REPLACEMENT CHARACTER}" in finding.what
    assert msgspec.json.encode(finding)
