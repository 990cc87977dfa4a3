"""How often history is wrong, and what it sees: on series of known truth, and over simulated years."""

from harness.calibrate.history.agenda import DETECTORS, HARNESS, Asking, Step, calibrate
from harness.calibrate.history.kinds import Kind, made_up, of_twins
from harness.calibrate.history.summary import summary

__all__ = ["DETECTORS", "HARNESS", "Asking", "Kind", "Step", "calibrate", "made_up", "of_twins", "summary"]
