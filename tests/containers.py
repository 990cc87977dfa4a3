"""The engine and the images that tests need, and an engine that can be made to go away."""

from __future__ import annotations

import contextlib
import os
import re
import socket
import subprocess
import sys
import sysconfig
import threading
import time
from pathlib import Path

import pytest
from e2e.requirement import missing_requirement

from harness.environment import parse_address, realize
from harness.environment.backends import image_context
from harness.environment.processes import engine as engines
from harness.environment.processes.container import LABEL
from harness.environment.provision import Provision
from harness.failure import HarnessError

ROOT = Path(__file__).parents[1]
HARNESS = Path(sysconfig.get_path("scripts")) / "harness"
# What a suite needs, of the project's own lock: an image of it is built in seconds.
SMALL = (
    "colorama",
    "iniconfig",
    "packaging",
    "pluggy",
    "psutil",
    "py-cpuinfo",
    "pygments",
    "pytest",
    "pytest-benchmark",
)
# Said to the build, and not to be found in what comes out of it. It changes nothing for pip.
TELLTALE = "packages.telltale.invalid"


@pytest.fixture(scope="session")
def engine():
    """The engine of this machine."""
    try:
        return engines.connect()
    except HarnessError as error:
        missing_requirement(str(error), "engine")


@pytest.fixture(scope="session")
def base_image(engine):
    """The name of an image with a Python, which images are built on."""
    name = image_context.base_image(Provision())
    with contextlib.suppress(Exception):
        engine.api.inspect_image(name)
        return name
    try:
        engine.api.pull(name)
    except Exception as error:
        missing_requirement(f"The base image can't be had: {error}. HARNESS_BASE_IMAGE may name another.", "engine")
    return name


@pytest.fixture(scope="session")
def small_project(tmp_path_factory):
    """A project with the lock `small`."""
    folder = tmp_path_factory.mktemp("small")
    write_small_lock(folder)
    return folder


@pytest.fixture(scope="session")
def small_image(small_project, base_image):
    """The image of the lock `small`, built by the command; returns what it printed."""
    environ = os.environ | {"PIP_TRUSTED_HOST": TELLTALE, "HARNESS_BASE_IMAGE": base_image}
    command = [HARNESS, "env", "create", "small@image"]
    made = subprocess.run(command, cwd=small_project, env=environ, capture_output=True, text=True, check=False)
    assert made.returncode == 0, made.stderr
    return made


@pytest.fixture(scope="session")
def small(small_image, small_project):
    """The environment `small@image`."""
    return realize(parse_address("small@image", small_project), lambda _line: None)


def write_small_lock(folder: Path, *, without: tuple[str, ...] = ()) -> Path:
    """Write envs/small.lock.txt: the few packages of the project's base lock that a suite needs."""
    blocks = re.split(r"\n(?=[A-Za-z0-9])", (ROOT / "envs" / "base.lock.txt").read_text())
    wanted = set(SMALL) - set(without)
    kept = [block.rstrip() for block in blocks if re.split(r"[=\s\[;]", block, maxsplit=1)[0] in wanted]
    assert len(kept) == len(wanted), [block.partition("=")[0] for block in kept]
    path = folder / "envs" / "small.lock.txt"
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text("\n".join(kept) + "\n")
    return path


def probes_of(engine, owner: int) -> list[str]:
    """The containers, in whatever state, that a process with this number has made."""
    found = engine.api.containers(all=True, filters={"label": f"{LABEL}={owner}"})
    return [container["Names"][0] for container in found]


def none_left(engine, owner: int, within_s: float = 30.0) -> bool:
    """Whether no container of this process is left, after the engine had a moment to clean up."""
    deadline = time.monotonic() + within_s
    while probes_of(engine, owner):
        if time.monotonic() > deadline:
            return False
        time.sleep(0.05)
    return True


class Forwarder:
    """A socket behind which the real engine is: until it goes away, or falls silent."""

    def __init__(self, path: Path, behind: str) -> None:
        self.path = path
        self.address = f"unix://{path}"
        self._behind = behind
        self._silent = threading.Event()
        self._open: list[socket.socket] = []
        self._server = socket.socket(socket.AF_UNIX)
        self._server.bind(str(path))
        self._server.listen(64)
        threading.Thread(target=self._accept, daemon=True).start()

    def go_away(self) -> None:
        """As when the engine is killed: nothing listens, and all connections are cut."""
        self.path.unlink(missing_ok=True)
        for each in [self._server, *self._open]:
            with contextlib.suppress(OSError):
                each.shutdown(socket.SHUT_RDWR)
            each.close()

    def fall_silent(self) -> None:
        """As when the engine hangs: it takes what it is sent, and answers no more."""
        self._silent.set()

    def _accept(self) -> None:
        with contextlib.suppress(OSError):
            while True:
                client, _ = self._server.accept()
                backend = socket.socket(socket.AF_UNIX)
                backend.connect(self._behind)
                self._open += [client, backend]
                threading.Thread(target=self._pass, args=(client, backend, False), daemon=True).start()
                threading.Thread(target=self._pass, args=(backend, client, True), daemon=True).start()

    def _pass(self, source: socket.socket, target: socket.socket, answering: bool) -> None:
        with contextlib.suppress(OSError):
            while chunk := source.recv(65536):
                if not (answering and self._silent.is_set()):
                    target.sendall(chunk)
            target.shutdown(socket.SHUT_WR)


@pytest.fixture
def forwarder(engine, monkeypatch):
    """The engine that DOCKER_HOST names for this test, which can be made to go away."""
    # Not under tmp_path: the path of a socket has to be short.
    folder = Path(os.environ.get("TMPDIR", "/tmp"), f"hf-{os.getpid()}-{time.monotonic_ns() % 10**9}")
    folder.mkdir()
    made = Forwarder(folder / "s", engine.socket)
    monkeypatch.setenv("DOCKER_HOST", made.address)
    yield made
    made.go_away()
    folder.rmdir()


def python_with(code: str, **variables: str) -> subprocess.Popen[str]:
    """Start this Python on a program, to be killed."""
    return subprocess.Popen([sys.executable, "-c", code], env=os.environ | variables, stdout=subprocess.PIPE, text=True)
