"""Work that a second process does a half of."""

import contextlib
import os
import signal
import subprocess
import sys
import time
from concurrent.futures import ThreadPoolExecutor

import pytest

from harness.failure import HarnessError
from harness.report.site import SiteFolder
from harness.sharing import shared

# Each in a process of its own: the one of the tests has threads, and is not forked.
_SAY = """
import os, signal
from harness.sharing import shared
{make}
print([str(each) for each in shared(make, list(range(5)))], flush=True)
"""
forks = pytest.mark.skipif(
    sys.platform != "linux" or len(os.sched_getaffinity(0)) < 2, reason="forks on Linux, with two cores"
)


def said(make):
    told = subprocess.run(
        [sys.executable, "-c", _SAY.format(make=make)], capture_output=True, text=True, timeout=60, check=False
    )
    return told.stdout, told.stderr


@forks
def test_the_second_half_is_made_by_another_process_and_the_order_stays():
    make = "def make(item): return item, os.getpid()"
    told = "pids = [pid for _, pid in shared(make, list(range(5)))]; print(pids == [os.getpid()] * 2 + [pids[-1]] * 3)"
    script = f"import os\nfrom harness.sharing import shared\n{make}\n{told}; print(len(set(pids)))"
    ended = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, timeout=60, check=True)
    assert ended.stdout.split() == ["True", "2"]


@forks
def test_what_a_killed_process_has_not_made_is_made_here():
    make = (
        "first = os.getpid()\n"
        "def make(item):\n"
        "    if item == 3 and os.getpid() != first: os.kill(os.getpid(), signal.SIGKILL)\n"
        "    return item"
    )
    assert said(make) == ("['0', '1', '2', '3', '4']\n", "")


@forks
def test_where_no_process_can_be_had_all_is_made_here():
    make = "def refused(): raise BlockingIOError('no more processes')\nos.fork = refused\nmake = lambda item: item"
    assert said(make) == ("['0', '1', '2', '3', '4']\n", "")


@forks
def test_what_fails_in_the_other_process_fails_in_this_one_with_its_own_words():
    out, err = said("def make(item):\n    if item == 3: raise ValueError('three is refused')\n    return item")
    assert out == ""
    assert err.count("Traceback") == 1
    assert err.endswith("ValueError: three is refused\n")


@forks
def test_an_interrupted_build_leaves_no_process_behind():
    script = (
        "import multiprocessing, os, signal, time\n"
        "from harness.sharing import shared\n"
        "def make(item):\n"
        "    if item: time.sleep(30)\n"
        "    os.kill(os.getpid(), signal.SIGINT)\n"
        "try: list(shared(make, [0, 1]))\n"
        "except KeyboardInterrupt: print(multiprocessing.active_children())\n"
    )
    ended = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, timeout=20, check=True)
    assert ended.stdout == "[]\n"


@forks
def test_the_other_process_of_a_killed_build_ends_and_holds_the_folder_no_longer(tmp_path):
    script = (
        "import os, signal, sys\n"
        "from harness.report.site import SiteFolder\n"
        "from harness.sharing import shared\n"
        "first = os.getpid()\n"
        "def make(item):\n"
        "    if item == 0: signal.pause()\n"
        "    if os.getpid() != first and item == 4: os.kill(first, signal.SIGKILL)\n"
        "    return 'x' * 1_000_000\n"
        "with SiteFolder(sys.argv[1]): list(shared(make, range(8)))\n"
    )
    ended = subprocess.run([sys.executable, "-c", script, tmp_path / "site"], timeout=20, check=False)
    assert ended.returncode == -signal.SIGKILL
    until = time.monotonic() + 20
    while time.monotonic() < until:
        with contextlib.suppress(HarnessError), SiteFolder(tmp_path / "site"):
            return
        time.sleep(0.05)
    pytest.fail("the folder is still held")


@forks
def test_pages_larger_than_a_pipe_holds_arrive_whole():
    out, err = said("def make(item): return str(item) * 1_000_000")
    assert err == ""
    assert out == f"{[str(item) * 1_000_000 for item in range(5)]}\n"


def test_a_process_with_threads_does_all_itself():
    with ThreadPoolExecutor(1) as threads:
        threads.submit(int).result()
        made = list(shared(lambda item: (item, os.getpid()), [1, 2, 3]))
    assert made == [(item, os.getpid()) for item in (1, 2, 3)]
