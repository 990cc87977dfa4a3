"""The document as a whole."""

from __future__ import annotations

from typing import Any

from harness.record.schema.case import Case
from harness.record.schema.curve import Curve
from harness.record.schema.environment import EnvironmentRecord, Fingerprint
from harness.record.schema.judgement import CaseJudgement
from harness.record.schema.night import Imported
from harness.record.schema.plan import Plan
from harness.record.schema.policy import Breach, Failing
from harness.record.schema.value import Value

SCHEMA_VERSION = 1


class Record(Value, frozen=True, kw_only=True):
    """One run. interruptions: how often it was cut and resumed. missing: what was not measured, in words.

    predicted_s: what `measured_s` was predicted to be when every case had had its first launch.
    remarks: what the run has to say of its own work, such as files of the store that it couldn't read.
    breaches: where the run breaks the plan's policy; none means that it is fine.
    against: the environments that a run side by side compares with the first, `environment`.
    imported: where it comes from, if another tool measured it; such a record has times and no verdicts.
    """

    schema_version: int = SCHEMA_VERSION
    id: str
    harness_version: str
    began: str
    ended: str
    measured_s: float
    predicted_s: float | None = None
    plan: Plan
    environment: EnvironmentRecord
    against: list[EnvironmentRecord] = []
    fingerprint: Fingerprint
    cases: list[Case]
    judgements: list[CaseJudgement]
    curves: list[Curve] = []
    data: dict[str, Any] = {}
    interruptions: int = 0
    missing: list[str] = []
    remarks: list[str] = []
    breaches: list[Breach] = []
    imported: Imported | None = None

    @property
    def environments(self) -> list[EnvironmentRecord]:
        """All environments that it was measured in, the first one first."""
        return [self.environment, *self.against]

    @property
    def fails_for(self) -> list[Failing]:
        """What its policy lets it fail for."""
        if self.plan.night is not None:
            return self.plan.policy.fail_nightly
        return self.plan.policy.fail_against if self.against else self.plan.policy.fail

    @property
    def drifted(self) -> bool:
        """Whether any of its environments was not its lock."""
        return any(each.verification.drifted for each in self.environments)
