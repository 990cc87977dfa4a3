"""Files that the user asked for."""

from __future__ import annotations

import os
from pathlib import Path

from harness.failure import HarnessError


def write_new(path: Path, text: str) -> None:
    """Write a file whole or not at all. Raises HarnessError if it is there already, or can't be written."""
    making = path.with_name(f".{path.name}.{os.getpid()}.making")
    try:
        if path.exists():
            raise HarnessError(f"{path} is there already. Nothing was written: remove it, or name another file.")
        making.write_text(text, encoding="utf-8", newline="\n")
        making.replace(path)
    except OSError as reason:
        making.unlink(missing_ok=True)
        raise HarnessError(f"{path} can't be written: {reason.strerror or reason}.") from reason
