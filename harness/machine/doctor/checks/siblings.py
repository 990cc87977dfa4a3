"""Do two of the cores share one?"""

from __future__ import annotations

from harness.machine.cores import named
from harness.machine.doctor.finding import Finding, Level
from harness.machine.doctor.patient import Patient
from harness.machine.pseudofile import listed, text


def siblings(patient: Patient) -> Finding:
    """Simultaneous multithreading: logical cores that are threads of one physical core."""
    cost = patient.measured.crowding()
    groups = _groups(patient)
    if not groups:
        return Finding(check="SMT", level=Level.UNKNOWN, what="Which cores share a physical one isn't told.", cost=cost)
    shared = sorted(group for group in groups if len(group) > 1)
    if shared:
        told = ", ".join("+".join(map(str, group)) for group in shared[:4]) + (", ..." if len(shared) > 4 else "")
        return Finding(
            check="SMT",
            level=Level.WARNING,
            what=f"Cores that are two threads of one: {told}. They share its units and caches.",
            cost=cost,
            remedy=f"harness run --cores {named([min(group) for group in sorted(groups)])}; "
            "or echo off | sudo tee /sys/devices/system/cpu/smt/control",
        )
    if patient.identity.get("hypervisor") not in {None, "none"}:
        return Finding(
            check="SMT",
            level=Level.UNKNOWN,
            what="This virtual machine says that no two cores share one; its host may know better.",
            cost=cost,
        )
    return Finding(check="SMT", level=Level.OK, what="No two of the cores share a physical one.", cost=cost)


def _groups(patient: Patient) -> set[tuple[int, ...]]:
    """The cores that may be used, by the physical core that they lie on."""
    folder = patient.root / "sys/devices/system/cpu"
    told = {core: text(folder / f"cpu{core}/topology/thread_siblings_list") for core in patient.cores}
    return {tuple(each for each in listed(said) if each in patient.cores) for said in told.values() if said}
