"""What is said of a case and its variants."""

from __future__ import annotations

from enum import StrEnum

from harness.record.schema.finding import Bill, CounterChange, Crowding, Floor, Instructions, StartUp, Tail
from harness.record.schema.ratio import Ratio
from harness.record.schema.value import Value


class Verdict(StrEnum):
    BASELINE = "baseline"
    FASTER = "faster"
    SLOWER = "slower"
    EQUIVALENT = "equivalent"
    INCONCLUSIVE = "inconclusive"
    NOT_MEASURED = "not measured"


class Agreement(StrEnum):
    AGREE = "agree"
    DIFFER = "differ"
    UNSTABLE = "unstable"
    NONE = "none"


class AnswerJudgement(Value, frozen=True, kw_only=True):
    """Whether an answer is the baseline's. detail: where it differs most and by how much, in words."""

    agreement: Agreement
    detail: str = ""


class VariantJudgement(Value, frozen=True, kw_only=True):
    """All that a case's table shows of one variant.

    median_s, p95_s, cpu_s, parts_s: of one call. smallest_seen: the smallest relative change that these launches would
    have shown; floor: the same from all that is known of this machine's noise. limit_share: limit over median, 1 is the
    best possible. counter_changes: side by side, where the same test counts in both environments; exact, so one launch
    is enough. tails: figures that tell another story than the ratio. crowding: None where there was none, or nobody
    looked. instructions: None where they weren't counted.
    """

    variant: str
    verdict: Verdict
    reason: str
    answer: AnswerJudgement
    median_s: float | None = None
    p95_s: float | None = None
    cpu_s: float | None = None
    ratio: Ratio | None = None
    ratio_of_means: float | None = None
    tails: list[Tail] = []
    smallest_seen: float | None = None
    floor: Floor | None = None
    peak_bytes: int | None = None
    counters: dict[str, int] = {}
    counter_changes: list[CounterChange] = []
    parts_s: dict[str, float] = {}
    limit_share: float | None = None
    start_up: list[StartUp] = []
    bill: Bill | None = None
    crowding: Crowding | None = None
    instructions: Instructions | None = None


class CaseJudgement(Value, frozen=True, kw_only=True):
    """The verdicts of one case. twin: the control that should come out as 1.

    twin_share: of the case's measuring time, starts and turns.
    warm_up_blocks, no_steady_state: as `warm_up_blocks` and `unsteady` of the case.
    """

    case: str
    variants: list[VariantJudgement]
    comparisons: int
    twin: Ratio | None = None
    twin_of: str | None = None
    twin_share: float | None = None
    limit_s: float | None = None
    warm_up_blocks: int = 0
    no_steady_state: list[str] = []
