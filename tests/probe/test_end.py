"""A probe ends with its conductor, whatever state it is in, and takes along what it started."""

import os
import signal
import sys
import time

import pytest
from ended import alive, gone

on_linux = pytest.mark.skipif(not sys.platform.startswith("linux"), reason="the parent-death signal is Linux's")

WITH_A_CHILD = """
    import subprocess, sys
    def test_it(benchmark):
        child = subprocess.Popen([sys.executable, "-c", "import time; time.sleep(600)"])
        benchmark.group = str(child.pid)
        benchmark(int)
"""


def test_at_the_end_of_its_pipe_a_waiting_probe_ends_with_its_children(suite):
    probe = suite.hold(WITH_A_CHILD)
    child = int(probe.ready()["group"])
    assert alive(child)
    probe.process.stdin.close()
    assert probe.process.wait(20) == -signal.SIGKILL
    assert gone([child])


def test_a_probe_that_cannot_tell_its_message_ends_with_its_children(suite):
    probe = suite.hold(WITH_A_CHILD)
    child = int(probe.ready()["group"])
    probe.process.stdout.close()
    probe.tell(do="turn", calls=1)
    assert probe.process.wait(20) == -signal.SIGKILL
    assert gone([child])


@on_linux
def test_a_probe_whose_parent_is_another_than_it_was_told_does_not_begin(suite):
    probe = suite.start("describe", environ={"HARNESS_PARENT": "1"})
    assert probe.process.wait(20) == 113


def test_threads_and_exit_handlers_do_not_keep_a_finished_probe(suite):
    probe = suite.hold("""
        import atexit, threading, time
        def test_it(benchmark):
            threading.Thread(target=time.sleep, args=(600,)).start()
            atexit.register(time.sleep, 600)
            benchmark(int)
    """)
    probe.stated()
    assert probe.process.wait(20) == 0


def test_a_hanging_probe_writes_where_it_stands_when_aborted(suite):
    probe = suite.hold("""
        import time
        def hangs_here():
            time.sleep(600)
        def test_it(benchmark):
            benchmark(hangs_here)
    """)
    probe.ready()
    probe.tell(do="turn", calls=1)
    time.sleep(0.3)
    os.kill(probe.process.pid, signal.SIGABRT)
    assert probe.process.wait(20) == -signal.SIGABRT
    assert "in hangs_here" in probe.log()
