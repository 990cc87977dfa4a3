"""Reads what is declared: `environment.yml`, and what differs in `envs/NAME.yml`; with the place of each word."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from enum import StrEnum
from pathlib import Path

import msgspec
from packaging.requirements import InvalidRequirement, Requirement
from packaging.specifiers import InvalidSpecifier, SpecifierSet
from packaging.utils import canonicalize_name

from harness.environment.declaration.yaml_file import Fields, Items, Node, Text, read_yaml
from harness.failure import HarnessError
from harness.nearest import did_you_mean

BASE = "base"
BASE_FILE = "environment.yml"
WHEEL_NAMES = "wheel-names.yml"
KEYS = ("name", "channels", "platforms", "dependencies")
OTHER_KEYS = ("resolution", "channels", "platforms", "dependencies")
PLATFORMS = ("linux-64", "linux-aarch64", "osx-64", "osx-arm64", "win-64")
_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]*")  # as in an address
_SPEC = re.compile(r"(?:[^\s:]+::)?(?P<name>[A-Za-z0-9_][A-Za-z0-9._-]*)\s*(?P<version>.*)")


class Resolution(StrEnum):
    """Which versions a solver takes where it may choose.

    HIGHEST: the newest, but what is locked and still satisfies stays. NEWEST: the newest, and nothing stays.
    LOWEST_DIRECT: the oldest of what is declared, the newest of what that needs; what is locked stays.
    """

    HIGHEST = "highest"
    NEWEST = "newest"
    LOWEST_DIRECT = "lowest-direct"


class Dependency(msgspec.Struct, frozen=True, kw_only=True):
    """One conda package as declared. name: normalized. spec: all of it, name included, as conda reads it."""

    name: str
    spec: str
    place: str


class Wanted(msgspec.Struct, frozen=True, kw_only=True):
    """One requirement: as a wheel's (PEP 508), and the place and the words in which it was declared."""

    requirement: str
    declared: str
    place: str


class Declared(msgspec.Struct, frozen=True, kw_only=True):
    """An environment as declared.

    python: a version specifier. dependencies: conda packages, Python among them. pip: what only wheels offer. wanted:
    all of both as wheels, without the Python itself. places: of each channel. sources: the files it stands in.
    """

    name: str
    channels: tuple[str, ...]
    platforms: tuple[str, ...]
    python: str
    wanted: tuple[Wanted, ...]
    dependencies: tuple[Dependency, ...] = ()
    pip: tuple[Wanted, ...] = ()
    resolution: Resolution = Resolution.HIGHEST
    places: dict[str, str] = {}
    sources: tuple[str, ...] = (BASE_FILE,)


def declare(root: Path, name: str = BASE) -> Declared:
    """Read the declaration of an environment; conda's names become wheels' by `envs/wheel-names.yml`.

    Raises HarnessError with file, line and column.
    """
    wheel_names = read_wheel_names(root)
    base = _base(root)
    if name == BASE:
        return _declared(base, wheel_names)
    file = f"envs/{name}.yml"
    if not _NAME.fullmatch(name) or name == "live":
        raise HarnessError(
            f"{file}: no environment can be called '{name}': letters, digits, '.', '_' and '-' make a name, and 'live' "
            "is taken. Rename the file."
        )
    return _declared(_altered(base, _read(root, file), file, name), wheel_names)


def declared_names(root: Path) -> list[str]:
    """The environments that are declared: base first, then those of envs/, sorted."""
    files = sorted((root / "envs").glob("*.yml"))
    others = [file.name.removesuffix(".yml") for file in files if file.name != WHEEL_NAMES]
    return [BASE, *(name for name in others if not name.endswith(".conda-lock"))]


def read_wheel_names(root: Path) -> dict[str, str]:
    """Wheel by conda name, where they differ; an empty one means that wheels need no such package."""
    file = f"envs/{WHEEL_NAMES}"
    if not (root / file).is_file():
        return {}
    node = read_yaml(root / file, file)
    if not isinstance(node, Fields):
        raise HarnessError(f"{node.place}: this file has lines like 'conda-name: wheel-name'.")
    texts = {name: _text(value, name) for name, value in node.values.items()}
    return {name.lower(): "" if text.value in {"null", "~"} else text.value for name, text in texts.items()}


class _Draft(msgspec.Struct, frozen=True, kw_only=True):
    """Parts of a declaration as they are written, before they are understood."""

    name: str
    channels: tuple[Text, ...]
    platforms: tuple[Text, ...]
    dependencies: tuple[Text, ...]
    pip: tuple[Text, ...]
    place: str
    resolution: Resolution = Resolution.HIGHEST
    sources: tuple[str, ...] = (BASE_FILE,)


def _read(root: Path, file: str) -> Fields:
    node = read_yaml(root / file, file)
    if not isinstance(node, Fields):
        raise HarnessError(f"{node.place}: an environment has {', '.join(KEYS)}, each with its value behind a colon.")
    return node


def _base(root: Path) -> _Draft:
    if not (root / BASE_FILE).exists():
        raise HarnessError(
            f"{BASE_FILE}: there is none in {root}. Start in the project's folder, or declare an environment: "
            f"it has {', '.join(KEYS)}."
        )
    node = _read(root, BASE_FILE)
    _refuse_unknown(node, KEYS)
    for key in KEYS:
        if key not in node.values:
            raise HarnessError(f"{BASE_FILE}: '{key}' is missing. All of {', '.join(KEYS)} have to be there.")
    dependencies, pip = _dependencies(node.values["dependencies"])
    return _Draft(
        name=_text(node.values["name"], "name").value,
        channels=_texts(node.values["channels"], "channels"),
        platforms=_platforms(node.values["platforms"]),
        dependencies=dependencies,
        pip=pip,
        place=node.values["dependencies"].place,
    )


def _altered(base: _Draft, node: Fields, file: str, name: str) -> _Draft:
    """The base with what another file says in its place: dependencies by their name, all else whole."""
    _refuse_unknown(node, OTHER_KEYS)
    draft = msgspec.structs.replace(base, name=name, sources=(*base.sources, file))
    if "channels" in node.values:
        draft = msgspec.structs.replace(draft, channels=_texts(node.values["channels"], "channels"))
    if "platforms" in node.values:
        draft = msgspec.structs.replace(draft, platforms=_platforms(node.values["platforms"]))
    if "resolution" in node.values:
        draft = msgspec.structs.replace(draft, resolution=_resolution(node.values["resolution"]))
    if "dependencies" in node.values:
        dependencies, pip = _dependencies(node.values["dependencies"])
        draft = msgspec.structs.replace(
            draft,
            dependencies=_replaced(draft.dependencies, dependencies, lambda written: _conda_spec(written)[0]),
            pip=_replaced(draft.pip, pip, lambda written: canonicalize_name(_requirement(written.value, written).name)),
        )
    return draft


def _replaced(old: Sequence[Text], new: Sequence[Text], name_of: Callable[[Text], str]) -> tuple[Text, ...]:
    """The old ones, each replaced by the new one of its name; then the new ones that have no forerunner."""
    by_name = {name_of(each): each for each in new}
    kept = [by_name.pop(name_of(each), each) for each in old]
    return (*kept, *by_name.values())


def _declared(draft: _Draft, wheel_names: Mapping[str, str]) -> Declared:
    python: str | None = None
    dependencies: dict[str, Dependency] = {}
    wanted: list[Wanted] = []
    for written in draft.dependencies:
        name, version = _conda_spec(written)
        dependencies[name] = Dependency(name=name, spec=written.value.strip(), place=written.place)
        if name == "python":
            python = version
        elif wheel := wheel_names.get(name, name):
            wanted.append(_wanted(f"{wheel}{version}", written))
    if python is None:
        raise HarnessError(f"{draft.place}: no 'python' among the dependencies: say which versions are meant.")
    pip = tuple(_wanted(written.value, written) for written in draft.pip)
    return Declared(
        name=draft.name,
        channels=tuple(channel.value for channel in draft.channels),
        platforms=tuple(platform.value for platform in draft.platforms),
        python=python,
        wanted=(*wanted, *pip),
        dependencies=tuple(dependencies.values()),
        pip=pip,
        resolution=draft.resolution,
        places={channel.value: channel.place for channel in draft.channels},
        sources=draft.sources,
    )


def _platforms(node: Node) -> tuple[Text, ...]:
    platforms = _texts(node, "platforms")
    if not platforms:
        raise HarnessError(f"{node.place}: 'platforms' names none. There are: {', '.join(PLATFORMS)}.")
    for platform in platforms:
        if platform.value not in PLATFORMS:
            raise HarnessError(
                f"{platform.place}: '{platform.value}' is no platform of the harness."
                f"{did_you_mean(platform.value, PLATFORMS)} There are: {', '.join(PLATFORMS)}."
            )
    return platforms


def _resolution(node: Node) -> Resolution:
    written = _text(node, "resolution")
    known = tuple(Resolution)
    if written.value not in known:
        raise HarnessError(
            f"{written.place}: '{written.value}' is no resolution.{did_you_mean(written.value, known)} "
            f"There are: {', '.join(known)}."
        )
    return Resolution(written.value)


def _dependencies(node: Node) -> tuple[tuple[Text, ...], tuple[Text, ...]]:
    """What conda installs, and the `pip:` part."""
    if not isinstance(node, Items):
        raise HarnessError(f"{node.place}: 'dependencies' has to be a list.")
    conda: list[Text] = []
    pip: list[Text] = []
    for item in node.values:
        if isinstance(item, Fields):
            _refuse_unknown(item, ("pip",))
            pip.extend(_texts(item.values["pip"], "pip"))
        else:
            conda.append(_text(item, "a dependency"))
    first: dict[str, Text] = {}
    for written in conda:
        name, _version = _conda_spec(written)
        if first.setdefault(name, written) is not written:
            raise HarnessError(f"{written.place}: '{name}' stands twice; first in {first[name].place}.")
    return tuple(conda), tuple(pip)


def _wanted(requirement: str, written: Text) -> Wanted:
    parsed = _requirement(requirement, written)
    return Wanted(requirement=str(parsed), declared=written.value, place=written.place)


def _requirement(requirement: str, written: Text) -> Requirement:
    try:
        parsed = Requirement(requirement)
    except InvalidRequirement as reason:
        raise HarnessError(
            f"{written.place}: '{written.value}' is no requirement: {str(reason).splitlines()[0]}."
        ) from reason
    if parsed.url:
        raise HarnessError(f"{written.place}: '{parsed.name}' names an address; a lock holds released versions only.")
    return parsed


def _conda_spec(written: Text) -> tuple[str, str]:
    """Conda's name and version specifier (as wheels have it, may be empty) of a conda match specification."""
    match = _SPEC.fullmatch(written.value.strip())
    if match is None:
        raise HarnessError(f"{written.place}: '{written.value}' is no dependency (NAME, or NAME and versions).")
    parts = [part.strip() for part in match["version"].split(",") if part.strip()]
    version = ",".join(_clause(part, written) for part in parts)
    try:
        SpecifierSet(version)
    except InvalidSpecifier as reason:
        raise HarnessError(f"{written.place}: '{match['version']}' says no versions (like >=1.2,<2).") from reason
    return match["name"].lower(), version


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


def _refuse_unknown(node: Fields, known: tuple[str, ...]) -> None:
    for key, place in node.places.items():
        if key not in known:
            meant = did_you_mean(key, known)
            raise HarnessError(f"{place}: '{key}' means nothing here.{meant} Known: {', '.join(known)}.")


def _texts(node: Node, what: str) -> tuple[Text, ...]:
    if not isinstance(node, Items):
        raise HarnessError(f"{node.place}: '{what}' has to be a list.")
    return tuple(_text(each, f"an entry of '{what}'") for each in node.values)


def _text(node: Node, what: str) -> Text:
    if not isinstance(node, Text) or not node.value.strip():
        raise HarnessError(f"{node.place}: {what} has to be a word.")
    return node
