"""Outlives us, to end what we started."""

from __future__ import annotations

import contextlib
import subprocess
import sys
from pathlib import Path

# Reads what to watch over, process groups by their number and containers by their engine's socket and their name; at
# the end of its pipe, however we came to our end, it ends them, and removes the folder that it was told of.
_GUARD = """
import os, shutil, signal, sys, time

def remove(socket_path, name):
    import http.client, socket
    engine = http.client.HTTPConnection("localhost", timeout=30)
    engine.sock = socket.socket(socket.AF_UNIX)
    try:
        engine.sock.connect(socket_path)
        engine.request("DELETE", "/containers/" + name + "?force=1")
        return engine.getresponse().status == 204
    except (OSError, http.client.HTTPException):
        return False
    finally:
        engine.close()

watched = set()
for line in sys.stdin:
    (watched.add if line[0] == "+" else watched.discard)(line[1:].rstrip("\\n"))
containers = {each for each in watched if "\\t" in each}
for group in watched - containers:
    try:
        os.killpg(int(group), signal.SIGKILL)
    except OSError:
        pass
# An engine may be at work still on what we asked for last.
deadline = time.monotonic() + 5
while containers and time.monotonic() < deadline:
    containers = {each for each in containers if not remove(*each.split("\\t"))}
    time.sleep(0.2)
for folder in sys.argv[1:]:
    shutil.rmtree(folder, ignore_errors=True)
"""


class Guard:
    """Kills the process groups and containers it was told of when this process ends, `kill -9` included.

    A stopped process can't notice that its pipe was closed, and the parent-death signal reaches no grandchildren.
    scratch: a folder of theirs that goes with them.
    """

    def __init__(self, scratch: Path | None = None) -> None:
        self._process = subprocess.Popen(
            [sys.executable, "-S", "-E", "-c", _GUARD, *([str(scratch)] if scratch else [])],
            stdin=subprocess.PIPE,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            start_new_session=True,
        )

    def watch(self, group: int) -> None:
        self._tell(f"+{group}\n")

    def release(self, group: int) -> None:
        self._tell(f"-{group}\n")

    def watch_container(self, socket: str, name: str) -> None:
        """socket: where its engine listens."""
        self._tell(f"+{socket}\t{name}\n")

    def release_container(self, socket: str, name: str) -> None:
        self._tell(f"-{socket}\t{name}\n")

    def close(self) -> None:
        assert self._process.stdin is not None
        with contextlib.suppress(BrokenPipeError):
            self._process.stdin.close()
        self._process.wait()

    def _tell(self, line: str) -> None:
        assert self._process.stdin is not None
        with contextlib.suppress(BrokenPipeError):
            self._process.stdin.write(line.encode())
            self._process.stdin.flush()
