"""One measuring run a machine, with real processes."""

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

import harness
from harness.failure import HarnessError
from harness.machine.lock import Holder, MachineBusy, hold

HOLDING = """
import sys, time
from pathlib import Path
from harness.machine.lock import hold
with hold(place=Path(sys.argv[1])):
    print("held", flush=True)
    sys.stdin.read()
"""

# The child outlives its parent: it ends when the test closes the pipe that both read from.
WITH_A_CHILD = HOLDING.replace(
    "    print(",
    "    import subprocess\n"
    "    child = [sys.executable, '-c', 'input()']\n"
    "    subprocess.Popen(child, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, close_fds=False)\n"
    "    print(",
)


@pytest.fixture
def place(tmp_path):
    return tmp_path / "the.lock"


@pytest.fixture
def holding(place):
    """Start a process that holds the lock until its standard input closes, or until it is killed."""
    started = []

    def start(script=HOLDING):
        process = subprocess.Popen(
            [sys.executable, "-c", script, str(place)],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
            env=os.environ | {"PYTHONPATH": str(Path(harness.__file__).parents[1])},
        )
        started.append(process)
        assert process.stdout.readline() == "held\n"
        return process

    yield start
    for process in started:
        process.kill()
        process.wait()
        process.stdin.close()
        process.stdout.close()


def test_a_free_machine_is_held_at_once(place):
    with hold(place=place) as held:
        assert held == place
    with hold(place=place):
        pass


def test_a_second_run_is_told_who_measures_and_what_to_do(place, holding):
    process = holding()
    with pytest.raises(MachineBusy, match=f"process {process.pid}, since 2.*kill {process.pid}") as raised:
        hold(place=place).__enter__()
    assert isinstance(raised.value, HarnessError)


def test_a_second_run_waits_no_longer_than_it_was_told_to(place, holding):
    holding()
    told = []
    began = time.monotonic()
    with pytest.raises(MachineBusy):
        hold(0.7, told.append, place).__enter__()
    assert 0.6 < time.monotonic() - began < 5
    assert len(told) == 1


def test_a_second_run_goes_on_when_the_first_has_ended(place, holding):
    process = holding()
    told = []

    def end(holder):
        told.append(holder.pid)
        process.stdin.close()

    with hold(30, end, place) as held:
        assert held == place
    assert told == [process.pid]


def test_a_killed_run_is_no_obstacle(place, holding):
    process = holding()
    process.send_signal(signal.SIGKILL)
    process.wait()
    assert place.exists()
    with hold(place=place) as held:
        assert held == place


def test_the_children_that_a_killed_run_leaves_behind_do_not_hold_it(place, holding):
    process = holding(WITH_A_CHILD)
    process.send_signal(signal.SIGKILL)
    process.wait()
    with hold(2, place=place) as held:
        assert held == place


def test_it_is_given_back_when_measuring_fails(place):
    with pytest.raises(ZeroDivisionError), hold(place=place):
        raise ZeroDivisionError
    with hold(place=place):
        pass


def test_the_file_is_for_all_users(place):
    old = os.umask(0o077)
    try:
        with hold(place=place):
            assert place.stat().st_mode & 0o777 == 0o666
    finally:
        os.umask(old)


@pytest.mark.parametrize("content", [b"", b"\xff\x00garbage", b'{"pid": "no number"}', b"[]"])
def test_a_holder_that_left_no_name_is_another_run(place, holding, content):
    holding()
    place.write_bytes(content)
    with pytest.raises(MachineBusy, match="measured by another run"):
        hold(place=place).__enter__()


def test_where_no_lock_can_be_made_measuring_goes_on_without(tmp_path):
    with hold(place=tmp_path / "no such folder" / "the.lock") as held:
        assert held is None


def test_a_variable_names_another_place(monkeypatch, place):
    monkeypatch.setenv("HARNESS_LOCK", str(place))
    with hold() as held:
        assert held == place


def test_a_link_in_its_place_is_not_followed(tmp_path, place):
    victim = tmp_path / "precious"
    victim.write_text("precious")
    place.symlink_to(victim)
    with hold(place=place) as held:
        assert held is None
    assert victim.read_text() == "precious"


def test_a_file_that_was_cleaned_away_is_made_again(place):
    with hold(place=place):
        place.unlink()
    with hold(place=place) as held:
        assert held == place


def test_nobodys_command_line_reaches_the_terminal_as_control_characters():
    assert "\x1b" not in str(Holder(pid=1, began="now", command="\x1b[2Jharness run"))
