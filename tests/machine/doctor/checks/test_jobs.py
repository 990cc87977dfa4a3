"""Workers times threads."""

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
