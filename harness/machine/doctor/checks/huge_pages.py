"""Does the kernel make huge pages behind a program's back?"""

from __future__ import annotations

from harness.machine.doctor.finding import Cost, Finding, Level
from harness.machine.doctor.patient import Patient


def huge_pages(patient: Patient) -> Finding:
    """Transparent huge pages: whether an array gets them then depends on how memory lies, not on the program."""
    mode = patient.state.get("transparent_huge_pages")
    if mode is None:
        return Finding(check="huge pages", level=Level.UNKNOWN, what="Transparent huge pages aren't told here.")
    if mode != "always":
        said = "only where a program asks, as NumPy does" if mode == "madvise" else "never"
        return Finding(
            check="huge pages",
            level=Level.OK,
            what=f"Transparent huge pages: '{mode}', {said}.",
            cost=_cost(patient),
        )
    return Finding(
        check="huge pages",
        level=Level.WARNING,
        what="Transparent huge pages: 'always'. Which arrays get them, and when, depends on how memory lies; peak "
        "memory counts whole huge pages.",
        cost=_cost(patient),
        remedy="echo madvise | sudo tee /sys/kernel/mm/transparent_hugepage/enabled",
    )


def _cost(patient: Patient) -> Cost | None:
    ratio = patient.measured.small_pages
    if ratio is None:
        return None
    return Cost(ratio=ratio, how="first touch of 64 MiB in small pages against huge ones, median of 5")
