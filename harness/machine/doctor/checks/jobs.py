"""Would joblib's workers and their threads together be more than can run?"""

from __future__ import annotations

from harness.machine.doctor.finding import Finding, Level
from harness.machine.doctor.patient import Patient
from harness.machine.thread_settings import THREAD_SETTINGS

_POLICY = "bad where n_jobs=-1, started from this shell, has more threads than can run at the same time"


def jobs(patient: Patient) -> Finding:
    """n_jobs x threads against the cores, from the shell and in a run; unknown where no environment was given."""
    if patient.software is None:
        return Finding(
            check="jobs",
            level=Level.UNKNOWN,
            what="n_jobs x threads can be told of an environment only.",
            remedy="harness machine doctor --env base",
            policy=_POLICY,
        )
    if "joblib" not in patient.software.get("distributions", {}):
        return Finding(check="jobs", level=Level.OK, what="There is no joblib in the environment.", policy=_POLICY)
    return _from_the_shell(patient) or _in_a_run(patient)


def _from_the_shell(patient: Patient) -> Finding | None:
    """What joblib's workers were seen to have; None where that is no more than can run, or nobody saw it."""
    seen = patient.workers
    if seen is None or seen.workers * seen.threads <= max(patient.capacity, seen.workers):
        return None
    set_here = [name for name in THREAD_SETTINGS if name in patient.settings]
    why = f": {', '.join(f'{name}={patient.settings[name]}' for name in set_here)}" if set_here else ""
    return Finding(
        check="jobs",
        level=Level.BAD,
        what=f"Started from this shell, n_jobs={seen.workers} has {_product(seen.workers, seen.threads, patient)}: "
        f"joblib keeps what is set{why}.",
        cost=seen.cost,
        remedy=f"unset {' '.join(set_here)} (joblib then gives each worker its share of the cores)"
        if set_here
        else "parallel_config('loky', inner_max_num_threads=1) around what uses n_jobs",
        policy=_POLICY,
    )


def _in_a_run(patient: Patient) -> Finding:
    threads = _threads(patient)
    if threads <= 1:
        return Finding(
            check="jobs", level=Level.OK, what="In a run each worker of joblib has one thread.", policy=_POLICY
        )
    workers, fitting = len(patient.cores), max(1, int(patient.capacity))
    return Finding(
        check="jobs",
        level=Level.WARNING,
        what=f"A run sets the libraries to {threads} threads, and joblib keeps what is set: a variant with "
        f"n_jobs={workers} has up to {_product(workers, threads, patient)}. A run says which variants that befalls.",
        remedy=f"harness run --threads 1 for variants with n_jobs={fitting}, "
        "or parallel_config('loky', inner_max_num_threads=1) in the suite",
        policy=_POLICY,
    )


def _product(workers: int, threads: int, patient: Patient) -> str:
    cores = f"{patient.capacity:g} core{'s' if patient.capacity != 1 else ''}"
    return f"{workers} x {threads} = {workers * threads} threads for {cores}"


def _threads(patient: Patient) -> int:
    """Of the library with the most, as a run sets it."""
    assert patient.software is not None
    pools = patient.software.get("number_libraries", [])
    return max((int(pool.get("num_threads") or 0) for pool in pools), default=0)
