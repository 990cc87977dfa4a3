"""Creations of an environment that are killed, and two at once: the same for every backend."""

import os
import random
import signal
import subprocess
import sys
import time
from pathlib import Path

from harness.environment import Provision, find, parse_address, realize, remove, verify

_CREATE = """
import sys
from pathlib import Path
from harness.environment import Provision, parse_address, realize, verify
address = parse_address(sys.argv[2], Path(sys.argv[1]))
print("ready", flush=True)
realized = realize(address, lambda line: print(line, flush=True), Provision(prefix=sys.argv[3] or None))
print("made", flush=True)
print(verify(realized).state, realized.prefix)
"""


def creation_of(project, address, prefix=""):
    """A process that makes an environment: "ready", what it tells meanwhile, "made", and how it was verified."""
    command = [sys.executable, "-c", _CREATE, str(project), address, str(prefix)]
    return subprocess.Popen(command, stdout=subprocess.PIPE, text=True)


def assert_two_at_once_make_one(project, address, folder):
    """folder: where the environment will lie, alone."""
    both = [creation_of(project, address) for _ in range(2)]
    said = [process.communicate(timeout=120)[0].splitlines() for process in both]
    assert [process.returncode for process in both] == [0, 0]
    assert sum("Making the environment" in line for lines in said for line in lines) == 1
    assert said[0][-1] == said[1][-1]
    assert said[0][-1].startswith("verified ")
    assert len(list(folder.iterdir())) == 1


def assert_killed_creations_end_in_one(project, address, folder, prefix=None, moments=20):
    """Kill creations at random moments of the time that one takes, each in what the one before has left.

    What was complete all the same has to be verified, and is removed, so that there is always something to be made.
    folder: where the environment will lie, alone.
    """
    chance = random.Random(7)
    resolved, provision = parse_address(address, project), Provision(prefix=prefix and str(prefix))
    began = time.monotonic()
    remove(realize(resolved, print, provision))
    longest_s = time.monotonic() - began
    completed = 0
    for _ in range(moments):
        process = creation_of(project, address, prefix or "")
        assert process.stdout.readline() == "ready\n"
        time.sleep(chance.uniform(0.0, longest_s))
        os.kill(process.pid, signal.SIGKILL)
        process.communicate(timeout=120)
        left = find(resolved, provision)
        if left is None:
            assert all(path.name.startswith(".harness-") for path in folder.iterdir())
            continue
        completed += 1
        assert verify(left).state == "verified"
        remove(left)
    assert completed < moments
    made = realize(resolved, print, provision)
    assert verify(made).state == "verified"
    assert [path.name for path in folder.iterdir()] == [Path(made.prefix).name]
