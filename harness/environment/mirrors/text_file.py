"""A small file that is the old one or the new one, whatever dies meanwhile."""

from __future__ import annotations

import os
from pathlib import Path


def replace_text(path: Path, text: str) -> None:
    """Write a file whole or not at all; folders on the way are made. Raises OSError."""
    path.parent.mkdir(parents=True, exist_ok=True)
    making = path.with_name(f".{path.name}.{os.getpid()}.making")
    try:
        making.write_text(text, encoding="utf-8", newline="\n")
        making.replace(path)
    finally:
        making.unlink(missing_ok=True)
