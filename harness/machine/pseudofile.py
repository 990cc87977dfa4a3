"""What the system says in its small files: /proc, /sys, and sysctl on macOS."""

import subprocess
from collections.abc import Callable, Iterator
from pathlib import Path

from harness.machine.cores import MOST, RANGE

Sysctl = Callable[[str], str | None]


def text(path: Path) -> str | None:
    """The text of a file without the space around it; None where it isn't there, can't be read or is empty."""
    try:
        return path.read_text(encoding="utf-8", errors="replace").strip() or None
    except OSError:
        return None


def readable(said: str) -> str:
    """What the system handed on as others wrote it, with a sign for each byte that is no text."""
    return said.encode("utf-8", "surrogateescape").decode("utf-8", "replace")


def number(path: Path) -> int | None:
    """The whole number that a file holds, or None."""
    return whole(text(path))


def whole(said: str | None) -> int | None:
    """The whole number that a text is, or None."""
    try:
        return int(said) if said is not None else None
    except ValueError:
        return None


def fields(path: Path) -> dict[str, str]:
    """The "name: value" lines of a file; of several of one name the first."""
    found: dict[str, str] = {}
    for line in (text(path) or "").splitlines():
        name, colon, value = line.partition(":")
        if colon:
            found.setdefault(name.strip(), value.strip())
    return found


def listed(said: str) -> Iterator[int]:
    """The numbers of a kernel's list: "0,4" or "0-1"; nothing for what is no list."""
    for part in said.split(","):
        matched = RANGE.fullmatch(part.strip())
        if matched:
            low, high = int(matched[1]), int(matched[2] or matched[1])
            yield from range(low, min(high, low + MOST) + 1)


def sysctl(name: str) -> str | None:
    """What macOS says of itself under this name, or None."""
    try:
        said = subprocess.run(
            ["/usr/sbin/sysctl", "-n", name], capture_output=True, text=True, timeout=10, check=True
        ).stdout.strip()
    except (OSError, subprocess.SubprocessError):
        return None
    return said or None
