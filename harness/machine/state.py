"""What state this machine is in: recorded beside the results, never hashed."""

import os
import platform
import time
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import psutil

from harness.machine.cores import available
from harness.machine.frequencies import of_cores
from harness.machine.pseudofile import Sysctl, fields, number, sysctl, text, whole


def state(
    root: Path = Path("/"),
    system: str | None = None,
    environment: Mapping[str, str] | None = None,
    ask: Sysctl = sysctl,
) -> dict[str, Any]:
    """The state of the machine now; what can't be told is None.

    root, system, ask: as for `machine`. environment: where OPENBLAS_CORETYPE is looked up, which makes one machine
    compute like another; this process's unless said.
    """
    system = system or platform.system()
    told = {"Linux": lambda: _linux(root), "Darwin": lambda: _macos(ask)}.get(system, dict)()
    names = (
        "kernel", "mhz", "governor", "turbo", "load", "temperature_c", "free_memory_bytes", "uptime_s",
        "swap_used_bytes", "transparent_huge_pages", "clocksource",
    )  # fmt: skip
    found = {name: told.get(name) for name in names} | {"cores_available": available()}
    coretype = (os.environ if environment is None else environment).get("OPENBLAS_CORETYPE")
    return found | ({"openblas_coretype": coretype} if coretype else {})


def _linux(root: Path) -> dict[str, Any]:
    memory = fields(root / "proc/meminfo")
    cpu = root / "sys/devices/system/cpu"
    return {
        "kernel": text(root / "proc/sys/kernel/osrelease"),
        "mhz": _mhz(root),
        "governor": of_cores(root, "scaling_governor").get(0),
        "turbo": _turbo(cpu),
        "load": _decimal(root / "proc/loadavg"),
        "temperature_c": _temperature(root),
        "free_memory_bytes": _bytes(memory, "MemAvailable"),
        "uptime_s": _decimal(root / "proc/uptime"),
        "swap_used_bytes": _swap_used(memory),
        "transparent_huge_pages": _bracketed(root / "sys/kernel/mm/transparent_hugepage/enabled"),
        "clocksource": text(root / "sys/devices/system/clocksource/clocksource0/current_clocksource"),
    }


def _mhz(root: Path) -> list[float] | None:
    """The clock of each core as the kernel knows it now."""
    lines = (text(root / "proc/cpuinfo") or "").splitlines()
    said = [line.partition(":")[2].strip() for line in lines if line.startswith("cpu MHz")]
    if said:
        return [round(float(each), 1) for each in said]
    khz = map(whole, of_cores(root, "scaling_cur_freq").values())
    return [each / 1000 for each in khz if each is not None] or None


def _turbo(cpu: Path) -> bool | None:
    off = number(cpu / "intel_pstate/no_turbo")
    if off is not None:
        return off == 0
    boost = number(cpu / "cpufreq/boost")
    return None if boost is None else boost == 1


def _temperature(root: Path) -> float | None:
    """The hottest sensor, in degrees Celsius."""
    sensors = [
        *(root / "sys/class/thermal").glob("thermal_zone*/temp"),
        *(root / "sys/class/hwmon").glob("hwmon*/temp*_input"),
    ]
    said = [each for each in map(number, sensors) if each is not None and each > 0]
    return max(said) / 1000 if said else None


def _decimal(path: Path) -> float | None:
    """The first number of a file."""
    words = (text(path) or "").split()
    try:
        return float(words[0]) if words else None
    except ValueError:
        return None


def _bytes(memory: Mapping[str, str], name: str) -> int | None:
    kib = whole(memory.get(name, "").removesuffix("kB").strip())
    return None if kib is None else kib * 1024


def _swap_used(memory: Mapping[str, str]) -> int | None:
    total, free = _bytes(memory, "SwapTotal"), _bytes(memory, "SwapFree")
    return None if total is None or free is None else total - free


def _bracketed(path: Path) -> str | None:
    """The choice in force of a file that lists them all: "always [madvise] never"."""
    _, opened, rest = (text(path) or "").partition("[")
    return rest.partition("]")[0] if opened else None


def _macos(ask: Sysctl) -> dict[str, Any]:
    hertz = whole(ask("hw.cpufrequency"))
    return {
        "kernel": platform.release(),
        "mhz": [hertz / 1e6] if hertz else None,
        "load": round(os.getloadavg()[0], 2),
        "free_memory_bytes": psutil.virtual_memory().available,
        "uptime_s": round(time.time() - psutil.boot_time()),
        "swap_used_bytes": psutil.swap_memory().used,
    }
