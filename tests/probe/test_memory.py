"""The peak memory of one call against what is known to be allocated, in a fresh process each: within 5 %."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from harness_probe.memory import Set, together

from .requirements import needs_module

MEGABYTE = 10**6

# Takes the peak of `call` above what the process had before, or above that of `floor` where there is one.
TAKE = """
import os, time
from harness_probe.memory import _status_bytes, peak_of

{code}

before = peak_of(floor)[1] if "floor" in globals() else _status_bytes("VmRSS")
print(peak_of(call)[1] - before)
"""

NUMPY = """
import numpy

def call():
    return numpy.ones(25_000_000).sum()
"""
FORK = """
import numpy

def call():
    child = os.fork()
    if child == 0:
        held = numpy.ones(25_000_000)
        time.sleep(0.05)
        os._exit(0)
    os.waitpid(child, 0)
"""
# The child reads what its parent made, and adds as much of its own.
SHARED_WITH_A_FORK = """
import numpy

def call():
    held = numpy.ones(12_500_000)
    child = os.fork()
    if child == 0:
        own = held + 1
        time.sleep(0.05)
        os._exit(0)
    os.waitpid(child, 0)
"""
SHARED_MEMORY = """
import mmap

def call():
    shared = mmap.mmap(-1, 200_000_000)
    shared[::4096] = b"x" * len(shared[::4096])
    child = os.fork()
    if child == 0:
        sum(shared[::4096])
        time.sleep(0.05)
        os._exit(0)
    os.waitpid(child, 0)
"""
CLUSTER = """
import distributed, numpy

def hold(size):
    held = numpy.ones(size)
    time.sleep(0.1)
    return float(held[0])

cluster = distributed.LocalCluster(n_workers=1, threads_per_worker=1, dashboard_address=None)
client = distributed.Client(cluster)
client.submit(hold, 1).result()

def floor():
    client.submit(hold, 2).result()

def call():
    client.submit(hold, 25_000_000).result()
"""


def peak_bytes(code):
    done = subprocess.run(
        [sys.executable, "-c", TAKE.format(code=code)],
        capture_output=True,
        check=False,
        text=True,
        env=os.environ | {"PYTHONPATH": str(Path(__file__).parents[2])},
        timeout=120,
    )
    assert done.returncode == 0, done.stderr
    return int(done.stdout)


on_linux = pytest.mark.skipif(not sys.platform.startswith("linux"), reason="reads /proc")


@on_linux
@pytest.mark.parametrize(
    "code",
    [NUMPY, FORK, SHARED_WITH_A_FORK, SHARED_MEMORY],
    ids=["numpy", "fork", "shared-with-a-fork", "shared-memory"],
)
def test_the_peak_of_a_known_allocation_is_right_within_5_per_cent(code):
    assert peak_bytes(code) == pytest.approx(200 * MEGABYTE, rel=0.05)


@on_linux
@needs_module("distributed")
def test_what_a_worker_of_a_local_cluster_allocates_is_right_within_5_per_cent():
    assert peak_bytes(CLUSTER) == pytest.approx(200 * MEGABYTE, rel=0.05)


def test_pages_that_strangers_map_too_are_not_lost():
    sets = {1: Set(anonymous=100, others=10, others_whole=40), 2: Set(anonymous=50, others=10, others_whole=30)}
    assert together(sets, sets) == 190


def test_pages_that_each_process_maps_for_itself_are_all_counted():
    sets = {1: Set(anonymous=100, others=40, others_whole=40), 2: Set(anonymous=50, others=30, others_whole=30)}
    assert together(sets, sets) == 220


def test_pages_that_one_process_maps_after_another_while_they_are_looked_at_are_counted_once():
    before = {1: Set(anonymous=0, others=200, others_whole=200)}
    during = {1: Set(anonymous=0, others=180, others_whole=200), 2: Set(anonymous=0, others=80, others_whole=160)}
    after = {process: Set(anonymous=0, others=100, others_whole=200) for process in (1, 2)}
    assert together(during, before) == together(after, during) == 200
