"""What a machine is."""

import platform

import pytest

from harness.machine.digest import digest
from harness.machine.identity import machine

from .making import CPU, a_linux, a_tree


def test_all_fields_are_read_from_linux(tmp_path):
    assert machine(a_linux(tmp_path), "Linux") == {
        "architecture": platform.machine(),
        "os": "Linux",
        "cpu_model": "Some CPU @ 2.50GHz",
        "physical_cores": 2,
        "logical_cores": 4,
        "caches": {"L1d": 32 * 2**10, "L1i": 64 * 2**10, "L2": 2**20, "L3": 32 * 2**20},
        "memory_gib": 23,
        "quota_cores": None,
        "hypervisor": "QEMU",
    }


def test_no_clock_enters_the_digest(tmp_path):
    slow = machine(a_linux(tmp_path / "slow", mhz="800.000"), "Linux")
    fast = machine(a_linux(tmp_path / "fast", mhz="4200.000"), "Linux")
    assert digest(slow) == digest(fast)


def test_what_cannot_be_told_is_none(tmp_path):
    found = machine(tmp_path, "Linux")
    assert {name for name, value in found.items() if value is not None} == {"architecture", "os"}


def test_bare_metal_has_no_hypervisor(tmp_path):
    assert machine(a_linux(tmp_path, flags="sse"), "Linux")["hypervisor"] == "none"


def test_a_hypervisor_without_a_name_is_present(tmp_path):
    root = a_linux(tmp_path)
    (root / "sys/class/dmi/id/sys_vendor").unlink()
    assert machine(root, "Linux")["hypervisor"] == "present"


def test_arm_says_its_part(tmp_path):
    root = a_tree(tmp_path, {"proc/cpuinfo": "processor\t: 0\nCPU implementer\t: 0x41\nCPU part\t: 0xd0c\n"})
    found = machine(root, "Linux")
    assert found["cpu_model"] == "implementer 0x41 part 0xd0c"
    assert found["hypervisor"] is None


def test_folders_beside_the_cores_are_no_cores(tmp_path):
    root = a_linux(tmp_path)
    assert (root / CPU / "cpufreq").exists()
    assert machine(root, "Linux")["logical_cores"] == 4


def test_macos_is_asked_through_sysctl(tmp_path):
    said = {
        "machdep.cpu.brand_string": "Apple M2",
        "hw.physicalcpu_max": "8",
        "hw.logicalcpu_max": "8",
        "hw.memsize": str(16 * 2**30),
        "hw.l2cachesize": "4194304",
        "kern.hv_vmm_present": "0",
    }
    found = machine(tmp_path, "Darwin", said.get)
    assert found["cpu_model"] == "Apple M2"
    assert (found["physical_cores"], found["memory_gib"], found["caches"]) == (8, 16, {"L2": 4194304})
    assert found["hypervisor"] == "none"


def test_an_unknown_system_has_all_fields_and_knows_none(tmp_path):
    found = machine(tmp_path, "Plan 9")
    assert found["os"] == "Plan 9"
    assert found["cpu_model"] is None


@pytest.mark.skipif(platform.system() not in {"Linux", "Darwin"}, reason="reads this machine")
def test_this_machine_says_the_same_twice():
    first = machine()
    assert first == machine()
    assert first["logical_cores"] >= 1
    assert first["memory_gib"] is not None
