"""Do the number libraries start more threads than can run?"""

from __future__ import annotations

from collections.abc import Mapping

from harness.machine.doctor.finding import Finding, Level
from harness.machine.doctor.patient import Patient
from harness.machine.pseudofile import whole
from harness.machine.thread_settings import THREAD_SETTINGS

_POLICY = "bad from one thread on that can't run at the same time as the others"


def threads(patient: Patient) -> Finding:
    """The shell's thread settings, and the threads of an environment's number libraries, against the cores."""
    told = {name: patient.settings[name] for name in THREAD_SETTINGS if name in patient.settings}
    asked, used = _asked_over(patient, told), _used_over(patient)
    senseless = [f"{name}={value}" for name, value in told.items() if _count(value) is None]
    if used or (asked and patient.pools is None):
        return Finding(
            check="threads",
            level=Level.BAD,
            what=f"More threads than can run on {_room(patient)}: {', '.join([*asked, *used])}.",
            cost=patient.pools.cost if patient.pools else None,
            remedy=_remedy(patient),
            policy=_POLICY,
        )
    if asked or senseless:
        why = "More threads are asked for than can run, and not used" if asked else "No number of threads"
        return Finding(
            check="threads",
            level=Level.WARNING,
            what=f"{why}: {', '.join(asked or senseless)}.",
            remedy=_remedy(patient),
            policy=_POLICY,
        )
    return Finding(check="threads", level=Level.OK, what=_fine(patient, told), policy=_POLICY)


def _asked_over(patient: Patient, told: Mapping[str, str]) -> list[str]:
    """Settings above the cores; where nothing is asked, what the libraries come to by themselves."""
    if len(patient.cores) > patient.capacity and "OMP_NUM_THREADS" not in told:
        return [f"OMP_NUM_THREADS is not set, and the libraries see {len(patient.cores)} cores, not the quota"]
    return [f"{name}={value}" for name, value in told.items() if (_count(value) or 0) > patient.capacity]


def _used_over(patient: Patient) -> list[str]:
    """Libraries with more threads than cores in a process of the environment, and then all of them."""
    if patient.pools is None or max(patient.pools.threads.values(), default=0) <= patient.capacity:
        return []
    return [f"{name} uses {count}" for name, count in patient.pools.threads.items()]


def _fine(patient: Patient, told: Mapping[str, str]) -> str:
    if patient.pools is not None and patient.pools.threads:
        used = ", ".join(f"{name} {count}" for name, count in patient.pools.threads.items())
        return f"No more threads than can run on {_room(patient)}: {used}."
    said = ", ".join(f"{name}={value}" for name, value in told.items()) or "nothing is set, one thread a core"
    return f"No more threads than can run on {_room(patient)}: {said}."


def _count(value: str) -> int | None:
    """The outermost number of a setting such as "4" or "4,2"; None where that is no number of threads."""
    count = whole(value.partition(",")[0].strip())
    return count if count is not None and count > 0 else None


def _room(patient: Patient) -> str:
    cores = f"{len(patient.cores)} core{'s' if len(patient.cores) != 1 else ''}"
    return f"{cores} with a quota of {patient.capacity:g}" if patient.capacity < len(patient.cores) else cores


def _remedy(patient: Patient) -> str:
    fitting = max(1, int(patient.capacity))
    names = [name for name in THREAD_SETTINGS if name in patient.settings] or ["OMP_NUM_THREADS"]
    settings = " ".join(f"{name}={fitting}" for name in names)
    return f"export {settings} (a run sets the threads of its probes itself: harness run --threads {fitting})"
