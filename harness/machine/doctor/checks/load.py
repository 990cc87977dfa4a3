"""Does anything else run here?"""

from __future__ import annotations

from harness.machine.doctor.finding import Finding, Level
from harness.machine.doctor.measured import Rest
from harness.machine.doctor.patient import Patient

_WARNING_CORES = 0.1
_BAD_CORES = 0.5
_POLICY = f"bad from {_BAD_CORES:g} cores on that others keep busy"


def load(patient: Patient) -> Finding:
    """How many cores others kept busy while we sat still, and who they are."""
    rest = patient.measured.rest
    if rest is None:
        return Finding(check="load", level=Level.UNKNOWN, what="How busy the cores are isn't told here.")
    ours = [share for core, share in rest.busy.items() if core in patient.cores]
    busy = sum(ours)
    level = Level.BAD if busy >= _BAD_CORES else Level.WARNING if busy >= _WARNING_CORES else Level.OK
    return Finding(
        check="load",
        level=level,
        what=f"Others kept {busy:.2f} of {len(ours)} cores busy for {rest.seconds:.1f} s{_who(rest, busy)}.",
        cost=patient.measured.most_interrupted(),
        remedy="" if level is Level.OK else _remedy(rest),
        policy=_POLICY,
    )


def _who(rest: Rest, busy: float) -> str:
    named = [f"{each.name} (process {each.pid}) {each.cores:.2f}" for each in rest.processes]
    unseen = busy - sum(each.cores for each in rest.processes)
    if unseen >= _WARNING_CORES:
        named.append(f"{unseen:.2f} by what can't be seen from here, or has ended")
    return f": {', '.join(named)}" if named else ""


def _remedy(rest: Rest) -> str:
    pids = ",".join(str(each.pid) for each in rest.processes)
    return f"wait for them or end them; who they are: ps -o pid,user,etime,args -p {pids}" if pids else "wait"
