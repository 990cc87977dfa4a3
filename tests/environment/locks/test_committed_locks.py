"""The locks of this repository."""

import re
from pathlib import Path

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

from harness.environment.declaration.lock_sources import lock_sources
from harness.environment.locks.wheel_lock import pins, read

ROOT = Path(__file__).parents[3]
SUBJECT = {
    "numpy": "2.3.5", "scipy": "1.17.1", "scikit-learn": "1.8.0", "pandas": "2.3.3", "numba": "0.63.1",
    "dask": "2026.7.1", "distributed": "2026.7.1", "dask-ml": "2025.1.0", "joblib": "1.5.3", "threadpoolctl": "3.6.0",
    "bokeh": "3.9.2", "pytest": "9.1.1", "pytest-benchmark": "5.2.3", "psutil": "7.2.2", "cloudpickle": "3.1.2",
    "matplotlib": "3.10.8", "pyarrow": "24.0.0",
}  # fmt: skip
NAMES = ["base", "driver", "dev", "uv", "readers"]
MACHINES = [("linux", "Linux", "posix", "x86_64"), ("darwin", "Darwin", "posix", "arm64")]


def text_of(name):
    return (ROOT / "envs" / f"{name}.lock.txt").read_text()


def marker_environment(minor, machine):
    platform, system, os_name, processor = machine
    return {
        "implementation_name": "cpython", "implementation_version": f"{minor}.1", "os_name": os_name,
        "platform_machine": processor, "platform_python_implementation": "CPython", "platform_release": "6.0",
        "platform_system": system, "platform_version": "1", "python_full_version": f"{minor}.1",
        "python_version": minor, "sys_platform": platform,
    }  # fmt: skip


def test_the_subject_has_the_versions_that_the_conda_lock_will_carry():
    locked = pins(text_of("base"), marker_environment("3.11", MACHINES[0]))
    assert {name: locked[name] for name in SUBJECT} == SUBJECT


@pytest.mark.parametrize("name", NAMES)
def test_no_lock_names_a_host_or_a_path(name):
    for line in text_of(name).splitlines():
        assert re.fullmatch(r"[a-z0-9-]+==\S+( ; [\w.<>=!'\" ()]+)? \\|    --hash=sha256:[0-9a-f]{64}( \\)?", line), (
            line
        )


@pytest.mark.parametrize("minor", ["3.11", "3.12", "3.13", "3.14"])
@pytest.mark.parametrize("machine", MACHINES, ids=[machine[0] for machine in MACHINES])
def test_every_lock_holds_what_is_declared_on_every_python(minor, machine):
    markers = marker_environment(minor, machine)
    for source in lock_sources(ROOT):
        locked = pins(text_of(source.name), markers, source.name)
        for wanted in source.wanted:
            requirement = Requirement(wanted.requirement)
            version = locked[canonicalize_name(requirement.name)]
            assert requirement.specifier.contains(version), (source.name, wanted.place)


def test_the_driver_and_the_tests_run_with_the_versions_of_the_subject():
    subject = {pin.name: pin.version for pin in read(text_of("base"), "base")}
    for name in ("driver", "dev"):
        others = {pin.name: pin.version for pin in read(text_of(name), name)}
        assert {each: others[each] for each in others.keys() & subject.keys()} == {
            each: subject[each] for each in others.keys() & subject.keys()
        }


def test_all_that_is_locked_has_a_source_in_the_repository():
    files = {path.name.removesuffix(".lock.txt") for path in (ROOT / "envs").glob("*.lock.txt")}
    assert files == {source.name for source in lock_sources(ROOT)} == set(NAMES)
