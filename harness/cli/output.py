"""Files that the user asked for."""

from __future__ import annotations

from pathlib import Path

from harness import whole_file
from harness.failure import HarnessError


def write_new(path: Path, text: str) -> None:
    """Write a file whole or not at all. Raises HarnessError if it is there already, or can't be written."""
    try:
        whole_file.write_new(path, text.encode())
    except FileExistsError as reason:
        raise HarnessError(
            f"{path} is there already. Nothing was written: remove it, or name another file."
        ) from reason
    except OSError as reason:
        raise HarnessError(f"{path} can't be written: {reason.strerror or reason}.") from reason
