"""Makes all locks of a project: conda packages first, then wheels of the same versions, then Binder's file."""

from __future__ import annotations

import os
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

import msgspec

from harness.environment.address import BASE, Kind, lock_of
from harness.environment.cache import cache_folder
from harness.environment.declaration.environment_file import Declared, Resolution, read_wheel_names
from harness.environment.declaration.lock_sources import LockSource, lock_sources
from harness.environment.locks.binder import BINDER_FILE, binder_file
from harness.environment.locks.conda_lock import CondaLock, read_conda_lock, write_conda_lock
from harness.environment.locks.pip_part import satisfied, with_pip_part
from harness.environment.locks.replacing import replace_files
from harness.environment.locks.wheel_lock import read, read_text
from harness.environment.locks.wheel_solve import lock_wheels
from harness.environment.locks.wheel_versions import wheel_versions
from harness.failure import HarnessError
from harness.nearest import did_you_mean

Say = Callable[[str], None]


class Locked(msgspec.Struct, frozen=True, kw_only=True):
    """A file that was made. packages: how many names it has. changed: whether its bytes are others now."""

    name: str
    path: str
    packages: int
    changed: bool


class Wish(msgspec.Struct, frozen=True, kw_only=True):
    """How locks are to be made. channels: in place of the declared ones, if any. update: names that needn't stay."""

    channels: tuple[str, ...] = ()
    update: tuple[str, ...] = ()


def lock_names(root: Path) -> list[str]:
    """The names of all locks of the project in `root`, made or not, in the order in which they have to be made."""
    return [source.name for source in lock_sources(root)]


def make_locks(root: Path, names: Sequence[str] = (), *, wish: Wish = Wish(), progress: Say) -> list[Locked]:  # noqa: B008
    """Make the named locks of the project in `root`, or all.

    A version that still satisfies stays, except for the packages that are to be updated. The files of an environment
    are replaced together, when all of them are made; each is replaced whole.
    Raises HarnessError with the place of what can't be satisfied, and the solver's reason.
    """
    sources = lock_sources(root)
    known = [source.name for source in sources]
    for name in names:
        if name not in known:
            raise HarnessError(f"'{name}' is no lock here.{did_you_mean(name, known)} There are: {', '.join(known)}.")
    chosen = [source for source in sources if not names or source.name in names]
    _refuse_unknown_updates(root, chosen, wish)
    return [made for source in chosen for made in _make(root, source, wish, progress)]


def _make(root: Path, source: LockSource, wish: Wish, progress: Say) -> list[Locked]:
    """All files of one environment."""
    made: dict[Path, tuple[str, int]] = {}
    versions: Mapping[str, Mapping[str, str]] = {}
    if source.declared is not None and source.declared.channels:
        lock = _conda(root, source.name, source.declared, wish, progress)
        made[lock_of(source.name, Kind.CONDA, root)] = (
            write_conda_lock(lock),
            len({each.name for each in lock.packages}),
        )
        versions = wheel_versions(lock, read_wheel_names(root))
        binder = binder_file(lock, source.declared.name) if source.name == BASE else None
        if binder is not None:
            made[root / BINDER_FILE] = binder, len(binder.partition("dependencies:")[2].splitlines()) - 1
    wheels = lock_wheels(root, source, versions, wish.update, progress)
    pins = read(wheels, f"envs/{source.name}.lock.txt")  # nothing but pins with hashes: no option that names an index
    made[lock_of(source.name, Kind.WHEELS, root)] = wheels, len({pin.name for pin in pins})
    changed = replace_files({path: text for path, (text, _count) in made.items()})
    return [
        Locked(name=source.name, path=str(path), packages=packages, changed=path in changed)
        for path, (_text, packages) in made.items()
    ]


def _conda(root: Path, name: str, declared: Declared, wish: Wish, progress: Say) -> CondaLock:
    # Not before it is needed: rattler takes a tenth of a second to load.
    from harness.environment.locks.conda_channels import OutOfReach
    from harness.environment.locks.conda_solve import Order, satisfies, solve

    path = lock_of(name, Kind.CONDA, root)
    where = str(path.relative_to(root))
    held = read_conda_lock(read_text(str(path)), where) if path.is_file() else None
    order = Order(
        declared=declared,
        held=held,
        update=wish.update,
        sources=_addresses(root, declared, wish.channels),
        cache=cache_folder(os.environ) / "channels",
    )
    progress(f"Locking {name}: conda packages")
    try:
        lock = solve(order, progress)
    except OutOfReach as reason:
        wanted = {*wish.update} & {package.name for package in held.packages} if held else {*wish.update}
        if held is None or wish.channels or wanted or not (satisfies(held, declared) and satisfied(held, declared)):
            raise HarnessError(
                f"{_place(declared)}: {reason}\nName another address of it, or a folder: --channel ADDRESS"
            ) from reason
        progress(f"{where} stays as it is: it satisfies what is declared, and no channel is in reach ({reason})")
        return held
    staying = None if declared.resolution is Resolution.NEWEST else held
    return with_pip_part(lock, declared, staying, wish.update, read_wheel_names(root))


def _addresses(root: Path, declared: Declared, channels: Sequence[str]) -> tuple[str, ...]:
    """Where the channels are: names and addresses as they are, folders absolute."""
    if channels:
        return tuple(_address(Path.cwd(), channel, "--channel") for channel in channels)
    return tuple(_address(root, channel, declared.places[channel]) for channel in declared.channels)


def _address(folder: Path, channel: str, place: str) -> str:
    if "://" in channel:
        return channel
    path = Path(folder, channel).expanduser()
    if path.is_dir():
        return path.resolve().as_uri()
    if channel.startswith((".", "~", os.sep)):
        raise HarnessError(f"{place}: there is no folder '{channel}'. A channel is a name, an address or a folder.")
    return channel


def _place(declared: Declared) -> str:
    return next(iter(declared.places.values()), declared.sources[-1])


def _refuse_unknown_updates(root: Path, sources: Sequence[LockSource], wish: Wish) -> None:
    """A name that no lock has would be passed over in silence."""
    if not wish.update:
        return
    known = {name for source in sources for name in _names(root, source)}
    for name in wish.update:
        if name not in known:
            raise HarnessError(
                f"'{name}' is in none of these locks, so it can't be updated.{did_you_mean(name, sorted(known))}"
            )


def _names(root: Path, source: LockSource) -> set[str]:
    names: set[str] = set()
    wheels, conda = lock_of(source.name, Kind.WHEELS, root), lock_of(source.name, Kind.CONDA, root)
    if wheels.is_file():
        names |= {pin.name for pin in read(read_text(str(wheels)), str(wheels.relative_to(root)))}
    if source.declared is not None and conda.is_file():
        lock = read_conda_lock(read_text(str(conda)), str(conda.relative_to(root)))
        names |= {package.name for package in lock.packages}
    return names
