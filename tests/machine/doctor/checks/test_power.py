"""Battery and mains."""

import msgspec

from harness.machine.doctor.checks.power import power

from ..making import a_patient

SUPPLY = "sys/class/power_supply"


def battery(status, scope="System"):
    return {f"{SUPPLY}/BAT0/type": "Battery\n", f"{SUPPLY}/BAT0/status": status, f"{SUPPLY}/BAT0/scope": scope}


def mains(online):
    return {f"{SUPPLY}/AC/type": "Mains\n", f"{SUPPLY}/AC/online": online}


def test_on_battery_is_bad(tmp_path):
    finding = power(a_patient(tmp_path, battery("Discharging\n") | mains("0\n")))
    assert finding.level == "bad"
    assert finding.remedy == "plug it in"


def test_on_mains_is_fine_whatever_the_battery_does(tmp_path):
    assert power(a_patient(tmp_path, battery("Discharging\n") | mains("1\n"))).level == "ok"
    assert power(a_patient(tmp_path / "full", battery("Full\n"))).level == "ok"


def test_the_battery_of_a_mouse_is_no_battery(tmp_path):
    assert power(a_patient(tmp_path, battery("Discharging\n", scope="Device\n"))).what == "No battery."


def test_a_saving_profile_is_a_warning(tmp_path):
    finding = power(a_patient(tmp_path, mains("1\n") | {"sys/firmware/acpi/platform_profile": "low-power\n"}))
    assert finding.level == "warning"


def test_a_laptop_that_only_a_system_call_knows(tmp_path):
    patient = a_patient(tmp_path, linux=False)
    assert power(patient).level == "unknown"
    assert power(msgspec.structs.replace(patient, plugged=False)).level == "bad"
    assert power(msgspec.structs.replace(patient, plugged=True)).level == "ok"
