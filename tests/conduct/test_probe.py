"""A real process at the other end of the pipe, in every way in which it can fail."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time

import psutil
import pytest

from harness.conduct.probe import LaunchVoid, Probe, ProbeLost
from harness.environment import Command, Guard, Kind, Realized, spawn
from harness.record.schema import FailureKind


@pytest.fixture
def start(tmp_path):
    """Start a probe that is a script of these lines."""
    guard, probes = Guard(), []

    def started(script):
        here = Realized(address="live", kind=Kind.LIVE, python=sys.executable, prefix=sys.prefix)
        command = Command(arguments=("-c", script), settings={}, folder=tmp_path, log=tmp_path / "log")
        probes.append(Probe("a", spawn(here, command, guard), lambda _line: None))
        return probes[-1]

    yield started
    for probe in probes:
        probe.close()
    guard.close()


def lost(probe, timeout_s=20.0):
    with pytest.raises(ProbeLost) as caught:
        probe.hear(timeout_s)
    return caught.value


def test_messages_come_one_by_one_however_they_are_written(start):
    probe = start('import os\nos.write(1, b\'{"kind":"a"}\\n{"ki\')\nos.write(1, b\'nd":"b"}\\n\')\ninput()')
    assert [probe.hear(20.0)["kind"], probe.hear(20.0)["kind"]] == ["a", "b"]


def test_an_order_is_a_line_of_json(start):
    probe = start('print(\'{"kind":"echo","said":\' + input() + \'}\', flush=True)')
    assert probe.ask(20.0, do="turn", calls=3)["said"] == {"do": "turn", "calls": 3}


@pytest.mark.parametrize(
    "line", ["hello", "[1]", "{}", '{"kind":"raised"}', "\\xff\\xfe", '"\\\\ud800"', '{"kind":"x","v":NaN}']
)
def test_garbage_on_the_pipe_is_named(start, line):
    found = lost(start(f"import os\nos.write(1, b'''{line}\\n''')\ninput()"))
    assert found.kind is FailureKind.GARBLED
    assert found.text.startswith("wrote to the pipe that is kept for messages")


@pytest.mark.parametrize(
    ("message", "kind"),
    [
        ('{"kind":"raised","text":"why"}', FailureKind.RAISED),
        ('{"kind":"unfit","why":"why"}', FailureKind.RAISED),
        ('{"kind":"skipped","why":"why"}', FailureKind.SKIPPED),
    ],
)
def test_bad_news_is_raised(start, message, kind):
    found = lost(start(f"print('{message}', flush=True)"))
    assert (found.kind, found.text) == (kind, "why")


def test_a_void_launch_is_raised(start):
    probe = start("""print('{"kind":"void","why":"lost a worker"}', flush=True)""")
    with pytest.raises(LaunchVoid, match="a: lost a worker"):
        probe.hear(20.0)


def test_an_exit_is_told_with_its_code_and_the_last_output(start):
    found = lost(start("import sys\nprint('last words', file=sys.stderr)\nsys.exit(7)"))
    assert (found.kind, found.text) == (FailureKind.DIED, "exited with code 7 before its work was done")
    assert found.output == "last words"


def test_a_signal_is_told_by_its_name(start):
    found = lost(start("import os, signal\nos.kill(os.getpid(), signal.SIGSEGV)"))
    assert found.text == "died of SIGSEGV"


def test_a_death_is_seen_although_a_forked_child_keeps_the_pipe(start):
    probe = start("import os, signal, time\nif os.fork(): os.kill(os.getpid(), signal.SIGKILL)\ntime.sleep(600)")
    began = time.monotonic()
    assert lost(probe, 60.0).text.startswith("died of SIGKILL")
    assert time.monotonic() - began < 20.0


def test_a_hanging_probe_is_ended_after_its_time(start):
    probe = start("import faulthandler, time\nfaulthandler.enable()\ntime.sleep(600)")
    time.sleep(0.5)
    found = lost(probe, 0.2)
    assert found.kind is FailureKind.HUNG
    assert "no answer within 0.2 s" in found.text


CONDUCTOR = """
import os, signal, sys, time
from pathlib import Path
from harness.environment import Command, Guard, Kind, Realized, spawn
child = "import time; time.sleep(600)"
probe = "import subprocess, sys; print(subprocess.Popen([sys.executable, '-c', %r]).pid, flush=True); input()" % child
here = Realized(address="live", kind=Kind.LIVE, python=sys.executable, prefix=sys.prefix)
command = Command(arguments=("-c", probe), settings={}, folder=Path("."), log=Path(sys.argv[1]))
process = spawn(here, command, Guard())
grandchild = process.stdout.readline().decode().strip()
if sys.argv[2] == "stopped":
    process.stop()
print(process.pid, grandchild, flush=True)
time.sleep(600)
"""


@pytest.mark.parametrize("state", ["awake", "stopped"])
def test_a_killed_conductor_takes_its_probes_along_with_all_that_they_started(tmp_path, state):
    argv = [sys.executable, "-c", CONDUCTOR, str(tmp_path / "log"), state]
    with subprocess.Popen(argv, stdout=subprocess.PIPE, text=True) as conductor:
        assert conductor.stdout is not None
        processes = [psutil.Process(int(word)) for word in conductor.stdout.readline().split()]
        assert len(processes) == 2
        os.kill(conductor.pid, signal.SIGKILL)
    _, alive = psutil.wait_procs(processes, timeout=20.0)
    assert [process for process in alive if process.status() != psutil.STATUS_ZOMBIE] == []
