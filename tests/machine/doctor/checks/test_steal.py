"""Stolen time."""

import pytest

from harness.machine.doctor.checks.steal import steal

from ..making import a_patient, worked


@pytest.mark.parametrize(("share", "level"), [(0.0, "ok"), (0.004, "ok"), (0.02, "warning"), (0.05, "bad")])
def test_the_share_decides(tmp_path, share, level):
    finding = steal(a_patient(tmp_path, measured=worked(steal_share=share)))
    assert finding.level == level
    assert bool(finding.remedy) == (level != "ok")


def test_the_cost_is_the_time_that_was_left(tmp_path):
    assert steal(a_patient(tmp_path, measured=worked(steal_share=0.2))).cost.ratio == 1.25


def test_where_it_is_not_counted_it_is_unknown(tmp_path):
    assert steal(a_patient(tmp_path, measured=worked())).level == "unknown"
    assert steal(a_patient(tmp_path)).level == "unknown"
