"""Heat."""

from harness.machine.doctor import Measured
from harness.machine.doctor.checks.temperature import temperature

from ...making import CPU
from ..making import a_patient

COUNTS = f"{CPU}/cpu0/thermal_throttle"
ZONE = "sys/class/thermal/thermal_zone0"


def test_a_cool_machine_is_fine(tmp_path):
    finding = temperature(a_patient(tmp_path, {f"{COUNTS}/core_throttle_count": "0\n"}))
    assert finding.level == "ok"
    assert "62 °C" in finding.what


def test_throttling_during_the_check_is_bad(tmp_path):
    assert temperature(a_patient(tmp_path, measured=Measured(throttle_events=3))).level == "bad"


def test_throttling_at_any_time_is_a_warning(tmp_path):
    finding = temperature(a_patient(tmp_path, {f"{COUNTS}/package_throttle_count": "7\n"}))
    assert finding.level == "warning"
    assert "7 times since the start" in finding.what


def test_a_trip_point_nearby_is_a_warning(tmp_path):
    files = {f"{ZONE}/trip_point_0_type": "passive\n", f"{ZONE}/trip_point_0_temp": "50000\n"}
    finding = temperature(a_patient(tmp_path, files))
    assert finding.level == "warning"
    assert "5 °C below" in finding.what


def test_a_trip_point_that_only_starts_a_fan_is_none(tmp_path):
    files = {f"{ZONE}/trip_point_0_type": "active\n", f"{ZONE}/trip_point_0_temp": "50000\n"}
    assert temperature(a_patient(tmp_path, files)).level == "ok"


def test_a_machine_without_sensors_is_unknown(tmp_path):
    assert temperature(a_patient(tmp_path, linux=False)).level == "unknown"
