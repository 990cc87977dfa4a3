"""Simultaneous multithreading."""

from harness.machine.doctor.checks.siblings import siblings

from ...making import CPU, a_linux
from ..making import a_patient


def topology(*groups):
    files = {}
    for group in groups:
        low, _, high = group.replace(",", "-").partition("-")
        for core in {low, high or low}:
            files[f"{CPU}/cpu{core}/topology/thread_siblings_list"] = f"{group}\n"
    return files


def test_two_threads_of_one_core_are_a_warning_that_names_one_of_each(tmp_path):
    finding = siblings(a_patient(tmp_path, topology("0,2", "1,3")))
    assert finding.level == "warning"
    assert "0+2, 1+3" in finding.what
    assert finding.remedy.startswith("harness run --cores 0,1;")


def test_a_single_core_is_named_so_that_it_is_no_count(tmp_path):
    assert siblings(a_patient(tmp_path, topology("0-1"), cores=(0, 1))).remedy.startswith("harness run --cores 0-0;")


def test_one_thread_of_each_is_fine_on_a_machine_of_its_own(tmp_path):
    a_linux(tmp_path, flags="sse2")
    assert siblings(a_patient(tmp_path, topology("0,2", "1,3"), cores=(0, 1), linux=False)).level == "ok"


def test_a_virtual_machine_may_not_know(tmp_path):
    assert siblings(a_patient(tmp_path, topology("0", "1"), cores=(0, 1))).level == "unknown"


def test_nonsense_is_unknown(tmp_path):
    assert siblings(a_patient(tmp_path, linux=False)).level == "unknown"
    files = {f"{CPU}/cpu0/topology/thread_siblings_list": "x,9999999999-1\n"}
    assert siblings(a_patient(tmp_path, files, cores=(0,))).level == "unknown"
