"""Mixes of two locks of wheels."""

from __future__ import annotations

import contextlib
from collections.abc import Iterable, Iterator, Mapping, Sequence

from packaging.markers import Marker
from packaging.requirements import InvalidRequirement, Requirement
from packaging.specifiers import InvalidSpecifier, SpecifierSet
from packaging.utils import canonicalize_name
from packaging.version import InvalidVersion

from harness.environment.locks.mixing import End, Needed
from harness.environment.locks.wheel_lock import Pin, read


def wheel_end(text: str, where: str, stated: Mapping[str, Sequence[str]], markers: Mapping[str, str]) -> End[Pin]:
    """A lock of wheels for the Python with these marker values.

    stated: by package, its requirements as its wheel states them (`Requires-Dist`); those of an extra count where any
    of them names it. Raises HarnessError as reading a lock does.
    """
    pins: dict[str, Pin] = {}
    for pin in read(text, where):
        if not pin.marker or Marker(pin.marker).evaluate(dict(markers)):
            pins.setdefault(pin.name, pin)
    requirements: dict[str, list[Requirement]] = {
        canonicalize_name(name): list(_read(lines)) for name, lines in stated.items()
    }
    extras: dict[str, set[str]] = {}
    for requirement in (each for some in requirements.values() for each in some):
        extras.setdefault(canonicalize_name(requirement.name), {""}).update(requirement.extras)
    needs = {
        name: [_needed(each) for each in some if _holds(each.marker, markers, extras.get(name, {""}))]
        for name, some in requirements.items()
    }
    return End(items=pins, needs=needs)


def same_wheel(one: Pin, other: Pin) -> bool:
    """Whether two pins mean the same wheels. An index may have got more of them since one was locked."""
    return one.version == other.version and bool({*one.hashes} & {*other.hashes})


def wheel_fits(pin: Pin, spec: str) -> bool:
    """Whether a pin satisfies a version specifier."""
    return version_fits(pin.version, spec)


def version_fits(version: str, spec: str) -> bool:
    """Whether a version satisfies a specifier; what is none says nothing."""
    try:
        return SpecifierSet(spec).contains(version, prereleases=True)
    except (InvalidSpecifier, InvalidVersion):
        return True


def wheel_text(pins: Iterable[Pin]) -> str:
    """A lock of these wheels for the Python that they were chosen for."""
    return "".join(
        " \\\n    ".join([f"{pin.name}=={pin.version}", *(f"--hash={digest}" for digest in pin.hashes)]) + "\n"
        for pin in pins
    )


def _read(lines: Iterable[str]) -> Iterator[Requirement]:
    for line in lines:
        with contextlib.suppress(InvalidRequirement):
            yield Requirement(line)


def _needed(requirement: Requirement) -> Needed:
    return canonicalize_name(requirement.name), str(requirement.specifier)


def _holds(marker: Marker | None, markers: Mapping[str, str], extras: Iterable[str]) -> bool:
    return marker is None or any(marker.evaluate({**markers, "extra": extra}) for extra in extras)
