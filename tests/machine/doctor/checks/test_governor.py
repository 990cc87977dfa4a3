"""Frequency governors."""

from harness.machine.doctor import Measured
from harness.machine.doctor.checks.governor import governor

from ...making import CPU
from ..making import a_patient


def governors(*names):
    return {f"{CPU}/cpu{core}/cpufreq/scaling_governor": f"{name}\n" for core, name in enumerate(names)}


def test_performance_on_all_cores_is_fine(tmp_path):
    assert governor(a_patient(tmp_path, governors(*["performance"] * 4))).level == "ok"


def test_another_governor_on_one_core_is_a_warning_with_a_command(tmp_path):
    finding = governor(a_patient(tmp_path, governors("performance", "schedutil", "performance", "performance")))
    assert finding.level == "warning"
    assert "'performance', 'schedutil'" in finding.what
    assert finding.remedy.startswith("echo performance | sudo tee /sys/")


def test_cores_that_are_not_used_do_not_matter(tmp_path):
    files = governors("performance", "performance", "powersave", "powersave")
    assert governor(a_patient(tmp_path, files, cores=(0, 1))).level == "ok"


def test_a_machine_without_governors_is_unknown_and_its_cost_still_told(tmp_path):
    finding = governor(a_patient(tmp_path, linux=False, measured=Measured(after_rest=1.4)))
    assert finding.level == "unknown"
    assert finding.cost.ratio == 1.4
