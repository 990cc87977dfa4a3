"""Is memory swapped out?"""

from __future__ import annotations

from harness.machine.doctor.finding import Finding, Level
from harness.machine.doctor.patient import Patient

_POLICY = "bad where pages were swapped during the check"
_MIB = 2**20


def swap(patient: Patient) -> Finding:
    """Pages in swap now, and pages that moved while we worked."""
    used = patient.state.get("swap_used_bytes")
    moved = patient.measured.work.swapped_bytes if patient.measured.work else None
    if moved:
        return Finding(
            check="swap",
            level=Level.BAD,
            what=f"{moved / _MIB:.1f} MiB were swapped in or out during this check.",
            remedy="end what needs the memory, or measure at a smaller scale: harness run --scale quick",
            policy=_POLICY,
        )
    if used is None:
        return Finding(check="swap", level=Level.UNKNOWN, what="Swap isn't told here.", policy=_POLICY)
    if used:
        return Finding(
            check="swap",
            level=Level.WARNING,
            what=f"{used / _MIB:.0f} MiB lie in swap: a turn that touches them waits for the disk.",
            remedy="sudo swapoff -a && sudo swapon -a",
            policy=_POLICY,
        )
    return Finding(check="swap", level=Level.OK, what="Nothing is swapped out.", policy=_POLICY)
