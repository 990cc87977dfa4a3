"""A place on another machine, through fsspec: object stores, SFTP, and whatever else fsspec knows.

How a file becomes visible whole depends on the kind, and is chosen once, in `_publisher`: an object store shows an
object when its last byte has arrived; elsewhere a file is written under a hidden name, and renamed.
"""

from __future__ import annotations

import contextlib
import re
import secrets
from collections.abc import Callable
from typing import Any, TypeVar

from harness.failure import HarnessError
from harness.record.places import sftp
from harness.record.places.entry import Entry
from harness.record.places.refusal import explained

_Found = TypeVar("_Found")
_PASSWORD = re.compile(r"(://[^/@:]*:)[^/@]*@")
# Kinds at which one request puts a whole object, or none.
_OBJECT_STORES = {"s3", "s3a", "gs", "gcs", "abfs", "abfss", "az", "adl", "oss", "memory"}
_STAMPS = ("ETag", "etag", "md5Hash", "content_md5", "mtime", "LastModified", "last_modified", "updated", "created")
_ATTEMPTS = 2
_AT_ONCE = 8


class Remote:
    """An address such as s3://bucket/path or sftp://user@host/path. It is reached when it is first used.

    A connection that was lost meanwhile is made anew once: a run may take hours between two looks at its store.
    """

    local = None

    def __init__(self, address: str) -> None:
        self.address = address.rstrip("/")
        self.shown = _PASSWORD.sub(r"\1***@", self.address)
        self._scheme = re.split("::|://", address, maxsplit=1)[0].lower()
        self._connected: tuple[Any, str] | None = None

    @property
    def at_once(self) -> int:
        """SFTP has one connection; object stores answer many requests."""
        return _AT_ONCE if self._scheme in _OBJECT_STORES else 1

    def is_there(self) -> bool:
        """Whether its folder is there; in an object store, whether it holds an object."""

        def look(system: Any, root: str) -> bool:
            system.invalidate_cache()
            try:
                system.info(root or "/")
            except FileNotFoundError:
                self._check_bucket(system, root)
                return False
            return True

        return self._do(look)

    def where(self, name: str) -> str:
        """A file's address."""
        return f"{self.shown}/{name}"

    def files(self, folder: str) -> list[Entry]:
        """The files right in a folder; the stamp is the object's tag, or when it changed."""
        return [
            Entry(_name(each), int(each.get("size") or 0), _stamp(each))
            for each in self._listed(folder)
            if each.get("type") != "directory" and _name(each)
        ]

    def folders(self, folder: str) -> list[str]:
        """The names of the folders right in a folder."""
        return [_name(each) for each in self._listed(folder) if each.get("type") == "directory"]

    def read(self, name: str) -> bytes:
        """A file's content."""
        return bytes(self._do(lambda system, root: system.cat_file(f"{root}/{name}")))

    def write_new(self, name: str, content: bytes) -> None:
        """Adds a file, and overwrites none; if this very content is there, it was added by an attempt before."""
        try:
            self._write(lambda system, path: _publisher(self._scheme).write_new(system, path, content), name)
        except FileExistsError:
            if self.read(name) != content:
                raise

    def replace(self, name: str, content: bytes) -> None:
        """Gives a file this content."""
        self._write(lambda system, path: _publisher(self._scheme).replace(system, path, content), name)

    def remove(self, name: str) -> None:
        """Removes a file."""
        self._do(lambda system, root: system.rm_file(f"{root}/{name}"))

    def exists(self, name: str) -> bool:
        """Whether a file is there."""
        try:
            self._do(lambda system, root: system.info(f"{root}/{name}"))
        except FileNotFoundError:
            return False
        return True

    def _listed(self, folder: str) -> list[dict[str, Any]]:
        def look(system: Any, root: str) -> list[dict[str, Any]]:
            system.invalidate_cache()
            try:
                return list(system.ls(f"{root}/{folder}", detail=True))
            except FileNotFoundError:
                self._check_bucket(system, root)
                return []

        return sorted(self._do(look), key=_name)

    def _write(self, write: Callable[[Any, str], None], name: str) -> None:
        def to_store(system: Any, root: str) -> None:
            try:
                write(system, f"{root}/{name}")
            except FileNotFoundError as fault:
                self._check_bucket(system, root)
                raise explained(self.shown, self._scheme, fault) from fault

        self._do(to_store)

    def _check_bucket(self, system: Any, root: str) -> None:
        """That a bucket holds nothing of the store yet is fine; that there is no bucket is not."""
        bucket = root.partition("/")[0]
        if self._scheme in _OBJECT_STORES - {"memory"} and not system.exists(bucket):
            raise HarnessError(
                f"the store {self.shown} cannot be used: there is no bucket '{bucket}', or it is not yours to see. "
                "Make it, or mend the address."
            )

    def _do(self, action: Callable[[Any, str], _Found]) -> _Found:
        for attempt in range(1, _ATTEMPTS + 1):
            try:
                return action(*self._system())
            except (FileNotFoundError, FileExistsError, HarnessError):
                raise
            except Exception as fault:  # every file system behind fsspec has its own
                self._connected = None
                if attempt == _ATTEMPTS or isinstance(fault, PermissionError | ImportError):
                    raise explained(self.shown, self._scheme, fault) from fault
        raise AssertionError("an attempt returns or raises")

    def _system(self) -> tuple[Any, str]:
        """The file system, and the store's path in it."""
        if self._connected is None:
            self._connected = _connect(self.address, self._scheme)
        return self._connected


class _Objects:
    """One request puts a whole object, or none."""

    @staticmethod
    def write_new(system: Any, path: str, content: bytes) -> None:
        try:
            system.pipe_file(path, content, mode="create")
        except NotImplementedError:
            # An object store without conditional puts: a moment between looking and writing will do.
            if system.exists(path):
                raise FileExistsError(path) from None
            system.pipe_file(path, content)

    @staticmethod
    def replace(system: Any, path: str, content: bytes) -> None:
        system.pipe_file(path, content)


class _Files:
    """A file is written under a hidden name, and renamed when it is whole."""

    def __init__(
        self, rename_new: Callable[[Any, str, str], None], rename_over: Callable[[Any, str, str], None]
    ) -> None:
        self._rename_new = rename_new
        self._rename_over = rename_over

    def write_new(self, system: Any, path: str, content: bytes) -> None:
        self._write(system, path, content, self._rename_new)

    def replace(self, system: Any, path: str, content: bytes) -> None:
        self._write(system, path, content, self._rename_over)

    def _write(self, system: Any, path: str, content: bytes, rename: Callable[[Any, str, str], None]) -> None:
        folder, _, name = path.rpartition("/")
        hidden = f"{folder}/.{name}.{secrets.token_hex(4)}.part"
        _make_folder(system, folder)
        try:
            with system.open(hidden, "wb") as file:
                file.write(content)
            rename(system, hidden, path)
        except BaseException:
            with contextlib.suppress(Exception):
                system.rm_file(hidden)
            raise


def _publisher(scheme: str) -> _Objects | _Files:
    if scheme in _OBJECT_STORES:
        return _Objects()
    if scheme in sftp.SCHEMES:
        return _Files(sftp.rename_new, sftp.rename_over)
    return _Files(_rename_new, _rename_over)


def _rename_new(system: Any, hidden: str, path: str) -> None:
    if system.exists(path):
        raise FileExistsError(path)
    system.mv(hidden, path)


def _rename_over(system: Any, hidden: str, path: str) -> None:
    system.mv(hidden, path)


def _make_folder(system: Any, folder: str) -> None:
    try:
        system.makedirs(folder, exist_ok=True)
    except OSError:
        # Another writer may have made it meanwhile.
        if not system.isdir(folder):
            system.makedirs(folder, exist_ok=True)


def _connect(address: str, scheme: str) -> tuple[Any, str]:
    if scheme in sftp.SCHEMES:
        return sftp.connect(address)
    import fsspec  # type: ignore[import-untyped]

    system, root = fsspec.core.url_to_fs(address, skip_instance_cache=scheme != "memory")
    return system, root.rstrip("/")


def _name(entry: dict[str, Any]) -> str:
    return str(entry["name"]).rstrip("/").rpartition("/")[2]


def _stamp(entry: dict[str, Any]) -> str:
    return next((str(entry[key]) for key in _STAMPS if entry.get(key) is not None), "")
