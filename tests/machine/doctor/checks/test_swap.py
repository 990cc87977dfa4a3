"""Swap."""

from harness.machine.doctor.checks.swap import swap

from ...making import a_tree
from ..making import a_patient, worked


def test_pages_that_moved_are_bad(tmp_path):
    assert swap(a_patient(tmp_path, measured=worked(swapped_bytes=2**20))).level == "bad"


def test_pages_that_lie_there_are_a_warning(tmp_path):
    finding = swap(a_patient(tmp_path, measured=worked(swapped_bytes=0)))
    assert finding.level == "warning"
    assert "1 MiB" in finding.what


def test_none_is_fine(tmp_path):
    a_tree(tmp_path, {"proc/meminfo": "SwapTotal: 10 kB\nSwapFree: 10 kB\n"})
    assert swap(a_patient(tmp_path, linux=False)).level == "ok"


def test_a_machine_that_does_not_say_is_unknown(tmp_path):
    assert swap(a_patient(tmp_path, linux=False)).level == "unknown"
