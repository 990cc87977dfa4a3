"""What is in an environment, whatever names it, and what differs between two."""

import json
import subprocess
import sys
from pathlib import Path

import msgspec
import pytest
from builders import make_record

from harness.environment import create
from harness.environment.contents import compare_contents, contents_of
from harness.environment.declaration.environment_file import read_wheel_names
from harness.environment.locks.targets import Target
from harness.failure import HarnessError
from harness.record import Store
from harness.record.schema import Verification

from .locks.check.small import SmallProject, conda_lock, wheel_lock

LINUX = Target("linux-64", "3.12")


@pytest.fixture
def small(tmp_path, monkeypatch):
    small = SmallProject(tmp_path / "small")
    monkeypatch.chdir(small.folder)
    return small


@pytest.fixture
def store(small):
    return Store(small.folder / "results")


def compared(small, store, a, b):
    first, second = (contents_of(each, small.folder, store) for each in (a, b))
    return compare_contents(first, second, read_wheel_names(small.folder))


def record_of(software, **environment):
    record = make_record()
    fingerprint = msgspec.structs.replace(record.fingerprint, software=software)
    where = msgspec.structs.replace(record.environment, **environment)
    return msgspec.structs.replace(record, fingerprint=fingerprint, environment=where)


SOFTWARE = {
    "python": {"version": "3.12.1", "platform": "linux-x86_64"},
    "distributions": {"alpha": {"version": "1.3", "record": "x"}, "beta": {"version": "2.1", "record": "y"}},
}


def test_locks_of_conda_packages_are_compared_on_each_platform_builds_included(small, store):
    small.write("other.yml", small.text("conda-lock.yml"))
    small.change("beta", ["win-64"], build="py312_2", url="https://conda.example/forge/win-64/beta-2.1-py312_2.conda")
    linux, windows = compared(small, store, "other.yml", "base@conda")
    assert (linux.platform, linux.pythons, bool(linux.difference)) == ("linux-64", ("3.12", "3.12"), False)
    assert (windows.platform, windows.difference.changed) == ("win-64", {"beta": ("2.1 py312_1", "2.1 py312_2")})


def test_a_conda_lock_against_wheels_speaks_of_versions_and_of_its_own_python(small, store):
    small.write("envs/base.lock.txt", wheel_lock(beta="2.2"))
    linux, windows = compared(small, store, "base@conda", "base")
    assert linux.pythons == ("3.12", "3.12")
    assert linux.difference.changed == {"beta": ("2.1", "2.2")}
    assert linux.difference.removed == {"libzip": "1.3", "python": "3.12.13"}
    assert set(windows.difference.removed) == {"libzip", "python", "tqdm"}


def test_names_of_conda_become_those_of_wheels(small, store):
    small.write("envs/wheel-names.yml", "beta: Beta_Wheel\n")
    small.write("envs/base.lock.txt", wheel_lock().replace("beta==", "beta-wheel=="))
    (linux, _windows) = compared(small, store, "base", "base@conda")
    assert set(linux.difference.added) == {"libzip", "python"}


def test_a_package_without_a_wheel_is_not_taken_for_the_wheel_of_its_name(small, store):
    small.write("envs/wheel-names.yml", "beta: libzip\nlibzip: null\n")
    small.write("envs/base.lock.txt", wheel_lock().replace("beta==", "libzip=="))
    (linux, _windows) = compared(small, store, "base", "base@conda")
    assert linux.difference.changed == {}
    assert linux.difference.added == {"conda::libzip": "1.3", "python": "3.12.13"}


def test_locks_of_wheels_are_compared_for_each_python_on_each_platform(small, store):
    small.write("envs/driver.lock.txt", wheel_lock(alpha="2.0 ; python_full_version < '3.12'"))
    told = compared(small, store, "base", "driver")
    changed = {(each.platform, each.pythons[0]) for each in told if each.difference.changed}
    assert len(told) == 20
    assert {python for _platform, python in changed} == {"3.11"}


def test_what_lives_is_asked(small, store):
    (live,) = compared(small, store, "live", sys.executable)
    assert not live.difference
    contents = contents_of("live", small.folder, store)
    ((target, versions),) = contents.versions.items()
    assert versions["python"].startswith(target.python)
    assert versions["msgspec"] == msgspec.__version__


def test_a_record_tells_what_was_installed_when_it_was_made(small, store):
    record = record_of(SOFTWARE)
    store.write(record)
    for name in (record.id, record.id[-4:], str(store.path_of(record.id))):
        (told,) = compared(small, store, name, "base")
        assert (told.platform, told.difference.changed) == ("linux-64", {"alpha": ("1.3", "1.4")})


def test_a_record_of_a_verified_conda_prefix_tells_the_packages_of_its_lock(small, store):
    lock = small.text("conda-lock.yml")
    where = {"kind": "conda", "lock_digest": store.keep_lock(lock), "verification": Verification(state="verified")}
    store.write(record_of(SOFTWARE, **where))
    (told,) = compared(small, store, make_record().id, "base@conda")
    assert not told.difference
    drifted = record_of(SOFTWARE, **{**where, "verification": Verification(state="drifted")})
    small.write("drifted.json", msgspec.json.encode(drifted).decode())
    (told,) = compared(small, store, "drifted.json", "base@conda")
    assert told.difference.changed["alpha"] == ("1.3", "1.4")


def test_two_environments_with_one_python_each_are_compared_though_it_is_another_one(small, store):
    other = {**SOFTWARE, "python": {"version": "3.11.9", "platform": "linux-x86_64"}}
    store.write(record_of(other))
    (told,) = compared(small, store, make_record().id, "base@conda")
    assert told.pythons == ("3.11", "3.12")
    assert told.difference.changed["python"] == ("3.11.9", "3.12.13")


@pytest.mark.parametrize(
    ("name", "text", "message"),
    [
        ("empty.yml", "", "the lock is empty"),
        ("other.yml", "version: 6\n", "schema version 6"),
        ("cut.lock.txt", "alpha==1.4 \\\n", "alpha has no SHA-256"),
        ("empty.json", "", "not a record: the file is empty"),
    ],
)
def test_what_cannot_be_read_is_refused_with_its_name(small, store, name, text, message):
    small.write(name, text)
    with pytest.raises(HarnessError, match=f"{name}.*{message}"):
        contents_of(name, small.folder, store)


def test_a_name_of_nothing_is_refused_with_what_there_is(small, store):
    with pytest.raises(HarnessError) as refused:
        contents_of("bass", small.folder, store)
    assert "Did you mean 'base'?" in str(refused.value)
    assert "Nor is it a lock file, or the id of a record" in str(refused.value)


def test_a_revision_names_code_and_no_environment(small, store):
    with pytest.raises(HarnessError, match="':main' names code to measure"):
        contents_of("base:main", small.folder, store)


def test_a_record_without_software_says_so(small, store):
    small.write("bare.json", msgspec.json.encode(record_of({})).decode())
    with pytest.raises(HarnessError, match="doesn't say what was installed"):
        contents_of("bare.json", small.folder, store)


def run(folder, *arguments):
    command = [sys.executable, "-c", "from harness.cli import main; main()", "env", "diff", *arguments]
    return subprocess.run(command, cwd=folder, capture_output=True, text=True, timeout=60, check=False)


def test_the_command_tells_equal_differences_once_and_exits_with_0(small):
    small.write("other.yml", small.text("conda-lock.yml"))
    small.change("beta", ["win-64"], version="2.2", url="https://conda.example/forge/win-64/beta-2.2-py312_1.conda")
    told = run(small.folder, "other.yml", "base@conda")
    assert told.returncode == 0
    assert told.stdout == (
        "linux-64\nno difference\n"
        "win-64\npackage  other.yml    base@conda\nbeta     2.1 py312_1  2.2 py312_1\n"
    )  # fmt: skip
    assert run(small.folder, "base", "base").stdout == "no difference\n"


def test_the_command_lists_what_only_one_has(small):
    small.write("envs/driver.lock.txt", wheel_lock(gamma="1.0"))
    assert run(small.folder, "base", "driver").stdout == "- only in driver: gamma 1.0\n"


def test_the_command_prints_json_for_each_platform(small):
    small.write("other.yml", small.text("conda-lock.yml"))
    small.drop("libzip", ["linux-64"])
    written = json.loads(run(small.folder, "other.yml", "base@conda", "--json").stdout)
    assert (written["a"], written["b"]) == ("other.yml", "base@conda")
    assert written["differences"][0] == {
        "platform": "linux-64",
        "pythons": ["3.12", "3.12"],
        "difference": {"added": {}, "removed": {"libzip": "1.3 0"}, "changed": {}},
    }


def test_environments_without_a_common_platform_cannot_be_compared(small, store):
    lock = conda_lock()
    packages = tuple(each for each in lock.packages if each.platform == "win-64")
    small.relock(msgspec.structs.replace(lock, platforms=("win-64",), packages=packages))
    small.write("record.json", msgspec.json.encode(record_of(SOFTWARE)).decode())
    refused = run(small.folder, "record.json", "base@conda")
    assert refused.returncode == 2
    assert "no platform and Python in common: linux-64 with Python 3.12; and win-64 with Python 3.12" in refused.stderr


def test_a_live_conda_prefix_is_compared_with_its_lock_builds_included(channel, project, monkeypatch):
    monkeypatch.chdir(project)
    channel.add("tool", "2.1", depends=["python"], files={"etc/tool.txt": "x"})
    channel.index().lock(project / "conda-lock.yml")
    (project / "envs" / "base.lock.txt").touch()
    prefix = create("base@conda", project, lambda _line: None).prefix
    store = Store(project / "results")
    live, locked = (contents_of(each, project, store) for each in (prefix, "base@conda"))
    (told,) = compare_contents(live, locked, {})
    assert not told.difference
    note = next(Path(prefix, "conda-meta").glob("tool-*.json"))
    note.write_text(note.read_text().replace('"build": "0"', '"build": "1"').replace('"build":"0"', '"build":"1"'))
    (told,) = compare_contents(contents_of(prefix, project, store), locked, {})
    assert told.difference.changed == {"tool": ("2.1 1", "2.1 0")}
