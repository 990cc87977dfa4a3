"""Is the machine so hot that it slows down?"""

from __future__ import annotations

from collections.abc import Iterator

from harness.machine.doctor.finding import Finding, Level
from harness.machine.doctor.patient import Patient
from harness.machine.doctor.throttling import throttle_events
from harness.machine.pseudofile import number, text

_NEAR_C = 10.0
_TRIPS = {"passive", "hot", "critical"}
_POLICY = "bad where the processor throttled itself during the check"


def temperature(patient: Patient) -> Finding:
    """Thermal throttling now, since the start, and how far it is to the next trip point."""
    hottest, ever = patient.state.get("temperature_c"), throttle_events(patient.root)
    during = patient.measured.throttle_events
    if ever is None and hottest is None:
        return Finding(
            check="temperature", level=Level.UNKNOWN, what="No temperature and no throttling is told.", policy=_POLICY
        )
    shown = "" if hottest is None else f" The hottest sensor shows {hottest:.0f} °C."
    if during:
        return _said(Level.BAD, f"The processor throttled itself {during} times during this check.{shown}")
    near = min(_margins(patient), default=None)
    if near is not None and near < _NEAR_C:
        return _said(Level.WARNING, f"{max(0.0, near):.0f} °C below the point where the machine slows down.{shown}")
    if ever:
        return _said(Level.WARNING, f"The processor throttled itself {ever} times since the start.{shown}")
    return Finding(
        check="temperature",
        level=Level.OK,
        what=f"{'Not throttled since the start.' if ever == 0 else ''}{shown}".strip(),
        policy=_POLICY,
    )


def _said(level: Level, what: str) -> Finding:
    remedy = "let it cool, clear the vents; a fixed lower clock never gets there (see frequency, turbo)"
    return Finding(check="temperature", level=level, what=what, remedy=remedy, policy=_POLICY)


def _margins(patient: Patient) -> Iterator[float]:
    """Degrees from each zone's temperature to its trip points."""
    for zone in (patient.root / "sys/class/thermal").glob("thermal_zone*"):
        now = number(zone / "temp")
        for kind in zone.glob("trip_point_*_type"):
            point = number(kind.with_name(kind.name.removesuffix("type") + "temp"))
            if now is not None and point is not None and point > 0 and text(kind) in _TRIPS:
                yield (point - now) / 1000
