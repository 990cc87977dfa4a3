"""How many threads run at once: counted in the process tree, for real."""

import ctypes
import json
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


# In a process of its own: threads that other tests left in this one may want a core at any time.
ON_ONE_CORE = f"""
import json, os, subprocess, sys, time
from harness_probe.processor import descendants
from harness_probe.running import Running

os.sched_setaffinity(0, {{min(os.sched_getaffinity(0))}})
spin = [sys.executable, "-S", "-c", {SPIN!r}]
spinning = [subprocess.Popen(spin, stdout=subprocess.PIPE) for _ in range(int(sys.argv[1]))]
for process in spinning:
    process.stdout.readline()
running = Running()
for _ in range(5):
    running.look(descendants())
    time.sleep(0.01)
for process in spinning:
    process.kill()
print(json.dumps(running.told()))
"""


def looked_on_one_core(spinning):
    """What some looks come to at a process with so many children that do nothing but run."""
    command = [sys.executable, "-c", ON_ONE_CORE, str(spinning)]
    return json.loads(subprocess.run(command, check=True, capture_output=True, text=True).stdout)


def test_nothing_runs_where_all_wait():
    with subprocess.Popen([sys.executable, "-c", WAIT], stdin=subprocess.PIPE, stdout=subprocess.PIPE) as child:
        child.stdout.readline()
        told = looked(20)
        child.stdin.write(b"\n")
    assert told["looks"][0] >= 18
    assert told["crowded"] == []


def test_processes_that_share_a_core_are_counted_though_only_one_of_them_has_it():
    told = looked_on_one_core(3)
    assert told == {"cores": 1, "looks": [0, 0, 0, 5], "crowded": [1, 1, 1]}


def test_as_many_as_there_are_cores_are_no_crowd():
    assert looked_on_one_core(1) == {"cores": 1, "looks": [0, 5], "crowded": []}


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
