"""Turbo."""

from harness.machine.doctor import Measured
from harness.machine.doctor.checks.turbo import turbo

from ...making import CPU
from ..making import a_patient, loops


def test_turbo_that_is_off_is_fine(tmp_path):
    assert turbo(a_patient(tmp_path, {f"{CPU}/cpufreq/boost": "0\n"})).level == "ok"


def test_turbo_that_is_on_is_a_warning_with_the_command_of_its_driver(tmp_path):
    assert turbo(a_patient(tmp_path / "amd", {f"{CPU}/cpufreq/boost": "1\n"})).remedy.startswith("echo 0 ")
    assert turbo(a_patient(tmp_path / "intel", {f"{CPU}/intel_pstate/no_turbo": "0\n"})).remedy.startswith("echo 1 ")


def test_a_machine_that_does_not_say_is_unknown_and_its_crowding_still_told(tmp_path):
    measured = Measured(alone=(loops(0), loops(1)), together=(loops(0, median_s=3e-4), loops(1, median_s=1e-4)))
    finding = turbo(a_patient(tmp_path, linux=False, measured=measured))
    assert finding.level == "unknown"
    assert round(finding.cost.ratio, 3) == 2
