"""Takes stock of an environment that lives: what conda put into it, and what came as wheels."""

from __future__ import annotations

import os
from pathlib import Path

import msgspec
from packaging.requirements import InvalidRequirement, Requirement
from packaging.utils import canonicalize_name

from harness.environment.backends.interpreter import Interpreter, answer, ask
from harness.environment.locks.targets import platform_of
from harness.failure import HarnessError

# Runs in the environment, from Python 3.7 on, with the standard library only.
_QUESTION = r"""
import json, os, sys

def distributions():
    try:
        from importlib import metadata
    except ImportError:
        import pkg_resources
        for each in pkg_resources.working_set:
            yield each.project_name, each.version, [str(need) for need in each.requires()], each.egg_info or "", None
        return
    for each in metadata.distributions():
        folder = str(getattr(each, "_path", "") or "")
        yield each.metadata["Name"], each.version, each.requires or [], folder, each.read_text("direct_url.json")

found = {}
for name, version, needs, folder, direct in distributions():
    if name:
        found.setdefault(name, {"name": name, "version": version, "needs": needs, "direct": bool(direct),
                                "folder": os.path.relpath(folder, sys.prefix) if folder else ""})
json.dump(list(found.values()), sys.stdout)
"""


class Installed(msgspec.Struct, frozen=True, kw_only=True):
    """A package. name: as conda knows it, or normalized. needs: names, of those that this machine needs.

    build: conda's. direct: installed from a folder or an address, so that no index has it.
    """

    name: str
    version: str
    build: str = ""
    needs: tuple[str, ...] = ()
    direct: bool = False


class Inventory(msgspec.Struct, frozen=True, kw_only=True):
    """All that is installed in a prefix. platform: conda's name. python: its version.

    wheels: without what conda installed. aliases: for that, the conda package's name by the distribution's.
    """

    prefix: str
    platform: str
    python: str
    channels: tuple[str, ...]
    conda: tuple[Installed, ...]
    wheels: tuple[Installed, ...]
    aliases: dict[str, str]


class _Distribution(msgspec.Struct, frozen=True):
    name: str
    version: str
    needs: list[str]
    direct: bool
    folder: str


class _CondaMeta(msgspec.Struct, frozen=True):
    name: str
    version: str
    build: str
    depends: tuple[str, ...] = ()
    files: tuple[str, ...] = ()
    channel: str = ""


def take_inventory(python: str) -> Inventory:
    """Ask a Python, and read what conda keeps about its prefix.

    Raises HarnessError if the Python doesn't start, or conda's notes can't be read.
    """
    interpreter = ask(python)
    try:
        found = msgspec.json.decode(answer(python, _QUESTION), type=list[_Distribution])
    except msgspec.DecodeError as reason:
        raise HarnessError(f"{python}: it doesn't tell what is installed: {reason}.") from reason
    metas = _conda_metas(Path(interpreter.prefix))
    owner = {file: meta.name for meta in metas for file in meta.files if file.endswith(("/METADATA", "/PKG-INFO"))}
    aliases: dict[str, str] = {}
    wheels: list[Installed] = []
    for each in found:
        owners = [owner.get(f"{each.folder.replace(os.sep, '/')}/{file}") for file in ("METADATA", "PKG-INFO")]
        by_conda = next(filter(None, owners), None)
        if by_conda:
            aliases[canonicalize_name(each.name)] = by_conda
        else:
            wheels.append(_wheel(each, interpreter))
    return Inventory(
        prefix=interpreter.prefix,
        platform=platform_of(interpreter.markers["sys_platform"], interpreter.markers["platform_machine"]),
        python=interpreter.markers["python_full_version"],
        channels=tuple(sorted({meta.channel for meta in metas if meta.channel})),
        conda=tuple(_conda(meta) for meta in metas),
        wheels=tuple(sorted(wheels, key=lambda each: each.name)),
        aliases=aliases,
    )


def _conda_metas(prefix: Path) -> list[_CondaMeta]:
    metas = []
    for path in sorted((prefix / "conda-meta").glob("*.json")):
        try:
            metas.append(msgspec.json.decode(path.read_bytes(), type=_CondaMeta))
        except (OSError, msgspec.DecodeError) as reason:
            raise HarnessError(f"{path}: conda's note about a package can't be read: {reason}.") from reason
    return metas


def _conda(meta: _CondaMeta) -> Installed:
    needs = tuple(each.split()[0] for each in meta.depends if each.split() and not each.startswith("__"))
    return Installed(name=meta.name, version=meta.version, build=meta.build, needs=needs)


def _wheel(found: _Distribution, interpreter: Interpreter) -> Installed:
    needs: list[str] = []
    for text in found.needs:
        try:
            requirement = Requirement(text)
        except InvalidRequirement:  # old packages have some; pip ignores them too
            continue
        if requirement.marker is None or requirement.marker.evaluate({**interpreter.markers, "extra": ""}):
            needs.append(canonicalize_name(requirement.name))
    return Installed(name=canonicalize_name(found.name), version=found.version, needs=tuple(needs), direct=found.direct)
