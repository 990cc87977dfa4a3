"""Is this machine fit to measure? Checks that read files and short measurements, and say what they find."""

from harness.machine.doctor.checkup import Checkup, examine
from harness.machine.doctor.finding import Cost, Finding, Level
from harness.machine.doctor.measured import Measured, Pools
from harness.machine.doctor.measuring import measure
from harness.machine.doctor.patient import Patient, admit
from harness.machine.doctor.pooling import PROGRAM, read_pools

__all__ = [
    "PROGRAM",
    "Checkup",
    "Cost",
    "Finding",
    "Level",
    "Measured",
    "Patient",
    "Pools",
    "admit",
    "examine",
    "measure",
    "read_pools",
]
