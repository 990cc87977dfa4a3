"""A fingerprint's parts as text: the machine, the software, the code and the state, whatever fields they have."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from rich.console import Console, ConsoleOptions, RenderResult
from rich.table import Table
from rich.text import Text

from harness.report.plain import line, words
from harness.report.quantity import MISSING, number, seconds, size

_SIZES = ("_bytes", "caches")
_UNITS = (*_SIZES, "_s")  # what lies below a field with a unit has that unit too
_CPU = ("cpu_model", "cpu", "model")
_CORES = {"physical_cores": "physical", "logical_cores": "logical"}


class FingerprintTable:
    """A dictionary of a fingerprint for rich: a line for each field, what lies in a field indented below it."""

    def __init__(self, title: str, fields: Mapping[str, Any], digest: str = "") -> None:
        self._title = title
        self._fields = fields
        self._digest = digest

    def __rich_console__(self, console: Console, options: ConsoleOptions) -> RenderResult:
        yield words(self._title, "bold")
        rows = [*([("digest", self._digest)] if self._digest else []), *_rows(self._fields, "")]
        if not rows:
            yield words("nothing is recorded")
            return
        longest = max(len(line(name)) for name, _ in rows)
        table = Table.grid(padding=(0, 2, 0, 0))
        table.add_column(width=min(longest + _indent(rows), options.max_width // 2), overflow="fold")
        table.add_column(overflow="fold")
        for name, value in rows:
            depth = len(name) - len(name.lstrip(" "))
            table.add_row(Text(" " * depth + line(name)), words(line(value)))
        yield table


def brief_machine(machine: Mapping[str, Any]) -> str:
    """A machine in a few words, from such fields as it has."""
    cpu = next((str(machine[name]) for name in _CPU if machine.get(name)), "")
    counted = [f"{machine[name]} {kind}" for name, kind in _CORES.items() if machine.get(name)]
    cores = [f"{', '.join(counted)} cores"] if counted else []
    memory = machine.get("memory_gib")
    return ", ".join([*([cpu] if cpu else []), *cores, *([f"{memory} GiB"] if memory else [])])


def _indent(rows: list[tuple[str, str]]) -> int:
    return max(len(name) - len(name.lstrip(" ")) for name, _ in rows)


def _rows(fields: Mapping[str, Any], indent: str, unit: str = "") -> Iterator[tuple[str, str]]:
    for name, value in fields.items():
        title = f"{indent}{name}"
        if isinstance(value, Mapping) and value:
            if all(not isinstance(part, Mapping | list) for part in value.values()) and len(value) <= 2:
                yield title, ", ".join(f"{key} {_told(key, part)}" for key, part in value.items())
                continue
            yield title, ""
            inherited = name if name.endswith(_UNITS) else ""
            yield from _rows(value, f"{indent}  ", inherited)
        elif isinstance(value, list) and any(isinstance(item, Mapping) for item in value):
            yield title, ""
            for item in value:
                yield f"{indent}  -", _in_line(item)
        else:
            yield title, _told(unit or name, value)


def _in_line(item: Any) -> str:
    if not isinstance(item, Mapping):
        return _told("", item)
    return ", ".join(f"{key} {_told(key, part)}" for key, part in item.items())


def _told(name: str, value: Any) -> str:
    if value is None or value in ("", [], {}):
        return MISSING
    if isinstance(value, list):
        return ", ".join(_told(name, item) for item in value)
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, int | float):
        return _figure(name, value)
    return str(value)


def _figure(name: str, value: float) -> str:
    """A figure with the unit that its field's name states."""
    if name.endswith(_SIZES):
        return size(value)
    if name.endswith("_s"):
        return seconds(value)
    return number(value) if isinstance(value, float) else str(value)
