"""The clock source."""

import pytest

from harness.machine.doctor import Measured
from harness.machine.doctor.checks.clock_source import clock_source
from harness.machine.doctor.measured import Clock

from ..making import a_patient

FOLDER = "sys/devices/system/clocksource/clocksource0"


@pytest.mark.parametrize(
    ("name", "level"), [("tsc", "ok"), ("kvm-clock", "ok"), ("hpet", "warning"), ("jiffies", "bad")]
)
def test_the_source_decides(tmp_path, name, level):
    assert clock_source(a_patient(tmp_path, {f"{FOLDER}/current_clocksource": name})).level == level


def test_a_better_one_is_recommended_only_where_there_is_one(tmp_path):
    files = {f"{FOLDER}/current_clocksource": "hpet\n", f"{FOLDER}/available_clocksource": "hpet tsc acpi_pm\n"}
    assert clock_source(a_patient(tmp_path, files)).remedy.startswith("echo tsc |")
    files[f"{FOLDER}/available_clocksource"] = "hpet acpi_pm\n"
    assert clock_source(a_patient(tmp_path, files)).remedy == ""


def test_what_a_reading_takes_is_told_against_a_turn(tmp_path):
    measured = Measured(clock=Clock(reading_s=1e-6, step_s=5e-8))
    finding = clock_source(a_patient(tmp_path, measured=measured))
    assert "takes 1000 ns, the smallest step seen is 50 ns" in finding.what
    assert finding.cost.ratio == pytest.approx(1.0002)


def test_a_machine_that_does_not_say_is_unknown(tmp_path):
    assert clock_source(a_patient(tmp_path, linux=False)).level == "unknown"
