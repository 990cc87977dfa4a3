"""Memory nodes."""

from harness.machine.doctor.checks.nodes import nodes

from ..making import a_patient


def near(*lists):
    return {f"sys/devices/system/node/node{number}/cpulist": f"{cores}\n" for number, cores in enumerate(lists)}


def test_cores_of_two_nodes_are_a_warning_that_names_those_of_one(tmp_path):
    finding = nodes(a_patient(tmp_path, near("0-3", "4-7"), cores=(2, 3, 4, 5, 6)))
    assert finding.level == "warning"
    assert "2 nodes of memory (2 + 3 cores)" in finding.what
    assert finding.remedy == "harness run --cores 4,5,6"


def test_cores_that_may_be_used_on_one_node_alone_are_fine(tmp_path):
    assert nodes(a_patient(tmp_path, near("0-3", "4-7"), cores=(4, 5))).level == "ok"


def test_a_node_of_memory_without_cores_is_nobodys_own(tmp_path):
    assert nodes(a_patient(tmp_path, near("0-3", ""))).level == "ok"


def test_a_single_core_is_named_so_that_it_is_no_count(tmp_path):
    assert nodes(a_patient(tmp_path, near("0", "1"), cores=(0, 1))).remedy == "harness run --cores 0-0"


def test_what_is_not_told_or_is_nonsense_is_unknown(tmp_path):
    assert nodes(a_patient(tmp_path, cores=(0, 1))).level == "unknown"
    assert nodes(a_patient(tmp_path, near("x"), cores=(0, 1))).level == "unknown"


def test_a_core_that_no_node_names_is_unknown_and_not_left_out(tmp_path):
    assert nodes(a_patient(tmp_path, near("0-1", "x"), cores=(0, 1, 2))).level == "unknown"
