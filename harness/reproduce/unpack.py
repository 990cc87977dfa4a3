"""A bundle unpacked into a private folder: nothing but what it says it holds, and nothing outside of that folder."""

from __future__ import annotations

import contextlib
import functools
import json
import os
import shutil
import stat
import zipfile
import zlib
from collections.abc import Callable, Iterator
from pathlib import Path, PurePosixPath

from harness.environment.archives.archive import sha256_of
from harness.environment.cache import cache_faults, cache_folder
from harness.environment.held_place import held
from harness.failure import HarnessError
from harness.machine.code import LEFT_OUT
from harness.reproduce.bundle import RECORD
from harness.reproduce.crate import METADATA

MOST_FILES = 100_000
MOST_BYTES = 2_000_000_000
_CHUNK_BYTES = 1 << 20
_BY_DIGEST = 24


@contextlib.contextmanager
def unpacked(bundle: Path, say: Callable[[str], None]) -> Iterator[Path]:
    """A private folder with the content of a bundle; removed at the end, unless the user interrupts, who may go on.

    It lies in the user's cache under the bundle's digest, so that a run that was cut finds it again.
    Raises HarnessError for what is damaged, no bundle, larger than 2 GB, or would lie outside of its folder.
    """
    folder = _cache() / sha256_of(bundle)[:_BY_DIGEST]
    with contextlib.ExitStack() as stack:
        with cache_faults(folder.parent):
            folder.parent.mkdir(parents=True, exist_ok=True)
            stack.enter_context(held(folder, lambda: say(f"Another process works with {bundle}: waiting for it")))
            if not _whole(folder):
                say(f"Unpacking {bundle}")
                _unpack(bundle, folder)
        stack.push(functools.partial(_forget, folder))
        yield folder


def _forget(folder: Path, kind: type[BaseException] | None, *_error: object) -> None:
    if kind is not KeyboardInterrupt:
        shutil.rmtree(folder, ignore_errors=True)


def _cache() -> Path:
    return cache_folder(os.environ) / "bundles"


def _unpack(bundle: Path, folder: Path) -> None:
    draft = folder.with_name(f".making-{folder.name}")
    shutil.rmtree(draft, ignore_errors=True)  # one that was killed left it
    draft.mkdir(mode=0o700)  # sources and records are nobody else's business
    try:
        with zipfile.ZipFile(bundle) as archive:
            entries = _checked(bundle, archive)
            left_bytes = MOST_BYTES
            for entry in entries:
                left_bytes = _extract(bundle, archive, entry, draft, left_bytes)
        _refuse_changes(bundle, draft)
        shutil.rmtree(folder, ignore_errors=True)
        draft.rename(folder)
    except (zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError, RuntimeError, UnicodeDecodeError) as fault:
        raise HarnessError(f"{bundle}: damaged: {fault}. Get another copy.") from fault
    finally:
        shutil.rmtree(draft, ignore_errors=True)


def _checked(bundle: Path, archive: zipfile.ZipFile) -> list[zipfile.ZipInfo]:
    entries = archive.infolist()
    if len(entries) > MOST_FILES:
        raise HarnessError(f"{bundle}: holds {len(entries):,} files; a bundle has at most {MOST_FILES:,}.")
    if sum(entry.file_size for entry in entries) > MOST_BYTES:
        raise _too_large(bundle)
    names = [entry.filename for entry in entries]
    if len(set(names)) < len(names):
        twice = next(name for name in names if names.count(name) > 1)
        raise HarnessError(f"{bundle}: holds {twice} twice; no bundle of the harness does. Nothing was unpacked.")
    for entry in entries:
        _refuse_escape(bundle, entry)
    if RECORD not in names or METADATA not in names:
        raise HarnessError(f"{bundle}: no bundle: it lacks {RECORD if RECORD not in names else METADATA}.")
    return entries


def _refuse_escape(bundle: Path, entry: zipfile.ZipInfo) -> None:
    name = entry.filename
    outside = name.startswith("/") or ".." in PurePosixPath(name).parts or "\\" in name or ":" in name.split("/")[0]
    kind = stat.S_IFMT(entry.external_attr >> 16)
    if outside or not name or "\0" in name or kind not in {0, stat.S_IFREG, stat.S_IFDIR}:
        raise HarnessError(
            f"{bundle}: holds {name!r}, which would lie outside of its folder, or is a link. It may be an attack: "
            "nothing was unpacked."
        )


def _extract(bundle: Path, archive: zipfile.ZipFile, entry: zipfile.ZipInfo, folder: Path, left_bytes: int) -> int:
    """Write one file; returns how many bytes may still come. What an entry says of its size is not believed."""
    target = folder / entry.filename
    if entry.is_dir():
        target.mkdir(parents=True, exist_ok=True)
        return left_bytes
    target.parent.mkdir(parents=True, exist_ok=True)
    with archive.open(entry) as source, target.open("xb") as file:
        while chunk := source.read(_CHUNK_BYTES):
            left_bytes -= len(chunk)
            if left_bytes < 0:
                raise _too_large(bundle)
            file.write(chunk)
    if entry.external_attr >> 16 & 0o100:
        target.chmod(0o755)
    return left_bytes


def _refuse_changes(bundle: Path, folder: Path) -> None:
    """Every file has to be the one that the crate's metadata describe, and none may be missing or additional."""
    stated = _stated(bundle, folder)
    found = set(_names(folder)) - {METADATA}
    for name in sorted(found | stated.keys()):
        if name not in found:
            raise HarnessError(f"{bundle}: incomplete: it lacks {name}. Get another copy.")
        if name not in stated:
            raise HarnessError(f"{bundle}: changed: {name} was put into it. Get another copy.")
        if sha256_of(folder / name) != stated[name]:
            raise HarnessError(f"{bundle}: changed: {name} is not what was bundled (SHA-256). Get another copy.")


def _stated(bundle: Path, folder: Path) -> dict[str, str]:
    """SHA-256 by name, as the crate's metadata have them."""
    try:
        graph = json.loads((folder / METADATA).read_bytes())["@graph"]
        return {str(each["@id"]): str(each["sha256"]) for each in graph if "sha256" in each}
    except (ValueError, KeyError, TypeError, RecursionError) as fault:
        raise HarnessError(f"{bundle}: damaged: {METADATA} is no metadata of an RO-Crate ({fault}).") from fault


def _whole(folder: Path) -> bool:
    """Whether a folder is there and as it was unpacked, bytecode and the like set aside."""
    if not (folder / METADATA).is_file():
        return False
    try:
        stated = _stated(folder, folder)
        names = {name for name in _names(folder) if not LEFT_OUT.intersection(PurePosixPath(name).parts)}
        if not names <= {METADATA, *stated}:
            return False
        return all(sha256_of(folder / name) == digest for name, digest in stated.items())
    except (HarnessError, OSError):
        return False


def _names(folder: Path) -> Iterator[str]:
    return (path.relative_to(folder).as_posix() for path in folder.rglob("*") if path.is_file())


def _too_large(bundle: Path) -> HarnessError:
    return HarnessError(f"{bundle}: unpacks to more than {MOST_BYTES / 1e9:.0f} GB; nothing was unpacked.")
