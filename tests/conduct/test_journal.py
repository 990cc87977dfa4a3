"""A journal survives kills, and says what is wrong with it."""

from __future__ import annotations

import errno
import os
import resource
import signal
import subprocess
import sys
import typing
from pathlib import Path

import msgspec
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from strategies import any_of

from harness.conduct.events import AnyEvent, RunEnded
from harness.conduct.journal import Journal, new_journal, replay
from harness.failure import HarnessError

from .making import launch_began, sampled

EVENTS = [launch_began(1), sampled("a"), sampled("b")]


def written(path: Path, events=EVENTS) -> Path:
    journal = Journal(path)
    for event in events:
        journal.write(event)
    journal.close()
    return path


def test_what_was_written_is_read_again(tmp_path):
    assert replay(written(tmp_path / "run" / "journal.jsonl")) == EVENTS


@settings(
    max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow]
)
@given(st.lists(st.sampled_from(typing.get_args(AnyEvent)).flatmap(any_of), max_size=4))
def test_any_events_are_read_as_they_were_written(tmp_path, events):
    path = tmp_path / "journal.jsonl"
    path.unlink(missing_ok=True)
    assert replay(written(path, events)) == events


def test_a_line_is_out_of_the_process_before_anything_else_happens(tmp_path):
    path = tmp_path / "journal.jsonl"
    code = (
        "import os, signal, sys; from pathlib import Path;"
        "from harness.conduct.journal import Journal; from harness.conduct.events import RunEnded;"
        "Journal(Path(sys.argv[1])).write(RunEnded(ended='now')); os.kill(os.getpid(), signal.SIGKILL)"
    )
    assert subprocess.run([sys.executable, "-c", code, str(path)], check=False).returncode == -signal.SIGKILL
    assert replay(path) == [RunEnded(ended="now")]


KILLED_BEFORE_IT_IS_THERE = """
import os, signal, sys
from pathlib import Path
from harness.conduct.events import RunEnded
from harness.conduct.journal import new_journal
os.fsync = lambda _: os.kill(os.getpid(), signal.SIGKILL)
new_journal(Path(sys.argv[1]), RunEnded(ended="now"))
"""


def test_a_new_journal_is_there_with_its_first_event_or_not_at_all(tmp_path):
    path = tmp_path / "run" / "journal.jsonl"
    code = subprocess.run([sys.executable, "-c", KILLED_BEFORE_IT_IS_THERE, str(path)], check=False).returncode
    assert code == -signal.SIGKILL
    assert not path.exists()
    path = tmp_path / "other" / "journal.jsonl"
    new_journal(path, EVENTS[0])
    assert replay(path) == EVENTS[:1]


@pytest.mark.parametrize(
    ("fault", "cure"),
    [(OSError(errno.ENOSPC, "No space left on device"), "Free some space"), (PermissionError(13, "Denied"), "Make it")],
)
def test_a_new_journal_that_cannot_be_written_is_told_and_leaves_nothing(tmp_path, monkeypatch, fault, cure):
    def refuse(_file):
        raise fault

    monkeypatch.setattr(os, "fsync", refuse)
    with pytest.raises(HarnessError, match=rf"journal.jsonl: cannot be written: {fault.strerror}. {cure}.*--store"):
        new_journal(tmp_path / "journal.jsonl", EVENTS[0])
    assert not list(tmp_path.iterdir())


@pytest.mark.parametrize("cut", [1, 5, 40])
def test_a_torn_last_line_is_ignored(tmp_path, cut):
    path = written(tmp_path / "journal.jsonl")
    path.write_bytes(path.read_bytes()[:-cut])
    assert replay(path) == EVENTS[:-1]


@pytest.mark.parametrize("tail", [b'{"event":"samp', b"\0\0\0\0\n", b"\xff\xfe\n", b"{}\n"])
def test_a_journal_goes_on_after_what_a_kill_or_a_power_cut_left_at_its_end(tmp_path, tail):
    path = written(tmp_path / "journal.jsonl")
    path.write_bytes(path.read_bytes() + tail)
    assert replay(path) == EVENTS
    written(path, [sampled("c")])
    assert replay(path) == [*EVENTS, sampled("c")]


def test_damage_before_the_end_is_named_with_its_line(tmp_path):
    path = written(tmp_path / "journal.jsonl")
    lines = path.read_bytes().splitlines(keepends=True)
    lines[1] = lines[1].replace(b'"wall_s":0.5', b'"wall_s":"?"')
    path.write_bytes(b"".join(lines))
    with pytest.raises(HarnessError, match=r"journal.jsonl:2: this line of the journal is damaged: .*wall_s"):
        replay(path)


def test_an_event_of_a_kind_that_is_not_known_is_damage(tmp_path):
    path = written(tmp_path / "journal.jsonl")
    path.write_bytes(b'{"event":"of another age"}\n' + path.read_bytes())
    with pytest.raises(HarnessError, match=r"journal.jsonl:1: .*of another age"):
        replay(path)


def test_an_empty_journal_has_no_events(tmp_path):
    assert replay(written(tmp_path / "journal.jsonl", [])) == []


def test_a_journal_that_is_not_there_is_named(tmp_path):
    with pytest.raises(HarnessError, match=r"journal\.jsonl: cannot be read: No such file"):
        replay(tmp_path / "journal.jsonl")


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="no /dev/full on this system")
def test_a_full_disk_is_told_with_a_way_out(tmp_path, monkeypatch):
    journal = Journal(tmp_path / "journal.jsonl")
    full = os.open("/dev/full", os.O_WRONLY)
    monkeypatch.setattr(journal, "_file", full)
    with pytest.raises(HarnessError, match=r"No space left on device. Free some space, .*harness run --resume"):
        journal.write(EVENTS[0])
    os.close(full)


def test_a_disk_that_fills_up_within_a_line_keeps_the_lines_before_it(tmp_path):
    path = tmp_path / "journal.jsonl"
    journal = Journal(path)
    journal.write(EVENTS[0])
    before = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (path.stat().st_size + 20, before[1]))
    try:
        with pytest.raises(HarnessError, match="cannot be written: File too large"):
            journal.write(EVENTS[1])
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, before)
        journal.close()
    assert replay(path) == EVENTS[:1]
    written(path, [EVENTS[2]])
    assert replay(path) == [EVENTS[0], EVENTS[2]]


class Syncs:
    """Counts fsyncs, at a time that the test sets."""

    def __init__(self, path, monkeypatch):
        self.now = 0.0
        self.count = 0
        monkeypatch.setattr(os, "fsync", self._sync)
        self.journal = Journal(path, clock=lambda: self.now)

    def _sync(self, _file):
        self.count += 1


@pytest.fixture
def syncs(tmp_path, monkeypatch):
    made = Syncs(tmp_path / "journal.jsonl", monkeypatch)
    yield made
    made.journal.close()


def test_writing_alone_does_not_sync(syncs):
    syncs.journal.write(EVENTS[0])
    assert syncs.count == 0


def test_a_sync_without_news_costs_nothing(syncs):
    syncs.journal.sync()
    syncs.journal.settle(10.0)
    assert syncs.count == 0


def test_short_turns_share_a_sync_and_a_long_one_begins_with_it(syncs):
    for now_s, next_turn_s, count in [(0.1, 0.1, 0), (0.3, 0.1, 0), (0.3, 0.3, 1), (0.4, 0.01, 1), (0.85, 0.01, 2)]:
        syncs.now = now_s
        syncs.journal.write(EVENTS[0])
        syncs.journal.settle(next_turn_s)
        assert syncs.count == count, now_s


def test_every_event_has_a_name_of_its_own():
    tags = [msgspec.structs.fields(kind) and kind.__struct_config__.tag for kind in typing.get_args(AnyEvent)]
    assert len(set(tags)) == len(tags)
