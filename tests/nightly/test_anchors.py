"""Anchors: which commits can be one, and what is kept of them."""

from __future__ import annotations

import msgspec
import pytest
from builders import make_record
from conduct.repository import Repository
from environment.wheelhouse import Wheelhouse
from judge.nights.making import a_night

from harness.environment.locks.wheel_lock import lock_digest
from harness.failure import HarnessError
from harness.nightly import Wish, first_anchor, next_anchor
from harness.record import Store
from harness.report.nightly.anchors import AnchorList
from harness.report.plain import to_text


@pytest.fixture
def project(tmp_path, monkeypatch):
    """A repository with a lock and two tags."""
    monkeypatch.setenv("HARNESS_CACHE", str(tmp_path / "cache"))
    repository = Repository(tmp_path / "project")
    house = Wheelhouse(tmp_path / "wheels")
    house.add("adder", "1.0")
    lock = house.lock(repository.folder / "envs" / "base.lock.txt")
    repository.commit({"work.py": "one"})
    repository.git("tag", "v1")
    lock.write_text(lock.read_text() + "# solved again\n")
    repository.commit({"work.py": "two"})
    repository.git("tag", "v2")
    return repository


@pytest.fixture
def store(tmp_path):
    return Store(tmp_path / "store")


def wish(revision, why="a release", address="base", **fields):
    return Wish(revision=revision, why=why, address=address, **fields)


def silent(_line):
    pass


def test_an_anchor_is_a_commit_with_the_lock_that_it_has(project, store):
    anchor = first_anchor(wish("v1"), store, project.folder, silent)
    assert (anchor.number, anchor.commit, anchor.tag) == (1, project.git("rev-parse", "v1"), "v1")
    assert store.anchors() == [anchor]
    assert lock_digest(store.lock(anchor.lock_digest)) == anchor.lock_digest
    assert "solved again" not in store.lock(anchor.lock_digest)


def test_a_branch_moves_so_the_anchor_is_called_by_its_commit(project, store):
    assert first_anchor(wish("main"), store, project.folder, silent).tag == project.git("rev-parse", "main")[:12]


def test_the_next_anchor_has_the_next_number_and_the_first_one_stays(project, store):
    first = first_anchor(wish("v1"), store, project.folder, silent)
    second = next_anchor(wish("v2", why="answers are meant to be other"), store, project.folder, silent)
    assert store.anchors() == [first, second]
    assert second.number == 2
    text = to_text(AnchorList(store.anchors()), 100, plain=True)
    assert "- 2: answers are meant to be other" in text


def test_without_any_the_list_says_how_to_make_one():
    assert "harness anchor set HEAD --why" in to_text(AnchorList([]), 100, plain=True)


@pytest.mark.parametrize(
    ("asked", "words"),
    [
        (wish("nope"), "no commit, tag or branch is called 'nope'"),
        (wish("v1", why="  "), "--why is empty"),
        (wish("v1", address="live"), "made from a lock"),
        (wish("v1", address="other"), "v1: at this commit, other: there is no environment of this name"),
        (wish("v1", address="base:v2"), "names no revision"),
    ],
)
def test_what_can_be_no_anchor_is_refused_with_words_and_nothing_is_kept(project, store, asked, words):
    with pytest.raises(HarnessError, match=words):
        first_anchor(asked, store, project.folder, silent)
    assert store.anchors() == []


def test_changes_that_are_not_committed_are_refused_and_named(project, store):
    (project.folder / "work.py").write_text("three")
    with pytest.raises(HarnessError, match=r"not committed \(work.py\)"):
        first_anchor(wish("HEAD"), store, project.folder, silent)


def test_files_that_git_does_not_know_are_none_of_its_business(project, store):
    (project.folder / "results").mkdir()
    (project.folder / "results" / "a").write_text("a record")
    assert first_anchor(wish("HEAD"), store, project.folder, silent).number == 1


def test_a_second_first_anchor_and_a_move_from_nowhere_or_to_the_same_are_refused(project, store):
    with pytest.raises(HarnessError, match="no anchor yet to move away from"):
        next_anchor(wish("v1"), store, project.folder, silent)
    first_anchor(wish("v1"), store, project.folder, silent)
    with pytest.raises(HarnessError, match="harness anchor move v2"):
        first_anchor(wish("v2"), store, project.folder, silent)
    with pytest.raises(HarnessError, match="this commit with this lock already"):
        next_anchor(wish("v1"), store, project.folder, silent)


def test_outside_of_a_repository_there_is_no_commit(tmp_path, store):
    with pytest.raises(HarnessError, match="no git repository"):
        first_anchor(wish("HEAD"), store, tmp_path, silent)


def test_its_archives_can_be_put_aside(project, store, tmp_path, monkeypatch):
    monkeypatch.setenv("UV_FIND_LINKS", str(tmp_path / "wheels"))
    monkeypatch.setenv("UV_NO_INDEX", "1")
    said = []
    first_anchor(wish("v1", mirror=tmp_path / "mirror"), store, project.folder, said.append)
    assert (tmp_path / "mirror" / "wheels" / "adder-1.0-py3-none-any.whl").is_file()
    assert any("all 1 archives of envs/base.lock.txt" in line for line in said)


def test_two_at_once_make_one(project, store):
    first = first_anchor(wish("v1"), store, project.folder, silent)
    with pytest.raises(HarnessError, match="is there already"):
        store.keep_anchor(msgspec.structs.replace(first, tag="v2"))


def test_what_a_night_measured_can_be_the_next_anchor_with_the_lock_that_was_solved_then(project, store):
    first_anchor(wish("v1"), store, project.folder, silent)
    solved = store.keep_lock(store.lock(store.anchors()[0].lock_digest) + "# solved tonight\n")
    record = a_night(3)
    today = msgspec.structs.replace(
        record.against[-1], address=f"base-{solved[:7]}:HEAD", revision="HEAD", commit=project.git("rev-parse", "v2"),
        lock_digest=solved,
    )  # fmt: skip
    store.write(msgspec.structs.replace(record, against=[today]))
    anchor = next_anchor(wish(record.id), store, project.folder, silent)
    assert (anchor.commit, anchor.lock_digest, anchor.address) == (project.git("rev-parse", "v2"), solved, "base")


def test_a_night_may_be_named_by_the_beginning_of_its_id_where_no_other_record_has_it(project, store):
    first_anchor(wish("v1"), store, project.folder, silent)
    (anchor,) = store.anchors()
    for day in (3, 4):
        record = a_night(day)
        today = msgspec.structs.replace(
            record.against[-1], commit=project.git("rev-parse", "v2"), lock_digest=anchor.lock_digest
        )
        store.write(msgspec.structs.replace(record, against=[today]))
    with pytest.raises(HarnessError, match="'202611' could be 20261103T020000Z-0003 or 20261104T020000Z-0004"):
        next_anchor(wish("202611"), store, project.folder, silent)
    with pytest.raises(HarnessError, match=r"There are: .*\n.*that of a night would do, too: `harness list`"):
        next_anchor(wish("20261130T1"), store, project.folder, silent)
    (project.folder / "work.py").write_text("a change that is in no night")
    assert next_anchor(wish("20261104T"), store, project.folder, silent).tag == project.git("rev-parse", "v2")[:12]


def test_a_damaged_anchor_is_named_with_what_to_do(project, store):
    first_anchor(wish("v1"), store, project.folder, silent)
    (file,) = store.anchored.glob("*.json")
    file.write_bytes(file.read_bytes()[:20])
    with pytest.raises(HarnessError, match=r"0001.json: damaged.* Restore it from a copy of the store"):
        store.anchors()


def test_what_another_run_measured_can_be_none(project, store):
    record = make_record()
    store.write(record)
    with pytest.raises(HarnessError, match="this run is no night's"):
        first_anchor(wish(record.id), store, project.folder, silent)
