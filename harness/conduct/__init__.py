"""Drives probes in lockstep and turns their turns into samples, a journal, and at last a record."""

from harness.conduct.sitting import Surroundings, measure, resume, unfinished

__all__ = ["Surroundings", "measure", "resume", "unfinished"]
