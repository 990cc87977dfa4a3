"""What is not the same any more since a run began: it can't go on then."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from harness.failure import HarnessError
from harness.machine.digest import digest
from harness.machine.identity import machine
from harness.record.schema import EnvironmentRecord, Fingerprint

_MOST_CHANGES = 8
_SHORT = 24


def refuse_changes(
    before: Fingerprint, before_against: Sequence[EnvironmentRecord], now: Sequence[EnvironmentRecord]
) -> None:
    """Raise HarnessError with what changed, if the machine, or the software or code of an environment, is another one.

    before, before_against: as the run began. now: all its environments, as they are.
    """
    first, *others = now
    changes = [*_machine(before), *_environment(before, first)]
    for old, new in zip(before_against, others, strict=True):
        changes += [f"{new.address}, {change}" for change in _environment(old, new)]
    if changes:
        raise HarnessError(
            "this run can't go on, because it would mix what is not the same any more. Changed since it began:\n  "
            + "\n  ".join(changes)
            + "\nStart a new run, or put things back as they were."
        )


def _machine(before: Fingerprint) -> Iterator[str]:
    now = machine()
    if before.machine_digest != digest(now):
        yield f"machine: {', '.join(_changed(before.machine, now))}"


def _environment(before: Fingerprint | EnvironmentRecord, now: EnvironmentRecord) -> Iterator[str]:
    for part in ("software", "code"):
        if getattr(before, f"{part}_digest") != getattr(now, f"{part}_digest"):
            yield f"{part}: {', '.join(_changed(getattr(before, part), getattr(now, part)))}"


def _changed(before: Mapping[str, Any], now: Mapping[str, Any], within: str = "") -> list[str]:
    """What differs, by the innermost name that tells it, and how."""
    changes: list[str] = []
    for name in sorted(before.keys() | now.keys()):
        old, new = before.get(name), now.get(name)
        if old == new:
            continue
        if isinstance(old, Mapping) and isinstance(new, Mapping):
            changes += _changed(old, new, f"{within}{name} ")
            continue
        changes.append(f"{within}{name} ({_short(old)}, now {_short(new)})")
    return changes if within or len(changes) <= _MOST_CHANGES else [*changes[:_MOST_CHANGES], "and more"]


def _short(value: Any) -> str:
    if isinstance(value, Mapping) and "version" in value:
        value = value["version"]
    text = "none" if value is None else str(value)
    return text if len(text) <= _SHORT else f"{text[:_SHORT]}..."
