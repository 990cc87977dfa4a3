"""The environments of a record, made again."""

import msgspec
import pytest

from harness.environment import Kind, Realized
from harness.environment.locks.wheel_lock import lock_digest
from harness.failure import HarnessError
from harness.record import Store
from harness.record.schema import EnvironmentRecord, Verification
from harness.reproduce import environments
from harness.reproduce.environments import as_asked, as_recorded
from harness.reproduce.locks import in_store

from .making import LOCK

RECORDED = EnvironmentRecord(
    address="base",
    kind="wheels",
    python="3.11.7",
    lock_digest=lock_digest(LOCK),
    verification=Verification(state="verified"),
)


def silent(_line):
    pass


@pytest.fixture
def made(monkeypatch):
    """The addresses that were to be made, with the text of their locks; nothing is made."""
    seen = []

    def realize(address, _say):
        with open(address.lock) as lock:  # noqa: PTH123
            seen.append((address, lock.read()))
        return Realized(address=address.text, kind=address.kind, python="/python", prefix="/")

    monkeypatch.setattr(environments, "realize", realize)
    return seen


@pytest.fixture
def room(tmp_path):
    (tmp_path / "room").mkdir()
    return tmp_path / "room"


@pytest.fixture
def store(tmp_path):
    kept = Store(tmp_path / "store")
    kept.keep_lock(LOCK)
    return kept


def test_the_lock_comes_from_the_store_by_its_digest(made, room, store, tmp_path):
    as_recorded(RECORDED, [in_store(store)], tmp_path, room, silent)
    ((address, text),) = made
    assert text == LOCK
    assert (address.text, address.kind, address.name) == ("base", Kind.WHEELS, "base")


def test_the_lock_comes_from_the_project_where_the_store_has_none(made, room, tmp_path):
    (tmp_path / "envs").mkdir()
    (tmp_path / "envs" / "other.lock.txt").write_text("another\n")
    (tmp_path / "envs" / "renamed.lock.txt").write_bytes(LOCK.replace("\n", "\r\n").encode())
    as_recorded(RECORDED, [in_store(Store(tmp_path / "empty"))], tmp_path, room, silent)
    assert made[0][1] == LOCK


def test_a_damaged_lock_in_the_store_is_passed_over(made, room, store, tmp_path):
    (lock,) = store.locks.iterdir()
    lock.write_text("damaged\n")
    with pytest.raises(HarnessError, match=r"neither in the store.*--env"):
        as_recorded(RECORDED, [in_store(store)], tmp_path, room, silent)


def test_the_kind_is_the_recorded_one(made, room, store, tmp_path):
    image = msgspec.structs.replace(RECORDED, address="base@image", kind="image")
    as_recorded(image, [in_store(store)], tmp_path, room, silent)
    assert made[0][0].kind is Kind.IMAGE
    assert made[0][0].name == "base"


def test_another_backend_for_the_recorded_name_takes_the_recorded_lock(made, room, store, tmp_path):
    as_asked("base@image", RECORDED, [in_store(store)], tmp_path, tmp_path, room, silent)
    ((address, text),) = made
    assert (address.text, address.kind, text) == ("base@image", Kind.IMAGE, LOCK)


def test_another_name_is_looked_up_in_the_project_then_here(made, room, store, tmp_path):
    recorded, here = tmp_path / "recorded", tmp_path / "here"
    for folder, names in ((recorded, ["both"]), (here, ["both", "mine"])):
        (folder / "envs").mkdir(parents=True)
        for name in names:
            (folder / "envs" / f"{name}.lock.txt").write_text(f"{folder.name}\n")
    for name in ("both", "mine"):
        as_asked(name, RECORDED, [in_store(store)], recorded, here, room, silent)
    assert [text for _, text in made] == ["recorded\n", "here\n"]


def test_a_revision_behind_the_environment_is_refused(made, room, store, tmp_path):
    (tmp_path / "envs").mkdir()
    (tmp_path / "envs" / "mine.lock.txt").write_text(LOCK)
    with pytest.raises(HarnessError, match="leave it away"):
        as_asked("mine:HEAD", RECORDED, [in_store(store)], tmp_path, tmp_path, room, silent)


def test_a_python_without_a_lock_that_is_not_here_is_named(room, store, tmp_path):
    python = msgspec.structs.replace(RECORDED, address="/no/such/python", kind="python", lock_digest=None)
    with pytest.raises(HarnessError, match=r"/no/such/python.*no lock describes.*--env"):
        as_recorded(python, [in_store(store)], tmp_path, room, silent)
