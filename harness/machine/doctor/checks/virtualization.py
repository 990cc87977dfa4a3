"""Is this a virtual machine?"""

from __future__ import annotations

from harness.machine.doctor.finding import Finding, Level
from harness.machine.doctor.patient import Patient


def virtualization(patient: Patient) -> Finding:
    """Who runs this machine: on a virtual one neighbours, clocks and temperatures can't be seen."""
    hypervisor = patient.identity.get("hypervisor")
    if hypervisor is None:
        return Finding(
            check="virtualization", level=Level.UNKNOWN, what="Whether this is a virtual machine isn't told here."
        )
    if hypervisor == "none":
        return Finding(check="virtualization", level=Level.OK, what="No virtual machine.")
    maker = "" if hypervisor == "present" else f" ({hypervisor})"
    return Finding(
        check="virtualization",
        level=Level.WARNING,
        what=f"A virtual machine{maker}: its neighbours, clocks and temperatures can't be seen from inside.",
        cost=patient.measured.least_interrupted(),
        remedy="trust ratios, not seconds; for seconds take a machine of your own, or an instance with dedicated cores",
    )
