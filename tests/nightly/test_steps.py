"""The steps of a night that need no measuring: from a store, of what it says, and in the right order."""

from __future__ import annotations

from pathlib import Path

import msgspec
import pytest
from conduct.repository import Repository
from environment.wheelhouse import Wheelhouse
from judge.nights.making import a_night

from harness.failure import HarnessError
from harness.judge import breaches_of
from harness.judge.nights import Culprit, What
from harness.nightly import Asked, Desk, Step, Tools, Wish, first_anchor, take, the_night, told
from harness.nightly.solving import solve_afresh
from harness.nightly.state import NightFile
from harness.record import Store

ASKED = Asked(
    paths=["bench"], keyword=None, address="base", scale="quick", budget_s=60.0, launches=1, precision=0.02, cores=[0],
    threads=1, timeout_s=None,
)  # fmt: skip


def silent(*_said):
    pass


class Place:
    """A repository with a lock, and a store with an anchor and some nights."""

    def __init__(self, folder: Path) -> None:
        self.repository = Repository(folder / "project")
        house = Wheelhouse(folder / "wheels")
        house.add("adder", "1.0")
        house.lock(self.repository.folder / "envs" / "base.lock.txt")
        self.old = self.repository.commit({"work.py": "one", "bench/test_it.py": ""})
        self.new = self.repository.commit({"work.py": "two"})
        self.store = Store(folder / "store")
        desk = Desk(store=self.store, folder=self.repository.folder, watch=silent, trace=silent)
        (folder / "room").mkdir()
        self.tools = Tools(desk=desk, say=silent, named="store", room=folder / "room")
        wish = Wish(revision=self.old, why="a release", address="base")
        self.lock = first_anchor(wish, self.store, self.repository.folder, silent).lock_digest

    def night(self, day, ratio=1.0, commit=None, **fields):
        """A record of a night in the store; its today is this commit with the anchor's lock."""
        record = a_night(day, ratio, **fields)
        today = msgspec.structs.replace(
            record.against[-1], address="base:HEAD", commit=commit or self.new, lock_digest=self.lock
        )
        anchor = msgspec.structs.replace(record.environment, lock_digest=self.lock)
        record = msgspec.structs.replace(record, environment=anchor, against=[today])
        record = msgspec.structs.replace(record, breaches=breaches_of(record))
        self.store.write(record)
        return record

    def begin(self, day, **options):
        return the_night(ASKED, f"2026-11-{day:02}", self.tools, **options)

    def go_on(self, state, *steps):
        for step in steps:
            state = take(step, state, self.tools)
        return state


@pytest.fixture
def place(tmp_path, monkeypatch):
    monkeypatch.setenv("HARNESS_CACHE", str(tmp_path / "cache"))
    return Place(tmp_path)


LATER = (Step.RECORD, Step.JUDGE, Step.BLAME, Step.PUBLISH)


def test_a_night_that_was_measured_elsewhere_is_judged_from_its_record(place):
    place.night(1, commit=place.old)
    record = place.night(2, 1.5)
    state = place.begin(2)
    assert (state.run, state.ahead) == (record.id, [Step.RESTORE, *LATER])
    state = place.go_on(state, *LATER)
    (change,) = state.changes
    assert (change.what, change.since) == (What.SLOWER, "2026-11-02")
    assert state.blame.culprit is Culprit.CODE
    night = told(state, place.tools)
    assert night.code == 1
    assert night.since.commits == [f"{place.new[:7]} change"]
    assert any(command.startswith("harness bisect") and place.old[:12] in command for _, command in night.commands)
    assert any(command.startswith(f"harness anchor move {record.id}") for _, command in night.commands)


def test_among_several_commits_the_one_is_to_be_searched_for(place):
    place.night(1, commit=place.old)
    last = place.repository.commit({"work.py": "three"})
    place.night(2, 1.5, commit=last)
    night = told(place.go_on(place.begin(2), *LATER), place.tools)
    (command,) = [command for what, command in night.commands if what == "which commit it is"]
    ends = f"--good {place.old[:12]} --bad {last[:12]}"
    assert command == f"harness bisect benchmarks --scale lecture {ends} --env base --store store"


def test_a_test_that_was_slower_is_told_again_and_red_on_a_night_that_can_not_tell(place):
    place.night(1)
    place.night(2, 1.5)
    place.night(3, 1.5, sd=2.0)
    state = place.go_on(place.begin(3), *LATER)
    (change,) = state.changes
    assert (change.what, change.undecided, change.new) == (What.SLOWER, True, False)
    night = told(state, place.tools)
    assert night.code == 1
    assert night.broken == ["slower: sums, loop: since 2026-11-02, and tonight can't tell"]


def test_a_night_that_has_begun_to_measure_refuses_another_wish(place):
    place.night(1)
    other = msgspec.structs.replace(ASKED, keyword="other")
    with pytest.raises(HarnessError, match="Leave -k away, or begin it anew"):
        the_night(other, "2026-11-01", place.tools, insisted=["keyword"])
    assert the_night(other, "2026-11-01", place.tools).run is not None


def test_a_night_that_has_not_measured_yet_begins_anew_with_another_wish(place):
    place.go_on(place.begin(5), Step.RESTORE)
    other = msgspec.structs.replace(ASKED, keyword="other")
    state = the_night(other, "2026-11-05", place.tools, insisted=["keyword"])
    assert (state.asked.keyword, state.said) == ("other", {})


def test_a_suite_that_is_not_committed_and_a_day_that_is_to_come_are_refused(place):
    with pytest.raises(HarnessError, match="nowhere: there is no such file or folder in the commit"):
        the_night(msgspec.structs.replace(ASKED, paths=["nowhere"]), "2026-11-01", place.tools)
    with pytest.raises(HarnessError, match="this day is still to come"):
        the_night(ASKED, "2999-01-01", place.tools)


def test_where_neither_code_nor_packages_moved_that_is_said_and_nothing_is_measured(place):
    place.night(1)
    place.night(2, 1.5)
    state = place.go_on(place.begin(2), *LATER)
    assert state.blame.culprit is Culprit.NEITHER


def test_a_night_that_is_done_is_not_begun_again_unless_asked(place):
    place.night(1)
    state = place.go_on(place.begin(1), Step.RESTORE, *LATER)
    assert place.begin(1) == state
    assert state.next_step is None
    again = place.begin(1, again=True)
    assert (again.number, again.run, again.next_step) == (2, None, Step.RESTORE)
    place.go_on(again, Step.RESTORE)
    assert place.begin(1).number == 2
    assert place.begin(1, again=True).number == 3, "one that was cut and can't go on is left as it is"


def test_a_damaged_record_is_named_and_the_night_goes_on_and_is_not_green(place):
    place.night(1)
    (place.store.records / "20261101T000000Z-dead.json").write_text("{")
    state = place.go_on(place.begin(1), Step.RESTORE, *LATER)
    assert "20261101T000000Z-dead.json" in state.damaged[0]
    night = told(state, place.tools)
    assert (night.code, night.broken) == (1, [])
    assert any(command.startswith("harness store check") for _, command in night.commands)


def test_a_store_that_has_lost_the_anchor_s_lock_says_so(place):
    (place.store.locks / f"{place.lock}.txt").unlink()
    with pytest.raises(HarnessError, match=f"no lock {place.lock}"):
        place.go_on(place.begin(5), Step.RESTORE)


@pytest.mark.parametrize(("step", "first"), [(Step.MEASURE, "solve"), (Step.JUDGE, "measure"), (Step.BLAME, "measure")])
def test_a_step_before_what_it_rests_on_is_refused_with_the_way_there(place, step, first):
    with pytest.raises(HarnessError, match=f"the same command with --from {first}"):
        place.go_on(place.begin(5), step)


def test_another_lock_for_a_night_that_was_measured_is_another_night(place):
    place.night(1)
    with pytest.raises(HarnessError, match="the same command with --again"):
        place.go_on(place.begin(1), Step.SOLVE)


def test_a_damaged_file_of_a_night_is_named_with_what_to_do(place):
    place.go_on(place.begin(5), Step.RESTORE)
    (path,) = (place.store.runs.parent / "nights").glob("*.json")
    path.write_text("{")
    with pytest.raises(HarnessError, match="damaged, or of another version"):
        place.begin(5)


def test_what_a_night_has_come_to_is_read_back_as_it_was_kept(place):
    place.night(1, commit=place.old)
    place.night(2, 1.5)
    state = place.go_on(place.begin(2), *LATER)
    assert NightFile(place.store).latest("2026-11-02") == state


def test_from_a_subfolder_the_anchors_of_the_repository_are_named(place, tmp_path):
    top = place.repository.folder
    (top / "results" / "anchors").mkdir(parents=True)
    below = msgspec.structs.replace(place.tools.desk, folder=top / "bench", store=Store(tmp_path / "empty"))
    tools = msgspec.structs.replace(place.tools, desk=below)
    state = the_night(msgspec.structs.replace(ASKED, paths=["test_it.py"]), "2026-11-01", tools)
    with pytest.raises(HarnessError, match=f"There are some in {top / 'results'}: go to {top}"):
        take(Step.RESTORE, state, tools)


def test_without_an_anchor_the_first_one_is_made_where_that_is_wanted(place, tmp_path):
    store = Store(tmp_path / "other")
    desk = msgspec.structs.replace(place.tools.desk, store=store)
    tools = msgspec.structs.replace(place.tools, desk=desk)
    with pytest.raises(HarnessError, match="harness anchor set HEAD --env base"):
        take(Step.RESTORE, the_night(ASKED, "2026-11-01", tools), tools)
    tools = msgspec.structs.replace(tools, first="the first night")
    take(Step.RESTORE, the_night(ASKED, "2026-11-01", tools), tools)
    (anchor,) = store.anchors()
    assert (anchor.commit, anchor.why) == (place.new, "the first night")


def test_what_can_not_be_solved_is_told_and_the_committed_lock_holds(place, monkeypatch):
    (place.repository.folder / "environment.yml").write_text(
        "name: small\nchannels: []\nplatforms: [linux-64]\ndependencies:\n  - python >=3.11\n  - pip: [no-such-thing]\n"
    )
    monkeypatch.setenv("UV_NO_INDEX", "1")
    solved = solve_afresh("base", place.repository.folder, (), silent)
    assert solved.text == solved.committed == (place.repository.folder / "envs" / "base.lock.txt").read_text()
    assert "no-such-thing" in solved.unsolved


def test_a_fresh_solve_takes_what_is_new_and_leaves_the_committed_lock_alone(place, tmp_path, monkeypatch):
    house = Wheelhouse(tmp_path / "wheels")
    house.add("adder", "2.0")
    monkeypatch.setenv("UV_FIND_LINKS", str(tmp_path / "wheels"))
    monkeypatch.setenv("UV_NO_INDEX", "1")
    folder = place.repository.folder
    (folder / "environment.yml").write_text(
        "name: small\nchannels: []\nplatforms: [linux-64]\ndependencies:\n  - python >=3.11\n  - pip: [adder]\n"
    )
    solved = solve_afresh("base", folder, (), silent)
    assert (solved.unsolved, "adder==2.0" in solved.text, "adder==1.0" in solved.committed) == ("", True, True)
    assert (folder / "envs" / "base.lock.txt").read_text() == solved.committed


def test_without_any_lock_there_is_nothing_to_measure_in(place):
    with pytest.raises(HarnessError, match="harness env lock other"):
        solve_afresh("other", place.repository.folder, (), silent)
