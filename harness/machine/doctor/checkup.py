"""All checks of a patient."""

from __future__ import annotations

import msgspec

from harness.machine.doctor.checks import CHECKS
from harness.machine.doctor.finding import Finding, Level
from harness.machine.doctor.patient import Patient


class Checkup(msgspec.Struct, frozen=True, kw_only=True):
    """What all checks found, in the order of the table. fit: no check calls the machine bad."""

    fit: bool
    cores: tuple[int, ...]
    findings: tuple[Finding, ...]


def examine(patient: Patient) -> Checkup:
    """Let each check look at the patient."""
    findings = tuple(check(patient) for check in CHECKS)
    return Checkup(
        fit=not any(finding.level is Level.BAD for finding in findings), cores=patient.cores, findings=findings
    )
