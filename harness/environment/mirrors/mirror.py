"""Makes a folder that holds all archives of an environment's locks, for machines without a network, and for later."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path

from harness import whole_file
from harness.environment.address import Address, Kind, lock_of
from harness.environment.backends import this_machine
from harness.environment.declaration.environment_file import PLATFORMS
from harness.environment.locks.conda_lock import on_platform, read_conda_lock
from harness.environment.locks.left_to_pip import left_to_pip
from harness.environment.locks.wheel_lock import read, read_text
from harness.environment.mirrors import conda_channel, wheel_filling
from harness.environment.mirrors.mirrored import ALL_PLATFORMS, Mirrored
from harness.failure import HarnessError

Say = Callable[[str], None]
_OF_A_MIRROR = {"conda", "conda-lock.yml", "envs", "lost+found", "wheels"}


def mirror(address: Address, root: Path, folder: Path, platforms: Sequence[str], progress: Say) -> list[Mirrored]:
    """Put all archives of an environment's lock into `folder`, and the lock itself, where a project has it.

    An address that says no way of making the environment means all that have a lock. What is there and right stays.
    root: the project's folder. platforms: as in conda ("linux-64"), or ALL_PLATFORMS; none means this machine's.
    Raises HarnessError that names all that can't be had.
    """
    if address.kind not in {Kind.WHEELS, Kind.CONDA} or address.revision:
        raise HarnessError(f"{address.text}: only what has a lock can be mirrored: NAME, NAME@wheels or NAME@conda.")
    _refuse_other_folders(folder)
    kinds = [address.kind] if "@" in address.text else [Kind.WHEELS, Kind.CONDA]
    locks = [(kind, lock_of(address.name, kind, root)) for kind in kinds]
    try:
        return [_mirror(kind, lock, root, folder, platforms, progress) for kind, lock in locks if lock.is_file()]
    except OSError as reason:
        raise HarnessError(f"{folder}: the mirror can't be made here: {reason.strerror or reason}.") from reason


def _refuse_other_folders(folder: Path) -> None:
    """A lock of the same name may lie in somebody's project: only a mirror, or a folder for one, is written to."""
    if not folder.is_dir():
        return
    visible = {entry.name for entry in folder.iterdir() if not entry.name.startswith(".")}
    strange = sorted(visible - _OF_A_MIRROR)
    if strange:
        raise HarnessError(
            f"{folder}: this is no mirror: it holds '{strange[0]}'. Name an empty folder, a new one, or a mirror."
        )


def _mirror(kind: Kind, lock: Path, root: Path, folder: Path, platforms: Sequence[str], progress: Say) -> Mirrored:
    text = read_text(str(lock))
    where = str(lock.relative_to(root))
    fill = _fill_conda if kind is Kind.CONDA else _fill_wheels
    archives = fill(text, where, folder, platforms, progress)
    whole_file.replace(folder / where, text.encode())
    return Mirrored(lock=where, archives=archives)


def _fill_wheels(text: str, where: str, folder: Path, platforms: Sequence[str], progress: Say) -> int:
    return wheel_filling.fill(folder, read(text, where), _chosen(platforms, PLATFORMS), progress)


def _fill_conda(text: str, where: str, folder: Path, platforms: Sequence[str], progress: Say) -> int:
    lock = read_conda_lock(text, where)
    chosen = _chosen(platforms, lock.platforms)
    absent = [each for each in chosen if each not in lock.platforms]
    if absent:
        raise HarnessError(f"{where}: the lock doesn't hold for {absent[0]}. It does for {', '.join(lock.platforms)}.")
    packages = [package for platform in chosen for package in on_platform(lock, platform)]
    archives = conda_channel.fill(folder, [each for each in packages if each.manager == "conda"], progress)
    pins = left_to_pip(packages)
    return archives + (wheel_filling.fill(folder, pins, chosen, progress) if pins else 0)


def _chosen(platforms: Sequence[str], known: Sequence[str]) -> Sequence[str]:
    if ALL_PLATFORMS in platforms:
        return known
    return platforms or (this_machine.platform(),)
