"""Would joblib's workers and their threads together be more than can run?"""

from __future__ import annotations

from harness.machine.doctor.finding import Finding, Level
from harness.machine.doctor.patient import Patient


def jobs(patient: Patient) -> Finding:
    """n_jobs x threads against the cores, in a run in an environment; unknown where none was given."""
    if patient.software is None:
        return Finding(
            check="jobs",
            level=Level.UNKNOWN,
            what="n_jobs x threads can be told of an environment only.",
            remedy="harness machine doctor --env base",
        )
    if "joblib" not in patient.software.get("distributions", {}):
        return Finding(check="jobs", level=Level.OK, what="There is no joblib in the environment.")
    threads = _threads(patient)
    if threads <= 1:
        return Finding(check="jobs", level=Level.OK, what="In a run each worker of joblib has one thread.")
    workers, fitting = len(patient.cores), max(1, int(patient.capacity))
    return Finding(
        check="jobs",
        level=Level.WARNING,
        what=f"A run sets the libraries to {threads} threads, and joblib keeps what is set: a variant with "
        f"n_jobs={workers} has up to {workers} x {threads} = {workers * threads} threads for "
        f"{patient.capacity:g} core{'s' if patient.capacity != 1 else ''}.",
        remedy=f"harness run --threads 1 for variants with n_jobs={fitting}, "
        "or parallel_config(inner_max_num_threads=1) in the suite",
    )


def _threads(patient: Patient) -> int:
    """Of the library with the most, as a run sets it."""
    assert patient.software is not None
    pools = patient.software.get("number_libraries", [])
    return max((int(pool.get("num_threads") or 0) for pool in pools), default=0)
