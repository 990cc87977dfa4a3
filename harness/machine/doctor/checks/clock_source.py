"""Is time read quickly and finely?"""

from __future__ import annotations

from harness.machine.doctor.finding import Cost, Finding, Level
from harness.machine.doctor.patient import Patient
from harness.machine.pseudofile import text

_READ_WITHOUT_KERNEL = {"tsc", "kvm-clock", "hyperv_clocksource_tsc_page", "arch_sys_counter", "timebase", "tod"}
_COARSE = {"jiffies", "refined-jiffies"}
_FOLDER = "sys/devices/system/clocksource/clocksource0"
_TURN_S = 0.010
_POLICY = "bad where time moves in steps of the scheduler's tick"


def clock_source(patient: Patient) -> Finding:
    """The kernel's clock source, what one reading takes and its smallest step."""
    name = patient.state.get("clocksource")
    if name is None:
        return Finding(
            check="clock source",
            level=Level.UNKNOWN,
            what=f"The clock source isn't told here.{_speed(patient)}",
            cost=_cost(patient),
            policy=_POLICY,
        )
    level = _level(name)
    return Finding(
        check="clock source",
        level=level,
        what=f"'{name}'.{_speed(patient)}",
        cost=_cost(patient),
        remedy="" if level is Level.OK else _remedy(patient),
        policy=_POLICY,
    )


def _level(name: str) -> Level:
    if name in _READ_WITHOUT_KERNEL:
        return Level.OK
    return Level.BAD if name in _COARSE else Level.WARNING


def _speed(patient: Patient) -> str:
    clock = patient.measured.clock
    if clock is None:
        return ""
    return f" A reading takes {clock.reading_s * 1e9:.0f} ns, the smallest step seen is {clock.step_s * 1e9:.0f} ns."


def _cost(patient: Patient) -> Cost | None:
    clock = patient.measured.clock
    if clock is None:
        return None
    return Cost(ratio=1 + 2 * clock.reading_s / _TURN_S, how="two readings around a turn of 10 ms")


def _remedy(patient: Patient) -> str:
    better = [each for each in (text(patient.root / _FOLDER / "available_clocksource") or "").split() if _fine(each)]
    return f"echo {better[0]} | sudo tee /{_FOLDER}/current_clocksource" if better else ""


def _fine(name: str) -> bool:
    return _level(name) is Level.OK
