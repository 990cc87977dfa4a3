"""What differs between two runs, in words."""

import msgspec
from builders import make_record

from harness.reproduce.differences import differences

RECORD = make_record()


def changed(**fields):
    """The record with other fields of its fingerprint, by part."""
    parts = {part: {**getattr(RECORD.fingerprint, part), **told} for part, told in fields.items()}
    return msgspec.structs.replace(RECORD, fingerprint=msgspec.structs.replace(RECORD.fingerprint, **parts))


def test_nothing_differs_from_itself():
    assert differences(RECORD, RECORD) == []


def test_another_machine_is_named_by_what_is_other():
    now = changed(machine={"cpu_model": "Intel Xeon", "memory_gib": 64})
    assert differences(RECORD, now) == [
        "another machine: CPU Intel Xeon, recorded AMD EPYC 7B13",
        "another machine: memory [GiB] 64, recorded 24",
    ]


def test_another_minor_version_of_python_is_named_as_such():
    python = RECORD.fingerprint.software["python"]
    now = changed(software={"python": {**python, "version": "3.12.1"}})
    assert differences(RECORD, now) == ["another minor version of Python: 3.12.1, recorded 3.11.7"]
    now = changed(software={"python": {**python, "version": "3.11.9"}})
    assert differences(RECORD, now) == ["another Python: 3.11.9, recorded 3.11.7"]
    now = changed(software={"python": {**python, "compiler": "Clang 17"}})
    assert differences(RECORD, now) == ["another build of Python 3.11.7"]


def test_packages_are_named_with_both_versions():
    now = changed(software={"distributions": {"numpy": {"version": "2.4.0", "record": ""}, "dask": {"version": "1"}}})
    assert differences(RECORD, now) == [
        "other versions: numpy 2.4.0, recorded 2.3.5",
        "packages not recorded: dask",
    ]


def test_many_packages_are_counted():
    before = changed(software={"distributions": {f"p{number}": {"version": "1"} for number in range(10)}})
    after = changed(software={"distributions": {f"p{number}": {"version": "2"} for number in range(10)}})
    (told,) = differences(before, after)
    assert told.endswith("and 4 more")


def test_another_build_of_the_same_version_is_named():
    now = changed(software={"distributions": {"numpy": {"version": "2.3.5", "record": "other"}}})
    assert differences(RECORD, now) == ["other builds of the same versions: numpy"]


def test_threads_and_settings_are_named():
    pool = {"internal_api": "openblas", "version": "0.3.30", "num_threads": 2}
    before = changed(software={"number_libraries": [pool], "settings": {"OMP_NUM_THREADS": "2"}})
    after = changed(software={"number_libraries": [{**pool, "num_threads": 8}], "settings": {"OMP_NUM_THREADS": "8"}})
    assert differences(before, after) == [
        "number libraries: openblas 0.3.30 (8 threads), recorded openblas 0.3.30 (2 threads)",
        "OMP_NUM_THREADS=8, recorded 2",
    ]


def test_fewer_cores_another_budget_and_another_harness_are_named():
    plan = msgspec.structs.replace(RECORD.plan, cores=[0], budget_s=60.0)
    now = msgspec.structs.replace(RECORD, plan=plan, harness_version="9")
    assert differences(RECORD, now) == [
        "1 cores used, recorded 2",
        "a budget of 60 s, recorded 300 s",
        "harness 9, recorded 0.1.0",
    ]


def test_another_environment_is_named_with_its_backend_and_lock():
    environment = msgspec.structs.replace(RECORD.environment, address="live", kind="live", lock_digest=None)
    told = differences(RECORD, msgspec.structs.replace(RECORD, environment=environment))
    assert told == [
        "another environment: live (live), recorded subject@wheels (wheels)",
        "another lock: none, recorded 5f0c5f0c5f0c",
    ]
