"""Workers whose libraries have threads of their own: found in a real run, with the variant's name."""

import sys

import pytest

from harness.machine.cores import available

from .desk import variant_of

pytestmark = pytest.mark.skipif(
    not sys.platform.startswith("linux") or len(available()) < 2, reason="threads are looked at on Linux, on two cores"
)

WORKERS = """
import numpy, pytest
from joblib import Parallel, delayed, parallel_config

def multiply():
    square = numpy.ones((500, 500))
    for _ in range(40):
        square @ square
    return 1

def each_with_two_threads():
    return sum(Parallel(n_jobs=2)(delayed(multiply)() for _ in range(4)))

def each_with_one_thread():
    with parallel_config(backend="loky", inner_max_num_threads=1):
        return each_with_two_threads()

@pytest.mark.benchmark(group="work")
@pytest.mark.parametrize("variant", [each_with_one_thread, each_with_two_threads])
def test_work(benchmark, variant):
    benchmark.extra_info["answer"] = benchmark.pedantic(variant, rounds=2)
"""


def test_a_variant_with_more_threads_than_cores_is_named_with_what_to_do_and_one_that_fits_is_not(desk):
    desk.write("test_work.py", WORKERS)
    ended = desk.run("test_work.py", "--cores", "2", "--launches", "1", "--budget", "300")
    assert ended.code == 0, ended.err
    record = desk.record()
    crowded = variant_of(record, "work", "each_with_two_threads")["running"]
    assert (crowded["cores"], crowded["crowded"]) == (2, [2, 2]), crowded
    fitting = variant_of(record, "work", "each_with_one_thread")["running"]
    # On a busy machine threads stay ready for longer, so that a look now and then sees one more than cores.
    assert waiting_for_each_core(fitting) < 0.2 <= waiting_for_each_core(crowded), (fitting, crowded)
    told = " ".join(ended.out.split())
    assert "each_with_two_threads is oversubscribed: 4 threads at once on 2 cores" in told
    assert "(2 processes x 2 threads;" in told
    assert "inner_max_num_threads=1" in told
    assert "each_with_one_thread is oversubscribed" not in told
    assert told.count("Instructions were not counted") == (1 if record["environment"]["uncounted"] else 0)


def waiting_for_each_core(running):
    """Threads that had no core, in the mean over all looks, for each core that there is."""
    cores, looks = running["cores"], running["looks"]
    return sum(max(0, threads - cores) * seen for threads, seen in enumerate(looks)) / sum(looks) / cores
