"""Runs a command, and leaves nothing of it behind: runs in the peers' environment.

    python overseer.py SCRATCH COMMAND...

Whatever the command started ends with it, in process groups and sessions of its own too; and when something comes on
standard input; and when that ends, for then whoever started this is gone, and SCRATCH, a folder, goes too.
"""

import contextlib
import ctypes
import os
import shutil
import signal
import subprocess
import sys
import threading

import psutil

_BE_PARENT_OF_ORPHANS = 36  # PR_SET_CHILD_SUBREAPER


def main(scratch: str, command: list[str]) -> int:
    """Returns the command's exit code, as a shell gives it."""
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(_BE_PARENT_OF_ORPHANS, 1, 0, 0, 0)
    try:
        process = subprocess.Popen(command, stdin=subprocess.DEVNULL)
    except OSError as error:
        sys.stderr.write(f"{command[0]}: {error.strerror}\n")
        return 127
    told = threading.Event()
    listener = threading.Thread(target=_end_when_told, args=(scratch, told), daemon=True)
    listener.start()
    code = process.wait()
    if told.is_set():
        listener.join()  # which ends us
    _end_all()
    return code if code >= 0 else 128 - code


def _end_when_told(scratch: str, told: threading.Event) -> None:
    word = os.read(0, 1)  # beneath its buffer, whose lock an exit would wait for
    told.set()
    _end_all()
    if not word:
        shutil.rmtree(scratch, ignore_errors=True)
    os._exit(128 + signal.SIGKILL)


def _end_all() -> None:
    """Orphans come to us, and are found in another round."""
    while children := psutil.Process().children(recursive=True):
        for child in children:
            with contextlib.suppress(psutil.Error):
                child.kill()
        psutil.wait_procs(children, timeout=1.0)
        _reap()


def _reap() -> None:
    with contextlib.suppress(ChildProcessError):
        while os.waitpid(-1, os.WNOHANG)[0]:
            pass


if __name__ == "__main__":
    sys.exit(main(sys.argv[1], sys.argv[2:]))
