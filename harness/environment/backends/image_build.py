"""Lets the engine build an image, and tells what it does while it does it."""

from __future__ import annotations

import contextlib
import re
import time
from collections.abc import Callable, Iterable
from typing import IO, Any

from harness.environment.backends.index import without_addresses
from harness.environment.processes.engine import Engine, engine_faults
from harness.failure import HarnessError

_LAST_LINES = 12
_LONGEST = 110
_TELL_EVERY_S = 2.0
_STEP = re.compile(r"(step \d+/\d+) ?: (\w+)", re.IGNORECASE)
# What the engine says of its own doings.
_ASIDE = (" --->", "Removing intermediate container", "The command '/bin/sh")
_COLOURS = re.compile(r"\x1b\[[0-9;]*[A-Za-z]")

STAGE = "scaling-harness.stage"
_AT_WORK_S = 3600.0

Say = Callable[[str], None]


def build(
    engine: Engine, title: str, context: IO[bytes], settings: dict[str, str], tag: str, progress: Say, *, offline: bool
) -> None:
    """Build the recipe of a context.

    settings: the build arguments. progress: gets each step's line, and the bytes of what is fetched.
    offline: without network. Raises HarnessError with the step that failed and its last lines.
    """
    with engine_faults(title):
        told = engine.api.build(
            fileobj=context,
            custom_context=True,
            buildargs=settings,
            tag=tag,
            rm=True,
            forcerm=True,
            decode=True,
            network_mode="none" if offline else None,
            # A step may say nothing for minutes.
            timeout=3600,
        )
        _follow(title, told, progress)


def forget_stages(engine: Engine) -> None:
    """Remove what builds have left that is part of no image: without the engine's newer builder, gigabytes each time.

    The latest stays, because the next build begins with its layers, and so do those of the last hour, in which another
    build may be at work.
    """
    from docker.errors import APIError

    with engine_faults("images"):
        left = engine.api.images(filters={"dangling": True, "label": STAGE})
    *earlier, _latest = sorted(left, key=lambda image: float(image["Created"])) or [None]
    for image in earlier:
        if time.time() - image["Created"] > _AT_WORK_S:
            with engine_faults("images"), contextlib.suppress(APIError):  # somebody uses it, or has removed it
                engine.api.remove_image(image["Id"])


def _follow(title: str, told: Iterable[dict[str, Any]], progress: Say) -> None:
    step = "before its first step"  # such as where the base image is fetched
    said: list[str] = []
    fetched = _Fetched(progress)
    for message in told:
        if "error" in message:
            raise HarnessError(_failure(title, step, [*said, *_lines(message["error"])]))
        if "status" in message:
            fetched.take(message)
        for line in _lines(message.get("stream", "")):
            progress(line if len(line) <= _LONGEST else f"{line[:_LONGEST]}...")
            if begun := _STEP.match(line):
                step, said = f"in {begun[1].lower()} ({begun[2]})", []
            else:
                said.append(line)


def _lines(text: str) -> list[str]:
    """What is worth telling."""
    clean = [without_addresses(line.rstrip()) for line in _COLOURS.sub("", text).splitlines()]
    return [line for line in clean if line.strip() and not line.startswith(_ASIDE)]


class _Fetched:
    """Sums up the layers of a base image while they are fetched."""

    def __init__(self, progress: Say) -> None:
        self._progress = progress
        self._layers: dict[str, tuple[int, int]] = {}
        self._began = time.monotonic()
        self._told = self._began

    def take(self, message: dict[str, Any]) -> None:
        amount = message.get("progressDetail") or {}
        if message["status"] != "Downloading" or not amount.get("total"):
            return
        self._layers[message["id"]] = (amount["current"], amount["total"])
        now = time.monotonic()
        if now - self._told < _TELL_EVERY_S:
            return
        self._told = now
        done, total = (sum(part) for part in zip(*self._layers.values(), strict=True))
        left_s = (total - done) * (now - self._began) / max(done, 1)
        self._progress(f"Fetching the base image: {done / 1e6:.0f} of {total / 1e6:.0f} MB, {left_s:.0f} s left")


def _failure(title: str, step: str, said: list[str]) -> str:
    told = "\n".join(said[-_LAST_LINES:])
    return f"{title}: building the image failed {step}:\n{told}\n{_way_out(step, told.lower())}".rstrip()


def _way_out(step: str, said: str) -> str:
    if "(FROM)" in step:
        return "If the base image is out of reach, let HARNESS_BASE_IMAGE name another with Python 3.11 to 3.14."
    if "certificate" in said or "unknownissuer" in said:
        return "Certificates of your network go into a file that HARNESS_CA_BUNDLE names; only the build sees it."
    if "no space left" in said:
        return "The engine's disk is full: `docker system prune` frees what nothing uses."
    if "no matching distribution" in said or "no module named venv" in said or "ensurepip" in said:
        return "The base image needs Python 3.11 to 3.14 with venv, and the index a wheel of each locked version."
    if "harness: " in said:
        return ""  # it has told already
    return "If the package index is out of reach, configure it for pip (PIP_INDEX_URL): the build is told the same."
