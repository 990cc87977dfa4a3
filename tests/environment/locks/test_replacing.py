"""Files that are replaced together."""

import shutil
import subprocess

import pytest

from harness.environment.locks.replacing import replace_files
from harness.failure import HarnessError


@pytest.fixture
def small_disk(tmp_path):
    """A file system with room for 64 kB."""
    folder = tmp_path / "small"
    folder.mkdir()
    mounted = shutil.which("mount") and subprocess.run(
        ["mount", "-t", "tmpfs", "-o", "size=64k", "tmpfs", folder], capture_output=True, check=False
    )
    if not mounted or mounted.returncode:
        pytest.skip("no file system can be mounted here")
    yield folder
    subprocess.run(["umount", folder], check=True)


def contents(folder):
    return {path.name: path.read_text() for path in folder.rglob("*") if path.is_file()}


def test_only_what_is_other_is_written(tmp_path):
    one, other = tmp_path / "one", tmp_path / "deeper" / "other"
    one.write_text("1\n")
    before = one.stat().st_mtime_ns
    assert replace_files({one: "1\n", other: "2\n"}) == {other}
    assert one.stat().st_mtime_ns == before
    assert contents(tmp_path) == {"one": "1\n", "other": "2\n"}


def test_a_full_disk_leaves_all_as_it_was(small_disk):
    one, other = small_disk / "one", small_disk / "other"
    one.write_text("1")
    with pytest.raises(HarnessError, match=r"No space left on device\)\. Nothing was changed"):
        replace_files({one: "2", other: "x" * 100_000})
    assert contents(small_disk) == {"one": "1"}


def test_a_place_where_nothing_can_be_written_leaves_all_as_it_was(tmp_path):
    one = tmp_path / "one"
    one.write_text("1")
    (tmp_path / "binder").write_text("a file, where a folder should be")
    with pytest.raises(HarnessError, match="can't be written"):
        replace_files({one: "2", tmp_path / "binder" / "environment.yml": "3"})
    assert contents(tmp_path) == {"one": "1", "binder": "a file, where a folder should be"}
