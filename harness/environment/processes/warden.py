"""The first process of a container: starts the probe, passes its orders on, and signals all that it started.

Run by the image's own Python from its source text, with the standard library only. On its standard input come the
probe's orders, one a line, and lines for itself, which begin with a zero byte as no JSON does: `stop NUMBER` (which is
answered on standard output, by a line of the same kind), `wake`, `abort` and `kill`. When the probe ends, all that it
started ends with it, and the last line says its exit code, or the negative signal. At the end of standard input, which
is how a killed conductor shows, everything ends: stopped processes too. So it does at the end of the lifeline, a named
pipe that the conductor holds: an engine that dies keeps our standard input open.
"""

import contextlib
import os
import select
import signal
import subprocess
import sys
from typing import NoReturn  # noqa: F401  (in a comment, because Python 3.7 is to read this)

CONTROL = b"\0"
_CHUNK_BYTES = 65536
_NO_SUCH_PROGRAM = 127
_KILLS = (
    ("/sys/fs/cgroup/memory.events", "/sys/fs/cgroup/memory.max"),
    ("/sys/fs/cgroup/memory/memory.oom_control", "/sys/fs/cgroup/memory/memory.limit_in_bytes"),
)


class Warden:
    """Watches over one probe."""

    def __init__(self, lifeline, command):  # type: (str, list[str]) -> None
        # Not to be waited for: where the engine runs in a virtual machine, nobody is at its other end.
        self._lifeline = os.open(lifeline, os.O_RDONLY | os.O_NONBLOCK) if lifeline else 0
        self._woken, waker = os.pipe()
        for end in (self._woken, waker):
            os.set_blocking(end, False)
        signal.set_wakeup_fd(waker)
        for number in (signal.SIGCHLD, signal.SIGTERM):
            signal.signal(number, lambda *_: None)
        # A session of its own, because a probe ends by killing its own process group.
        probe = subprocess.Popen(command, stdin=subprocess.PIPE, start_new_session=True)
        assert probe.stdin is not None
        self._probe = probe
        self._orders = probe.stdin.fileno()
        os.set_blocking(self._orders, False)
        self._incoming = b""
        self._outgoing = b""

    def watch(self):  # type: () -> int
        """Until the probe's end. Returns its exit code, or the negative signal."""
        while True:
            waiting = select.poll()
            waiting.register(0, select.POLLIN)
            waiting.register(self._woken, select.POLLIN)
            waiting.register(self._lifeline, select.POLLIN)
            if self._outgoing:
                waiting.register(self._orders, select.POLLOUT)
            for descriptor, _ in waiting.poll():
                if descriptor == 0:
                    self._read()
                elif descriptor == self._lifeline:
                    end()
                if descriptor == self._woken:
                    os.read(self._woken, _CHUNK_BYTES)
            self._pass_on()
            code = self._reap()
            if code is not None:
                return code

    def _read(self):  # type: () -> None
        chunk = os.read(0, _CHUNK_BYTES)
        if not chunk:
            end()
        *lines, self._incoming = (self._incoming + chunk).split(b"\n")
        for line in lines:
            if line.startswith(CONTROL):
                self._obey(line[1:])
            else:
                self._outgoing += line + b"\n"

    def _obey(self, order):  # type: (bytes) -> None
        if order.startswith(b"stop"):
            signal_all(signal.SIGSTOP)
            tell(order.replace(b"stop", b"stopped"))
        elif order == b"wake":
            signal_all(signal.SIGCONT)
        elif order == b"abort":
            with contextlib.suppress(OSError):
                os.kill(self._probe.pid, signal.SIGABRT)
        elif order == b"kill":
            signal_all(signal.SIGKILL)

    def _pass_on(self):  # type: () -> None
        # A stopped probe reads nothing, and must not keep its warden from hearing that it is to be woken.
        with contextlib.suppress(BlockingIOError):
            try:
                while self._outgoing:
                    self._outgoing = self._outgoing[os.write(self._orders, self._outgoing) :]
            except BrokenPipeError:
                self._outgoing = b""

    def _reap(self):  # type: () -> int | None
        """Collect the dead, orphans too. Returns how the probe ended, if it did."""
        ended = None
        with contextlib.suppress(ChildProcessError):
            while True:
                process, status = os.waitpid(-1, os.WNOHANG)
                if process == 0:
                    break
                if process == self._probe.pid:
                    ended = -os.WTERMSIG(status) if os.WIFSIGNALED(status) else os.WEXITSTATUS(status)
        return ended


def signal_all(number):  # type: (int) -> None
    """Reaches all processes of the container but this one, at once: a process can't fork away from it."""
    with contextlib.suppress(OSError):
        os.kill(-1, number)


def end():  # type: () -> NoReturn
    signal_all(signal.SIGKILL)
    os._exit(128 + signal.SIGKILL)


def tell(line):  # type: (bytes) -> None
    with contextlib.suppress(OSError):
        os.write(1, CONTROL + line + b"\n")


def memory_kill():  # type: () -> str | None
    """Says so if the kernel ended a process of this container for want of memory."""
    for events, limit in _KILLS:
        with contextlib.suppress(OSError, ValueError):
            with open(events) as counts:  # noqa: PTH123
                fields = dict(line.split() for line in counts if len(line.split()) == 2)
            if int(fields.get("oom_kill", "0")):
                with open(limit) as bound:  # noqa: PTH123
                    return "the container came to its memory limit of {} bytes".format(bound.read().strip())  # noqa: UP032
    return None


def main(lifeline, *command):  # type: (str, str) -> int
    try:
        warden = Warden(lifeline, list(command))
    except OSError as error:
        sys.stderr.write("{}: {}\n".format(command[0], error.strerror))  # noqa: UP032
        code = _NO_SUCH_PROGRAM
    else:
        code = warden.watch()
        killed = memory_kill() if code == -signal.SIGKILL else None
        if killed:
            sys.stderr.write(killed + "\n")
    sys.stderr.flush()
    signal_all(signal.SIGKILL)
    tell("exit {}".format(code).encode())  # noqa: UP032
    return code if code >= 0 else 128 - code


if __name__ == "__main__":
    if os.getpid() != 1:
        sys.exit("A warden signals all processes there are: it runs in a container only.")
    os._exit(main(*sys.argv[1:]))
