"""Who decides how fast the cores run?"""

from __future__ import annotations

from harness.machine.doctor.finding import Cost, Finding, Level
from harness.machine.doctor.patient import Patient
from harness.machine.frequencies import of_cores

_COMMAND = "echo performance | sudo tee /sys/devices/system/cpu/cpu*/cpufreq/scaling_governor"


def governor(patient: Patient) -> Finding:
    """The frequency governors of the cores that may be used."""
    told = of_cores(patient.root, "scaling_governor")
    names = sorted({name for core, name in told.items() if core in patient.cores})
    if not names:
        return Finding(
            check="governor",
            level=Level.UNKNOWN,
            what="No frequency governor is told: the kernel, or whoever runs this virtual machine, decides.",
            cost=_cost(patient),
        )
    if names == ["performance"]:
        return Finding(check="governor", level=Level.OK, what="All cores run under 'performance'.", cost=_cost(patient))
    listed = ", ".join(f"'{name}'" for name in names)
    return Finding(
        check="governor",
        level=Level.WARNING,
        what=f"Governor {listed}: the clock follows the load, so that what runs after a rest begins slowly.",
        cost=_cost(patient),
        remedy=_COMMAND,
    )


def _cost(patient: Patient) -> Cost | None:
    ratio = patient.measured.after_rest
    if ratio is None:
        return None
    return Cost(ratio=ratio, how="a fixed loop in the 5 ms after a rest of 100 ms, against just before; median of 5")
