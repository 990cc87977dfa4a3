"""Makes locks of wheels from what is declared: one file for all platforms and Pythons, with hashes."""

from __future__ import annotations

import re
import tempfile
from collections.abc import Callable, Iterable, Mapping, Sequence
from pathlib import Path

import msgspec
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

from harness.environment.address import Kind, lock_of
from harness.environment.backends.installer import InstallerError, run_uv
from harness.environment.declaration.environment_file import Resolution, Wanted
from harness.environment.declaration.lock_sources import LockSource
from harness.environment.locks.wheel_lock import Pin, read, read_text
from harness.environment.locks.wheel_versions import requirements
from harness.failure import HarnessError
from harness.nearest import did_you_mean

_UNKNOWN = re.compile(r"[Bb]ecause (?P<name>[\w.-]+)\s+was\s+not\s+found\s+in\s+the\s+package\s+registry")
_REQUIRED = re.compile(r"you\s+require\s+(?P<name>[A-Za-z0-9][\w.-]*)")
_SHAPES = (
    "--universal", "--generate-hashes", "--no-header", "--no-annotate", "--no-emit-index-url", "--no-emit-find-links",
    "--no-build",
)  # fmt: skip


def lock_wheels(
    root: Path,
    source: LockSource,
    conda: Mapping[str, Mapping[str, str]],
    update: Sequence[str],
    progress: Callable[[str], None],
) -> str:
    """The text of a lock of wheels.

    conda: versions by wheel, then platform, that are taken wherever there are such wheels. A version that is locked and
    still satisfies stays, except for the packages in `update`.
    Raises HarnessError with the place of what can't be satisfied, and the solver's reason.
    """
    path = lock_of(source.name, Kind.WHEELS, root)
    where = str(path.relative_to(root))
    progress(f"Locking {source.name}: wheels")
    old = read_text(str(path)) if path.is_file() else ""
    pins = [] if _is(source, Resolution.NEWEST) else read(old, where)
    differing = {name: versions for name, versions in conda.items() if len({*versions.values()}) > 1}
    # uv keeps the versions that stand in its output file, if they satisfy.
    same = {name: next(iter(versions.values())) for name, versions in conda.items() if name not in differing}
    job = _Job(
        source=source,
        preferred=_preferred(pins, same),
        held=_held(root, source),
        renewed=tuple(name for name in update if canonicalize_name(name) not in conda),
        known=tuple(pin.name for pin in pins),
        # One version for all Pythons where there is one: runs on two of them then differ in less.
        forks="requires-python" if _is(source, Resolution.NEWEST) else "fewest",
    )
    split = [line for name, versions in differing.items() for line in requirements(name, versions)]
    try:
        text = _compiled(msgspec.structs.replace(job, held=(*job.held, *split)))
    except HarnessError:
        if not split:
            raise
        # There is no wheel of one of these versions.
        text = _compiled(job)
    if _departed(text, where, conda) and job.forks != "requires-python":
        # A version that not all Pythons can have is for those that can, conda's own among them.
        text = _compiled(msgspec.structs.replace(job, forks="requires-python"))
    for name, versions in _departed(text, where, conda).items():
        progress(f"{where}: {name} {versions}, not {' or '.join(sorted({*conda[name].values()}))} as conda has it")
    return text


def _departed(text: str, where: str, conda: Mapping[str, Mapping[str, str]]) -> dict[str, str]:
    """The versions of what is locked in none that conda has, in words."""
    found: dict[str, set[str]] = {}
    for pin in read(text, where):
        found.setdefault(pin.name, set()).add(pin.version)
    return {
        name: " and ".join(sorted(versions))
        for name, versions in found.items()
        if name in conda and versions.isdisjoint(conda[name].values())
    }


class _Job(msgspec.Struct, frozen=True, kw_only=True):
    """What uv is asked. preferred: a lock's text. held: constraints. renewed, known: names. forks: uv's strategy."""

    source: LockSource
    preferred: str
    held: tuple[str, ...]
    renewed: tuple[str, ...]
    known: tuple[str, ...]
    forks: str


def _compiled(job: _Job) -> str:
    with tempfile.TemporaryDirectory(prefix="harness-lock-") as name:
        folder = Path(name)
        (folder / "lock.txt").write_text(job.preferred, encoding="utf-8")
        (folder / "wanted.in").write_text(_lines(each.requirement for each in job.source.wanted), encoding="utf-8")
        (folder / "held.in").write_text(_lines(job.held), encoding="utf-8")
        renewed = [part for package in job.renewed for part in ("--upgrade-package", package)]
        lowest = ["--resolution", "lowest-direct"] if _is(job.source, Resolution.LOWEST_DIRECT) else []
        command = ["pip", "compile", *_SHAPES, "--fork-strategy", job.forks, *lowest, *renewed]
        command += ["--python-version", job.source.python, "--constraints", "held.in"]
        command += ["--output-file", "lock.txt", "wanted.in"]
        try:
            run_uv(
                command,
                doing=f"Locking '{job.source.name}'",
                folder=folder,
                progress=lambda _line: None,
                local_sources=False,
            )
        except InstallerError as error:
            known = [Requirement(each.requirement).name for each in job.source.wanted]
            raise HarnessError(_reason(error, job.source.wanted, [*known, *job.known])) from error
        return read_text(str(folder / "lock.txt"))


def _is(source: LockSource, resolution: Resolution) -> bool:
    return source.declared is not None and source.declared.resolution is resolution


def _preferred(pins: Sequence[Pin], versions: Mapping[str, str]) -> str:
    """A lock's text with other versions; what keeps its version keeps its hashes, to which an index may have added."""
    lines = [_written(pin) for pin in pins if versions.get(pin.name, pin.version) == pin.version]
    held = {pin.name for pin in pins}
    changed = {pin.name for pin in pins if versions.get(pin.name, pin.version) != pin.version}
    return _lines([*lines, *(f"{name}=={versions[name]}" for name in sorted(changed | (versions.keys() - held)))])


def _written(pin: Pin) -> str:
    marker = f" ; {pin.marker}" if pin.marker else ""
    return " \\\n    ".join([f"{pin.name}=={pin.version}{marker}", *(f"--hash={digest}" for digest in pin.hashes)])


def _reason(error: InstallerError, wanted: Sequence[Wanted], known: Sequence[str]) -> str:
    """The reason in uv's words, headed by the place where the package is declared, where it names one."""
    unknown = _UNKNOWN.search(error.reason)
    match = unknown or _REQUIRED.search(error.reason)
    if match is None:
        return str(error)
    name = canonicalize_name(match["name"])
    place = next((each.place for each in wanted if canonicalize_name(Requirement(each.requirement).name) == name), "")
    if not place:
        return str(error)
    if unknown is None:
        return f"{place}: {error}"
    meant = did_you_mean(name, (each for each in known if canonicalize_name(each) != name), behind="\n")
    return f"{place}: '{name}' is in no package index that is configured here.{meant}"


def _held(root: Path, source: LockSource) -> tuple[str, ...]:
    """The pins of the locks that constrain this one."""
    pins: list[Pin] = []
    for name in source.constraints:
        path = lock_of(name, Kind.WHEELS, root)
        pins.extend(read(read_text(str(path)), str(path.relative_to(root))))
    return tuple(f"{pin.name}=={pin.version}{f' ; {pin.marker}' if pin.marker else ''}" for pin in pins)


def _lines(lines: Iterable[str]) -> str:
    return "".join(f"{each}\n" for each in lines)
