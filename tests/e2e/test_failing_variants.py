"""Variants that can't be measured: each is reported with what it said last, and the others go on."""

from __future__ import annotations

import re

import pytest

from .desk import TRACEBACK, judged, variant_of

SUITE = '''
import os, select, signal, sys, time
import pytest

def good():
    return sum(range(20_000))

def raises():
    raise RuntimeError("the third wheel came off")

def hangs():
    print("about to wait for ever", flush=True)
    time.sleep(600)

def dies():
    print("goodbye, cruel world", flush=True)
    os.kill(os.getpid(), signal.SIGKILL)

def leaves():
    os._exit(7)

def babbles():
    """Write into every pipe that this process can write to: one of them is the messages' own."""
    for entry in os.listdir("/proc/self/fd"):
        if os.path.exists("/proc/self/fd/" + entry) and os.readlink("/proc/self/fd/" + entry).startswith("pipe:"):
            try:
                os.write(int(entry), b"garbage, not JSON\\n")
            except OSError:
                pass

def prints():
    for number in range(300):
        print("line", number, "x" * 1000)
    sys.stderr.write("and an error\\n" * 1000)
    return good()

def skips():
    pytest.skip("there is no fast disk here")

WAYS = [good, raises, hangs, dies, leaves, babbles, prints, skips]

@pytest.mark.parametrize("variant", WAYS)
@pytest.mark.benchmark(group="ways")
def test_ways(benchmark, variant):
    benchmark.extra_info["answer"] = benchmark.pedantic(variant, rounds=24)
'''

TITLE = "ways"


@pytest.fixture(scope="module")
def run(module_desk):
    module_desk.write("test_ways.py", SUITE)
    return module_desk.run("test_ways.py", "--launches", "3", "--budget", "200s", "--timeout", "1s")


@pytest.fixture(scope="module")
def record(run, module_desk):
    return module_desk.record()


def missing_line(record, name):
    (line,) = [line for line in record["missing"] if f"{TITLE}, {name}: " in line]
    return line


def last_failure(record, name):
    return variant_of(record, TITLE, name)["failures"][-1]


def test_the_exit_code_says_that_something_is_missing(run):
    assert run.code == 3
    assert TRACEBACK not in run.err


def test_the_others_are_measured_in_every_launch(record):
    rows = judged(record, TITLE)
    assert rows["prints"]["ratio"]["launches"] == 3
    assert rows["prints"]["answer"]["agreement"] == "agree"


def test_a_variant_that_raises_is_reported_with_its_traceback(run, record):
    assert "raise RuntimeError" in last_failure(record, "raises")["text"]
    assert "the third wheel came off" in missing_line(record, "raises")
    assert "the third wheel came off" in run.out


def test_a_variant_that_hangs_is_ended_at_its_time_limit_and_shows_where_it_stood(record):
    failure = last_failure(record, "hangs")
    assert failure["kind"] == "hung"
    assert "1 s" in failure["text"]
    assert "about to wait for ever" in failure["output"]
    assert "in hangs" in failure["output"]


def test_a_variant_that_dies_of_a_signal_is_reported_with_it_and_with_its_last_words(run, record):
    assert "SIGKILL" in missing_line(record, "dies")
    assert "goodbye, cruel world" in last_failure(record, "dies")["output"]
    assert "goodbye, cruel world" in run.out


def test_a_variant_that_leaves_is_reported_with_its_exit_code(record):
    assert "exited with code 7" in missing_line(record, "leaves")


def test_a_variant_that_writes_into_the_message_pipe_is_reported_with_what_it_wrote(record):
    assert last_failure(record, "babbles")["kind"] == "garbled"
    assert "garbage, not JSON" in missing_line(record, "babbles")


def test_a_variant_that_skips_itself_is_told_and_is_not_missing(run, record):
    assert not [line for line in record["missing"] if "skips" in line]
    assert "there is no fast disk here" in run.out


def test_what_a_variant_prints_stays_out_of_the_output(run):
    # A traceback may name a line 170 of a file.
    assert not re.search(r"line 17\b", run.out + run.err)


def test_nothing_is_missing_but_what_failed(record):
    assert len(record["missing"]) == 5


def test_no_process_is_left_behind(run, module_desk):
    assert module_desk.is_deserted()
