"""The record: the immutable document of one run, as typed values without behaviour.

`docs/record.schema.json` is the published JSON Schema of `Record`; a test holds the two together.
All times are in seconds, all sizes in bytes, all moments in ISO 8601 with UTC offset.
"""

from harness.record.schema.case import Case, Look, Tolerance
from harness.record.schema.curve import (
    Cost,
    Crossing,
    Curve,
    CurvePoint,
    Estimate,
    Growth,
    LocalGrowth,
    Order,
    OrderPoint,
    ScalingLaw,
    VariantCurve,
)
from harness.record.schema.environment import EnvironmentRecord, Fingerprint, Verification
from harness.record.schema.finding import (
    CLUSTER_START,
    PAID_ONCE,
    Bill,
    CounterChange,
    Crowding,
    Floor,
    Instructions,
    StartUp,
    Tail,
)
from harness.record.schema.judgement import Agreement, AnswerJudgement, CaseJudgement, VariantJudgement, Verdict
from harness.record.schema.night import Anchor, Imported, Night
from harness.record.schema.plan import Plan, Price
from harness.record.schema.policy import Breach, Failing, Policy, Rule
from harness.record.schema.ratio import Interval, Ratio
from harness.record.schema.record import SCHEMA_VERSION, Record
from harness.record.schema.sample import Conditions, Launch, Phase, Sample
from harness.record.schema.value import Value
from harness.record.schema.variant import Answer, Failure, FailureKind, Running, Variant

__all__ = [
    "CLUSTER_START",
    "PAID_ONCE",
    "SCHEMA_VERSION",
    "Agreement",
    "Anchor",
    "Answer",
    "AnswerJudgement",
    "Bill",
    "Breach",
    "Case",
    "CaseJudgement",
    "Conditions",
    "Cost",
    "CounterChange",
    "Crossing",
    "Crowding",
    "Curve",
    "CurvePoint",
    "EnvironmentRecord",
    "Estimate",
    "Failing",
    "Failure",
    "FailureKind",
    "Fingerprint",
    "Floor",
    "Growth",
    "Imported",
    "Instructions",
    "Interval",
    "Launch",
    "LocalGrowth",
    "Look",
    "Night",
    "Order",
    "OrderPoint",
    "Phase",
    "Plan",
    "Policy",
    "Price",
    "Ratio",
    "Record",
    "Rule",
    "Running",
    "Sample",
    "ScalingLaw",
    "StartUp",
    "Tail",
    "Tolerance",
    "Value",
    "Variant",
    "VariantCurve",
    "VariantJudgement",
    "Verdict",
    "Verification",
]
