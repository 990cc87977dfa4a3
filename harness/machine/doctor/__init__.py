"""Is this machine fit to measure? Checks that read files and short measurements, and say what they find."""

from harness.machine.doctor.checkup import Checkup, examine
from harness.machine.doctor.finding import Cost, Finding, Level
from harness.machine.doctor.measured import Measured, Pools, Workers
from harness.machine.doctor.measuring import measure
from harness.machine.doctor.patient import Patient, admit
from harness.machine.doctor.pooling import PROGRAM, WORKERS_PROGRAM, read_pools, read_workers

__all__ = [
    "PROGRAM",
    "WORKERS_PROGRAM",
    "Checkup",
    "Cost",
    "Finding",
    "Level",
    "Measured",
    "Patient",
    "Pools",
    "Workers",
    "admit",
    "examine",
    "measure",
    "read_pools",
    "read_workers",
]
