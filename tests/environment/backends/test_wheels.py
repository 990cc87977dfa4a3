"""Environments made from a lock, for real, from a folder of wheels."""

import subprocess
from pathlib import Path

import pytest

from harness.environment import Kind, Provision, create, find, parse_address, realize, remove, verify
from harness.failure import HarnessError

from ..killing import assert_killed_creations_end_in_one, assert_two_at_once_make_one


@pytest.fixture
def locked(wheelhouse, project):
    """A project with a lock of two packages."""
    wheelhouse.add("alpha")
    wheelhouse.add("beta", "2.1", needs=("alpha",))
    wheelhouse.lock(project / "envs" / "base.lock.txt")
    return project


def quietly(_line):
    pass


def kept(tmp_path):
    """What lies in the cache, apart from the locks."""
    folder = tmp_path / "cache" / "envs"
    return sorted(path.name for path in folder.iterdir() if not path.name.startswith(".harness-held-"))


def test_a_lock_becomes_an_environment_that_is_verified_and_found_again(locked, tmp_path):
    said = []
    realized = create("base", locked, said.append)
    assert realized.kind is Kind.WHEELS
    assert any("Making the environment 'base'" in line for line in said)
    assert verify(realized).state == "verified"
    version = subprocess.run(
        [realized.python, "-c", "import beta, sys; print(beta.VERSION, sys.prefix)"],
        capture_output=True, text=True, check=True,
    ).stdout.split()  # fmt: skip
    assert version == ["2.1", realized.prefix]

    said.clear()
    assert create("base@wheels", locked, said.append).prefix == realized.prefix
    assert said == []
    assert kept(tmp_path) == [Path(realized.prefix).name]


def test_its_scripts_and_bytecode_work_where_it_ends_up(locked):
    realized = create("base", locked, quietly)
    where = subprocess.run(
        [realized.python, "-c", "import alpha.part0; print(alpha.part0.f1.__code__.co_filename)"],
        capture_output=True, text=True, check=True,
    ).stdout  # fmt: skip
    assert where.startswith(realized.prefix)
    assert list(Path(realized.prefix).glob("lib/*/site-packages/alpha/__pycache__/part0.*.pyc"))


def test_another_lock_is_another_environment(locked, wheelhouse):
    first = create("base", locked, quietly)
    wheelhouse.add("gamma")
    wheelhouse.lock(locked / "envs" / "base.lock.txt")
    second = create("base", locked, quietly)
    assert first.lock_digest != second.lock_digest
    assert first.prefix != second.prefix
    assert verify(first).state == verify(second).state == "verified"


def test_an_edit_in_one_environment_reaches_no_other(locked, monkeypatch, tmp_path):
    realized = create("base", locked, quietly)
    next(Path(realized.prefix).glob("lib/*/site-packages/alpha/__init__.py")).open("a").write("VERSION = 'edited'\n")
    monkeypatch.setenv("HARNESS_CACHE", str(tmp_path / "other-cache"))
    other = create("base", locked, quietly)
    said = subprocess.run([other.python, "-c", "import alpha; print(alpha.VERSION)"], capture_output=True, check=True)
    assert said.stdout.strip() == b"1.0"


def test_an_empty_lock_is_refused(locked):
    (locked / "envs" / "base.lock.txt").write_text("# nothing\n")
    with pytest.raises(HarnessError, match="the lock holds no package"):
        create("base", locked, print)


def test_a_wrong_hash_is_refused_in_words_and_leaves_nothing(locked, wheelhouse, tmp_path):
    wheelhouse.wheels["alpha"] = ("1.0", "0" * 64)
    wheelhouse.lock(locked / "envs" / "base.lock.txt")
    with pytest.raises(HarnessError) as refused:
        create("base", locked, quietly)
    assert "Hash mismatch" in str(refused.value)
    assert "What the index offers isn't what was locked" in str(refused.value)
    assert kept(tmp_path) == []


def test_a_package_that_is_not_to_be_had_is_named(locked, wheelhouse, tmp_path):
    wheelhouse.wheels["nowhere"] = ("1.0", "0" * 64)
    wheelhouse.lock(locked / "envs" / "base.lock.txt")
    with pytest.raises(HarnessError, match="nowhere") as refused:
        create("base", locked, quietly)
    assert "try another Python, or `harness env lock`" in str(refused.value)
    assert kept(tmp_path) == []


def test_a_lock_that_lacks_what_a_package_needs_is_refused(locked, wheelhouse):
    del wheelhouse.wheels["alpha"]
    wheelhouse.lock(locked / "envs" / "base.lock.txt")
    with pytest.raises(HarnessError, match="alpha"):
        create("base", locked, quietly)


def test_a_damaged_lock_is_refused_with_its_line_before_anything_is_made(locked, tmp_path):
    lock = locked / "envs" / "base.lock.txt"
    lock.write_text(lock.read_text() + "what is this\n")
    with pytest.raises(HarnessError, match=r"base\.lock\.txt:5: 'what is this' is no requirement"):
        create("base", locked, quietly)
    assert not (tmp_path / "cache").exists()


def test_a_cache_that_cannot_be_written_is_named(locked, monkeypatch, tmp_path):
    (tmp_path / "file").touch()
    monkeypatch.setenv("HARNESS_CACHE", str(tmp_path / "file"))
    with pytest.raises(HarnessError, match="the cache can't be used: Not a directory"):
        create("base", locked, quietly)


def test_a_full_disk_is_said_and_leaves_nothing(locked, wheelhouse, small_disk):
    wheelhouse.add("large", modules=400)
    wheelhouse.lock(locked / "envs" / "base.lock.txt")
    with pytest.raises(HarnessError, match="The disk is full: free some"):
        realize(parse_address("base", locked), quietly, Provision(prefix=str(small_disk / "environment")))
    assert list(small_disk.iterdir()) == []


def test_an_environment_in_a_folder_of_the_users_own_is_known_by_its_path(locked, tmp_path):
    address = parse_address("base", locked)
    provision = Provision(prefix=str(tmp_path / "mine"))
    made = realize(address, quietly, provision)
    assert made.prefix == str(tmp_path / "mine")
    assert find(address, provision) == made
    assert find(address) is None
    for path in (made.prefix, made.python):
        again = create(path, locked, quietly)
        assert (again.kind, again.lock_digest, again.python) == (Kind.WHEELS, made.lock_digest, made.python)
        assert verify(again).state == "verified"
    Path(made.python).unlink()
    broken = find(parse_address(made.prefix, locked))
    assert verify(broken).state == "drifted"
    remove(broken)
    assert not (tmp_path / "mine").exists()


def test_an_environment_whose_python_is_gone_is_made_again(locked):
    realized = create("base", locked, quietly)
    Path(realized.python).unlink()
    assert create("base", locked, quietly).prefix == realized.prefix
    assert verify(realized).state == "verified"


def test_a_removed_environment_is_gone_and_can_be_made_again(locked, tmp_path):
    realized = create("base", locked, quietly)
    remove(realized)
    remove(realized)
    assert kept(tmp_path) == []
    assert verify(create("base", locked, quietly)).state == "verified"


def test_two_at_once_make_one(locked, wheelhouse, tmp_path):
    wheelhouse.add("large", modules=100)
    wheelhouse.lock(locked / "envs" / "base.lock.txt")
    assert_two_at_once_make_one(locked, "base", tmp_path / "cache" / "envs")


def test_creation_killed_at_20_random_moments_always_ends_in_one_complete_environment(locked, wheelhouse, tmp_path):
    wheelhouse.add("large", modules=100)
    wheelhouse.lock(locked / "envs" / "base.lock.txt")
    assert_killed_creations_end_in_one(locked, "base", tmp_path / "cache" / "envs")


def test_what_a_killed_creation_of_another_environment_left_is_removed(locked, tmp_path):
    left = tmp_path / "cache" / "envs" / ".harness-making-other-0123-cpython-3.11.0-x86_64"
    left.mkdir(parents=True)
    (left / "file").touch()
    create("base", locked, quietly)
    assert not left.exists()
