"""Drives probes in lockstep and turns their turns into samples, a journal, and at last a record."""

from harness.conduct.site import Site, SiteFault, settle
from harness.conduct.sitting import Surroundings, cut_runs, measure, resume, unfinished

__all__ = ["Site", "SiteFault", "Surroundings", "cut_runs", "measure", "resume", "settle", "unfinished"]
