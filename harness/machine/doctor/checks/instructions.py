"""Can the processor's instructions be counted?"""

from __future__ import annotations

from harness.machine.doctor.finding import Finding, Level
from harness.machine.doctor.patient import Patient

# By a word of the reason that the probe gives (harness_probe.instructions).
_WAYS_OUT = {
    "perf_event_paranoid": "sudo sysctl kernel.perf_event_paranoid=2",
    "virtual machine": "an instance that shows its processor's counters (a virtual PMU), or a machine of your own",
    "filter": "a container with the capability CAP_PERFMON, or a filter that lets perf_event_open through",
}


def instructions(patient: Patient) -> Finding:
    """Whether a run has its instructions counted: work that is nearly exact, where time is not."""
    reason = patient.uncounted
    if reason is None:
        return Finding(check="instructions", level=Level.UNKNOWN, what="Nobody tried to count them.")
    if not reason:
        return Finding(check="instructions", level=Level.OK, what="They are counted in each turn of a run.")
    way_out = next((way for word, way in _WAYS_OUT.items() if word in reason), "")
    return Finding(
        check="instructions",
        level=Level.WARNING if way_out else Level.UNKNOWN,
        what=f"A run does without their count: {reason}.",
        remedy=way_out,
    )
