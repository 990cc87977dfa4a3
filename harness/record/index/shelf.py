"""Where the index of a store lies: whole files in the user's cache, of which the newest counts."""

from __future__ import annotations

import contextlib
import hashlib
import os
import secrets
import shutil
import time
from pathlib import Path

from harness.user_cache import cache_folder

_SUFFIX = ".duckdb"
_STORE = "store.txt"
_DAY_S = 86_400.0


class Shelf:
    """The index files of one store, named NUMBER-RANDOM.duckdb: a file is never changed, a newer one takes its place.

    So nobody waits for anybody: whoever reads one keeps it open, and of two that add to it at once the last one
    counts. All methods raise OSError.
    """

    def __init__(self, address: str, version: str) -> None:
        self._all = cache_folder(os.environ) / "index"
        self._address = address
        self.folder = self._all / f"{hashlib.sha256(address.encode()).hexdigest()[:16]}-{version}"

    def newest(self) -> Path | None:
        """The file that counts; None where there is none."""
        return max(self._files(), default=None)

    def begin(self) -> Path:
        """A name for a file in the making, which nobody else has and nobody looks at."""
        if not self.folder.exists():
            self._tidy()
            self.folder.mkdir(parents=True, exist_ok=True)
            (self.folder / _STORE).write_text(self._address, encoding="utf-8")
        self._sweep()
        return self.folder / f".{secrets.token_hex(4)}{_SUFFIX}"

    def publish(self, made: Path) -> Path:
        """Let a finished file count from now on."""
        files = self._files()
        number = max((int(path.name.partition("-")[0]) for path in files), default=0) + 1
        target = self.folder / f"{number:08}-{secrets.token_hex(4)}{_SUFFIX}"
        made.rename(target)
        for path in files:
            path.unlink(missing_ok=True)
        return target

    def discard(self) -> None:
        """Remove all files that count, because they are damaged."""
        for path in self._files():
            path.unlink(missing_ok=True)

    def _files(self) -> list[Path]:
        return list(self.folder.glob(f"[0-9]*{_SUFFIX}")) if self.folder.is_dir() else []

    def _sweep(self) -> None:
        """Remove what killed processes left behind a day or more ago."""
        for path in self.folder.glob(".*"):
            with contextlib.suppress(OSError):
                if time.time() - path.stat().st_mtime > _DAY_S:
                    shutil.rmtree(path) if path.is_dir() else path.unlink()

    def _tidy(self) -> None:
        """Remove the indexes of folders that are no more, and those of this store that other versions made."""
        for folder in self._all.glob("*-*"):
            with contextlib.suppress(OSError):
                store = (folder / _STORE).read_text(encoding="utf-8")
                gone = store.startswith("/") and not Path(store).exists()
                if gone or store == self._address:
                    shutil.rmtree(folder, ignore_errors=True)
