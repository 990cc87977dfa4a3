"""Does the memory of all cores lie equally near?"""

from __future__ import annotations

from harness.machine.cores import named
from harness.machine.doctor.finding import Finding, Level
from harness.machine.doctor.patient import Patient
from harness.machine.pseudofile import listed, text


def nodes(patient: Patient) -> Finding:
    """Memory nodes (NUMA): cores whose own memory is another's far one."""
    groups = _groups(patient)
    if sorted(core for group in groups for core in group) != sorted(patient.cores):
        return Finding(check="memory nodes", level=Level.UNKNOWN, what="Which memory is near which core isn't told.")
    if len(groups) == 1:
        return Finding(check="memory nodes", level=Level.OK, what="All cores have the same memory near.")
    return Finding(
        check="memory nodes",
        level=Level.WARNING,
        what=f"The cores have {len(groups)} nodes of memory ({' + '.join(str(len(each)) for each in groups)} cores): "
        "what was started on one and has its turns on another reads far memory.",
        remedy=f"harness run --cores {named(max(groups, key=len))}",
    )


def _groups(patient: Patient) -> list[tuple[int, ...]]:
    """The cores that may be used, by the node whose memory is near; a node without any is left out."""
    folders = sorted((patient.root / "sys/devices/system/node").glob("node[0-9]*"))
    near = (tuple(core for core in listed(text(each / "cpulist") or "") if core in patient.cores) for each in folders)
    return [group for group in near if group]
