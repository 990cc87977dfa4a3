"""The counter, with an event that every kernel has: page faults stand in for instructions."""

import errno
import mmap
import subprocess
import sys
import threading

import pytest

from harness_probe import instructions
from harness_probe.instructions import PAGE_FAULTS, SOFTWARE, Counter, Counting, NotCounted, Reading, why_not
from harness_probe.turns import Turns, Work

PAGES = 500
TOUCH = """
import mmap
for _ in range({}):
    held = mmap.mmap(-1, 1000 * mmap.PAGESIZE)
    if hasattr(held, "madvise"):
        held.madvise(mmap.MADV_NOHUGEPAGE)
    held[:: mmap.PAGESIZE] = bytes(1000)
"""


def in_small_pages(held):
    """Python 3.7 can't ask for it; so little memory is hardly ever given huge pages."""
    if hasattr(held, "madvise"):
        held.madvise(mmap.MADV_NOHUGEPAGE)


def touch():
    """Some page faults, one a page."""
    with mmap.mmap(-1, PAGES * mmap.PAGESIZE) as held:
        in_small_pages(held)
        held[:: mmap.PAGESIZE] = bytes(PAGES)


@pytest.fixture
def counter():
    try:
        made = Counter(SOFTWARE, PAGE_FAULTS)
    except NotCounted as reason:
        pytest.skip(f"no event can be counted here: {reason}")
    yield made
    made.close()


def counted(counter, call):
    counting = Counting(counter)
    counting.start()
    call()
    counting.stop()
    return counting.count


def test_what_happens_between_start_and_stop_is_counted(counter):
    assert PAGES <= counted(counter, touch) < PAGES + 100


def test_what_happens_before_and_after_is_not(counter):
    touch()
    assert counted(counter, lambda: None) < 50
    before = counter.read()
    touch()
    assert counter.read().events == before.events


def test_threads_that_are_started_later_count_too(counter):
    def in_a_thread():
        thread = threading.Thread(target=touch)
        thread.start()
        thread.join()

    assert counted(counter, in_a_thread) >= PAGES


def test_a_thread_that_is_there_already_counts_as_long_as_the_counter_was_made_before(counter):
    go, done = threading.Event(), threading.Event()

    def wait_and_touch():
        go.wait()
        touch()
        done.set()

    thread = threading.Thread(target=wait_and_touch)
    thread.start()

    def let_go():
        go.set()
        done.wait()

    assert counted(counter, let_go) >= PAGES
    thread.join()


def test_processes_count_too_and_stay_counted_when_they_have_ended(counter):
    few = counted(counter, lambda: subprocess.run([sys.executable, "-S", "-c", TOUCH.format(0)], check=True))
    many = counted(counter, lambda: subprocess.run([sys.executable, "-S", "-c", TOUCH.format(5)], check=True))
    assert 4500 < many - few < 5500


def test_a_turn_tells_what_was_counted_in_all_its_calls(counter):
    turns = Turns(Work(touch, lambda: ((), {}), None, 1, None, False))
    assert turns.take(3).instructions is None
    turns.counter = counter
    assert 3 * PAGES <= turns.take(3).instructions < 4 * PAGES


def test_setup_and_teardown_are_not_counted(counter):
    def setup():
        touch()
        return (), {}

    turns = Turns(Work(lambda: None, setup, touch, 1, 5, False))
    turns.counter = counter
    assert turns.take(3).instructions < PAGES


def test_a_call_that_raises_leaves_the_counter_stopped(counter):
    turns = Turns(Work(lambda: 1 / 0, lambda: ((), {}), None, 1, None, False))
    turns.counter = counter
    with pytest.raises(ZeroDivisionError):
        turns.take(1)
    before = counter.read()
    touch()
    assert counter.read().events == before.events


def test_a_counter_that_was_shared_tells_nothing():
    begun = Reading(100, 0, 0)
    assert begun.until(Reading(300, 1000, 1000)) == 200
    assert begun.until(Reading(300, 1000, 500)) is None
    assert begun.until(Reading(100, 0, 0)) is None


def test_an_event_that_there_is_not_is_said_in_words():
    with pytest.raises(NotCounted, match=r"no such counter|not in reach|forbid|only Linux|not known"):
        Counter(0, 999)


@pytest.mark.parametrize(
    ("error", "level", "virtual", "told"),
    [
        (errno.ENOENT, 2, True, "not in reach of this virtual machine"),
        (errno.ENOENT, 2, False, "no such counter"),
        (errno.EACCES, 4, True, "perf_event_paranoid is 4"),
        (errno.EPERM, 2, True, "filter of system calls"),
        (errno.EPERM, None, True, "filter of system calls"),
        (errno.ENOSYS, 2, True, "no perf_event_open"),
        (errno.EMFILE, 2, True, "Too many open files"),
    ],
)
def test_each_refusal_has_its_words(monkeypatch, error, level, virtual, told):
    monkeypatch.setattr(instructions, "_paranoid", lambda: level)
    monkeypatch.setattr(instructions, "_is_virtual", lambda: virtual)
    assert told in instructions._reason(error)


def test_whether_instructions_can_be_counted_here_is_told_as_it_is():
    if why_not():
        with pytest.raises(NotCounted):
            Counter()
        return
    assert counted(Counter(), lambda: sum(range(100_000))) > 100_000
