"""Patients of all kinds, with made-up /proc and /sys trees."""

from harness.machine.doctor import Measured, admit
from harness.machine.doctor.measured import Loops
from harness.record.schema import Conditions

from ..making import a_linux, a_tree


def a_patient(root, files=None, *, cores=(0, 1, 2, 3), settings=None, linux=True, system="Linux", **more):
    """A machine of four cores; files: more of its /proc and /sys, by path."""
    if linux:
        a_linux(root)
    a_tree(root, files or {})
    return admit(root, system=system, cores=cores, settings=settings or {}, **more)


def loops(core=0, fastest_s=1e-4, median_s=1e-4, mean_s=1e-4, wall_s=1.0, cpu_s=1.0):
    return Loops(core=core, fastest_s=fastest_s, median_s=median_s, mean_s=mean_s, wall_s=wall_s, cpu_s=cpu_s)


def worked(**conditions):
    """What was measured of a machine of which only the conditions of the work matter."""
    both = (loops(0), loops(1))
    return Measured(work=Conditions(launch=0, block=0, **conditions), alone=both, together=both)
