"""Does the hypervisor take our cores away?"""

from __future__ import annotations

from harness.machine.doctor.finding import Cost, Finding, Level
from harness.machine.doctor.patient import Patient

_WARNING_SHARE = 0.005
_BAD_SHARE = 0.05
_POLICY = f"bad from {_BAD_SHARE:.0%} of the CPU time on"


def steal(patient: Patient) -> Finding:
    """The CPU time that was stolen while all cores worked: an idle core has nothing to take."""
    work = patient.measured.work
    share = work.steal_share if work else None
    if share is None or not patient.measured.together:
        return Finding(check="steal", level=Level.UNKNOWN, what="Stolen time isn't told here.", policy=_POLICY)
    level = Level.BAD if share >= _BAD_SHARE else Level.WARNING if share >= _WARNING_SHARE else Level.OK
    return Finding(
        check="steal",
        level=level,
        what=f"{share:.1%} of the CPU time was given to other machines while we worked.",
        cost=Cost(ratio=1 / (1 - share), how="by the kernel's count of stolen time while we worked")
        if 0 < share < 1
        else None,
        remedy="" if level is Level.OK else "measure at another hour, or on a machine with cores of its own",
        policy=_POLICY,
    )
