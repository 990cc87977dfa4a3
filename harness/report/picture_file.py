"""Pictures on disk: written whole or not at all, and never over something else."""

from __future__ import annotations

import errno
import io
from pathlib import Path
from typing import Any

from harness import whole_file
from harness.failure import HarnessError

MADE_BY = "scaling-harness"
SUFFIXES = {".png", ".svg", ".pdf"}
DPI = 144
# No date: a picture depends on the record alone.
_SAID = {
    ".png": {"Software": MADE_BY},
    ".svg": {"Creator": MADE_BY, "Date": None},
    ".pdf": {"Creator": MADE_BY, "CreationDate": None},
}


def check(target: Path) -> None:
    """Raises HarnessError for a name that can't be a picture, and for a file that is there and isn't one of ours."""
    if target.suffix.lower() not in SUFFIXES:
        raise HarnessError(f"{target}: a plot is written as {', '.join(sorted(SUFFIXES))}, by the name's ending.")
    try:
        there = target.read_bytes()
    except FileNotFoundError:
        return
    except OSError as fault:
        raise _unwritable(target, fault) from fault
    if MADE_BY.encode() not in there:
        raise HarnessError(
            f"{target} is there already, and no picture that the harness drew. Nothing was written: remove it, or name "
            "another file."
        )


def save(figure: Any, target: Path) -> None:
    """Write a figure of matplotlib's, in place of an earlier picture. Raises HarnessError."""
    suffix = target.suffix.lower()
    drawn = io.BytesIO()
    figure.savefig(drawn, format=suffix[1:], dpi=DPI, metadata=_SAID[suffix])
    try:
        if not target.parent.is_dir():
            raise FileNotFoundError(errno.ENOENT, "there is no such folder")
        whole_file.replace(target, drawn.getvalue())
    except OSError as fault:
        raise _unwritable(target, fault) from fault


def _unwritable(target: Path, fault: OSError) -> HarnessError:
    return HarnessError(f"{target} cannot be written: {fault.strerror or fault}.")
