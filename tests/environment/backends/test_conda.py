"""Prefixes made from a conda lock, for real, from a channel in a folder."""

import hashlib
import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from e2e.requirement import missing_requirement

from harness.environment import Command, Guard, Kind, create, parse_address, realize, remove, spawn, verify
from harness.environment.provision import Provision
from harness.failure import HarnessError

from ..channel import HERE, PLACEHOLDER, PYTHON, PYTHON_VERSION, Channel, leave_to_pip
from ..killing import assert_killed_creations_end_in_one, assert_two_at_once_make_one

HELLO = """
import sys

def main():
    print("hello from", sys.prefix)
"""
BINARY = b"\x7fELF\x00" + PLACEHOLDER.encode() + b"/lib\x00the end"


@pytest.fixture
def locked(channel, project):
    """A project whose environment holds a package of each sort."""
    return lock_all_sorts(channel, project)


@pytest.fixture(scope="module")
def made(packed, tmp_path_factory):
    """A prefix with a package of each sort, for tests that only look at it, and its channel."""
    folder = tmp_path_factory.mktemp("made")
    channel = Channel(folder / "channel").take(packed, "python")
    (folder / "project").mkdir()
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("HARNESS_CACHE", str(folder / "cache"))
        patch.delenv("PYTHONPATH", raising=False)
        realized = create("base@conda", lock_all_sorts(channel, folder / "project"), quietly)
    return Path(realized.prefix), channel


def lock_all_sorts(channel, project):
    channel.add(
        "hello",
        noarch="python",
        depends=["python >=3"],
        files={"site-packages/hello.py": HELLO, "site-packages/hello-1.0.dist-info/METADATA": metadata("hello")},
        entry_points=["say-hello = hello:main"],
    )
    channel.add(
        "places",
        "2.1",
        depends=["hello >=1", "__unix"],
        files={
            "etc/places.txt": f"root={PLACEHOLDER}/share\n",
            "bin/places": f"#!{PLACEHOLDER}/bin/python\nimport sys; print(sys.executable)\n",
            "lib/places.bin": BINARY,
        },
    )
    channel.index().lock(project / "conda-lock.yml")
    return project


def metadata(name, version="1.0"):
    return f"Metadata-Version: 2.1\nName: {name}\nVersion: {version}\n"


def quietly(_line):
    pass


def output_of(*command):
    return subprocess.run(command, capture_output=True, text=True, check=True, env={"PATH": os.defpath}).stdout.strip()


def kept(tmp_path):
    """What lies in the cache of environments."""
    folder = tmp_path / "cache" / "envs"
    return sorted(path.name for path in folder.iterdir()) if folder.exists() else []


def test_a_lock_becomes_a_prefix_that_is_verified_and_found_again(locked, tmp_path):
    said = []
    realized = create("base@conda", locked, said.append)
    assert realized.kind is Kind.CONDA
    assert said == [
        f"Making the environment 'base' for Python {PYTHON_VERSION} from its lock (once)",
        "Installing 3 conda packages",
    ]
    assert verify(realized).state == "verified"
    assert output_of(realized.python, "-c", "import sys; print(sys.prefix)") == realized.prefix
    said.clear()
    assert create("base@conda", locked, said.append) == realized
    assert said == []
    assert kept(tmp_path) == [Path(realized.prefix).name]


def test_commands_and_places_name_the_prefix_where_it_ends_up(made):
    prefix, _ = made
    assert output_of(prefix / "bin" / "say-hello") == f"hello from {prefix}"
    assert output_of(prefix / "bin" / "places") == str(prefix / "bin" / "python")
    assert (prefix / "etc" / "places.txt").read_text() == f"root={prefix}/share\n"
    binary = (prefix / "lib" / "places.bin").read_bytes()
    assert binary == (b"\x7fELF\x00" + bytes(prefix) + b"/lib").ljust(len(BINARY) - 7, b"\x00") + b"the end"


def test_nothing_in_the_prefix_names_the_place_where_it_was_made(made):
    prefix, _ = made
    naming = [path for path in prefix.rglob("*") if path.is_file() and b".harness-making-" in path.read_bytes()]
    assert naming == []
    assert not (prefix / ".unpacked").exists()


def test_noarch_packages_are_compiled(made):
    prefix, _ = made
    assert list((prefix / "lib" / PYTHON / "site-packages" / "__pycache__").glob("hello.*.pyc"))
    where = output_of(prefix / "bin" / "python", "-c", "import hello; print(hello.main.__code__.co_filename)")
    assert where == str(prefix / "lib" / PYTHON / "site-packages" / "hello.py")


def test_conda_meta_says_which_channel_a_package_came_from(made):
    prefix, channel = made
    said = json.loads((prefix / "conda-meta" / "hello-1.0-0.json").read_text())
    assert (said["channel"], said["url"]) == (channel.url, f"{channel.url}/noarch/hello-1.0-0.tar.bz2")
    assert said["sha256"] == channel.records["noarch"]["hello-1.0-0.tar.bz2"]["sha256"]


def test_a_prefix_can_lie_anywhere(locked, tmp_path):
    prefix = tmp_path / "with a space" / "mine"
    realized = realize(parse_address("base@conda", locked), quietly, Provision(prefix=str(prefix)))
    assert realized.prefix == str(prefix)
    assert verify(realized).state == "verified"
    assert (prefix / "etc" / "places.txt").read_text() == f"root={prefix}/share\n"
    assert kept(tmp_path) == []


def test_its_processes_know_their_prefix(locked, tmp_path):
    realized = create("base@conda", locked, quietly)
    told = "import os; print(os.environ['CONDA_PREFIX'], os.environ['A'])"
    command = Command(arguments=("-c", told), settings={"A": "1"}, folder=tmp_path, log=tmp_path / "log")
    guard = Guard()
    held = spawn(realized, command, guard)
    assert held.stdout.read() == f"{realized.prefix} 1\n".encode()
    assert held.wait(10) == 0
    held.kill()
    guard.close()


def test_what_was_made_once_needs_no_channel(locked, channel, tmp_path):
    create("base@conda", locked, quietly)
    shutil.rmtree(channel.folder)
    realized = create("base@conda", locked, quietly)
    remove(realized)
    assert kept(tmp_path) == []
    assert verify(create("base@conda", locked, quietly)).state == "verified"


def test_drift_is_named_package_by_package(locked):
    realized = create("base@conda", locked, quietly)
    meta = Path(realized.prefix) / "conda-meta"
    (meta / "hello-1.0-0.json").unlink()
    (meta / "extra-3.0-h1.json").write_text(json.dumps({"name": "extra", "version": "3.0", "build": "h1"}))
    places = json.loads((meta / "places-2.1-0.json").read_text())
    (meta / "places-2.1-0.json").write_text(json.dumps({**places, "build": "other_1"}))
    assert verify(realized).findings == [
        "extra: extra 3.0 h1",
        "missing: hello 1.0 0",
        "build: places 2.1 is other_1, the lock says 0",
    ]


def test_what_pip_put_over_conda_is_named(locked, wheelhouse):
    wheelhouse.add("hello", "2.0")
    wheelhouse.add("stranger")
    realized = create("base@conda", locked, quietly)
    python = ["--python", realized.python, "--break-system-packages"]
    uv = [sys.executable, "-m", "uv", "--quiet", "pip", "install", *python]
    subprocess.run([*uv, "--offline", "--no-index", "--reinstall", "hello==2.0", "stranger"], check=True)
    verification = verify(realized)
    assert verification.state == "drifted"
    assert verification.findings == [
        "version: hello is 2.0 (put there by uv), the lock says 1.0",
        "extra: stranger 1.0 (put there by uv)",
    ]


def test_packages_that_the_lock_leaves_to_pip_are_installed_with_their_hashes(locked, wheelhouse, tmp_path):
    wheelhouse.add("alpha", commands={"alpha-where": "alpha:where"})
    leave_to_pip(locked / "conda-lock.yml", wheelhouse, "alpha")
    realized = create("base@conda", locked, quietly)
    assert verify(realized).state == "verified"
    assert output_of(realized.python, "-c", "import alpha; print(alpha.VERSION)") == "1.0"
    command = (Path(realized.prefix) / "bin" / "alpha-where").read_text()
    assert f"{realized.prefix}/bin/python" in command
    assert ".harness-making-" not in command

    wheelhouse.wheels["alpha"] = ("1.0", "0" * 64)
    leave_to_pip(locked / "conda-lock.yml", wheelhouse, "alpha")
    with pytest.raises(HarnessError, match="Hash mismatch"):
        create("base@conda", locked, quietly)


@pytest.mark.parametrize("damage", ["flip", "truncate", "empty"])
def test_a_damaged_archive_in_the_channel_is_refused_before_it_is_unpacked(locked, channel, tmp_path, damage):
    harm(channel.archive("places"), damage)
    with pytest.raises(HarnessError) as refused:
        create("base@conda", locked, quietly)
    assert "1 of 3 archives can't be had" in str(refused.value)
    assert f"{channel.url}/{HERE}/places-2.1-0.tar.bz2: what is offered isn't what was locked" in str(refused.value)
    assert kept(tmp_path) == []


@pytest.mark.parametrize("damage", ["flip", "truncate"])
def test_a_damaged_archive_in_the_cache_is_never_used(locked, channel, tmp_path, damage):
    remove(create("base@conda", locked, quietly))
    (cached,) = (tmp_path / "cache" / "archives").glob("*/places-2.1-0.tar.bz2")
    harm(cached, damage)
    said = []
    assert verify(create("base@conda", locked, said.append)).state == "verified"
    assert any("places-2.1-0.tar.bz2: the copy in the cache is damaged" in line for line in said)

    remove(create("base@conda", locked, quietly))
    harm(cached, damage)
    shutil.rmtree(channel.folder)
    with pytest.raises(HarnessError, match=r"places-2\.1-0\.tar\.bz2: it can't be read"):
        create("base@conda", locked, quietly)


def test_all_archives_that_are_not_to_be_had_are_named(locked, channel, tmp_path):
    channel.archive("places").unlink()
    channel.archive("hello").unlink()
    with pytest.raises(HarnessError) as refused:
        create("base@conda", locked, quietly)
    assert "2 of 3 archives can't be had" in str(refused.value)
    assert "hello-1.0-0.tar.bz2: it can't be read (No such file or directory)" in str(refused.value)
    assert "places-2.1-0.tar.bz2: it can't be read (No such file or directory)" in str(refused.value)
    assert "--mirror DIR" in str(refused.value)
    assert kept(tmp_path) == []


def test_an_archive_that_is_none_is_refused_in_words_and_leaves_nothing(channel, project, tmp_path):
    channel.add("broken").write_bytes(b"this is no archive")
    channel.records[HERE]["broken-1.0-0.tar.bz2"]["sha256"] = hashlib.sha256(b"this is no archive").hexdigest()
    channel.lock(project / "conda-lock.yml")
    with pytest.raises(HarnessError, match=r"conda packages couldn't be installed\. rattler says"):
        create("base@conda", project, quietly)
    assert kept(tmp_path) == []


def test_what_this_machine_lacks_is_named(channel, project, tmp_path):
    channel.add("modern", depends=["__glibc >=99", "__cuda"])
    channel.lock(project / "conda-lock.yml")
    with pytest.raises(HarnessError) as refused:
        create("base@conda", project, quietly)
    assert "modern 1.0 needs __glibc >=99; here is __glibc 2." in str(refused.value)
    assert "modern 1.0 needs __cuda; here is none" in str(refused.value)
    assert not (tmp_path / "cache").exists()


def test_a_lock_without_this_platform_or_without_a_python_is_refused(channel, project):
    other = "osx-64" if HERE != "osx-64" else "linux-64"
    channel.add("alone", noarch="generic")
    channel.lock(project / "conda-lock.yml", "alone", platforms=[other])
    with pytest.raises(HarnessError, match=f"this machine is {HERE}, and the lock holds for {other}"):
        create("base@conda", project, quietly)
    channel.lock(project / "conda-lock.yml", "alone")
    with pytest.raises(HarnessError, match="the lock has no python"):
        create("base@conda", project, quietly)


def test_a_damaged_lock_is_refused_with_its_place_before_anything_is_made(locked, tmp_path):
    lock = locked / "conda-lock.yml"
    lock.write_text(lock.read_text().replace("version: 1\n", "version: 4\n", 1))
    with pytest.raises(HarnessError, match=r"conda-lock\.yml:2:\d+: this lock has schema version 4"):
        create("base@conda", locked, quietly)
    assert not (tmp_path / "cache").exists()


def test_a_cache_that_cannot_be_written_is_named(locked, monkeypatch, tmp_path):
    (tmp_path / "file").touch()
    monkeypatch.setenv("HARNESS_CACHE", str(tmp_path / "file"))
    with pytest.raises(HarnessError, match="the cache can't be used: Not a directory"):
        create("base@conda", locked, quietly)


@pytest.fixture
def disk(tmp_path):
    """Mounts a file system of its own on a folder, with these options."""
    place = tmp_path / "disk"
    place.mkdir()

    def mount(options):
        command = ["mount", "-t", "tmpfs", "-o", options, "tmpfs", str(place)]
        mounted = subprocess.run(command, check=False, capture_output=True, text=True)
        if mounted.returncode:
            missing_requirement(f"a disk can't be mounted here: {mounted.stderr.strip()}")
        return place

    yield mount
    subprocess.run(["umount", "-l", str(place)], check=False, capture_output=True)


def test_a_disk_without_room_for_the_archives_is_named_and_keeps_no_parts(locked, disk, monkeypatch):
    place = disk("size=2m")
    monkeypatch.setenv("HARNESS_CACHE", str(place))
    with pytest.raises(HarnessError, match=rf"{place}/archives: the cache can't be used: No space left on device"):
        create("base@conda", locked, quietly)
    assert not [path for path in place.rglob("*") if path.name.endswith(".part")]


def test_a_disk_that_is_full_while_packages_are_unpacked_is_named_and_keeps_nothing(locked, disk):
    place = disk("size=8m")
    prefix = place / "prefix"
    with pytest.raises(HarnessError, match=rf"{prefix}: nothing can be made or removed here: No space left on device"):
        realize(parse_address("base@conda", locked), quietly, Provision(prefix=str(prefix)))
    assert list(place.iterdir()) == []


def test_a_disk_that_can_only_be_read_is_named(locked, disk, monkeypatch):
    place = disk("ro")
    with pytest.raises(HarnessError, match=rf"{place}/prefix: nothing can be made or removed here: Read-only file"):
        realize(parse_address("base@conda", locked), quietly, Provision(prefix=str(place / "prefix")))
    monkeypatch.setenv("HARNESS_CACHE", str(place))
    with pytest.raises(HarnessError, match=r"the cache can't be used: Read-only file system"):
        create("base@conda", locked, quietly)


def test_two_at_once_make_one(locked, tmp_path):
    assert_two_at_once_make_one(locked, "base@conda", tmp_path / "cache" / "envs")


def test_creation_killed_at_20_random_moments_always_ends_in_one_complete_environment(locked, tmp_path):
    assert_killed_creations_end_in_one(locked, "base@conda", tmp_path / "cache" / "envs")
    assert list((tmp_path / "cache" / "archives").rglob("*.part")) == []


def harm(path, damage):
    """Damage a file that other names may share."""
    content = path.read_bytes()
    path.unlink()
    middle = len(content) // 2
    flipped = content[:middle] + bytes([content[middle] ^ 1]) + content[middle + 1 :]
    path.write_bytes({"flip": flipped, "truncate": content[:middle], "empty": b""}[damage])
