"""A record from wherever it was published: a file, an address, a bundle, or the store."""

from __future__ import annotations

import contextlib
import tempfile
import urllib.request
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import IO, Any

import msgspec

from harness.failure import HarnessError
from harness.record import Store
from harness.record.document import from_bytes
from harness.record.schema import Record
from harness.reproduce.bundle import RECORD
from harness.reproduce.locks import Finder, in_bundle, in_store
from harness.reproduce.unpack import MOST_BYTES, unpacked

_TIMEOUT_S = 60.0
_CHUNK_BYTES = 1 << 20
_ZIP = b"PK"


class Published(msgspec.Struct, frozen=True, kw_only=True):
    """A record, and what came with it. bundle: the folder that its bundle was unpacked into. finders: of its locks."""

    record: Record
    bundle: Path | None
    finders: list[Finder]


@contextlib.contextmanager
def published(name: str, store: Store, say: Callable[[str], None]) -> Iterator[Published]:
    """Read the record that a user names: an address (file://, https://, s3://, whatever fsspec knows), a file, or an
    id, or a piece of one, in the store. A bundle is known by its content. Raises HarnessError.
    """
    with contextlib.ExitStack() as stack:
        if "://" in name:
            room = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="harness-")))
            path = _fetched(name, room / name.rstrip("/").rpartition("/")[2], say)
            beside: list[Finder] = [_beside(name)]
        elif _is_id(name):
            yield Published(record=store.read(name), bundle=None, finders=[in_store(store)])
            return
        else:
            path = Path(name)
            beside = [in_store(Store(path.absolute().parent.parent))]
        if not _is_zip(path):
            record = from_bytes(_read(path), name)
            yield Published(record=record, bundle=None, finders=[in_store(store), *beside])
            return
        folder = stack.enter_context(unpacked(path, say))
        record = from_bytes((folder / RECORD).read_bytes(), f"{name}:{RECORD}")
        yield Published(record=record, bundle=folder, finders=[in_bundle(folder), in_store(store)])


def _is_id(name: str) -> bool:
    path = Path(name)
    return not path.is_file() and path.name == name and path.suffix not in {".json", ".zip"}


def _is_zip(path: Path) -> bool:
    try:
        with path.open("rb") as file:
            return file.read(len(_ZIP)) == _ZIP
    except OSError as fault:
        raise HarnessError(
            f"{path}: cannot be read: {fault.strerror}. Name a record's file, a bundle, or an id."
        ) from fault


def _read(path: Path) -> bytes:
    try:
        return path.read_bytes()
    except OSError as fault:
        raise HarnessError(f"{path}: cannot be read: {fault.strerror}.") from fault


def _beside(address: str) -> Finder:
    """Locks of the store that an address of a record lies in: .../records/ID.json has them in .../locks/."""
    root = address.rpartition("/")[0].rpartition("/")[0]

    def find(digest: str) -> str:
        with tempfile.TemporaryDirectory(prefix="harness-") as room:
            return _fetched(f"{root}/locks/{digest}.txt", Path(room, "lock"), lambda _line: None).read_text("utf-8")

    return find


def _fetched(address: str, target: Path, say: Callable[[str], None]) -> Path:
    """What lies at an address, as a file. Raises HarnessError."""
    say(f"Fetching {address}")
    try:
        with _opened(address) as source, target.open("wb") as file:
            size_bytes = 0
            while chunk := source.read(_CHUNK_BYTES):
                size_bytes += len(chunk)
                if size_bytes > MOST_BYTES:
                    raise HarnessError(f"{address}: more than {MOST_BYTES / 1e9:.0f} GB; that is no record.")
                file.write(chunk)
    except HarnessError:
        raise
    except ImportError as fault:
        raise HarnessError(f"{address}: {fault}. Install it beside the harness, or fetch the file yourself.") from fault
    except Exception as fault:  # every file system behind fsspec has its own
        raise HarnessError(f"{address}: cannot be fetched: {str(fault) or type(fault).__name__}.") from fault
    return target


def _opened(address: str) -> contextlib.AbstractContextManager[IO[bytes]]:
    if address.startswith(("http://", "https://")):
        opened: Any = urllib.request.urlopen(address, timeout=_TIMEOUT_S)  # noqa: S310  (only these two)
        return contextlib.closing(opened)
    import fsspec  # type: ignore[import-untyped]

    return contextlib.closing(fsspec.open(address, "rb").open())
