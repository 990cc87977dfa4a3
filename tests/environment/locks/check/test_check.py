"""Planted inconsistencies, each named in its words; and what is none."""

import json
import os
import subprocess
import sys
from pathlib import Path

import msgspec
import pytest

from harness.environment.locks.check import check
from harness.failure import HarnessError

from .small import BASE_IMAGE_DIGEST, PLATFORMS, SmallProject, conda_lock, locked, wheel_lock

ROOT = Path(__file__).parents[4]


@pytest.fixture
def small(tmp_path):
    return SmallProject(tmp_path / "small")


def told(small):
    checked = check(small.folder)
    assert not checked.unreadable
    return sorted(str(finding) for finding in checked.findings)


def test_a_consistent_project_has_no_findings(small):
    checked = check(small.folder)
    assert (checked.findings, checked.unreadable) == ((), ())
    assert (checked.locks, checked.packages) == (3, 17)


def plant_spec(small):
    small.edit("environment.yml", "python >=3.11", "python 3.11.*")


def plant_undeclared_package(small):
    small.edit("environment.yml", "  - alpha", "  - delta\n  - alpha")


def plant_missing_dependency(small):
    small.drop("libzip", ["linux-64"])
    small.write("binder/environment.yml", small.text("binder/environment.yml").replace("  - libzip=1.3=0\n", ""))


def plant_unfit_dependency(small):
    small.change("alpha", ["win-64"], depends={"beta": ">=2.2", "python": "", "tqdm": ""})


def plant_unfit_build(small):
    small.change("beta", ["win-64"], depends={"python": "3.12.* *_pypy"})


def plant_superfluous_package(small):
    small.add(locked("win-64", "leftover", "7.0"))


def plant_superfluous_circle(small):
    small.add(locked("win-64", "ping", "1", {"pong": ""}), locked("win-64", "pong", "1", {"ping": ""}))


def plant_other_wheel(small):
    small.write("envs/base.lock.txt", wheel_lock(alpha="1.5"))
    small.write("envs/driver.lock.txt", wheel_lock(alpha="1.5", gamma="1.0"))
    small.edit("Dockerfile", "ARG LOCK_DIGEST", "# ")


def plant_stale_binder(small):
    small.edit("binder/environment.yml", "beta=2.1=py312_1", "beta=2.0=py312_1")


def plant_binder_range(small):
    small.edit("binder/environment.yml", "beta=2.1=py312_1", "beta >=2.0")


def plant_binder_gap(small):
    small.edit("binder/environment.yml", "  - libzip=1.3=0\n", "")


def plant_missing_binder(small):
    small.remove("binder/environment.yml")


def plant_base_without_digest(small):
    small.edit("Dockerfile", f"ARG BASE=debian:13@sha256:{BASE_IMAGE_DIGEST}", "ARG BASE=debian:13")


def plant_two_bases(small):
    small.edit("Dockerfile", "amd64 debian:13@sha256:dddd", "amd64 debian:13@sha256:eeee")


def plant_lock_digest(small):
    small.write("envs/base.lock.txt", wheel_lock() + "\n")


def plant_missing_platform(small):
    small.edit("environment.yml", "  - win-64\n", "  - win-64\n  - osx-arm64\n")


def plant_superfluous_platform(small):
    small.edit("environment.yml", "  - win-64\n", "")


def plant_empty_platform(small):
    lock = conda_lock()
    packages = tuple(each for each in lock.packages if each.platform == "linux-64")
    small.relock(msgspec.structs.replace(lock, packages=packages))


def plant_other_channel(small):
    elsewhere = "https://conda.example/elsewhere/win-64/libzip-1.3-0.conda"
    small.change("libzip", ["win-64"], url=elsewhere)


def plant_missing_conda_lock(small):
    small.remove("conda-lock.yml")


def plant_missing_wheel_lock(small):
    small.remove("envs/driver.lock.txt")


def plant_missing_lock_of_another_environment(small):
    small.write("envs/newest.yml", "resolution: newest\n")
    small.write("envs/newest.lock.txt", wheel_lock())


def plant_undeclared_lock(small):
    small.write("envs/old.lock.txt", wheel_lock())


def plant_broken_constraint(small):
    small.write("envs/driver.lock.txt", wheel_lock(gamma="1.0", beta="2.2"))


def plant_unmet_requirement(small):
    small.write("envs/driver.lock.txt", wheel_lock(gamma="0.9"))


def plant_absent_requirement(small):
    small.write("envs/driver.lock.txt", wheel_lock())


def plant_requirement_of_one_platform(small):
    small.edit("pyproject.toml", '"gamma>=1"', '"gamma>=1", "colorama>=1; sys_platform == \'win32\'"')


def plant_wheel_for_some_pythons(small):
    some = wheel_lock(gamma="1.0").replace("gamma==1.0", "gamma==1.0 ; python_full_version < '3.13'")
    small.write("envs/driver.lock.txt", some)


BASE_IMAGE = f"debian:13@sha256:{BASE_IMAGE_DIGEST}"
OTHER_BASE_IMAGE = BASE_IMAGE.replace("dddd", "eeee", 1)
HELD_TO = "envs/base.lock.txt, which it is held to"
PLANTED = {
    plant_spec: ["environment.yml:8:5: conda-lock.yml: {}: python 3.11.* is not satisfied by python 3.12.13"],
    plant_undeclared_package: [
        "environment.yml:9:5: conda-lock.yml: {}: delta is not locked",
        "environment.yml:9:5: envs/base.lock.txt: delta is not locked",
    ],
    plant_missing_dependency: ["conda-lock.yml: linux-64: python 3.12.13 needs libzip >=1, which is not locked"],
    plant_unfit_dependency: [
        "conda-lock.yml: win-64: alpha 1.4 needs beta >=2.2, which is not satisfied by beta 2.1 py312_1"
    ],
    plant_unfit_build: [
        (
            "conda-lock.yml: win-64: beta 2.1 needs python 3.12.* *_pypy, "
            "which is not satisfied by python 3.12.13 h1_0_cpython"
        )
    ],
    plant_superfluous_package: ["conda-lock.yml: win-64: leftover 7.0 is locked, and nothing needs it"],
    plant_superfluous_circle: [
        "conda-lock.yml: win-64: ping 1 is locked, and nothing needs it",
        "conda-lock.yml: win-64: pong 1 is locked, and nothing needs it",
    ],
    plant_other_wheel: ["conda-lock.yml: alpha is 1.4, and 1.5 as a wheel in envs/base.lock.txt"],
    plant_stale_binder: ["binder/environment.yml:8:5: beta=2.0=py312_1 is 2.1 py312_1 in conda-lock.yml"],
    plant_binder_range: [
        "binder/environment.yml: beta 2.1 of conda-lock.yml is missing",
        "binder/environment.yml:8:5: 'beta >=2.0' is no exact version",
    ],
    plant_binder_gap: ["binder/environment.yml: libzip 1.3 of conda-lock.yml is missing"],
    plant_missing_binder: ["binder/environment.yml: this file is missing: make it with `harness env lock base`"],
    plant_base_without_digest: [
        "Dockerfile:3: the base 'debian:13' is named without a digest (@sha256:...)",
        f"Dockerfile:4: the base '{BASE_IMAGE}' is another one than 'debian:13' in line 3",
    ],
    plant_two_bases: [
        f"Dockerfile:4: the base '{OTHER_BASE_IMAGE}' is another one than '{BASE_IMAGE}' in line 3"
    ],
    plant_lock_digest: ["Dockerfile:6: LOCK_DIGEST is {digest}..., which is the digest of no lock here"],
    plant_missing_platform: ["environment.yml: conda-lock.yml: the platform osx-arm64 is declared, and not locked"],
    plant_superfluous_platform: ["conda-lock.yml: the platform win-64 is locked, and not declared"],
    plant_empty_platform: [
        *(f"environment.yml:{line}:5: conda-lock.yml: win-64: {spec} is not locked" for line, spec in
          [(10, "beta >=2,<3"), (8, "python >=3.11"), (9, "alpha >=1")]),
        "conda-lock.yml: the platform win-64 is locked without any package",
    ],
    plant_other_channel: [
        "conda-lock.yml: win-64: libzip is from https://conda.example/elsewhere, which is no declared channel"
    ],
    plant_missing_conda_lock: [
        "environment.yml: conda-lock.yml: this lock is missing: make it with `harness env lock base`"
    ],
    plant_missing_wheel_lock: [
        "pyproject.toml: envs/driver.lock.txt: this lock is missing: make it with `harness env lock driver`"
    ],
    plant_missing_lock_of_another_environment: [
        "envs/newest.yml: envs/newest.conda-lock.yml: this lock is missing: make it with `harness env lock newest`"
    ],
    plant_undeclared_lock: ["envs/old.lock.txt: nothing declares this lock: declare it, or remove it"],
    plant_broken_constraint: [f"envs/driver.lock.txt: beta is 2.2, and 2.1 in {HELD_TO}"],
    plant_unmet_requirement: ["{project}: envs/driver.lock.txt: gamma>=1 is not satisfied by gamma 0.9"],
    plant_absent_requirement: ["{project}: envs/driver.lock.txt: gamma>=1 is not locked"],
    plant_requirement_of_one_platform: [
        (
            "{project}: envs/driver.lock.txt: win-64: colorama>=1; sys_platform == 'win32' "
            "is not satisfied by colorama 0.4.6"
        )
    ],
    plant_wheel_for_some_pythons: [
        "{project}: envs/driver.lock.txt: Python 3.13, 3.14: gamma>=1 is not locked"
    ],
}  # fmt: skip


@pytest.mark.parametrize("plant", PLANTED, ids=[plant.__name__.removeprefix("plant_") for plant in PLANTED])
def test_each_planted_inconsistency_is_named_and_nothing_else(small, plant):
    old = small.text("Dockerfile").rpartition("=")[2][:12]
    plant(small)
    expected = [line.format("linux-64, win-64", digest=old, project="pyproject.toml:3") for line in PLANTED[plant]]
    assert told(small) == sorted(expected)


def test_a_looser_declaration_that_is_still_satisfied_is_not_stale(small):
    small.edit("environment.yml", "beta >=2,<3", "beta >=1")
    assert told(small) == []


def test_all_inconsistencies_are_listed_not_only_the_first(small):
    for plant in (plant_spec, plant_broken_constraint, plant_undeclared_lock, plant_stale_binder):
        plant(small)
    assert len(told(small)) == 4


def test_findings_stand_in_the_order_of_the_lines(small):
    plant_empty_platform(small)
    places = [finding.place for finding in check(small.folder).findings]
    assert places == ["conda-lock.yml", *(f"environment.yml:{line}:5" for line in (8, 9, 10))]


def test_a_virtual_package_is_what_a_machine_has_and_no_lock(small):
    assert "__glibc" in small.text("conda-lock.yml")
    assert told(small) == []


def test_what_only_wheels_offer_is_looked_for_too(small):
    small.edit("environment.yml", "  - beta", "  - pip:\n      - epsilon>=1; sys_platform == 'win32'\n  - beta")
    assert told(small) == [
        "environment.yml:11:9: conda-lock.yml: win-64: epsilon>=1; sys_platform == 'win32' is not locked",
        "environment.yml:11:9: envs/base.lock.txt: win-64: epsilon>=1; sys_platform == 'win32' is not locked",
    ]
    lock = conda_lock()
    wheel = msgspec.structs.replace(lock.packages[0], name="epsilon", version="1.2", manager="pip", platform="win-64")
    small.relock(msgspec.structs.replace(lock, packages=(*lock.packages, wheel)))
    small.write("envs/base.lock.txt", wheel_lock(epsilon="1.2"))
    small.write("envs/driver.lock.txt", wheel_lock(epsilon="1.2", gamma="1"))
    small.edit("Dockerfile", "ARG LOCK_DIGEST", "# ")
    assert told(small) == []


def test_a_project_without_dockerfile_is_fine(small):
    small.remove("Dockerfile")
    assert told(small) == []


def test_a_dockerfile_may_build_on_its_own_stages_and_on_nothing(small):
    small.write("Dockerfile", f"FROM a@sha256:{'1' * 64} as one\nFROM one AS two\nFROM scratch\nFROM two\n")
    assert told(small) == []


@pytest.mark.parametrize(
    ("name", "text", "message"),
    [
        ("conda-lock.yml", "", "conda-lock.yml: the lock is empty"),
        ("conda-lock.yml", "version: 6\npackage: []\n", "conda-lock.yml:1:10: this lock has schema version 6"),
        ("conda-lock.yml", "version: [\n", "conda-lock.yml:2:1: this is no YAML"),
        ("envs/base.lock.txt", "alpha==1.4\n", "envs/base.lock.txt:1: alpha has no SHA-256"),
        ("binder/environment.yml", "- x\n", "binder/environment.yml: this is no environment file"),
        ("binder/environment.yml", "a: [\n", "binder/environment.yml:2:1: this is no YAML"),
    ],
)
def test_a_file_that_cannot_be_read_is_told_and_the_rest_is_checked(small, name, text, message):
    small.write(name, text)
    plant_undeclared_lock(small)
    checked = check(small.folder)
    assert len(checked.unreadable) == 1
    assert message in checked.unreadable[0]
    assert "envs/old.lock.txt: nothing declares this lock: declare it, or remove it" in [
        str(each) for each in checked.findings
    ]


def test_a_package_without_hash_or_a_lock_that_was_cut_short_is_told_with_its_place(small):
    whole = small.text("conda-lock.yml")
    small.write("conda-lock.yml", whole.replace(f"    md5: '{'b' * 32}'\n", "", 1))
    assert "conda-lock.yml:" in check(small.folder).unreadable[0]
    assert "has no md5" in check(small.folder).unreadable[0]
    small.write("conda-lock.yml", whole[: whole.rindex("- name:")])
    assert "edited or cut short" in check(small.folder).unreadable[0]


def test_without_a_declaration_there_is_nothing_to_check_against(tmp_path):
    with pytest.raises(HarnessError, match=r"environment\.yml: there is none in .*Start in the project's folder"):
        check(tmp_path)


def test_the_command_says_in_one_line_that_all_is_well(small):
    done = run_cli(small.folder)
    assert (done.returncode, done.stdout, done.stderr) == (0, "consistent: 3 locks with 17 entries.\n", "")


def test_the_command_exits_with_1_when_stale_and_with_2_when_it_cannot_read(small):
    plant_broken_constraint(small)
    stale = run_cli(small.folder)
    assert stale.returncode == 1
    assert stale.stdout == f"envs/driver.lock.txt: beta is 2.2, and 2.1 in {HELD_TO}\n"
    assert "1 inconsistency in 3 locks" in stale.stderr
    small.write("conda-lock.yml", "")
    unreadable = run_cli(small.folder)
    assert unreadable.returncode == 2
    assert "beta is 2.2" in unreadable.stdout
    assert "harness: conda-lock.yml: the lock is empty" in unreadable.stderr


def test_the_command_prints_json(small):
    plant_broken_constraint(small)
    written = json.loads(run_cli(small.folder, "--json").stdout)
    assert written["findings"] == [
        {
            "place": "envs/driver.lock.txt",
            "lock": "envs/driver.lock.txt",
            "where": "",
            "problem": f"beta is 2.2, and 2.1 in {HELD_TO}",
        }
    ]
    assert written["unreadable"] == []


def run_cli(folder, *arguments):
    command = [sys.executable, "-c", "from harness.cli import main; main()", "env", "check", *arguments]
    return subprocess.run(command, cwd=folder, capture_output=True, text=True, timeout=60, check=False)


def test_what_checking_does_not_need_is_not_imported(small):
    program = (
        "import sys\nfrom harness.cli.main import cli\n"
        "cli(['env', 'check'], standalone_mode=False)\n"
        "print([name for name in ('scipy', 'numpy', 'matplotlib', 'docker') if name in sys.modules])"
    )
    command = [sys.executable, "-c", program]
    done = subprocess.run(command, cwd=small.folder, capture_output=True, text=True, timeout=60, check=True)
    assert done.stdout.splitlines()[-1] == "[]", done.stdout + done.stderr


def test_an_environment_without_channels_has_wheels_alone(small):
    small.edit("environment.yml", "channels:\n  - forge\n", "channels: []\n")
    small.remove("conda-lock.yml")
    small.remove("binder/environment.yml")
    assert told(small) == []


def test_what_pip_installs_may_need_what_conda_installs(small):
    lock = conda_lock()
    wheel = {
        "manager": "pip",
        "build": "",
        "subdir": "",
        "depends": {"Lib_Zip": ""},
        "name": "epsilon",
        "version": "1.2",
    }
    packages = [
        msgspec.structs.replace(each, name="lib-zip", url=each.url.replace("libzip", "lib-zip"))
        if each.name == "libzip"
        else msgspec.structs.replace(each, depends={key: spec for key, spec in each.depends.items() if key != "libzip"})
        for each in lock.packages
    ]
    packages += [msgspec.structs.replace(lock.packages[0], platform=platform, **wheel) for platform in PLATFORMS]
    small.relock(msgspec.structs.replace(lock, packages=tuple(packages)))
    small.edit("environment.yml", "  - beta", "  - pip:\n      - epsilon\n  - beta")
    small.write("envs/base.lock.txt", wheel_lock(epsilon="1.2"))
    small.write("envs/driver.lock.txt", wheel_lock(epsilon="1.2", gamma="1"))
    small.edit("Dockerfile", "ARG LOCK_DIGEST", "# ")
    small.edit("binder/environment.yml", "  - libzip=1.3=0\n", "  - lib-zip=1.3=0\n  - pip:\n      - epsilon==1.2\n")
    assert told(small) == []


def test_a_lock_for_a_platform_that_is_none_here_is_no_crash(small):
    small.edit("environment.yml", "  - beta", "  - pip:\n      - epsilon\n  - beta")
    lock = conda_lock()
    other = msgspec.structs.replace(lock, platforms=(*PLATFORMS, "linux-ppc64le"))
    small.relock(other)
    assert "conda-lock.yml: the platform linux-ppc64le is locked, and not declared" in told(small)


def test_a_lock_without_python_is_no_crash(small):
    small.drop("python")
    needs = "beta 2.1 needs python 3.12.* *_cpython, which is not locked"
    assert f"conda-lock.yml: linux-64, win-64: {needs}" in told(small)


def test_this_repository_is_consistent():
    checked = check(ROOT)
    assert checked.unreadable == ()
    assert [str(finding) for finding in checked.findings] == []


def test_checking_this_repository_takes_less_than_a_second_of_a_core():
    before_s = sum(os.times()[2:4])
    assert run_cli(ROOT).returncode == 0
    assert sum(os.times()[2:4]) - before_s < 2, "with room for a slow machine: it takes 0.6 s"
