"""What is read by programs: JSON, and files that the user asked for."""

from __future__ import annotations

import sys
from pathlib import Path

import msgspec

from harness import whole_file
from harness.failure import HarnessError


def print_json(value: object) -> None:
    """Print one JSON document, in a line."""
    sys.stdout.buffer.write(msgspec.json.encode(value) + b"\n")


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
