"""Workers times threads."""

from harness.machine.doctor import Cost, Workers
from harness.machine.doctor.checks.jobs import jobs

from ..making import a_patient


def software(threads, *distributions):
    return {
        "distributions": {name: {} for name in distributions},
        "number_libraries": [{"num_threads": 1}, {"num_threads": threads}],
    }


def test_without_an_environment_it_is_unknown(tmp_path):
    assert jobs(a_patient(tmp_path)).level == "unknown"


def test_workers_times_threads_are_told(tmp_path):
    finding = jobs(a_patient(tmp_path, software=software(4, "joblib")))
    assert finding.level == "warning"
    assert "4 x 4 = 16 threads for 4 cores" in finding.what
    assert finding.remedy.startswith("harness run --threads 1")


def test_one_thread_or_no_joblib_is_fine(tmp_path):
    assert jobs(a_patient(tmp_path, software=software(1, "joblib"))).level == "ok"
    assert jobs(a_patient(tmp_path, software=software(4))).level == "ok"


def test_an_environment_without_number_libraries_is_fine(tmp_path):
    assert jobs(a_patient(tmp_path, software={"distributions": {"joblib": {}}})).level == "ok"


def seen(workers, threads):
    return Workers(workers=workers, threads=threads, cost=Cost(ratio=1.3, how="somehow"))


def test_workers_that_were_seen_with_more_threads_than_can_run_are_bad_with_their_cost(tmp_path):
    settings = {"OMP_NUM_THREADS": "4"}
    patient = a_patient(tmp_path, settings=settings, software=software(4, "joblib"), workers=seen(4, 4))
    finding = jobs(patient)
    assert finding.level == "bad"
    assert "n_jobs=4 has 4 x 4 = 16 threads for 4 cores" in finding.what
    assert "OMP_NUM_THREADS=4" in finding.what
    assert finding.remedy.startswith("unset OMP_NUM_THREADS ")
    assert finding.cost.ratio == 1.3
    assert "more threads than can run" in finding.policy


def test_workers_that_fit_leave_the_word_to_what_a_run_would_do(tmp_path):
    assert jobs(a_patient(tmp_path, software=software(4, "joblib"), workers=seen(4, 1))).level == "warning"
    assert jobs(a_patient(tmp_path, software=software(1, "joblib"), workers=seen(4, 1))).level == "ok"


def test_a_quota_below_the_cores_is_the_quotas_finding_and_not_that_of_workers_with_one_thread(tmp_path):
    quota = {"proc/self/cgroup": "0::/a\n", "sys/fs/cgroup/a/cpu.max": "100000 100000\n"}
    assert jobs(a_patient(tmp_path, quota, software=software(1, "joblib"), workers=seen(4, 1))).level == "ok"
