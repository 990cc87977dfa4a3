"""How often the processor slowed down because it was hot."""

from __future__ import annotations

from pathlib import Path

from harness.machine.pseudofile import number

_COUNTERS = ("core_throttle_count", "package_throttle_count")


def throttle_events(root: Path) -> int | None:
    """Thermal throttling events of all cores since the machine's start; None where they aren't counted (Intel does)."""
    counted = [
        number(folder / name)
        for folder in (root / "sys/devices/system/cpu").glob("cpu[0-9]*/thermal_throttle")
        for name in _COUNTERS
    ]
    told = [each for each in counted if each is not None]
    return sum(told) if told else None
