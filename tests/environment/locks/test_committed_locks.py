"""The locks of this repository."""

import json
import re
from pathlib import Path

import pytest
from packaging.requirements import Requirement
from packaging.specifiers import SpecifierSet
from packaging.utils import canonicalize_name

from harness.environment.address import Kind, lock_of
from harness.environment.declaration.environment_file import PLATFORMS, declare, declared_names, read_wheel_names
from harness.environment.declaration.lock_sources import lock_sources
from harness.environment.locks.binder import BINDER_FILE, binder_file
from harness.environment.locks.conda_lock import on_platform, read_conda_lock, write_conda_lock
from harness.environment.locks.targets import told_apart_by
from harness.environment.locks.wheel_lock import pins, read
from harness.environment.locks.wheel_versions import wheel_versions

ROOT = Path(__file__).parents[3]
SUBJECT = {
    "numpy": "2.3.5", "scipy": "1.17.1", "scikit-learn": "1.8.0", "pandas": "2.3.3", "numba": "0.63.1",
    "dask": "2026.7.1", "distributed": "2026.7.1", "dask-ml": "2025.1.0", "joblib": "1.5.3", "threadpoolctl": "3.6.0",
    "bokeh": "3.9.2", "pytest": "9.1.1", "pytest-benchmark": "5.2.3", "psutil": "7.2.2", "cloudpickle": "3.1.2",
    "matplotlib": "3.10.8", "pyarrow": "24.0.0",
}  # fmt: skip
ENVIRONMENTS = ["base", "dask-2025.2", "newest", "oldest"]
NAMES = [*ENVIRONMENTS, "driver", "dev", "uv", "readers", "peers", "remote", "detectors"]
MACHINES = [("linux", "Linux", "posix", "x86_64"), ("darwin", "Darwin", "posix", "arm64")]


def text_of(name):
    return (ROOT / "envs" / f"{name}.lock.txt").read_text()


def versions_of(name):
    versions = {}
    for pin in read(text_of(name), name):
        versions.setdefault(pin.name, set()).add(pin.version)
    return versions


def marker_environment(minor, machine):
    platform, system, os_name, processor = machine
    return {
        "implementation_name": "cpython", "implementation_version": f"{minor}.1", "os_name": os_name,
        "platform_machine": processor, "platform_python_implementation": "CPython", "platform_release": "6.0",
        "platform_system": system, "platform_version": "1", "python_full_version": f"{minor}.1",
        "python_version": minor, "sys_platform": platform,
    }  # fmt: skip


def conda_lock_of(name):
    path = lock_of(name, Kind.CONDA, ROOT)
    return path.read_text(), read_conda_lock(path.read_text(), path.name)


def test_the_subject_has_the_versions_with_which_its_results_were_got():
    locked = pins(text_of("base"), marker_environment("3.11", MACHINES[0]))
    assert {name: locked[name] for name in SUBJECT} == SUBJECT
    conda = wheel_versions(conda_lock_of("base")[1], read_wheel_names(ROOT))
    # No Arrow of this age was built for Intel Macs, as far as the records go from which the lock was made.
    assert {
        name: {version for platform, version in conda[name].items() if platform != "osx-64"} for name in SUBJECT
    } == {name: {version} for name, version in SUBJECT.items()}


def test_the_environments_of_this_repository_are_these():
    assert declared_names(ROOT) == ENVIRONMENTS
    assert declare(ROOT).platforms == PLATFORMS


@pytest.mark.parametrize("name", ENVIRONMENTS)
def test_a_conda_lock_has_all_platforms_of_its_environment_and_names_no_path(name):
    text, lock = conda_lock_of(name)
    assert lock.platforms == declare(ROOT, name).platforms
    assert {package.platform for package in lock.packages} == set(lock.platforms)
    assert all(package.url.startswith("https://conda.anaconda.org/conda-forge/") for package in lock.packages)
    assert "file://" not in text
    assert write_conda_lock(lock) == text


@pytest.mark.parametrize("name", ENVIRONMENTS)
def test_wheels_have_the_versions_of_the_conda_packages_on_every_platform(name):
    lock = conda_lock_of(name)[1]
    versions = wheel_versions(lock, read_wheel_names(ROOT))
    for platform in lock.platforms:
        python = next(package.version for package in on_platform(lock, platform) if package.name == "python")
        system, machine = told_apart_by(platform)
        markers = marker_environment(
            python.rpartition(".")[0], (system, "", "nt" if system == "win32" else "", machine)
        )
        wheels = pins(text_of(name), markers)
        shared = {each for each in wheels if platform in versions.get(each, ())}
        assert len(shared) > 40
        assert {each: wheels[each] for each in shared} == {each: versions[each][platform] for each in shared}


def test_public_lock_files_state_the_digest_of_every_package_of_the_base_lock():
    attested = json.loads((ROOT / "envs" / "attestations.json").read_text())
    stated = attested["sha256"]
    assert all(stated[package.sha256] for package in conda_lock_of("base")[1].packages)
    assert {index for sources in stated.values() for index in sources} == set(range(len(attested["sources"])))
    assert all(re.fullmatch(r"[\w.-]+/[\w.-]+@[0-9a-f]{40}:.+", source) for source in attested["sources"])


def test_binders_file_is_the_one_that_the_lock_gives():
    assert (ROOT / BINDER_FILE).read_text() == binder_file(conda_lock_of("base")[1], declare(ROOT).name)


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
        if source.declared is not None and not SpecifierSet(source.declared.python).contains(f"{minor}.1"):
            continue
        locked = pins(text_of(source.name), markers, source.name)
        for wanted in source.wanted:
            requirement = Requirement(wanted.requirement)
            version = locked[canonicalize_name(requirement.name)]
            assert requirement.specifier.contains(version), (source.name, wanted.place)


def test_the_driver_and_the_tests_run_with_the_versions_of_the_subject():
    subject = versions_of("base")
    for name in ("driver", "dev"):
        others = versions_of(name)
        shared = others.keys() & subject.keys()
        assert {each: others[each] for each in shared} == {each: subject[each] for each in shared}


def test_all_that_is_locked_has_a_source_in_the_repository():
    files = {path.name.removesuffix(".lock.txt") for path in (ROOT / "envs").glob("*.lock.txt")}
    assert files == {source.name for source in lock_sources(ROOT)} == set(NAMES)
