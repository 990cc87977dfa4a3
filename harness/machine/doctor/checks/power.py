"""Does a laptop run on its battery, or a machine in a saving mode?"""

from __future__ import annotations

from collections.abc import Iterator

from harness.machine.doctor.finding import Finding, Level
from harness.machine.doctor.patient import Patient
from harness.machine.pseudofile import number, text

_SAVING = {"low-power", "quiet", "cool"}
_POLICY = "bad on battery"


def power(patient: Patient) -> Finding:
    """Battery or mains, and the platform's profile."""
    plugged = _plugged(patient)
    if plugged is False:
        return Finding(
            check="power",
            level=Level.BAD,
            what="On battery: the machine saves where it can.",
            remedy="plug it in",
            policy=_POLICY,
        )
    profile = text(patient.root / "sys/firmware/acpi/platform_profile")
    if profile in _SAVING:
        return Finding(
            check="power",
            level=Level.WARNING,
            what=f"The platform's profile is '{profile}'.",
            remedy="echo performance | sudo tee /sys/firmware/acpi/platform_profile",
            policy=_POLICY,
        )
    if plugged is None and not (patient.root / "sys/class/power_supply").is_dir():
        return Finding(check="power", level=Level.UNKNOWN, what="The power supply isn't told here.", policy=_POLICY)
    what = "On mains." if plugged else "No battery."
    return Finding(check="power", level=Level.OK, what=what, policy=_POLICY)


def _plugged(patient: Patient) -> bool | None:
    """Whether there is mains power; None where neither it nor a battery is told."""
    supplies = list(_supplies(patient))
    if any(online for kind, online, _ in supplies if kind != "Battery"):
        return True
    batteries = [status for kind, _, status in supplies if kind == "Battery"]
    if batteries:
        return "Discharging" not in batteries
    return patient.plugged


def _supplies(patient: Patient) -> Iterator[tuple[str, bool, str]]:
    """Kind, whether it's online, and status of each supply of the machine, not of its mouse."""
    for folder in sorted((patient.root / "sys/class/power_supply").glob("*")):
        kind = text(folder / "type")
        if kind and text(folder / "scope") != "Device":
            yield kind, number(folder / "online") == 1, text(folder / "status") or ""
