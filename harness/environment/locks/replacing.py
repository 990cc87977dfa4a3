"""Replaces files that belong together: each whole, and none before all could be written."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from harness.failure import HarnessError
from harness.whole_file import hidden_beside, write_synced


def replace_files(texts: Mapping[Path, str]) -> set[Path]:
    """Write these files, as UTF-8 with plain line ends; returns those whose bytes are others now.

    Raises HarnessError if one can't be written; then all are as they were.
    """
    changed = {path: text for path, text in texts.items() if not _has(path, text)}
    written: dict[Path, Path] = {}
    try:
        for path, text in changed.items():
            written[path] = hidden_beside(path)
            write_synced(written[path], text.encode())
        for path, making in written.items():
            making.replace(path)
    except OSError as reason:
        raise HarnessError(
            f"{reason.filename or 'a lock'}: can't be written ({reason.strerror or reason}). Nothing was changed."
        ) from reason
    finally:
        for making in written.values():
            _forget(making)
    return {*changed}


def _has(path: Path, text: str) -> bool:
    return path.is_file() and path.read_bytes() == text.encode()


def _forget(making: Path) -> None:
    try:
        making.unlink(missing_ok=True)
    except OSError:  # it lies where nothing can be written, so it was never there
        return
