"""Other load."""

from harness.machine.doctor import Measured
from harness.machine.doctor.checks.load import load
from harness.machine.doctor.measured import Busy, Rest

from ..making import a_patient, loops


def found(root, busy, processes=()):
    rest = Rest(seconds=1.0, busy=busy, processes=processes)
    return load(a_patient(root, measured=Measured(rest=rest, alone=(loops(0, mean_s=3e-4), loops(1)))))


def test_a_quiet_machine_is_fine(tmp_path):
    finding = found(tmp_path, {0: 0.02, 1: 0.01})
    assert finding.level == "ok"
    assert not finding.remedy


def test_a_busy_core_is_bad_and_its_process_named(tmp_path):
    finding = found(tmp_path, {0: 0.99, 1: 0.0}, (Busy(pid=42, name="hog", cores=0.98),))
    assert finding.level == "bad"
    assert "0.99 of 2 cores" in finding.what
    assert "hog (process 42) 0.98" in finding.what
    assert finding.remedy.endswith("ps -o pid,user,etime,args -p 42")


def test_between_quiet_and_busy_is_a_warning(tmp_path):
    assert found(tmp_path, {0: 0.2, 1: 0.1}).level == "warning"


def test_load_from_another_container_is_said_to_be_unseen(tmp_path):
    assert "0.99 by what can't be seen from here" in found(tmp_path, {0: 0.99}).what


def test_the_cost_is_that_of_the_worst_core(tmp_path):
    cost = found(tmp_path, {0: 0.99, 1: 0.0}).cost
    assert round(cost.ratio, 3) == 3
    assert "core 0, the worst" in cost.how


def test_a_core_that_may_not_be_used_may_be_busy(tmp_path):
    finding = found(tmp_path, {0: 0.0, 1: 0.0, 63: 1.0})
    assert finding.level == "ok"
    assert "of 2 cores" in finding.what


def test_a_machine_that_was_not_watched_is_unknown(tmp_path):
    assert load(a_patient(tmp_path)).level == "unknown"
