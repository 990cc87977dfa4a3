"""What every command that reads a whole store does about files that are no records."""

from __future__ import annotations

from harness.cli.codes import BROKEN_POLICY
from harness.cli.terminal import tell
from harness.record.index import Index


def name_damaged(index: Index) -> int:
    """Name them beside the output; returns the exit code."""
    for file in index.damaged:
        tell(f"harness: not read: {file.path}: {file.why}")
    return BROKEN_POLICY if index.damaged else 0
