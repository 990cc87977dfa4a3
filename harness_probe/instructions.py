"""How many instructions the processor executed for this process, its threads and all that it starts.

perf_event_open(2), by ctypes: the standard library has no word for it.
"""

from __future__ import annotations

import ctypes
import errno
import fcntl
import os
import platform
import struct
import sys
from typing import NamedTuple, Optional

HARDWARE, INSTRUCTIONS = 0, 1
SOFTWARE, PAGE_FAULTS = 1, 2
_SYSTEM_CALLS = {"x86_64": 298, "aarch64": 241, "riscv64": 241}
_ATTRIBUTE_BYTES = 128
_DISABLED, _INHERIT, _EXCLUDE_KERNEL, _EXCLUDE_HYPERVISOR = 1 << 0, 1 << 1, 1 << 5, 1 << 6
_TIME_ENABLED, _TIME_RUNNING = 1, 2
_CLOSE_ON_EXEC = 8
_ENABLE, _DISABLE = 0x2400, 0x2401
_WHOLE = 0.999
_PARANOID = "/proc/sys/kernel/perf_event_paranoid"


class NotCounted(Exception):
    """Instructions can't be counted here; says why."""


class Reading(NamedTuple):
    """What was counted so far, and for how many nanoseconds the counter was wanted, and had."""

    events: int
    wanted_ns: int
    had_ns: int

    def until(self, later: Reading) -> Optional[int]:
        """What was counted in between; None where the processor's counters were shared with somebody else's."""
        wanted_ns, had_ns = later.wanted_ns - self.wanted_ns, later.had_ns - self.had_ns
        return later.events - self.events if wanted_ns > 0 and had_ns >= _WHOLE * wanted_ns else None


class Counter:
    """Counts what happens in user space in this thread, and in all threads and processes that it starts from now on.

    Make it before there are others. It counts between `start` and `stop` only. Raises NotCounted.
    """

    def __init__(self, kind: int = HARDWARE, event: int = INSTRUCTIONS) -> None:
        self._file = _opened(kind, event)

    def start(self) -> None:
        fcntl.ioctl(self._file, _ENABLE, 0)

    def stop(self) -> None:
        fcntl.ioctl(self._file, _DISABLE, 0)

    def read(self) -> Reading:
        return Reading(*struct.unpack("QQQ", os.read(self._file, 24)))

    def close(self) -> None:
        os.close(self._file)


class Counting:
    """What a counter counts between start and stop; nothing, at no cost, where there is no counter."""

    def __init__(self, counter: Optional[Counter]) -> None:
        self.count: Optional[int] = None
        self._counter = counter
        self._before = counter.read() if counter else None

    def start(self) -> None:
        if self._counter:
            self._counter.start()

    def stop(self) -> None:
        if self._counter and self._before:
            self._counter.stop()
            self.count = self._before.until(self._counter.read())


def why_not() -> str:
    """Why instructions can't be counted here, in words; "" where they can."""
    try:
        Counter().close()
    except NotCounted as reason:
        return str(reason)
    return ""


def _opened(kind: int, event: int) -> int:
    number = _SYSTEM_CALLS.get(platform.machine()) if sys.maxsize > 2**32 else None
    if not sys.platform.startswith("linux"):
        raise NotCounted("only Linux lets a program count them")
    if number is None:
        raise NotCounted("how to ask a kernel on {} is not known here".format(platform.machine()))
    flags = _DISABLED | _INHERIT | _EXCLUDE_KERNEL | _EXCLUDE_HYPERVISOR
    attribute = ctypes.create_string_buffer(_ATTRIBUTE_BYTES)
    struct.pack_into("IIQQQQQ", attribute, 0, kind, _ATTRIBUTE_BYTES, event, 0, 0, _TIME_ENABLED | _TIME_RUNNING, flags)
    system_call = ctypes.CDLL(None, use_errno=True).syscall
    system_call.restype = ctypes.c_long
    long = ctypes.c_long
    # Of this thread (0), on any processor (-1), in no group (-1).
    file = int(system_call(long(number), attribute, long(0), long(-1), long(-1), long(_CLOSE_ON_EXEC)))
    if file < 0:
        raise NotCounted(_reason(ctypes.get_errno()))
    return file


def _reason(error: int) -> str:
    if error in (errno.ENOENT, errno.ENODEV, errno.EOPNOTSUPP):
        if _is_virtual():
            return "the processor's counters are not in reach of this virtual machine"
        return "the kernel knows no such counter of this processor"
    if error == errno.ENOSYS:
        return "the kernel, or a filter of system calls, has no perf_event_open"
    if error in (errno.EACCES, errno.EPERM):
        level = _paranoid()
        if level is not None and level > 2:
            return "the kernel forbids it ({} is {})".format(_PARANOID, level)
        return "a filter of system calls forbids it, as in a container"
    return "the kernel refuses: {}".format(os.strerror(error))


def _paranoid() -> Optional[int]:
    try:
        with open(_PARANOID) as file:
            return int(file.read())
    except (OSError, ValueError):
        return None


def _is_virtual() -> bool:
    try:
        with open("/proc/cpuinfo") as lines:
            return any(line.startswith("flags") and " hypervisor" in line for line in lines)
    except OSError:
        return False
