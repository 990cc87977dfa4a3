"""Fills the part of a mirror that holds wheels, and lists what is in it."""

from __future__ import annotations

import html
import os
import re
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from urllib.parse import quote

from harness import whole_file
from harness.environment.archives.archive import Archive, faults
from harness.environment.archives.download import fetch
from harness.environment.backends.index import uv_environ
from harness.environment.locks.wheel_lock import Pin
from harness.environment.mirrors.package_index import files_of
from harness.environment.mirrors.wheel_fit import fits, is_wanted
from harness.environment.mirrors.wheelhouse import FOLDER, digests, is_named
from harness.failure import HarnessError

SUMS = "SHA256SUMS"
_SUM = re.compile(r"(?P<sha256>[0-9a-f]{64})  (?P<name>\S+)")


def fill(mirror: Path, pins: Sequence[Pin], platforms: Sequence[str], progress: Callable[[str], None]) -> int:
    """Fetch all wheels of a lock that fit these platforms and the Pythons that locks hold for; returns how many.

    What lies there and is right isn't fetched again.
    Raises HarnessError that names each package of which there is no wheel, and each wheel that isn't what was locked.
    """
    folder = mirror / FOLDER
    wanted = [pin for pin in pins if is_wanted(pin, platforms)]
    progress(f"Asking the package indexes for {len(wanted)} packages")
    offered = files_of(sorted({pin.name for pin in wanted}), uv_environ(os.environ))
    chosen = {pin: [each for each in offered[pin.name] if _is_of(each, pin, platforms)] for pin in wanted}
    lacking = [f"{pin.name} {pin.version}" for pin, files in chosen.items() if not files]
    if lacking:
        raise HarnessError(
            f"No package index that is configured here has a locked wheel for {', '.join(platforms)} of: "
            f"{', '.join(lacking)}."
        )
    archives = {each.file_name: each for files in chosen.values() for each in files}
    there = faults((folder / name, (each.sha256,)) for name, each in archives.items())
    fetch([(archives[path.name], path) for path in there], progress)
    _list(folder, {name: each.sha256 for name, each in archives.items()})
    return len(archives)


def _is_of(archive: Archive, pin: Pin, platforms: Sequence[str]) -> bool:
    return archive.sha256 in digests(pin) and is_named(archive.file_name, pin) and fits(archive.file_name, platforms)


def _list(folder: Path, added: Mapping[str, str]) -> None:
    """What is in the folder: for `sha256sum --check`, and as a page that pip and uv read (--find-links)."""
    sums = folder / SUMS
    before = _SUM.finditer(sums.read_text(encoding="utf-8")) if sums.is_file() else ()
    known = {match["name"]: match["sha256"] for match in before} | dict(added)
    there = {path.name: known[path.name] for path in sorted(folder.glob("*.whl")) if path.name in known}
    lines = [f"{digest}  {name}\n" for name, digest in there.items()]
    whole_file.replace(sums, "".join(lines).encode())
    links = [f'<a href="{quote(name)}#sha256={digest}">{html.escape(name)}</a><br>' for name, digest in there.items()]
    page = "\n".join(["<!DOCTYPE html>", "<title>Wheels</title>", *links, ""])
    whole_file.replace(folder / "index.html", page.encode())
