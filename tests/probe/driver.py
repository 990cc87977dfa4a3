"""Starts real probes from a private copy of the probe's code, and talks to them as the conductor does.

Needs nothing of the harness, so that these tests run wherever the probe does.
"""

import contextlib
import json
import os
import select
import shutil
import signal
import subprocess
import sys
import textwrap
import time
from pathlib import Path

import harness_probe

_NOT_FOR_PROBES = ("PYTEST_", "COV_CORE_", "COVERAGE_", "PYTHONPATH")
PATIENCE_S = 60.0


def copy_probe(folder):
    """Put `start.py` and the package beside each other into `folder`; returns the path of the script."""
    source = Path(harness_probe.__file__).parent
    (folder / "harness_probe").mkdir(parents=True)
    for file in source.glob("*.py"):
        target = folder if file.name == "start.py" else folder / "harness_probe"
        shutil.copyfile(str(file), str(target / file.name))
    return folder / "start.py"


class Suite:
    """A folder with a suite of its own, of which probes can be started."""

    def __init__(self, script, folder):
        self.folder = folder / "suite"
        self.arrays = folder / "arrays"
        self._script = script
        self.scratch = folder / "scratch"
        self._started = []
        for made in (self.folder, self.arrays, self.scratch):
            made.mkdir()
        # Nothing above this folder may lend it its configuration.
        self.write("pytest.ini", "[pytest]\n")

    def write(self, name, text):
        (self.folder / name).write_text(textwrap.dedent(text))

    def start(self, mode, paths=None, environ=None, **settings):
        """Start a probe with these orders."""
        orders = {"mode": mode, "paths": paths or [str(self.folder)], "arrays": str(self.arrays)}
        orders.update(settings)
        outer = {name: value for name, value in os.environ.items() if not name.startswith(_NOT_FOR_PROBES)}
        outer.update({"TMPDIR": str(self.scratch), "HARNESS_PARENT": str(os.getpid())}, **(environ or {}))
        log = self.scratch / f"{len(self._started)}.log"
        with log.open("wb") as output:
            process = subprocess.Popen(
                [sys.executable, str(self._script), json.dumps(orders)],
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=output,
                cwd=str(self.folder),
                env=outer,
                start_new_session=True,
                bufsize=0,
            )
        probe = Probe(process, log)
        self._started.append(probe)
        return probe

    def hold(self, text, test="test_it", **settings):
        """Write a suite of one file and let a probe hold one of its tests."""
        self.write("test_suite.py", text)
        return self.start("hold", item="test_suite.py::" + test, rootdir=str(self.folder), **settings)

    def collect(self, **settings):
        """What a collecting probe says."""
        return self.start("collect", **settings).hear()

    def items(self, text):
        """What a collecting probe says of a suite of one file, by node id within the file."""
        self.write("test_suite.py", text)
        return {item["nodeid"].split("::", 1)[1]: item for item in self.collect()["items"]}

    def close(self):
        for probe in self._started:
            probe.close()


class Probe:
    """One probe and its pipe."""

    def __init__(self, process, log):
        self.process = process
        self._log = log
        self._pending = b""

    def tell(self, **order):
        self.process.stdin.write(json.dumps(order).encode() + b"\n")

    def hear(self, timeout_s=PATIENCE_S):
        """The next message; fails the test, with the probe's output, where none comes."""
        deadline = time.monotonic() + timeout_s
        while b"\n" not in self._pending:
            ready, _, _ = select.select([self.process.stdout], [], [], max(0.0, deadline - time.monotonic()))
            assert ready, f"no message within {timeout_s} s:\n{self.log()}"
            chunk = os.read(self.process.stdout.fileno(), 65536)
            assert chunk, f"the probe has ended:\n{self.log()}"
            self._pending += chunk
        line, self._pending = self._pending.split(b"\n", 1)
        return json.loads(line.decode())

    def ask(self, **order):
        self.tell(**order)
        return self.hear()

    def ready(self):
        message = self.hear()
        assert message["kind"] == "ready", message
        return message

    def turn(self, calls=1):
        message = self.ask(do="turn", calls=calls)
        assert message["kind"] == "turn", message
        return message

    def finish(self):
        return self.ask(do="finish")

    def stated(self):
        """What the test says when it is held, runs one turn and finishes."""
        self.ready()
        self.turn()
        message = self.finish()
        assert message["kind"] == "stated", message
        return message

    def rest(self):
        """All messages until the probe ends."""
        self.process.wait(PATIENCE_S)
        content = self._pending + self.process.stdout.read()
        return [json.loads(line.decode()) for line in content.splitlines()]

    def log(self):
        return self._log.read_bytes().decode(errors="replace")

    def close(self):
        with contextlib.suppress(ProcessLookupError, PermissionError):
            os.killpg(self.process.pid, signal.SIGKILL)
        self.process.wait()
        self.process.stdin.close()
        self.process.stdout.close()
