"""How many threads run at once: counted in the process tree, for real."""

import ctypes
import os
import subprocess
import sys
import threading
import time

import pytest

from harness_probe.processor import descendants
from harness_probe.running import Running
from harness_probe.watch import watched

pytestmark = pytest.mark.skipif(not sys.platform.startswith("linux"), reason="reads /proc")

SPIN = "print(flush=True)\nwhile True: pass"
WAIT = "print(flush=True)\ninput()"


def looked(looks=5):
    """What some looks at this process and its children come to."""
    running = Running()
    for _ in range(looks):
        running.look(descendants())
        time.sleep(0.01)
    return running.told()


@pytest.fixture
def one_core():
    before = os.sched_getaffinity(0)
    os.sched_setaffinity(0, {min(before)})
    yield
    os.sched_setaffinity(0, before)


@pytest.fixture
def spinning():
    """Starts so many processes that do nothing but run."""
    started = []

    def start(count):
        started.extend(
            subprocess.Popen([sys.executable, "-S", "-c", SPIN], stdout=subprocess.PIPE) for _ in range(count)
        )
        for process in started:
            process.stdout.readline()

    yield start
    for process in started:
        process.kill()
        process.wait()
        process.stdout.close()


def test_nothing_runs_where_all_wait():
    with subprocess.Popen([sys.executable, "-c", WAIT], stdin=subprocess.PIPE, stdout=subprocess.PIPE) as child:
        child.stdout.readline()
        told = looked(20)
        child.stdin.write(b"\n")
    assert told["looks"][0] >= 18
    assert told["crowded"] == []


def test_processes_that_share_a_core_are_counted_though_only_one_of_them_has_it(one_core, spinning):
    spinning(3)
    told = looked()
    assert told["cores"] == 1
    # A thread of the process that looks may want the core, too.
    assert told["looks"][:3] == [0, 0, 0]
    assert sum(told["looks"]) == 5
    assert told["crowded"] == [1, 1, 1]


def test_as_many_as_there_are_cores_are_no_crowd(one_core, spinning):
    spinning(1)
    assert looked()["crowded"] == []


def test_threads_that_hold_no_lock_of_the_interpreter_are_counted_in_their_process():
    # usleep would wait; this works, in C, with the lock released.
    qsort = ctypes.CDLL(None).qsort
    done = threading.Event()

    def work():
        data = (ctypes.c_int * 1_000_000)()
        compare = ctypes.CDLL(None).strcmp
        while not done.is_set():
            qsort(data, ctypes.c_size_t(1_000_000), ctypes.c_size_t(4), compare)

    threads = [threading.Thread(target=work) for _ in range(3)]
    for thread in threads:
        thread.start()
    time.sleep(0.2)
    told = looked(20)
    done.set()
    for thread in threads:
        thread.join()
    # Another thread of the tests' own process may run in some of them.
    assert told["looks"].index(max(told["looks"])) == 3


def test_looks_are_taken_while_a_call_runs_and_not_after_it():
    running = Running()

    def until_looked_at():
        while running.told() is None:
            time.sleep(0.01)
        return "result"

    assert watched(until_looked_at, [running.look]) == "result"
    count = sum(running.told()["looks"])
    time.sleep(0.05)
    assert sum(running.told()["looks"]) == count


def test_where_nobody_looked_nothing_is_told():
    assert Running().told() is None


def test_a_call_that_raises_is_watched_no_longer():
    with pytest.raises(ZeroDivisionError):
        watched(lambda: 1 / 0, [])
    assert "harness-watch" not in {thread.name for thread in threading.enumerate()}
