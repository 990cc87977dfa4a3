"""Files of other tools, read into records: times, with the tool's own date, commit and machine."""

from harness.record.imports.reading import read_files

__all__ = ["read_files"]
