"""Virtual machines."""

from harness.machine.doctor import Measured
from harness.machine.doctor.checks.virtualization import virtualization

from ...making import a_linux
from ..making import a_patient, loops


def test_a_virtual_machine_is_a_warning_that_names_its_maker(tmp_path):
    finding = virtualization(a_patient(tmp_path))
    assert finding.level == "warning"
    assert "(QEMU)" in finding.what


def test_its_cost_is_that_on_the_calmest_core(tmp_path):
    measured = Measured(alone=(loops(0, mean_s=3e-4), loops(1, mean_s=2e-4)))
    cost = virtualization(a_patient(tmp_path, measured=measured)).cost
    assert round(cost.ratio, 3) == 2
    assert "core 1, the calmest" in cost.how


def test_a_machine_of_its_own_is_fine(tmp_path):
    a_linux(tmp_path, flags="sse2")
    assert virtualization(a_patient(tmp_path, linux=False)).level == "ok"


def test_a_processor_that_does_not_say_is_unknown(tmp_path):
    assert virtualization(a_patient(tmp_path, linux=False)).level == "unknown"
