"""Counting instructions."""

import errno

import pytest

from harness.machine.doctor.checks.instructions import instructions
from harness_probe.instructions import _reason

from ..making import a_patient


def test_where_nobody_tried_it_is_unknown(tmp_path):
    assert instructions(a_patient(tmp_path)).level == "unknown"


def test_where_they_are_counted_it_is_fine(tmp_path):
    assert instructions(a_patient(tmp_path, uncounted="")).level == "ok"


@pytest.mark.parametrize("error", [errno.ENOENT, errno.EPERM, errno.EACCES, errno.ENOSYS])
def test_each_reason_that_something_can_be_done_about_says_what(tmp_path, monkeypatch, error):
    monkeypatch.setattr("harness_probe.instructions._is_virtual", lambda: True)
    finding = instructions(a_patient(tmp_path, uncounted=_reason(error)))
    assert finding.level == "warning"
    assert _reason(error) in finding.what
    assert finding.remedy
    assert not finding.policy


def test_a_kernel_that_forbids_it_is_told_to_allow_it(tmp_path):
    reason = "the kernel forbids it (/proc/sys/kernel/perf_event_paranoid is 4)"
    assert instructions(a_patient(tmp_path, uncounted=reason)).remedy == "sudo sysctl kernel.perf_event_paranoid=2"


def test_a_system_that_cannot_is_unknown(tmp_path):
    assert instructions(a_patient(tmp_path, uncounted="only Linux lets a program count them")).level == "unknown"
