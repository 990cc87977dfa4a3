"""Which wheels an environment could need on some platforms, whatever the machine that we are on."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping

from packaging.markers import Marker
from packaging.tags import Tag
from packaging.utils import InvalidWheelFilename, parse_wheel_filename

from harness.environment.locks.wheel_lock import Pin

PYTHONS = tuple(range(11, 15))  # the minor versions that locks hold for

_TAGS = {
    "linux-64": re.compile(r"(manylinux\w*|linux)_x86_64"),
    "linux-aarch64": re.compile(r"(manylinux\w*|linux)_aarch64"),
    "osx-64": re.compile(r"macosx_\w+_(x86_64|intel|universal2)"),
    "osx-arm64": re.compile(r"macosx_\w+_(arm64|universal2)"),
    "win-64": re.compile(r"win_amd64"),
}
_MARKERS = {
    "linux": {"os_name": "posix", "sys_platform": "linux", "platform_system": "Linux"},
    "osx": {"os_name": "posix", "sys_platform": "darwin", "platform_system": "Darwin"},
    "win": {"os_name": "nt", "sys_platform": "win32", "platform_system": "Windows"},
}
_MACHINES = {"linux-aarch64": "aarch64", "osx-arm64": "arm64", "win-64": "AMD64"}
_INTERPRETER = re.compile(r"cp3(?P<minor>\d+)")


def is_wanted(pin: Pin, platforms: Iterable[str]) -> bool:
    """Whether a lock's line applies on one of these platforms, in one of the supported Pythons."""
    return any(applies(pin, values) for platform in platforms for values in _marker_values(platform))


def applies(pin: Pin, markers: Mapping[str, str]) -> bool:
    """Whether a lock's line applies in a Python with these marker values (PEP 508)."""
    return not pin.marker or Marker(pin.marker).evaluate(dict(markers))


def fits(file_name: str, platforms: Iterable[str]) -> bool:
    """Whether a wheel can be installed on one of these platforms, in one of the supported Pythons."""
    try:
        *_, tags = parse_wheel_filename(file_name)
    except InvalidWheelFilename:
        return False
    patterns = [_TAGS[platform] for platform in platforms]
    return any(_fits_python(tag) and (tag.platform == "any" or _fits_one(tag, patterns)) for tag in tags)


def _fits_one(tag: Tag, patterns: Iterable[re.Pattern[str]]) -> bool:
    return any(pattern.fullmatch(tag.platform) for pattern in patterns)


def _fits_python(tag: Tag) -> bool:
    if tag.interpreter in {"py3", "py2.py3"}:
        return tag.abi == "none"
    match = _INTERPRETER.fullmatch(tag.interpreter)
    if match is None:
        return False
    minor = int(match["minor"])
    if tag.abi in {"abi3", "none"}:
        return minor <= PYTHONS[-1]
    return minor in PYTHONS and tag.abi == tag.interpreter  # no free-threaded builds


def _marker_values(platform: str) -> Iterator[dict[str, str]]:
    for minor in PYTHONS:
        yield {
            **_MARKERS[platform.partition("-")[0]],
            "platform_machine": _MACHINES.get(platform, "x86_64"),
            "platform_release": "",
            "platform_version": "",
            "platform_python_implementation": "CPython",
            "implementation_name": "cpython",
            "implementation_version": f"3.{minor}.0",
            "python_version": f"3.{minor}",
            "python_full_version": f"3.{minor}.0",
            "extra": "",
        }
