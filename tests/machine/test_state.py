"""What state a machine is in."""

import platform

import pytest

from harness.machine.cores import available
from harness.machine.state import state

from .making import CPU, a_linux, a_tree


def test_all_of_it_is_read_from_linux(tmp_path):
    assert state(a_linux(tmp_path), "Linux", {}) == {
        "kernel": "6.18.44",
        "mhz": [2596.1, 1800.5],
        "governor": "powersave",
        "turbo": False,
        "load": 0.52,
        "temperature_c": 61.5,
        "free_memory_bytes": 1000 * 1024,
        "uptime_s": 350735.47,
        "swap_used_bytes": 1024 * 1024,
        "transparent_huge_pages": "madvise",
        "clocksource": "tsc",
        "cores_available": available(),
    }


def test_what_cannot_be_told_is_none(tmp_path):
    found = state(tmp_path, "Linux", {})
    assert [name for name, value in found.items() if value is not None] == ["cores_available"]


def test_intel_says_when_turbo_is_off(tmp_path):
    for said, turbo in (("1\n", False), ("0\n", True)):
        root = a_tree(tmp_path / said.strip(), {f"{CPU}/intel_pstate/no_turbo": said})
        assert state(root, "Linux", {})["turbo"] is turbo


def test_clocks_come_from_cpufreq_where_cpuinfo_has_none(tmp_path):
    root = a_tree(tmp_path, {f"{CPU}/cpu0/cpufreq/scaling_cur_freq": "1800000\n"})
    assert state(root, "Linux", {})["mhz"] == [1800.0]


def test_a_core_type_that_is_set_is_told(tmp_path):
    assert state(tmp_path, "Linux", {"OPENBLAS_CORETYPE": "Haswell"})["openblas_coretype"] == "Haswell"
    assert "openblas_coretype" not in state(tmp_path, "Linux", {"HOME": "/"})


def test_macos_is_asked_through_the_system(tmp_path):
    found = state(tmp_path, "Darwin", {}, {"hw.cpufrequency": "2400000000"}.get)
    assert found["mhz"] == [2400.0]
    assert found["free_memory_bytes"] > 0


@pytest.mark.skipif(platform.system() not in {"Linux", "Darwin"}, reason="reads this machine")
def test_this_machine_has_a_kernel_and_a_load():
    found = state()
    assert found["kernel"]
    assert found["load"] >= 0
