"""How often history is wrong, and what it sees: on made-up series beside other detectors, and over simulated years."""

from harness.calibrate.history.agenda import DETECTORS, HARNESS, Asking, Step, calibrate
from harness.calibrate.history.kinds import FLAT, KINDS, STEPS, Kind
from harness.calibrate.history.summary import summary

__all__ = ["DETECTORS", "FLAT", "HARNESS", "KINDS", "STEPS", "Asking", "Kind", "Step", "calibrate", "summary"]
