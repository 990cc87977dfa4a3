"""Ranges of clocks."""

import pytest

from harness.machine.doctor import Measured
from harness.machine.doctor.checks.frequency import frequency

from ...making import CPU
from ..making import a_patient, loops


def clocks(low, high, *tops):
    files = {}
    for core, top in enumerate(tops):
        folder = f"{CPU}/cpu{core}/cpufreq"
        files |= {
            f"{folder}/scaling_min_freq": f"{low}\n",
            f"{folder}/scaling_max_freq": f"{min(high, top)}\n",
            f"{folder}/cpuinfo_max_freq": f"{top}\n",
        }
    return files


def test_a_fixed_clock_is_fine(tmp_path):
    finding = frequency(a_patient(tmp_path, clocks(3_000_000, 3_000_000, *[3_000_000] * 4)))
    assert finding.level == "ok"
    assert "3.00 GHz" in finding.what


def test_a_range_is_a_warning_that_says_how_to_fix_the_clock(tmp_path):
    finding = frequency(a_patient(tmp_path, clocks(800_000, 3_000_000, *[3_000_000] * 4)))
    assert finding.level == "warning"
    assert "between 0.80 GHz and 3.00 GHz" in finding.what
    assert finding.remedy.startswith("echo 3000000 |")


def test_a_clock_that_is_held_down_is_told(tmp_path):
    finding = frequency(a_patient(tmp_path, clocks(2_000_000, 2_000_000, *[3_000_000] * 4)))
    assert finding.level == "warning"
    assert "below the 3.00 GHz" in finding.what


@pytest.mark.parametrize(
    ("tops", "cores"), [((5_000_000, 5_000_000, 3_800_000, 3_800_000), "0,1"), ((5_000_000, 3_000_000), "0-0")]
)
def test_cores_of_two_kinds_are_bad_and_the_fast_ones_named(tmp_path, tops, cores):
    finding = frequency(a_patient(tmp_path, clocks(800_000, 9_000_000, *tops)))
    assert finding.level == "bad"
    assert finding.remedy == f"harness run --cores {cores}"


def test_favoured_cores_of_one_kind_are_no_two_kinds(tmp_path):
    assert frequency(a_patient(tmp_path, clocks(800_000, 9_000_000, 5_000_000, 4_800_000))).level == "warning"


def test_a_machine_that_does_not_say_is_unknown_and_its_cores_still_compared(tmp_path):
    measured = Measured(alone=(loops(0, fastest_s=2e-4), loops(1, fastest_s=1e-4)))
    finding = frequency(a_patient(tmp_path, measured=measured))
    assert finding.level == "unknown"
    assert finding.cost.ratio == 2
