"""Reads `environment.yml`: what the suites need, in conda's words, with the place of each of them."""

from __future__ import annotations

import re
from collections.abc import Mapping
from difflib import get_close_matches
from pathlib import Path

import msgspec
from packaging.requirements import InvalidRequirement, Requirement
from packaging.specifiers import InvalidSpecifier, SpecifierSet
from packaging.utils import canonicalize_name

from harness.environment.declaration.yaml_file import Fields, Items, Node, Text, read_yaml
from harness.failure import HarnessError

KEYS = ("name", "channels", "platforms", "dependencies")
PLATFORMS = ("linux-64", "linux-aarch64", "osx-64", "osx-arm64", "win-64")
_SPEC = re.compile(r"(?:[^\s:]+::)?(?P<name>[A-Za-z0-9_][A-Za-z0-9._-]*)\s*(?P<version>.*)")


class Wanted(msgspec.Struct, frozen=True, kw_only=True):
    """One requirement: as a wheel's (PEP 508), and the place and the words in which it was declared."""

    requirement: str
    declared: str
    place: str


class Declared(msgspec.Struct, frozen=True, kw_only=True):
    """An environment as declared. python: a version specifier. wanted: without the Python itself."""

    name: str
    channels: tuple[str, ...]
    platforms: tuple[str, ...]
    python: str
    wanted: tuple[Wanted, ...]


def declare(root: Path, file: str = "environment.yml") -> Declared:
    """Read the environment file of a project; conda's names become wheels' by `envs/wheel-names.yml`.

    Raises HarnessError with file, line and column.
    """
    node = read_yaml(root / file, file)
    if not isinstance(node, Fields):
        raise HarnessError(f"{node.place}: an environment has {', '.join(KEYS)}.")
    _refuse_unknown(node, KEYS)
    for key in KEYS:
        if key not in node.values:
            raise HarnessError(f"{file}: '{key}' is missing.")
    platforms = _texts(node.values["platforms"], "platforms")
    for platform in platforms:
        if platform.value not in PLATFORMS:
            raise HarnessError(
                f"{platform.place}: '{platform.value}' is no platform of the harness."
                f"{_meant(platform.value, PLATFORMS)} There are: {', '.join(PLATFORMS)}."
            )
    python, wanted = _dependencies(node.values["dependencies"], _wheel_names(root))
    return Declared(
        name=_text(node.values["name"], "name").value,
        channels=tuple(channel.value for channel in _texts(node.values["channels"], "channels")),
        platforms=tuple(platform.value for platform in platforms),
        python=python,
        wanted=wanted,
    )


def _dependencies(node: Node, wheel_names: Mapping[str, str]) -> tuple[str, tuple[Wanted, ...]]:
    if not isinstance(node, Items):
        raise HarnessError(f"{node.place}: 'dependencies' has to be a list.")
    python: str | None = None
    wanted: list[Wanted] = []
    for item in node.values:
        if isinstance(item, Fields):
            wanted.extend(_pip_part(item))
            continue
        name, version = _conda_spec(_text(item, "a dependency"))
        if name == "python":
            python = version
        elif wheel := wheel_names.get(name, name):
            wanted.append(_wanted(f"{wheel}{version}", _text(item, "a dependency")))
    if python is None:
        raise HarnessError(f"{node.place}: no 'python' among the dependencies: say which versions are meant.")
    return python, tuple(wanted)


def _pip_part(node: Fields) -> list[Wanted]:
    _refuse_unknown(node, ("pip",))
    return [_wanted(item.value, item) for item in _texts(node.values["pip"], "pip")]


def _wanted(requirement: str, written: Text) -> Wanted:
    try:
        parsed = Requirement(requirement)
    except InvalidRequirement as reason:
        raise HarnessError(
            f"{written.place}: '{written.value}' is no requirement: {str(reason).splitlines()[0]}."
        ) from reason
    if parsed.url:
        raise HarnessError(f"{written.place}: '{parsed.name}' names an address; a lock holds released versions only.")
    return Wanted(requirement=str(parsed), declared=written.value, place=written.place)


def _conda_spec(written: Text) -> tuple[str, str]:
    """Name and version specifier (as wheels have it, may be empty) of a conda match specification."""
    match = _SPEC.fullmatch(written.value.strip())
    if match is None:
        raise HarnessError(f"{written.place}: '{written.value}' is no dependency (NAME, or NAME and versions).")
    parts = [part.strip() for part in match["version"].split(",") if part.strip()]
    version = ",".join(_clause(part, written) for part in parts)
    try:
        SpecifierSet(version)
    except InvalidSpecifier as reason:
        raise HarnessError(f"{written.place}: '{match['version']}' says no versions (like >=1.2,<2).") from reason
    return canonicalize_name(match["name"]), version


def _clause(part: str, written: Text) -> str:
    if "|" in part or re.search(r"[\w*]\s*=\s*\w|[\w.*]\s+[\w.*]", part.lstrip("=")):
        raise HarnessError(
            f"{written.place}: '{part}' holds alternatives or a build, which wheels don't have: state versions only."
        )
    part = part.replace(" ", "")
    if part.startswith(("==", ">", "<", "!", "~")):
        return part
    if part.startswith("="):  # conda's fuzzy match: =1.2 is 1.2 and all 1.2.x
        return f"=={part[1:].removesuffix('*').removesuffix('.')}.*"
    return f"=={part}"


def _wheel_names(root: Path) -> dict[str, str]:
    """Wheel by conda name; an empty one means that wheels need no such package."""
    path = root / "envs" / "wheel-names.yml"
    if not path.is_file():
        return {}
    node = read_yaml(path, "envs/wheel-names.yml")
    if not isinstance(node, Fields):
        raise HarnessError(f"{node.place}: this file has lines like 'conda-name: wheel-name'.")
    texts = {name: _text(value, name) for name, value in node.values.items()}
    return {canonicalize_name(name): "" if text.value in {"null", "~"} else text.value for name, text in texts.items()}


def _refuse_unknown(node: Fields, known: tuple[str, ...]) -> None:
    for key, place in node.places.items():
        if key not in known:
            raise HarnessError(f"{place}: '{key}' means nothing here.{_meant(key, known)} Known: {', '.join(known)}.")


def _meant(word: str, known: tuple[str, ...]) -> str:
    close = get_close_matches(word, known, n=1)
    return f" Did you mean '{close[0]}'?" if close else ""


def _texts(node: Node, what: str) -> list[Text]:
    if not isinstance(node, Items):
        raise HarnessError(f"{node.place}: '{what}' has to be a list.")
    return [_text(each, f"an entry of '{what}'") for each in node.values]


def _text(node: Node, what: str) -> Text:
    if not isinstance(node, Text) or not node.value.strip():
        raise HarnessError(f"{node.place}: {what} has to be a word.")
    return node
