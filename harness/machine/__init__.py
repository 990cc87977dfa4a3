"""The machine and the code: what they are, in what state, and what happens around a block."""

from harness.machine.code import code
from harness.machine.conditions import ConditionsSampler
from harness.machine.cores import available, chosen
from harness.machine.digest import digest
from harness.machine.identity import machine
from harness.machine.lock import Holder, MachineBusy, hold
from harness.machine.state import state

__all__ = [
    "ConditionsSampler",
    "Holder",
    "MachineBusy",
    "available",
    "chosen",
    "code",
    "digest",
    "hold",
    "machine",
    "state",
]
