"""A process of a realized environment in a container of its own."""

from __future__ import annotations

import contextlib
import os
import socket
import threading
import time
import uuid
from collections.abc import Mapping
from pathlib import Path
from typing import IO, Any, cast

import psutil

from harness.environment.processes import warden
from harness.environment.processes.attached import STDERR, Words, frames, write_all
from harness.environment.processes.command import Command
from harness.environment.processes.engine import Engine, connect, engine_faults
from harness.environment.processes.guard import Guard
from harness.environment.processes.lifeline import Lifeline
from harness.environment.realized import Realized
from harness.failure import HarnessError

LABEL = "scaling-harness.probe"
_MEMORY_SHARE = 0.9
_SWEPT_AFTER_S = 120.0
_STOP_PATIENCE_S = 5.0
_KILL_PATIENCE_S = 10.0
_LIFELINE = "/run/harness-lifeline"
# What would hide the environment itself, or the system that it stands on.
_NOT_TO_BE_MOUNTED = ("/", "/bin", "/dev", "/etc", "/lib", "/lib64", "/opt", "/proc", "/sbin", "/sys", "/tmp", "/usr")  # noqa: S108


class Container:
    """One process with pipes, in a container: stopped, woken and killed with all that it started.

    Signals are given by a warden inside, because an engine's own pause starts programs of its own each time.
    """

    def __init__(
        self, engine: Engine, name: str, stream: socket.socket, lifeline: Lifeline, log: Path, guard: Guard
    ) -> None:
        self.log = log
        self._lifeline = lifeline
        self._engine = engine
        self._name = name
        self._stream = stream
        self._guard = guard
        self._orders = cast(IO[bytes], stream.makefile("wb", buffering=0))
        self._code: int | None = None
        self._ended = threading.Event()
        self._stops = 0
        self._stopped = threading.Condition()
        self._last_stopped = 0
        read_end, write_end = os.pipe()
        self._messages: IO[bytes] = os.fdopen(read_end, "rb", buffering=0)
        threading.Thread(target=self._pump, args=(write_end,), name=name, daemon=True).start()

    @property
    def stdin(self) -> IO[bytes]:
        return self._orders

    @property
    def stdout(self) -> IO[bytes]:
        return self._messages

    @property
    def lost(self) -> str | None:
        """How the container came to an end that the process in it had no part in."""
        if not self._ended.is_set() or self._code is not None:
            return None
        try:
            self._engine.api.ping()
        except Exception:  # whatever it is, it is no answer
            return "was lost with the container engine, which went away"
        return "was lost with its container, which somebody ended from outside"

    def stop(self) -> None:
        """Keep the whole tree from running. Returns when it does no more."""
        self._stops += 1
        self._tell(f"stop {self._stops}")
        with self._stopped:
            self._stopped.wait_for(lambda: self._last_stopped >= self._stops or self._ended.is_set(), _STOP_PATIENCE_S)

    def wake(self) -> None:
        self._tell("wake")

    def show_stack(self) -> None:
        """Ask the leader to write its Python stack into its log, and to die of it (faulthandler on SIGABRT)."""
        self._tell("abort")

    def wait(self, timeout_s: float) -> int | None:
        """Exit code, or the negative signal; None if it is still there after so many seconds."""
        if not self._ended.wait(timeout_s):
            return None
        return -9 if self._code is None else self._code

    def kill(self) -> int:
        """End the whole tree at once; returns the leader's exit code."""
        self._tell("kill")
        # Whoever writes into it is not to wait for a reader that is gone.
        self._messages.close()
        if not self._ended.wait(_KILL_PATIENCE_S):
            _remove(self._engine, self._name)
        with contextlib.suppress(OSError):
            self._stream.shutdown(socket.SHUT_RDWR)
        self._ended.wait(_KILL_PATIENCE_S)
        self._lifeline.close()
        self._orders.close()
        self._stream.close()
        self._guard.release_container(self._engine.socket, self._name)
        return -9 if self._code is None else self._code

    def _tell(self, order: str) -> None:
        with contextlib.suppress(OSError, ValueError):
            self._stream.sendall(warden.CONTROL + order.encode() + b"\n")

    def _pump(self, write_end: int) -> None:
        """Hand on what comes out: messages into the pipe, the warden's words to us, the rest into the log."""
        words = Words()
        try:
            with self.log.open("ab", buffering=0) as log, os.fdopen(write_end, "wb", buffering=0) as messages:
                for kind, chunk in frames(self._stream):
                    if kind == STDERR:
                        log.write(chunk)
                        continue
                    write_all(messages, words.taken_out(chunk))
                    for word in words.said():
                        self._heed(word)
                # Before the pipe is seen to end: whoever sees that asks for the exit code.
                self._ended.set()
        except OSError:
            pass  # the engine went away, or the disk with the log is full: in either case the probe is lost
        finally:
            self._ended.set()
            with self._stopped:
                self._stopped.notify_all()

    def _heed(self, word: str) -> None:
        kind, _, number = word.partition(" ")
        if kind == "stopped":
            with self._stopped:
                self._last_stopped = int(number)
                self._stopped.notify_all()
        if kind == "exit":
            self._code = int(number)


def spawn(realized: Realized, command: Command, guard: Guard) -> Container:
    """Start a process in a container of the environment's image, without network, as the user who started us.

    It sees the folders that the command names, under the same paths, and writes nowhere else but to a /tmp of its own.
    Of this process's variables it gets none but the command's. Raises HarnessError if it can't be started.
    """
    engine = connect()
    name = f"harness-{uuid.uuid4().hex[:16]}"
    # Told before there is one: from now on, whatever happens to us, none is left.
    guard.watch_container(engine.socket, name)
    lifeline = Lifeline()
    try:
        lifeline.lay()
        with engine_faults(f"{realized.address}: a probe could not be started"):
            stream = _started(engine, name, realized, command, lifeline)
    except BaseException as fault:
        lifeline.close()
        # Interrupted, the engine may be at work still on what we asked for last: then the guard goes on trying.
        if _remove(engine, name) or isinstance(fault, HarnessError):
            guard.release_container(engine.socket, name)
        raise
    lifeline.take_away()
    return Container(engine, name, stream, lifeline, command.log, guard)


def sweep(engine: Engine, older_than_s: float = _SWEPT_AFTER_S) -> None:
    """Remove probes' containers that were never started, because the engine went away at that very moment.

    One whose maker lives is about to be started, however slow the machine is.
    """
    with engine_faults("containers"):
        found = engine.api.containers(all=True, filters={"label": LABEL, "status": "created"})
    for container in found:
        abandoned = not psutil.pid_exists(int(container["Labels"][LABEL]))
        if abandoned and time.time() - container["Created"] > older_than_s:
            _remove(engine, container["Id"])


def _started(engine: Engine, name: str, realized: Realized, command: Command, lifeline: Lifeline) -> socket.socket:
    api = engine.api
    source = Path(warden.__file__).read_text(encoding="utf-8")
    api.create_container(
        image=realized.image or "",
        name=name,
        entrypoint=[realized.python, "-I", "-S", "-c", source],
        command=[_LIFELINE if lifeline.path else "", realized.python, *command.arguments],
        user=_user(engine),
        working_dir=os.path.abspath(command.folder),  # noqa: PTH100
        environment=_environ(command.settings),
        labels={LABEL: str(os.getpid())},
        hostname="probe",
        stdin_open=True,
        host_config=_host_config(engine, command, lifeline),
    )
    stream = api.attach_socket(name, params={"stdin": 1, "stdout": 1, "stderr": 1, "stream": 1})
    api.start(name)
    connection: socket.socket = stream._sock
    connection.settimeout(None)
    return connection


def _host_config(engine: Engine, command: Command, lifeline: Lifeline) -> Any:
    from docker.types import LogConfig, Mount

    memory_bytes = command.memory_bytes or int(_MEMORY_SHARE * psutil.virtual_memory().total)
    mounts = dict.fromkeys(map(_shown, command.reads), True) | dict.fromkeys(map(_shown, command.writes), False)
    return engine.api.create_host_config(
        auto_remove=True,
        cap_drop=["ALL"],
        cpuset_cpus=",".join(map(str, command.cores)) or None,
        # With no network there is no address for its own name but this.
        extra_hosts={"probe": "127.0.0.1"},
        group_add=[] if engine.rootless else list(map(str, os.getgroups())),
        log_config=LogConfig(type=LogConfig.types.NONE),
        mem_limit=memory_bytes,
        memswap_limit=memory_bytes,
        mounts=[
            Mount(target=str(path), source=str(path.resolve()), type="bind", read_only=read_only)
            for path, read_only in mounts.items()
        ]
        + [Mount(target=_LIFELINE, source=path, type="bind", read_only=True) for path in [lifeline.path] if path],
        network_mode="none",
        read_only=True,
        # Labels of SELinux would keep it from folders that are not only its own.
        security_opt=["no-new-privileges", "label=disable"],
        shm_size=memory_bytes // 2,
        tmpfs={"/tmp": "rw,exec,nosuid,nodev,mode=1777"},  # noqa: S108
    )


def _shown(folder: Path) -> Path:
    """Where a folder is to be seen: at the path by which it is known here, links and all."""
    path = Path(os.path.abspath(folder))  # noqa: PTH100
    if str(path) in _NOT_TO_BE_MOUNTED:
        raise HarnessError(
            f"{path}: this folder can't be shown to a container, because it would hide the container's own. "
            "Start the harness in the folder of the suite."
        )
    return path


def _user(engine: Engine) -> str:
    # An engine without root's rights shows its user as root to the container.
    return "0:0" if engine.rootless else f"{os.getuid()}:{os.getgid()}"


def _environ(settings: Mapping[str, str]) -> dict[str, str]:
    # There is no entry for this user in the container, and no library of this machine to be loaded first.
    own = {"HOME": "/tmp", "USER": "probe", "LOGNAME": "probe"}  # noqa: S108
    return own | {name: value for name, value in settings.items() if name != "LD_PRELOAD"}


def _remove(engine: Engine, name: str) -> bool:
    """Whether there was one, and is no more."""
    try:
        engine.api.remove_container(name, force=True)
    except Exception:  # it is gone, or the engine is
        return False
    return True
