"""May the cores run faster than they can for long?"""

from __future__ import annotations

from harness.machine.doctor.finding import Finding, Level
from harness.machine.doctor.patient import Patient

_INTEL = "sys/devices/system/cpu/intel_pstate/no_turbo"


def turbo(patient: Patient) -> Finding:
    """Turbo: the clock then depends on temperature and on how many cores work."""
    on = patient.state.get("turbo")
    cost = patient.measured.crowding()
    if on is None:
        return Finding(check="turbo", level=Level.UNKNOWN, what="Whether turbo is on isn't told here.", cost=cost)
    if not on:
        return Finding(check="turbo", level=Level.OK, what="Turbo is off.", cost=cost)
    off = f"echo 1 | sudo tee /{_INTEL}"
    if not (patient.root / _INTEL).exists():
        off = "echo 0 | sudo tee /sys/devices/system/cpu/cpufreq/boost"
    return Finding(
        check="turbo",
        level=Level.WARNING,
        what="Turbo is on: the clock depends on the temperature and on how many cores work.",
        cost=cost,
        remedy=off,
    )
