"""A record as bytes, and back; what is wrong with bytes that are no record is said in words."""

from __future__ import annotations

import json
import math
import re
from typing import Any

import msgspec

from harness.failure import HarnessError
from harness.record.schema import SCHEMA_VERSION, Record

_CUT = re.compile(r"[-+.0-9eE]*|t|tr|tru|f|fa|fal|fals|n|nu|nul|u[0-9a-fA-F]{0,3}")


def to_bytes(record: Record) -> bytes:
    """The record's JSON, compact.

    Raises HarnessError for what JSON cannot hold and give back equal, naming the place.
    """
    try:
        where = _unwritable(msgspec.to_builtins(record), "$")
        if where:
            raise ValueError(where)
        return msgspec.json.encode(record) + b"\n"
    except (TypeError, ValueError, OverflowError) as fault:
        raise HarnessError(
            f"the record {record.id} cannot be written: {fault}. This is a fault of the harness."
        ) from fault


def from_bytes(raw: bytes, place: str) -> Record:
    """The record that these bytes are. place: how messages name it, usually a path."""
    try:
        record = msgspec.json.decode(raw, type=Record)
    except (msgspec.MsgspecError, UnicodeDecodeError, RecursionError) as fault:
        raise HarnessError(f"{place}: {_explain(raw, fault)}") from fault
    if record.schema_version != SCHEMA_VERSION:
        raise HarnessError(f"{place}: {_other_version(record.schema_version)}")
    return record


def _unwritable(value: Any, path: str) -> str:
    """Where and why a value would not come back from JSON as it was; empty if it would."""
    if isinstance(value, float) and not math.isfinite(value):
        return f"{path} is {value}, and JSON has no word for that (an answer says it as {{'__float__': '{value}'}})"
    if isinstance(value, dict):
        for key, item in value.items():
            if not isinstance(key, str):
                return f"{path} has the key {key!r}, and JSON's keys are text"
            if where := _unwritable(item, f"{path}.{key}"):
                return where
    if isinstance(value, list | tuple):
        for index, item in enumerate(value):
            if where := _unwritable(item, f"{path}[{index}]"):
                return where
    return ""


def _explain(raw: bytes, fault: Exception) -> str:
    """What is wrong, looked for in the order in which a reader would stumble over it."""
    if not raw.strip():
        return "not a record: the file is empty."
    try:
        text = raw.decode("utf-8")
    except UnicodeDecodeError as wrong:
        return _explain_encoding(raw, wrong)
    if text.startswith("\ufeff"):
        return "begins with a byte order mark. A record is UTF-8 without one."
    try:
        return _explain_content(json.loads(text), fault)
    except json.JSONDecodeError as wrong:
        return _explain_syntax(raw, text, wrong)
    except (RecursionError, ValueError) as wrong:
        why = "it is nested too deeply" if isinstance(wrong, RecursionError) else wrong
        return f"not a record: {why}."


def _explain_encoding(raw: bytes, wrong: UnicodeDecodeError) -> str:
    if wrong.end == len(raw) and wrong.reason == "unexpected end of data":
        return f"truncated: it ends at byte {len(raw)}, in the middle of a character. Restore it from a copy."
    return f"not UTF-8: {wrong.reason} at byte {wrong.start}. A record is UTF-8 without a byte order mark."


def _explain_content(document: Any, fault: Exception) -> str:
    if not isinstance(document, dict):
        return f"not a record: a record is a JSON object, this is {_kind(document)}."
    version = document.get("schema_version")
    if type(version) is int and version != SCHEMA_VERSION:
        return _other_version(version)
    return f"damaged, or not a record: {fault}"


def _explain_syntax(raw: bytes, text: str, wrong: json.JSONDecodeError) -> str:
    if not text.lstrip().startswith(("{", "[")):
        return "not a record: this is no JSON."
    if _is_truncated(text, wrong):
        return f"truncated: the JSON ends at byte {len(raw)} in the middle of a value. Restore it from a copy."
    offset = len(text[: wrong.pos].encode())
    return f"damaged: {wrong.msg} at byte {offset} (line {wrong.lineno}, column {wrong.colno})."


def _is_truncated(text: str, wrong: json.JSONDecodeError) -> bool:
    """Whether the fault is the end of the text: nothing follows it but a piece of a word, a number or an escape."""
    rest = text[wrong.pos :].strip()
    return wrong.msg.startswith("Unterminated string") or bool(_CUT.fullmatch(rest))


def _kind(document: Any) -> str:
    names = {list: "an array", str: "a string", bool: "a boolean", type(None): "null"}
    return names.get(type(document), "a number")


def _other_version(version: int) -> str:
    if version > SCHEMA_VERSION:
        return f"written by a newer harness: schema {version}; this one reads up to {SCHEMA_VERSION}; upgrade."
    return f"schema {version} never was: this harness reads {SCHEMA_VERSION}. The file is damaged."
