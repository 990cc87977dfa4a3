"""May all cores be used all the time?"""

from __future__ import annotations

from harness.machine.doctor.finding import Cost, Finding, Level
from harness.machine.doctor.patient import Patient

_POLICY = "bad where the quota is less than the cores that may be used"


def quota(patient: Patient) -> Finding:
    """The control group's CPU quota against the cores, and whether it stopped us."""
    cores, told = len(patient.cores), patient.identity.get("quota_cores")
    if told is None:
        return Finding(check="quota", level=Level.UNKNOWN, what="Whether there is a CPU quota isn't told here.")
    limit = patient.quota
    if limit is None or limit >= cores:
        said = "No CPU quota is set" if limit is None else f"The CPU quota of {limit:g} cores leaves all {cores}"
        return Finding(check="quota", level=Level.OK, what=f"{said}.", policy=_POLICY)
    work = patient.measured.work
    stopped = f" It stopped us for {work.throttled_s:.2g} s in this check." if work and work.throttled_s else ""
    return Finding(
        check="quota",
        level=Level.BAD,
        what=f"A CPU quota of {limit:g} cores on {cores} cores: whoever has used it up stands still for the rest of "
        f"the period, in the middle of a turn.{stopped}",
        cost=_cost(patient),
        remedy=_remedy(limit),
        policy=_POLICY,
    )


def _cost(patient: Patient) -> Cost | None:
    together = patient.measured.together
    spent = sum(loops.cpu_s for loops in together)
    if not spent:
        return None
    cores = len(together)
    return Cost(
        ratio=sum(loops.wall_s for loops in together) / spent,
        how=f"a loop on all {cores} cores at once: its wall time against the CPU time it got",
    )


def _remedy(limit: float) -> str:
    if limit < 1:
        return "raise it: docker update --cpus 1 CONTAINER, or systemctl set-property UNIT CPUQuota=100%"
    whole = int(limit)
    return f"harness run --cores {whole}; or give cores instead of time: docker run --cpuset-cpus, not --cpus"
