"""A simulated year: the records of many nights of a small suite, with changes whose truth is known."""

from harness.calibrate.year.planting import Truth, truth_of
from harness.calibrate.year.scenario import Kind, Planted, Scenario
from harness.calibrate.year.writing import records_of, write

__all__ = ["Kind", "Planted", "Scenario", "Truth", "records_of", "truth_of", "write"]
