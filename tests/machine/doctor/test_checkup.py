"""All checks together."""

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from harness.machine.doctor import Checkup, Measured, examine
from harness.machine.doctor.checks import CHECKS
from harness.machine.pseudofile import text

from ..making import CPU, a_tree
from .making import a_patient

READ = (
    "proc/meminfo",
    "proc/self/cgroup",
    "proc/cpuinfo",
    "sys/fs/cgroup/cpu.max",
    "sys/kernel/mm/transparent_hugepage/enabled",
    "sys/devices/system/clocksource/clocksource0/current_clocksource",
    "sys/class/thermal/thermal_zone0/temp",
    "sys/class/thermal/thermal_zone0/trip_point_0_temp",
    "sys/class/thermal/thermal_zone0/trip_point_0_type",
    "sys/class/power_supply/BAT0/type",
    "sys/class/power_supply/BAT0/status",
    "sys/firmware/acpi/platform_profile",
    f"{CPU}/cpufreq/boost",
    f"{CPU}/cpu0/cpufreq/scaling_governor",
    f"{CPU}/cpu0/cpufreq/scaling_min_freq",
    f"{CPU}/cpu0/cpufreq/scaling_max_freq",
    f"{CPU}/cpu0/topology/thread_siblings_list",
    f"{CPU}/cpu0/thermal_throttle/core_throttle_count",
)


def test_a_machine_that_says_nothing_is_unknown_and_neither_good_nor_bad(tmp_path):
    checkup = examine(a_patient(tmp_path, linux=False))
    told = {finding.check: str(finding.level) for finding in checkup.findings}
    assert told.pop("threads") == "ok"
    assert set(told.values()) == {"unknown"}
    assert checkup.fit


@pytest.mark.parametrize("system", ["Darwin", "Windows", "FreeBSD"])
def test_another_system_is_examined_without_a_crash(tmp_path, system):
    assert len(examine(a_patient(tmp_path, linux=False, system=system)).findings) == len(CHECKS)


def test_one_bad_check_makes_a_machine_unfit(tmp_path):
    checkup = examine(a_patient(tmp_path, settings={"OMP_NUM_THREADS": "64"}))
    assert not checkup.fit
    assert [finding.check for finding in checkup.findings if finding.level == "bad"] == ["threads"]


def test_every_bad_or_warned_check_says_what_to_do_and_every_bad_one_its_policy(tmp_path):
    files = {
        f"{CPU}/cpufreq/boost": "1\n",
        "sys/kernel/mm/transparent_hugepage/enabled": "[always]\n",
        "sys/class/power_supply/BAT0/type": "Battery\n",
        "sys/class/power_supply/BAT0/status": "Discharging\n",
    }
    checkup = examine(
        a_patient(tmp_path, files, settings={"OMP_NUM_THREADS": "64"}, measured=Measured(throttle_events=1))
    )
    disturbed = [finding for finding in checkup.findings if finding.level in {"bad", "warning"}]
    assert len(disturbed) > 5
    assert all(finding.remedy for finding in disturbed)
    assert all(finding.policy for finding in disturbed if finding.level == "bad")


def test_a_checkup_survives_json(tmp_path):
    checkup = examine(a_patient(tmp_path))
    assert msgspec.json.decode(msgspec.json.encode(checkup), type=Checkup) == checkup


@given(st.dictionaries(st.sampled_from(READ), st.binary(max_size=40), min_size=1))
def test_no_file_of_the_kernel_whatever_it_holds_makes_a_check_fail(tmp_path_factory, files):
    root = a_tree(tmp_path_factory.mktemp("machine"), dict.fromkeys(files, ""))
    for name, said in files.items():
        (root / name).write_bytes(said)
        text(root / name)
    assert len(examine(a_patient(root, linux=False)).findings) == len(CHECKS)
