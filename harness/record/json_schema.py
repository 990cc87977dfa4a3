"""The published JSON Schema of a record: `docs/record.schema.json` is what this prints."""

from __future__ import annotations

import inspect
from typing import Any

import msgspec

from harness.record.schema import SCHEMA_VERSION, Record


def schema() -> dict[str, Any]:
    """The JSON Schema (draft 2020-12) of the records that this harness writes.

    It names no address of its own, so that it means the same wherever a copy lies.
    """
    (top,), parts = msgspec.json.schema_components([Record], ref_template="#/$defs/{name}")
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": f"Record of a benchmark run, version {SCHEMA_VERSION}",
        "description": "The immutable document of one run of the harness. "
        "Times are in seconds, sizes in bytes, moments in ISO 8601 with UTC offset.",
        **top,
        "$defs": {name: _tidy(part) for name, part in parts.items()},
    }


def _tidy(part: dict[str, Any]) -> dict[str, Any]:
    """A part with its description as a reader sees it: whether docstrings are indented depends on Python's version."""
    if "description" not in part:
        return part
    return {**part, "description": inspect.cleandoc(part["description"])}
