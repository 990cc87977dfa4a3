"""The control group of this process, of either version: its CPU quota, and where its throttling is counted."""

import math
from collections.abc import Iterator
from pathlib import Path

from harness.machine.pseudofile import number, text, whole

CONTROLLERS_V1 = ("sys/fs/cgroup/cpu,cpuacct", "sys/fs/cgroup/cpu", "sys/fs/cgroup/cpuacct,cpu")


def quota_cores(root: Path = Path("/")) -> float | str | None:
    """How many cores' worth of time the group and those above it may use, to a hundredth.

    Returns "unlimited" where groups can be read and none sets a quota; None where none can be read.
    """
    limits = [limit for folder in _folders(root) for limit in (_limit_v2(folder), _limit_v1(folder)) if limit]
    if limits and min(limits) < math.inf:
        return round(min(limits), 2)
    return "unlimited" if limits or _is_root_of_v2(root) else None


def cpu_stat(root: Path = Path("/")) -> Path | None:
    """The file in which the throttling of this process's group is counted, or None."""
    for folder in _folders(root):
        path = folder / "cpu.stat"
        if "throttled" in (text(path) or ""):
            return path
    return None


def _folders(root: Path) -> Iterator[Path]:
    """The group's folder and those above it, in each hierarchy that counts CPU time; inner ones first."""
    for line in (text(root / "proc/self/cgroup") or "").splitlines():
        _, _, rest = line.partition(":")
        controllers, _, group = rest.partition(":")
        mounts = []
        if not controllers:
            mounts = [root / "sys/fs/cgroup", root / "sys/fs/cgroup/unified"]
        elif "cpu" in controllers.split(","):
            mounts = [root / each for each in CONTROLLERS_V1]
        for mount in mounts:
            yield from _upwards(mount, group)


def _upwards(mount: Path, group: str) -> Iterator[Path]:
    parts = [part for part in group.split("/") if part not in {"", ".", ".."}]
    for depth in range(len(parts), -1, -1):
        yield mount.joinpath(*parts[:depth])


def _is_root_of_v2(root: Path) -> bool:
    """The root group of version 2 has no cpu.max: nothing limits it."""
    return (text(root / "proc/self/cgroup") or "") == "0::/" and (root / "sys/fs/cgroup/cgroup.controllers").exists()


def _limit_v2(folder: Path) -> float | None:
    """Cores by cpu.max ("200000 100000" or "max 100000"): infinite without a quota, None where nothing is said."""
    quota, _, period = (text(folder / "cpu.max") or "").partition(" ")
    if quota == "max":
        return math.inf
    return _cores(whole(quota), whole(period))


def _limit_v1(folder: Path) -> float | None:
    quota = number(folder / "cpu.cfs_quota_us")
    if quota is not None and quota < 0:
        return math.inf
    return _cores(quota, number(folder / "cpu.cfs_period_us"))


def _cores(quota_us: int | None, period_us: int | None) -> float | None:
    return quota_us / period_us if quota_us and period_us else None
