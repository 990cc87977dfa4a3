"""What may be named as an end, and what is refused before anything is made."""

from __future__ import annotations

import subprocess

import pytest

from harness.environment import Kind
from harness.failure import HarnessError
from harness.nightly.bisect import Place, Wish, bisect, go_on
from harness.nightly.bisect.commits import commit_of, commits_between
from harness.nightly.bisect.ends import ends_of
from harness.record import Store

LOCK = f"alfa==1.0 --hash=sha256:{'0' * 64}\n"
CONDA = "version: 1\nmetadata:\n  channels: []\n  platforms: []\npackage: []\n"


@pytest.fixture
def place(tmp_path):
    folder = tmp_path / "project"
    (folder / "envs").mkdir(parents=True)
    (folder / "envs" / "old.lock.txt").write_text(LOCK)
    (folder / "envs" / "new.lock.txt").write_text(LOCK.replace("1.0", "2.0"))
    (folder / "again.lock.txt").write_text(LOCK)
    (folder / "torn.lock.txt").write_text("alfa==1.0 --hash=sha256:0\n")
    (folder / "empty.lock.txt").write_text("")
    (folder / "latin.lock.txt").write_bytes(b"\xe4==1\n")
    (folder / "conda-lock.yml").write_text(CONDA)
    return Place(store=Store(tmp_path / "store"), folder=folder, say=print, watch=lambda *_: None, trace=print)


@pytest.mark.parametrize(
    ("good", "bad", "words"),
    [
        ("old", "again.lock.txt", "are the same lock: nothing differs"),
        ("old", "conda-lock.yml", "no mix of them can be made"),
        ("old", "torn.lock.txt", "torn.lock.txt:1: alfa has no SHA-256"),
        ("old", "empty.lock.txt", "empty.lock.txt: the lock holds no package"),
        ("old", "latin.lock.txt", "latin.lock.txt: the lock can't be read"),
        ("old", "old@image", "by its lock"),
        ("old", "live", "by its lock"),
        ("old", "nosuch", "nosuch: this is neither a lock nor a commit here"),
        ("old", "0123456789ab", "0123456789ab: this is neither a lock nor a commit here"),
    ],
)
def test_what_is_no_pair_of_locks_is_refused_with_the_reason(place, good, bad, words):
    with pytest.raises(HarnessError, match=words):
        bisect(Wish(good=good, bad=bad, paths=["bench"]), place)
    assert not place.store.runs.exists()


def test_a_lock_is_a_name_a_file_or_a_digest_in_the_store(place):
    digest = place.store.keep_lock(LOCK)
    good, bad = ends_of("old", digest[:12], place.folder, place.store, only_commits=False)
    assert (good.text, good.kind, good.digest) == (bad.text, Kind.WHEELS, digest)
    again, _ = ends_of("again.lock.txt", "new", place.folder, place.store, only_commits=False)
    assert again.digest == digest


def test_a_lock_of_a_store_elsewhere_is_found_by_twelve_characters_of_its_digest(place, tmp_path, monkeypatch):
    monkeypatch.setenv("HARNESS_CACHE", str(tmp_path / "cache"))
    store = Store("memory://store-of-locks")
    digest = store.keep_lock(LOCK)
    good, bad = ends_of(digest[:12], "new", place.folder, store, only_commits=False)
    assert (good.text, good.digest) == (LOCK, digest)
    assert bad.named == "new"


def test_where_no_bisection_was_cut_there_is_none_to_go_on_with(place):
    with pytest.raises(HarnessError, match="no bisection was cut"):
        go_on("", place)
    with pytest.raises(HarnessError, match="no bisection to go on with"):
        go_on("7f3a", place)


def test_outside_of_a_repository_the_name_of_a_commit_says_what_it_needs(place):
    with pytest.raises(HarnessError, match=r"(?s)nosuch: this is neither a lock nor .*this is no git repository"):
        ends_of("nosuch", "old", place.folder, place.store, only_commits=False)
    with pytest.raises(HarnessError, match=r"nosuch: this is no commit here\.\n.*this is no git repository"):
        ends_of("nosuch", "old", place.folder, place.store, only_commits=True)


def test_a_commit_that_is_not_there_has_neighbours_and_in_a_shallow_clone_a_way_to_it(place, repository, tmp_path):
    with pytest.raises(HarnessError, match=r"'mian'. The nearest: main"):
        ends_of("mian", "main", place.folder, place.store, only_commits=False)
    shallow = tmp_path / "shallow"
    subprocess.run(["git", "clone", "-q", "--depth=1", "-b", "main", f"file://{repository}", shallow], check=True)
    with pytest.raises(HarnessError, match=r"(?s)v1: this is neither.*git fetch --unshallow"):
        ends_of("v1", "main", shallow, place.store, only_commits=False)


@pytest.fixture
def repository(place):
    def git(*arguments):
        who = ("-c", "user.name=a", "-c", "user.email=a@example.org")
        subprocess.run(["git", *who, *arguments], cwd=place.folder, check=True, capture_output=True)

    git("init", "-q", "-b", "main")
    for number in range(3):
        git("commit", "-q", "--allow-empty", "-m", f"change {number}")
    git("checkout", "-q", "-b", "side", "main~1")
    git("commit", "-q", "--allow-empty", "-m", "aside")
    git("checkout", "-q", "main")
    git("merge", "-q", "--no-ff", "-m", "merged", "side")
    git("checkout", "-q", "--orphan", "other")
    git("commit", "-q", "--allow-empty", "-m", "elsewhere")
    return place.folder


def test_commits_are_those_along_first_parents(repository):
    good, bad = commit_of(repository, "main~3"), commit_of(repository, "main")
    titles = [each.title for each in commits_between(repository, good, bad)]
    assert titles == ["change 0", "change 1", "change 2", "merged"]


@pytest.mark.parametrize(
    ("good", "bad", "words"),
    [
        ("main", "main~2", "swap them"),
        ("main", ":main", "nothing differs"),
        ("main", "other", "is no ancestor of"),
        ("main", "old", "one of them is a lock"),
    ],
)
def test_what_is_no_line_of_commits_is_refused(place, repository, good, bad, words):
    with pytest.raises(HarnessError, match=words):
        bisect(Wish(good=good, bad=bad, paths=["bench"]), place)
