"""Can the cores' clocks differ, from each other and over time?"""

from __future__ import annotations

from harness.machine.cores import named
from harness.machine.doctor.finding import Cost, Finding, Level
from harness.machine.doctor.patient import Patient
from harness.machine.frequencies import of_cores
from harness.machine.pseudofile import whole

# Favoured cores of one kind differ by a few per cent; cores of two kinds by far more.
_KINDS = 0.1
_POLICY = f"bad where the top clocks of the cores differ by more than {_KINDS:.0%}"


def frequency(patient: Patient) -> Finding:
    """The range of the clocks, and whether all cores have the same."""
    lowest, highest = _khz(patient, "scaling_min_freq"), _khz(patient, "scaling_max_freq")
    if not lowest or not highest:
        return Finding(
            check="frequency", level=Level.UNKNOWN, what="The range of the clocks isn't told here.", cost=_cost(patient)
        )
    tops = _khz(patient, "cpuinfo_max_freq") or highest
    if min(tops.values()) < (1 - _KINDS) * max(tops.values()):
        return _mixed(patient, tops)
    low, high, top = min(lowest.values()), max(highest.values()), max(tops.values())
    capped = high < top
    if low == high and not capped:
        return Finding(
            check="frequency", level=Level.OK, what=f"Fixed at {_ghz(low)}.", cost=_cost(patient), policy=_POLICY
        )
    limit = f", and held below the {_ghz(top)} that the cores can do" if capped else ""
    return Finding(
        check="frequency",
        level=Level.WARNING,
        what=f"The clocks may move between {_ghz(low)} and {_ghz(high)}{limit}.",
        cost=_cost(patient),
        remedy=f"echo {high} | sudo tee /sys/devices/system/cpu/cpu*/cpufreq/scaling_min_freq",
        policy=_POLICY,
    )


def _mixed(patient: Patient, tops: dict[int, int]) -> Finding:
    fast = [core for core, top in sorted(tops.items()) if top >= (1 - _KINDS) * max(tops.values())]
    return Finding(
        check="frequency",
        level=Level.BAD,
        what=f"Cores of different kinds: their top clocks go from {_ghz(min(tops.values()))} "
        f"to {_ghz(max(tops.values()))}, and turns may move between them.",
        cost=_cost(patient),
        remedy=f"harness run --cores {named(fast)}",
        policy=_POLICY,
    )


def _khz(patient: Patient, name: str) -> dict[int, int]:
    said = {core: whole(value) for core, value in of_cores(patient.root, name).items() if core in patient.cores}
    return {core: value for core, value in said.items() if value}


def _ghz(khz: int) -> str:
    return f"{khz / 1e6:.2f} GHz"


def _cost(patient: Patient) -> Cost | None:
    alone = patient.measured.alone
    if len(alone) < 2:
        return None
    fastest = [loops.fastest_s for loops in alone]
    return Cost(
        ratio=max(fastest) / min(fastest),
        how=f"a fixed loop on each of {len(alone)} cores in turn: its fastest on the slowest core against the fastest",
    )
