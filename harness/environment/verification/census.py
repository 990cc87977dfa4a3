"""Counts what lies in an environment: every file with its digest, every package, and the Python beneath.

One file with the standard library only, for Python 3.7 and later: its text is sent into images, where
`python -c TEXT PREFIX` prints the census as JSON.
"""

from __future__ import annotations

import glob
import hashlib
import json
import os
import posixpath
import re
import sys
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import Any

# The harness's own, written when all else was counted.
STAMP = "harness-environment.json"
MANIFEST = "harness-environment.manifest.json"

_CHUNK_BYTES = 1 << 20
_PYC_HEADER_BYTES = 16
_BATCH_FILES = 64
_CONDA = re.compile(r"conda-meta/[^/]+\.json")
_FIELD = re.compile(r"^(Name|Version):[ \t]*(.*?)\s*$", re.MULTILINE)
_WHEEL = re.compile(r"(?P<site>.*/(site|dist)-packages)/(?P<info>[^/]+\.(dist|egg)-info)(/(METADATA|PKG-INFO))?")


def census(prefix: str) -> dict[str, Any]:
    """What lies under `prefix`, as JSON has it.

    files: by path under the prefix, with slashes: [content, size in bytes, owner, header]. content is the SHA-256 in
    hex, or "-> TARGET" for a link, or in words why it can't be told. owner is an index into packages, or -1. header is
    the first 16 bytes of a .pyc in hex (what it was compiled from), else empty.
    packages: name, version, build, manager ("conda" or "wheel"), installer, and record: the path that tells of it.
    interpreter: path and SHA-256 of the Python, and of its library, where they lie outside the prefix; else None.
    """
    regular = dict(_walk(prefix, ""))
    paths = sorted(regular)
    batches = [paths[first : first + _BATCH_FILES] for first in range(0, len(paths), _BATCH_FILES)]
    # Hashing and reading let go of the interpreter's lock; more threads than cores would only wait for it.
    with ThreadPoolExecutor(_cores()) as threads:
        contents = threads.map(
            lambda batch: [(_content if regular[path] else _no_file)(prefix, path) for path in batch], batches
        )
        files = {path: content for batch, found in zip(batches, contents) for path, content in zip(batch, found)}
    packages = [*_conda_packages(prefix, paths), *_wheel_packages(prefix, paths)]
    owner: dict[str, int] = {}
    for index, (_, owned) in enumerate(packages):
        for path in owned:
            owner.setdefault(path, index)
    return {
        "files": {_text(path): [*files[path][:2], owner.get(path, -1), files[path][2]] for path in paths},
        "packages": [package for package, _ in packages],
        "interpreter": _interpreter(prefix),
    }


def main() -> None:
    """Print the census of the prefix that is given as the only argument."""
    json.dump(census(sys.argv[1]), sys.stdout)


def _cores() -> int:
    if hasattr(os, "sched_getaffinity"):
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1


def _walk(prefix: str, folder: str) -> Iterator[tuple[str, bool]]:
    """The paths of all that is no folder, without following links, and of each whether it is a regular file."""
    try:
        entries = list(os.scandir(os.path.join(prefix, folder)))
    except OSError:
        yield folder, False
        return
    for entry in entries:
        path = folder + "/" + entry.name if folder else entry.name
        if entry.is_dir(follow_symlinks=False):
            yield from _walk(prefix, path)
        elif path not in (STAMP, MANIFEST):
            yield path, entry.is_file(follow_symlinks=False)


def _content(prefix: str, path: str) -> tuple[str, int, str]:
    """Content, size and header of a regular file, as in the census."""
    try:
        return _digest(os.path.join(prefix, path))
    except OSError as reason:
        return "unreadable: " + str(reason.strerror), 0, ""


def _no_file(prefix: str, path: str) -> tuple[str, int, str]:
    """The same of what the folder says is none."""
    try:
        return "-> " + _text(os.readlink(os.path.join(prefix, path))), 0, ""
    except OSError:
        return "no regular file", 0, ""


def _digest(full: str) -> tuple[str, int, str]:
    # Plain system calls: a file object for each of tens of thousands of small files takes longer than to hash them.
    file = os.open(full, os.O_RDONLY | os.O_CLOEXEC)
    try:
        chunk = os.read(file, _CHUNK_BYTES)
        header = chunk[:_PYC_HEADER_BYTES].hex() if full.endswith(".pyc") else ""
        digest = hashlib.sha256(chunk)
        size_bytes = len(chunk)
        while chunk:
            chunk = os.read(file, _CHUNK_BYTES)
            digest.update(chunk)
            size_bytes += len(chunk)
    finally:
        os.close(file)
    return digest.hexdigest(), size_bytes, header


def _conda_packages(prefix: str, paths: list[str]) -> Iterator[tuple[dict[str, str], list[str]]]:
    """What conda-meta/ tells of, and the files of each."""
    for path in filter(_CONDA.fullmatch, paths):
        try:
            about = json.loads(_read(prefix, path))
            package = {key: str(about[key]) for key in ("name", "version", "build")}
            yield {**package, "manager": "conda", "installer": "conda", "record": path}, [path, *about.get("files", [])]
        except (AttributeError, KeyError, TypeError, ValueError):
            continue  # damaged: it then shows as an edited file, and its package as missing


def _wheel_packages(prefix: str, paths: list[str]) -> Iterator[tuple[dict[str, str], list[str]]]:
    """What Python itself would call a distribution, and the files of each."""
    folders: dict[str, list[str]] = {}
    for path in paths:
        folders.setdefault(posixpath.dirname(path), []).append(path)
    for match in filter(None, map(_WHEEL.fullmatch, paths)):
        path = match.group()
        info = match.group("site") + "/" + match.group("info")
        if not path.endswith(("/METADATA", "/PKG-INFO", ".egg-info")):
            continue
        fields = dict(_FIELD.findall(_read(prefix, path).split("\n\n")[0]))
        package = {
            "name": fields.get("Name", ""),
            "version": fields.get("Version", ""),
            "build": "",
            "manager": "wheel",
            "installer": _read(prefix, info + "/INSTALLER").strip(),
            "record": path,
        }
        # What lies in its own folder is its own, even if its RECORD is gone.
        yield package, [path, *folders.get(info, []), *_recorded(prefix, match.group("site"), info)]


def _recorded(prefix: str, site: str, info: str) -> Iterator[str]:
    """The files that a RECORD (PEP 376) lists, as paths under the prefix."""
    for line in _read(prefix, info + "/RECORD").splitlines():
        # Digest and size, which hold no comma, stand behind the last two; a name with a comma stands in quotes.
        path = line.rsplit(",", 2)[0].strip('"')
        yield posixpath.normpath(posixpath.join(site, path))


def _interpreter(prefix: str) -> dict[str, Any] | None:
    """The Python that the prefix's own is a link to, and its library where it has one."""
    python = os.path.realpath(os.path.join(prefix, "bin", "python"))
    if python.startswith(os.path.realpath(prefix) + os.sep):
        return None
    root = os.path.dirname(os.path.dirname(python))
    named = [os.path.basename(folder) for folder in glob.glob(os.path.join(glob.escape(prefix), "lib", "python3*"))]
    libraries = {
        os.path.realpath(path)
        for name in named
        for folder in ("lib", "lib64", os.path.join("lib", "*-linux-gnu"))
        for path in glob.glob(os.path.join(glob.escape(root), folder, "lib" + name + "*"))
        if os.path.isfile(path)
    }
    return {
        "path": _text(python),
        "content": _content("", python)[0],
        "libraries": {_text(path): _content("", path)[0] for path in sorted(libraries)},
    }


def _read(prefix: str, path: str) -> str:
    """A file's text; empty if it can't be read, which its digest tells already."""
    try:
        with open(os.path.join(prefix, path), encoding="utf-8", errors="replace") as file:
            return file.read()
    except OSError:
        return ""


def _text(path: str) -> str:
    """A path as text that can be written anywhere, whatever its bytes are."""
    return path.encode("utf-8", "surrogateescape").decode("utf-8", "backslashreplace")


if __name__ == "__main__":
    main()
