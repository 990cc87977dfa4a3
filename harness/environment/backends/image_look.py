"""Looks into an image: its census and its Python's own word, from a container that is gone afterwards."""

from __future__ import annotations

import contextlib
import os
import select
import tempfile
from pathlib import Path
from typing import IO, Any

import msgspec

from harness.environment.backends.interpreter import QUESTION, TIMEOUT_S, decoded
from harness.environment.backends.making import Stamp
from harness.environment.backends.verifying import Found, other_python
from harness.environment.processes.command import Command
from harness.environment.processes.container import spawn
from harness.environment.processes.guard import Guard
from harness.environment.realized import Realized
from harness.environment.verification import census, manifest
from harness.failure import HarnessError

_CHUNK_BYTES = 65536
# Runs two programs one after the other, so that a container is started once.
_PROGRAM = """
import contextlib, io, json, os, sys

def printed(program, *arguments):
    sys.argv[1:] = arguments
    out = io.StringIO()
    with contextlib.redirect_stdout(out):
        exec(compile(program, "<string>", "exec"), {"__name__": "__main__"})
    return out.getvalue()

def text(path):
    try:
        with open(path, encoding="utf-8", errors="replace") as file:
            return file.read()
    except OSError:
        return ""

prefix, stamp, manifest, census, question = sys.argv[1:]
json.dump({
    "interpreter": printed(question),
    "census": json.loads(printed(census, prefix)),
    "stamp": text(os.path.join(prefix, stamp)),
    "manifest": text(os.path.join(prefix, manifest)),
}, sys.stdout)
"""


class _Said(msgspec.Struct, frozen=True, kw_only=True):
    interpreter: str
    census: dict[str, Any]
    stamp: str
    manifest: str


def look(realized: Realized) -> Found:
    """What is in the environment of an image. Raises HarnessError if its Python doesn't start."""
    counting = Path(census.__file__).read_text(encoding="utf-8")
    arguments = ("-c", _PROGRAM, realized.prefix, census.STAMP, census.MANIFEST, counting, QUESTION)
    try:
        said = msgspec.json.decode(_printed(realized, arguments), type=_Said)
    except msgspec.DecodeError as reason:
        raise HarnessError(f"{realized.address}: what the image says of itself makes no sense: {reason}.") from reason
    interpreter = decoded(realized.address, said.interpreter)
    stamp = _stamp(said.stamp)
    return Found(
        now=msgspec.convert(said.census, manifest.Census),
        before=manifest.read(said.manifest.encode(), stamp.manifest) if stamp else None,
        interpreter=interpreter,
        troubles=other_python(interpreter, stamp.python) if stamp else [],
    )


def _stamp(text: str) -> Stamp | None:
    try:
        return msgspec.json.decode(text, type=Stamp)
    except msgspec.DecodeError:
        return None


def _printed(realized: Realized, arguments: tuple[str, ...]) -> bytes:
    with tempfile.TemporaryDirectory(prefix="harness-") as room, contextlib.closing(Guard()) as guard:
        log = Path(room) / "log"
        held = spawn(realized, Command(arguments=arguments, settings={}, folder=Path("/"), log=log), guard)
        try:
            printed = _everything(held.stdout)
            code = held.wait(TIMEOUT_S)
        finally:
            held.kill()
        if code != 0:
            reason = held.lost or (f"said nothing for {TIMEOUT_S:.0f} s" if code is None else f"exit code {code}")
            last = "\n".join(log.read_text(errors="replace").splitlines()[-3:])
            raise HarnessError(f"{realized.address}: the Python of this image doesn't start ({reason}). {last}")
        return printed


def _everything(pipe: IO[bytes]) -> bytes:
    """What comes through a pipe until its end, or until it has been still for too long."""
    chunks: list[bytes] = []
    ready = select.poll()
    ready.register(pipe, select.POLLIN | select.POLLHUP)
    while ready.poll(TIMEOUT_S * 1000):
        chunks.append(os.read(pipe.fileno(), _CHUNK_BYTES))
        if not chunks[-1]:
            break
    return b"".join(chunks)
