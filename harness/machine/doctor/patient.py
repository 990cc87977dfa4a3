"""The machine that is examined: what it says of itself, and what was measured."""

from __future__ import annotations

import os
import platform
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import msgspec
import psutil

from harness.machine.cores import available
from harness.machine.doctor.measured import Measured, Pools, Workers
from harness.machine.identity import machine
from harness.machine.pseudofile import readable
from harness.machine.state import state

_NOTHING = Measured()


class Patient(msgspec.Struct, frozen=True, kw_only=True):
    """A machine as the checks see it.

    root: where /proc and /sys are found. system: "Linux" or "Darwin". cores: those that may be used. settings: the
    variables of the shell. identity, state: as `machine` and `state` tell. software: of an environment, as a probe of
    a run in it tells; pools, workers: in a process started from the shell; None where no environment is asked about.
    uncounted: why instructions can't be counted, empty where they can; None where nobody tried. plugged: whether a
    laptop has mains power, where only a system call tells.
    """

    root: Path
    system: str
    cores: tuple[int, ...]
    settings: Mapping[str, str]
    identity: Mapping[str, Any]
    state: Mapping[str, Any]
    software: Mapping[str, Any] | None = None
    pools: Pools | None = None
    workers: Workers | None = None
    uncounted: str | None = None
    plugged: bool | None = None
    measured: Measured = _NOTHING

    @property
    def quota(self) -> float | None:
        """The quota in cores where one is set; None where none is, or it can't be told."""
        said = self.identity.get("quota_cores")
        return float(said) if isinstance(said, int | float) else None

    @property
    def capacity(self) -> float:
        """How many threads can run at the same time: the cores that may be used, or the quota where it's less."""
        return min(float(len(self.cores)), self.quota or float("inf"))


def admit(
    root: Path = Path("/"),
    *,
    system: str | None = None,
    cores: tuple[int, ...] | None = None,
    settings: Mapping[str, str] | None = None,
    software: Mapping[str, Any] | None = None,
    pools: Pools | None = None,
    workers: Workers | None = None,
    uncounted: str | None = None,
    measured: Measured = _NOTHING,
) -> Patient:
    """Read what a machine says of itself; this one unless said."""
    system = system or platform.system()
    return Patient(
        root=root,
        system=system,
        cores=tuple(available()) if cores is None else cores,
        settings={name: readable(value) for name, value in (os.environ if settings is None else settings).items()},
        identity=machine(root, system),
        state=state(root, system),
        software=software,
        pools=pools,
        workers=workers,
        uncounted=uncounted,
        plugged=_plugged() if system == platform.system() == "Darwin" else None,
        measured=measured,
    )


def _plugged() -> bool | None:
    battery = psutil.sensors_battery()
    return battery.power_plugged if battery else None
