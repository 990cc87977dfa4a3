"""The checks: one a file, each a reading of a patient that gives a finding. The order is that of the table."""

from harness.machine.doctor.checks.clock_source import clock_source
from harness.machine.doctor.checks.frequency import frequency
from harness.machine.doctor.checks.governor import governor
from harness.machine.doctor.checks.huge_pages import huge_pages
from harness.machine.doctor.checks.instructions import instructions
from harness.machine.doctor.checks.jobs import jobs
from harness.machine.doctor.checks.load import load
from harness.machine.doctor.checks.nodes import nodes
from harness.machine.doctor.checks.power import power
from harness.machine.doctor.checks.quota import quota
from harness.machine.doctor.checks.siblings import siblings
from harness.machine.doctor.checks.steal import steal
from harness.machine.doctor.checks.swap import swap
from harness.machine.doctor.checks.temperature import temperature
from harness.machine.doctor.checks.threads import threads
from harness.machine.doctor.checks.turbo import turbo
from harness.machine.doctor.checks.virtualization import virtualization

CHECKS = (
    load,
    quota,
    threads,
    jobs,
    steal,
    virtualization,
    governor,
    frequency,
    turbo,
    siblings,
    nodes,
    temperature,
    power,
    swap,
    huge_pages,
    clock_source,
    instructions,
)

__all__ = ["CHECKS"]
