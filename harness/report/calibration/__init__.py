"""The page of a calibration, and its pictures."""

from harness.report.calibration.figures import Calibration
from harness.report.calibration.page import page
from harness.report.calibration.pictures import pictures

__all__ = ["Calibration", "page", "pictures"]
