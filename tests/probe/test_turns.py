"""Turns, processor time and peak memory, in this process and in those that it starts."""

import gc
import subprocess
import sys
import time

import pytest

from harness_probe.memory import peak_of
from harness_probe.processor import ProcessorTime, descendants
from harness_probe.turns import Turns, Work

on_linux = pytest.mark.skipif(not sys.platform.startswith("linux"), reason="reads /proc")
MEGABYTE = 10**6


def work(function, iterations=1, rounds=None, arguments=lambda: ((), {}), teardown=None, disable_gc=False):
    return Work(function, arguments, teardown, iterations, rounds, disable_gc)


def test_a_turn_of_a_plain_call_has_as_many_calls_as_asked():
    calls = []
    timing = Turns(work(lambda: calls.append(1))).take(7)
    assert timing.calls == len(calls) == 7


@pytest.mark.parametrize(("asked", "iterations", "taken"), [(1, 1, 1), (3, 1, 3), (1, 5, 5), (6, 5, 10)])
def test_a_turn_of_a_pedantic_call_has_whole_rounds(asked, iterations, taken):
    assert Turns(work(int, iterations, rounds=99)).take(asked).calls == taken


def test_only_pedantic_work_has_a_most_number_of_calls():
    assert work(int).most_calls is None
    assert work(int, iterations=4, rounds=3).most_calls == 12


def test_the_time_of_a_turn_is_that_of_its_calls():
    timing = Turns(work(lambda: time.sleep(0.01))).take(5)
    assert 0.05 <= timing.wall_s < 1.0
    assert timing.cpu_s < 0.05


def test_arguments_are_made_anew_for_each_round():
    made = iter(range(100))
    turns = Turns(work(lambda n: n, rounds=9, arguments=lambda: ((next(made),), {})))
    turns.take(3)
    assert turns.result == 2


def test_the_last_result_is_freed_before_the_next_round_begins():
    class Result:
        alive = 0

        def __init__(self):
            Result.alive += 1

        def __del__(self):
            Result.alive -= 1

    seen = []
    turns = Turns(work(lambda: (seen.append(Result.alive), Result())[1]))
    turns.take(1)
    turns.take(1)
    assert seen == [0, 0]
    assert isinstance(turns.result, Result)


def test_the_collector_is_on_again_after_a_call_that_raised():
    with pytest.raises(ZeroDivisionError):
        Turns(work(lambda: 1 / 0, disable_gc=True)).take(1)
    assert gc.isenabled()


BUSY = "import time\nend = time.process_time() + {}\nwhile time.process_time() < end: pass\n"


def used_while(call):
    before = ProcessorTime()
    call()
    return before.until(ProcessorTime())


def busy(seconds):
    end = time.process_time() + seconds
    while time.process_time() < end:
        pass


def test_own_processor_time_is_counted():
    assert 0.3 <= used_while(lambda: busy(0.3)) < 0.6


def test_sleeping_uses_none():
    assert used_while(lambda: time.sleep(0.2)) < 0.1


def test_a_child_that_was_waited_for_is_counted():
    assert 0.25 <= used_while(lambda: subprocess.check_call([sys.executable, "-S", "-c", BUSY.format(0.3)])) < 0.8


@pytest.fixture
def child():
    """A process that does as the lines say that it is sent, and answers each."""
    lines = "import subprocess, sys, time\nfor line in sys.stdin:\n    exec(line)\n    print('done', flush=True)\n"
    process = subprocess.Popen([sys.executable, "-c", lines], stdin=subprocess.PIPE, stdout=subprocess.PIPE)

    def do(line):
        process.stdin.write(line.encode() + b"\n")
        process.stdin.flush()
        assert process.stdout.readline() == b"done\n"

    do.process = process
    yield do
    process.kill()
    process.wait()
    process.stdin.close()
    process.stdout.close()


def in_child(seconds):
    return "exec({!r})".format(BUSY.format(f"{seconds} "))


@on_linux
def test_a_living_child_is_counted_for_what_it_uses_meanwhile(child):
    child(in_child(0.3))
    assert 0.15 <= used_while(lambda: child(in_child(0.2))) < 0.5
    assert used_while(lambda: None) < 0.1


@on_linux
def test_a_child_that_ends_brings_only_what_it_used_meanwhile(child):
    child(in_child(0.5))

    def end():
        child.process.stdin.close()
        child.process.wait()

    assert used_while(end) < 0.3


@on_linux
def test_a_grandchild_that_its_parent_waits_for_brings_only_what_it_used_meanwhile(child):
    waiting = BUSY.format(0.5) + "print(flush=True)\ninput()"
    child(
        f"p = subprocess.Popen([sys.executable, '-c', {waiting!r}], stdin=subprocess.PIPE, stdout=subprocess.PIPE); "
        "p.stdout.readline()"
    )
    assert len(descendants()) >= 2
    assert used_while(lambda: child("p.stdin.close(); p.wait()")) < 0.3


@on_linux
def test_forked_children_are_found(suite):
    probe = suite.hold("""
        import multiprocessing, time
        def busy(seconds):
            end = time.process_time() + seconds
            while time.process_time() < end: pass
        def test_it(benchmark):
            with multiprocessing.get_context("fork").Pool(2) as pool:
                benchmark(pool.map, busy, [0.2, 0.2], chunksize=1)
    """)
    probe.ready()
    assert 0.35 <= probe.turn(1)["cpu_s"] < 1.0


@on_linux
def test_what_a_call_allocates_is_seen_within_a_tenth():
    # In a process of its own: where other libraries changed the heap's settings, memory is kept that was freed before.
    result, rise_bytes = alone(f"""
from harness_probe.memory import peak_of
_, floor = peak_of(lambda: None)
result, peak_bytes = peak_of(lambda: len(bytearray({100 * MEGABYTE})))
print(result, peak_bytes - floor)
""")
    assert int(result) == 100 * MEGABYTE
    assert int(rise_bytes) == pytest.approx(100 * MEGABYTE, rel=0.1)


# In a process of its own: what other tests left in this one's heap, and its threads, comes and goes.
FILL_ONCE = """
import mmap
from harness_probe.memory import peak_of

def fill():
    with mmap.mmap(-1, 100 * 10**6) as held:
        held[::4096] = b"x" * len(range(0, 100 * 10**6, 4096))

fill()
_, first = peak_of(fill)
_, second = peak_of(lambda: None)
print(first - second)
"""


@on_linux
def test_a_peak_of_an_earlier_call_is_forgotten():
    printed = subprocess.run([sys.executable, "-c", FILL_ONCE], check=True, capture_output=True, text=True).stdout
    assert int(printed) > 80 * MEGABYTE


ALLOCATE = "import time\nheld = bytearray({})\nheld[::4096] = b'x' * len(held[::4096])\nprint(flush=True)\ninput()"


@on_linux
def test_what_a_child_allocates_is_seen_within_a_tenth():
    def call(size):
        process = subprocess.Popen(
            [sys.executable, "-c", ALLOCATE.format(size)], stdin=subprocess.PIPE, stdout=subprocess.PIPE
        )
        process.stdout.readline()
        time.sleep(0.1)
        process.communicate(b"\n")

    # The first is the larger part of its tree already, so that the second differs from it by the child alone.
    _, floor = peak_of(lambda: call(100 * MEGABYTE))
    _, peak_bytes = peak_of(lambda: call(200 * MEGABYTE))
    assert peak_bytes - floor == pytest.approx(100 * MEGABYTE, rel=0.1)


def test_a_peak_that_cannot_be_told_is_none(monkeypatch):
    monkeypatch.setattr("harness_probe.memory._reset_high_water_mark", lambda: False)
    assert peak_of(lambda: 5) == (5, None)


@on_linux
def test_a_probe_tells_the_peak_of_an_untimed_call(suite):
    probe = suite.hold("def test_it(benchmark):\n    benchmark(bytearray, 100 * 10**6)")
    probe.ready()
    assert 100 * MEGABYTE < probe.ask(do="memory")["peak_bytes"] < 250 * MEGABYTE
    assert probe.turn()["calls"] == 1


def alone(code):
    """The words that these lines print, in a process without the children of other tests; `mark` is taken before."""
    lines = ["import subprocess, sys", "from harness_probe.memory import HighWater", "mark = HighWater()", code]
    done = subprocess.run([sys.executable, "-c", "\n".join(lines)], stdout=subprocess.PIPE, text=True, check=True)
    return done.stdout.split()


@on_linux
def test_the_kernels_own_mark_tells_the_peak_of_a_timed_call():
    before, after = map(
        int,
        alone(f"""
print(HighWater().peak_bytes())
len(bytearray({100 * MEGABYTE}))
print(mark.peak_bytes())
"""),
    )
    assert after - before == pytest.approx(100 * MEGABYTE, rel=0.05)


@on_linux
def test_a_child_that_has_ended_and_touched_little_leaves_the_mark_as_good():
    [peak_bytes] = alone(f"""
held = bytearray({100 * MEGABYTE})
subprocess.run(["true"], check=True)
print(mark.peak_bytes())
""")
    assert int(peak_bytes) > 100 * MEGABYTE


@on_linux
def test_a_child_that_has_ended_and_touched_much_makes_the_mark_worthless():
    child = ALLOCATE.format(100 * MEGABYTE)
    assert alone(f"""
subprocess.run([sys.executable, "-c", {child!r}], input=b"\\n", check=True, stdout=subprocess.DEVNULL)
print(mark.peak_bytes())
""") == ["None"]


@on_linux
def test_with_a_living_child_the_mark_tells_nothing():
    assert alone("""
with subprocess.Popen([sys.executable, "-c", "input()"], stdin=subprocess.PIPE) as process:
    print(HighWater().peak_bytes(), mark.peak_bytes())
    process.communicate(b"\\n")
""") == ["None", "None"]


@on_linux
def test_a_probe_tells_the_peak_of_a_timed_call_if_asked(suite):
    probe = suite.hold("def test_it(benchmark):\n    benchmark(bytearray, 100 * 10**6)")
    probe.ready()
    assert probe.ask(do="turn", calls=1)["peak_bytes"] is None
    assert 100 * MEGABYTE < probe.ask(do="turn", calls=1, peak=True)["peak_bytes"] < 250 * MEGABYTE
