"""The folder that a site is written to: ours or refused, whole at any moment, and rewritten only where it changed."""

from __future__ import annotations

import contextlib
import fcntl
import hashlib
import os
import stat
from collections.abc import Iterator
from pathlib import Path
from types import TracebackType

import msgspec

from harness.failure import HarnessError
from harness.report.site.addresses import RUNS
from harness.whole_file import FULL, hidden_beside

MANIFEST = "harness-site.json"
MADE_BY = "scaling-harness"
NOTED = 250  # files written between two manifests
_LOCK = ".harness-site.lock"


class Written(msgspec.Struct, frozen=True):
    """A file of the site: the digest of what it was made from, empty if it's always made; that of its content.

    size: in bytes. When it was written isn't kept: a copy of the site is as good.
    """

    inputs: str
    content: str
    size: int = -1


class Manifest(msgspec.Struct, kw_only=True):
    """What the harness knows of a site that it made. whole: of everything that the last whole build was made from."""

    made_by: str
    whole: str = ""
    files: dict[str, Written] = {}


class SiteFolder:
    """A site's folder, held against a second build while it is open.

    A page is written under a hidden name and renamed, the manifest last: a build that is killed leaves a site that can
    be read, and the next one goes on. Raises HarnessError for a folder that isn't ours, and one that can't be written.
    """

    def __init__(self, folder: str | os.PathLike[str]) -> None:
        self.folder = Path(folder)
        self.written = 0
        self.kept = 0
        self.removed = 0
        self._seen: set[str] = set()
        self._folders: set[Path] = set()
        self._lock: int | None = None
        self._manifest = Manifest(made_by=MADE_BY)

    def __enter__(self) -> SiteFolder:
        with self._told():
            there = self._names()
            if there and MANIFEST not in there and any(not _is_ours(name) for name in there):
                raise HarnessError(
                    f"{self.folder} isn't empty, and no site that the harness made. Nothing was written: "
                    "name another folder, or empty this one."
                )
            self.folder.mkdir(parents=True, exist_ok=True)
            self._hold()
            try:
                self._manifest = self._read()
                self._sweep()
                # Names the folder as ours before the first page is in it.
                self._write_manifest()
            except BaseException:
                self._release()
                raise
        return self

    def __exit__(
        self, kind: type[BaseException] | None, value: BaseException | None, trace: TracebackType | None
    ) -> None:
        # What was written is known to the next build, however this one ends.
        with contextlib.suppress(OSError):
            self._write_manifest()
        self._release()

    @property
    def whole(self) -> str:
        """What the last whole build was made from; empty if there was none, or a page isn't as it was written."""
        return self._manifest.whole if all(map(self._is_as_written, self._manifest.files)) else ""

    @property
    def tells_of_runs(self) -> bool:
        """Whether it has pages that an empty store has none of."""
        return any(address.startswith("runs/") and address != RUNS for address in self._manifest.files)

    def is_current(self, address: str, inputs: str) -> bool:
        """Whether a page is there that was made from just this."""
        known = self._manifest.files.get(address)
        return known is not None and inputs != "" and known.inputs == inputs and self._is_as_written(address)

    def keep(self, address: str) -> None:
        """A page stays as it is."""
        self._seen.add(address)
        self.kept += 1

    def write(self, address: str, content: bytes, inputs: str = "") -> None:
        """Give a page this content; one that has it already is left alone."""
        digest = hashlib.sha256(content).hexdigest()
        known = self._manifest.files.get(address)
        if known is not None and known.content == digest and self._is_as_written(address):
            self.keep(address)
            self._manifest.files[address] = Written(inputs, digest, len(content))
            return
        self._seen.add(address)
        with self._told():
            self._replace(address, content)
            self.written += 1
            self._manifest.files[address] = Written(inputs, digest, len(content))
            if self.written % NOTED == 0:
                self._write_manifest()  # a build that is killed needn't begin from the start

    def begin(self, *, anew: bool = False) -> None:
        """From here on the site isn't whole, until `finish`. anew: no page that is there is taken as it is."""
        self._manifest.whole = ""
        if anew:
            self._manifest.files = dict.fromkeys(self._manifest.files, Written("", ""))
        with self._told():
            self._write_manifest()

    def finish(self, whole: str) -> None:
        """Remove the pages of earlier builds that this one has no more, and remember what it was made from."""
        with self._told():
            for address in self._manifest.files.keys() - self._seen:
                (self.folder / address).unlink(missing_ok=True)
                del self._manifest.files[address]
                self.removed += 1
            self._manifest.whole = whole
            self._write_manifest()

    def _names(self) -> list[str]:
        try:
            return [path.name for path in self.folder.iterdir()]
        except FileNotFoundError:
            return []

    def _is_as_written(self, address: str) -> bool:
        try:
            found = os.stat(f"{self.folder}/{address}")  # noqa: PTH116 - of thousands, making paths takes longest
        except OSError:
            return False
        return stat.S_ISREG(found.st_mode) and found.st_size == self._manifest.files[address].size

    def _replace(self, address: str, content: bytes) -> None:
        target = self.folder / address
        if target.parent not in self._folders:
            target.parent.mkdir(parents=True, exist_ok=True)
            self._folders.add(target.parent)
        hidden = hidden_beside(target)
        try:
            hidden.write_bytes(content)
            hidden.replace(target)
        finally:
            hidden.unlink(missing_ok=True)

    def _read(self) -> Manifest:
        path = self.folder / MANIFEST
        try:
            found = msgspec.json.decode(path.read_bytes(), type=Manifest)
        except FileNotFoundError:
            return Manifest(made_by=MADE_BY)
        except (msgspec.MsgspecError, UnicodeDecodeError) as fault:
            raise HarnessError(
                f"{path}: damaged: {fault}. Nothing was written: remove the folder, and build the site anew."
            ) from fault
        if found.made_by != MADE_BY:
            raise HarnessError(f"{path} is of another program. Nothing was written: name another folder.")
        return found

    def _write_manifest(self) -> None:
        self._replace(MANIFEST, msgspec.json.encode(self._manifest) + b"\n")

    def _sweep(self) -> None:
        """Remove what a killed build left half written."""
        for folder in (".", "cases", "cases/*", "runs", "environments", "assets"):
            for leftover in self.folder.glob(f"{folder}/.*.part"):
                leftover.unlink(missing_ok=True)

    def _hold(self) -> None:
        descriptor = os.open(self.folder / _LOCK, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC | os.O_NOFOLLOW, 0o666)
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            os.close(descriptor)
            raise HarnessError(
                f"{self.folder} is being written by another `harness site`. Wait until it has ended, then start again."
            ) from None
        self._lock = descriptor

    def _release(self) -> None:
        if self._lock is not None:
            fcntl.flock(self._lock, fcntl.LOCK_UN)  # closing alone would leave it to a process that was forked
            os.close(self._lock)
            self._lock = None

    @contextlib.contextmanager
    def _told(self) -> Iterator[None]:
        try:
            yield
        except OSError as fault:
            if fault.errno in FULL:
                raise HarnessError(
                    f"no room for the site in {self.folder} ({fault.strerror}). What was there can still be read; "
                    "make room, and build again: it goes on from here."
                ) from fault
            where = fault.filename2 or fault.filename or self.folder
            raise HarnessError(
                f"{where} can't be written: {fault.strerror or fault}. Mend that, or name another folder."
            ) from fault


def digest_of(*parts: str) -> str:
    """What differs where any of these does: of what a page was made from."""
    digest = hashlib.sha256()
    for part in parts:
        digest.update(f"{len(part)}:{part}".encode("utf-8", "surrogatepass"))
    return digest.hexdigest()


def _is_ours(name: str) -> bool:
    return name == _LOCK or (name.startswith(f".{MANIFEST}.") and name.endswith(".part"))
