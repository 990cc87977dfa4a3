"""Chooses what a conda environment takes from an index of wheels: the `pip:` part of its declaration."""

from __future__ import annotations

import re
import tempfile
import tomllib
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any
from urllib.parse import unquote, urlsplit, urlunsplit

from packaging.requirements import Requirement
from packaging.utils import InvalidWheelFilename, canonicalize_name, parse_wheel_filename

from harness.environment.backends.installer import InstallerError, run_uv
from harness.environment.declaration.environment_file import Declared
from harness.environment.locks.conda_lock import CondaLock, CondaPackage, on_platform
from harness.environment.locks.virtual_packages import GLIBC, MACOS
from harness.environment.locks.wheel_versions import wheel_versions
from harness.failure import HarnessError

_UV_PLATFORMS = {
    "linux-64": "x86_64-manylinux_2_28",
    "linux-aarch64": "aarch64-manylinux_2_28",
    "osx-64": "x86_64-apple-darwin",
    "osx-arm64": "aarch64-apple-darwin",
    "win-64": "x86_64-pc-windows-msvc",
}
_TAGS = {
    "linux-64": re.compile(r"(?:manylinux_(?P<major>\d+)_(?P<minor>\d+)|manylinux\d+|linux)_x86_64"),
    "linux-aarch64": re.compile(r"(?:manylinux_(?P<major>\d+)_(?P<minor>\d+)|manylinux\d+|linux)_aarch64"),
    "osx-64": re.compile(r"macosx_(?P<major>\d+)_(?P<minor>\d+)_(?:x86_64|intel|universal2)"),
    "osx-arm64": re.compile(r"macosx_(?P<major>\d+)_(?P<minor>\d+)_(?:arm64|universal2)"),
    "win-64": re.compile(r"win_amd64"),
}
_PIN = re.compile(r"^(?P<name>[\w.-]+)==(?P<version>\S+)(?:.*# via (?P<via>.*))?$", re.MULTILINE)


def with_pip_part(
    lock: CondaLock, declared: Declared, held: CondaLock | None, update: Sequence[str], wheel_names: Mapping[str, str]
) -> CondaLock:
    """A lock of conda packages, with what pip is to install beside them on each platform.

    What conda has keeps its version; what was held and satisfies stays, but for `update`.
    Raises HarnessError in uv's words if there is nothing that goes with it.
    """
    if not declared.pip:
        return lock
    versions = wheel_versions(lock, wheel_names)
    added: list[CondaPackage] = []
    for platform in lock.platforms:
        conda = {name: each[platform] for name, each in versions.items() if platform in each}
        old = [each for each in on_platform(held, platform) if each.manager == "pip"] if held else []
        added += _chosen(declared, platform, _minor(lock, platform), conda, [e for e in old if e.name not in update])
    packages = sorted([*lock.packages, *added], key=lambda each: (each.name, each.platform, each.manager))
    return CondaLock(channels=lock.channels, platforms=lock.platforms, packages=tuple(packages), sources=lock.sources)


def _chosen(
    declared: Declared, platform: str, python: str, conda: Mapping[str, str], old: Iterable[CondaPackage]
) -> list[CondaPackage]:
    with tempfile.TemporaryDirectory(prefix="harness-lock-") as name:
        folder = Path(name)
        _write(folder / "wanted.in", (each.requirement for each in declared.pip))
        _write(folder / "conda.in", (f"{wheel}=={version}" for wheel, version in conda.items()))
        _write(folder / "lock.txt", (f"{each.name}=={each.version}" for each in old))
        where = ["--python-platform", _UV_PLATFORMS[platform], "--python-version", python]
        common = ["pip", "compile", *where, "--no-build", "--no-header", "--constraints", "conda.in"]
        doing = f"Locking the `pip:` part of '{declared.name}' for {platform}"
        try:
            _run([*common, "--annotation-style", "line", "--output-file", "lock.txt", "wanted.in"], doing, folder)
            text = (folder / "lock.txt").read_text(encoding="utf-8")
            _write(folder / "exact.in", (f"{pin['name']}=={pin['version']}" for pin in _PIN.finditer(text)))
            exact = ["--no-deps", "--format", "pylock.toml", "--output-file", "pylock.toml", "exact.in"]
            _run([*common, *exact], doing, folder)
        except InstallerError as reason:
            raise HarnessError(f"{declared.pip[0].place}: {reason}") from reason
        files = tomllib.loads((folder / "pylock.toml").read_text(encoding="utf-8"))["packages"]
    depends = _depends(text)
    wanted = [each for each in files if canonicalize_name(each["name"]) not in conda]
    return [_package(each, platform, python, depends.get(each["name"], {})) for each in wanted]


def _run(command: Sequence[str], doing: str, folder: Path) -> None:
    run_uv(command, doing=doing, folder=folder, progress=lambda _line: None, local_sources=False)


def _package(file: Mapping[str, Any], platform: str, python: str, depends: dict[str, str]) -> CondaPackage:
    fitting = [each for each in file.get("wheels", []) if _fits(_file_name(each), platform, python)]
    if not fitting:
        raise HarnessError(f"{file['name']} {file['version']} has no wheel for {platform} and Python {python}.")
    wheel = min(fitting, key=_file_name)
    return CondaPackage(
        name=file["name"],
        version=file["version"],
        build="",
        subdir="",
        platform=platform,
        url=_without_login(wheel.get("url") or Path(wheel["path"]).absolute().as_uri()),
        sha256=wheel["hashes"]["sha256"],
        md5="",
        depends=depends,
        manager="pip",
    )


def _depends(text: str) -> dict[str, dict[str, str]]:
    """What each package needs, as uv says beside each line what it is there for."""
    depends: dict[str, dict[str, str]] = {}
    for pin in _PIN.finditer(text):
        for parent in (pin["via"] or "").split(", "):
            if parent and not parent.startswith("-"):
                depends.setdefault(parent, {})[pin["name"]] = ""
    return depends


def _fits(name: str, platform: str, python: str) -> bool:
    """Whether a wheel can be installed there, on the oldest system that a lock holds for."""
    try:
        *_rest, tags = parse_wheel_filename(name)
    except InvalidWheelFilename:
        return False
    minor = int(python.rpartition(".")[2])
    return any(
        _fits_python(tag.interpreter, tag.abi, minor)
        and (tag.platform == "any" or _fits_system(tag.platform, platform))
        for tag in tags
    )


def _fits_python(interpreter: str, abi: str, minor: int) -> bool:
    if interpreter in {"py3", f"py3{minor}"}:
        return abi == "none"
    if interpreter == f"cp3{minor}":
        return abi in {interpreter, "abi3", "none"}
    older = re.fullmatch(r"cp3(\d+)", interpreter)
    return older is not None and abi == "abi3" and int(older[1]) <= minor


def _fits_system(tag: str, platform: str) -> bool:
    match = _TAGS[platform].fullmatch(tag)
    if match is None:
        return False
    stated = match.groupdict()
    if not stated.get("major"):
        return True
    newest = MACOS if platform.startswith("osx") else GLIBC
    return (int(stated["major"]), int(stated["minor"])) <= tuple(int(part) for part in newest.split("."))


def _file_name(wheel: Mapping[str, Any]) -> str:
    return unquote((wheel.get("url") or wheel["path"]).rpartition("/")[2])


def _without_login(url: str) -> str:
    parts = urlsplit(url)
    return urlunsplit(parts._replace(netloc=parts.netloc.rpartition("@")[2]))


def _minor(lock: CondaLock, platform: str) -> str:
    version = next((each.version for each in on_platform(lock, platform) if each.name == "python"), "")
    major, minor, *_rest = version.split(".")
    return f"{major}.{minor}"


def _write(path: Path, lines: Iterable[str]) -> None:
    path.write_text("".join(f"{line}\n" for line in lines), encoding="utf-8")


def satisfied(lock: CondaLock, declared: Declared) -> bool:
    """Whether a lock has what the `pip:` part wants on each platform, as far as its markers let one tell."""
    for platform in declared.platforms:
        held = {canonicalize_name(each.name): each.version for each in on_platform(lock, platform)}
        for wanted in declared.pip:
            requirement = Requirement(wanted.requirement)
            version = held.get(canonicalize_name(requirement.name))
            if requirement.marker is None and (version is None or not requirement.specifier.contains(version)):
                return False
    return True
