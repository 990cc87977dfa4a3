"""A prefix is complete or not there, and what isn't ours is left alone."""

import os
import subprocess

import pytest

from harness.environment import Kind, Provision
from harness.environment.backends.making import LOCK, Stamp, is_complete, make, place, read_stamp, remove
from harness.failure import HarnessError


def stamp(name="some", digest="0" * 64):
    return Stamp(name=name, kind=Kind.WHEELS, lock_digest=digest, python="3.11.0", machine="x86_64")


def fill(folder, _descriptor):
    (folder / "bin").mkdir()
    (folder / "bin" / "python").write_text("a Python")


def made(prefix, wanted=None, filling=fill):
    told = []
    make(prefix, wanted or stamp(), "a lock\n", filling, told.append)
    return told


@pytest.fixture
def prefix(tmp_path, monkeypatch):
    """A place that isn't in the cache."""
    monkeypatch.setenv("HARNESS_CACHE", str(tmp_path / "cache"))
    (tmp_path / "there").mkdir()
    return tmp_path / "there" / "environment"


def test_what_was_made_is_complete_and_found_again_and_nothing_lies_beside_it(prefix):
    assert made(prefix) == ["Making the environment 'some' for Python 3.11.0 from its lock (once)"]
    assert is_complete(prefix, stamp())
    assert (prefix / LOCK).read_text() == "a lock\n"
    assert made(prefix) == []
    assert list(prefix.parent.iterdir()) == [prefix]


def test_an_empty_folder_is_as_good_as_none(prefix):
    prefix.mkdir()
    assert made(prefix)
    assert is_complete(prefix, stamp())


def test_what_fails_leaves_nothing(prefix):
    def fails(folder, _descriptor):
        fill(folder, None)
        raise HarnessError("no")

    with pytest.raises(HarnessError, match="no"):
        made(prefix, filling=fails)
    assert list(prefix.parent.iterdir()) == []


def test_an_interrupt_leaves_nothing(prefix):
    def interrupted(folder, _descriptor):
        fill(folder, None)
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        made(prefix, filling=interrupted)
    assert list(prefix.parent.iterdir()) == []


def a_folder(prefix):
    prefix.mkdir()
    (prefix / "mine").write_text("precious")


def a_file(prefix):
    prefix.write_text("precious")


def a_link(prefix):
    elsewhere = prefix.parent.parent / "elsewhere"
    elsewhere.mkdir()
    prefix.symlink_to(elsewhere)


@pytest.mark.parametrize("put", [a_folder, a_file, a_link])
def test_what_the_harness_did_not_make_is_never_overwritten_nor_removed(prefix, put):
    put(prefix)
    before = sorted(prefix.parent.parent.rglob("*"))
    with pytest.raises(HarnessError, match="didn't make what lies here"):
        made(prefix)
    with pytest.raises(HarnessError, match="didn't make this environment"):
        remove(prefix)
    assert sorted(prefix.parent.parent.rglob("*")) == before


def test_the_environment_of_another_lock_is_not_overwritten_and_the_way_out_is_told(prefix):
    made(prefix)
    with pytest.raises(HarnessError) as refused:
        made(prefix, stamp("other", "1" * 64))
    assert "here lies the environment 'some' (wheels, Python 3.11.0, lock 000000000000)" in str(refused.value)
    assert f"harness env remove {prefix}" in str(refused.value)
    assert is_complete(prefix, stamp())
    remove(prefix)
    assert made(prefix, stamp("other", "1" * 64))


def test_a_damaged_environment_of_the_same_lock_is_made_anew(prefix):
    made(prefix)
    (prefix / "bin" / "python").unlink()
    assert made(prefix)
    assert is_complete(prefix, stamp())


@pytest.mark.parametrize("damage", [b"", b"{", b"[]", b'{"name": 7}', b"\xff\xfe"])
def test_a_damaged_stamp_is_none(prefix, damage):
    made(prefix)
    (prefix / "harness-environment.json").write_bytes(damage)
    assert read_stamp(prefix) is None
    with pytest.raises(HarnessError, match="didn't make what lies here"):
        made(prefix)


def test_in_the_cache_all_is_ours(tmp_path, monkeypatch):
    monkeypatch.setenv("HARNESS_CACHE", str(tmp_path / "cache"))
    prefix = place(Provision(), "some-environment")
    assert prefix == tmp_path / "cache" / "envs" / "some-environment"
    made(prefix)
    (prefix / "harness-environment.json").unlink()
    assert made(prefix)
    assert is_complete(prefix, stamp())


def test_removing_twice_is_fine(prefix):
    made(prefix)
    remove(prefix)
    remove(prefix)
    assert list(prefix.parent.iterdir()) == []


def test_a_folder_that_cannot_be_written_to_is_named(small_disk):
    subprocess.run(["mount", "-o", "remount,ro", str(small_disk)], check=True)
    with pytest.raises(HarnessError, match=r"disk/environment: .*: Read-only file system\. Name another folder"):
        made(small_disk / "environment")


def test_a_prefix_below_a_file_is_refused(prefix):
    prefix.write_text("a file")
    with pytest.raises(HarnessError, match="File exists"):
        made(prefix / "below")


def test_a_full_disk_is_said_and_leaves_nothing(small_disk):
    def large(folder, _descriptor):
        fill(folder, None)
        (folder / "large").write_bytes(os.urandom(1 << 20))

    with pytest.raises(HarnessError, match="No space left on device"):
        made(small_disk / "environment", filling=large)
    assert list(small_disk.iterdir()) == []


def test_a_disk_that_is_full_when_all_is_counted_leaves_nothing(small_disk):
    def to_the_brim(folder, _descriptor):
        fill(folder, None)
        (folder / "large").write_bytes(bytes(os.statvfs(folder).f_bavail * os.statvfs(folder).f_frsize))

    with pytest.raises(HarnessError, match="No space left on device"):
        made(small_disk / "environment", filling=to_the_brim)
    assert list(small_disk.iterdir()) == []


def test_a_prefix_may_be_relative_and_begin_at_home(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("HOME", str(tmp_path / "home"))
    assert place(Provision(prefix="here"), "name") == tmp_path / "here"
    assert place(Provision(prefix="~/there/../here"), "name") == tmp_path / "home" / "here"
