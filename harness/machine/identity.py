"""What this machine is: stable fields, bucketed so that the same machine always says the same."""

import platform
import re
from pathlib import Path
from typing import Any

from harness.machine.cgroup import quota_cores
from harness.machine.pseudofile import Sysctl, fields, number, sysctl, text, whole

GIB = 2**30
UNITS = {"": 1, "K": 2**10, "M": 2**20, "G": GIB}


def machine(root: Path = Path("/"), system: str | None = None, ask: Sysctl = sysctl) -> dict[str, Any]:
    """The fields of the machine digest; what can't be told is None.

    root: where /proc and /sys are found. system: "Linux" or "Darwin", this one's unless said. ask: macOS's sysctl.
    Sizes in bytes, memory in whole GiB, quota in cores. No clocks: a frequency differs at each reading.
    """
    system = system or platform.system()
    told = {"Linux": lambda: _linux(root), "Darwin": lambda: _macos(ask)}.get(system, dict)()
    names = ("cpu_model", "physical_cores", "logical_cores", "caches", "memory_gib", "quota_cores", "hypervisor")
    return {"architecture": platform.machine() or None, "os": system or None} | {name: told.get(name) for name in names}


def _linux(root: Path) -> dict[str, Any]:
    cpu = fields(root / "proc/cpuinfo")
    memory = whole(fields(root / "proc/meminfo").get("MemTotal", "").removesuffix("kB").strip())
    return {
        "cpu_model": _cpu_model(cpu),
        "physical_cores": _physical_cores(root),
        "logical_cores": len(_core_folders(root)) or None,
        "caches": _caches(root),
        "memory_gib": round(memory * 1024 / GIB) if memory else None,
        "quota_cores": quota_cores(root),
        "hypervisor": _hypervisor(root, cpu),
    }


def _cpu_model(cpu: dict[str, str]) -> str | None:
    """The model's name on x86; Arm says who made which part in numbers."""
    if "model name" in cpu:
        return " ".join(cpu["model name"].split())
    if "CPU part" in cpu:
        return f"implementer {cpu.get('CPU implementer', '?')} part {cpu['CPU part']}"
    return cpu.get("cpu") or cpu.get("Processor")


def _core_folders(root: Path) -> list[Path]:
    folder = root / "sys/devices/system/cpu"
    return [each for each in folder.glob("cpu[0-9]*") if re.fullmatch(r"cpu\d+", each.name)]


def _physical_cores(root: Path) -> int | None:
    cores = set()
    for folder in _core_folders(root):
        core = number(folder / "topology/core_id")
        if core is not None:
            cores.add((number(folder / "topology/physical_package_id"), core))
    return len(cores) or None


def _caches(root: Path) -> dict[str, int] | None:
    """The sizes of the caches that the first core sees: {"L1d": 32768, ...}."""
    found = {}
    for folder in (root / "sys/devices/system/cpu/cpu0/cache").glob("index[0-9]*"):
        level, kind, size = (text(folder / name) for name in ("level", "type", "size"))
        matched = re.fullmatch(r"(\d+)([KMG]?)", size or "")
        if level and matched:
            letter = {"Data": "d", "Instruction": "i"}.get(kind or "", "")
            found[f"L{level}{letter}"] = int(matched[1]) * UNITS[matched[2]]
    return dict(sorted(found.items())) or None


def _hypervisor(root: Path, cpu: dict[str, str]) -> str | None:
    """Who made the virtual machine: "present" if it doesn't say, "none" on bare metal, None if it can't be told."""
    flags = cpu.get("flags", "").split()
    if flags and "hypervisor" not in flags:
        return "none"
    vendor = text(root / "sys/hypervisor/type") or text(root / "sys/class/dmi/id/sys_vendor")
    if flags:
        return vendor or "present"
    return text(root / "sys/hypervisor/type")


def _macos(ask: Sysctl) -> dict[str, Any]:
    memory = whole(ask("hw.memsize"))
    sizes = {"L1d": "hw.l1dcachesize", "L1i": "hw.l1icachesize", "L2": "hw.l2cachesize", "L3": "hw.l3cachesize"}
    caches = {name: size for name, key in sizes.items() if (size := whole(ask(key)))}
    return {
        "cpu_model": ask("machdep.cpu.brand_string"),
        "physical_cores": whole(ask("hw.physicalcpu_max")),
        "logical_cores": whole(ask("hw.logicalcpu_max")),
        "caches": caches or None,
        "memory_gib": round(memory / GIB) if memory else None,
        "quota_cores": "unlimited",
        "hypervisor": {"0": "none", "1": "present"}.get(ask("kern.hv_vmm_present") or ""),
    }
