"""Statistics and answers: pure functions from samples to verdicts. No files, no clock, no printing."""

from harness.judge.allocation import Claim, allocation
from harness.judge.answers import compare, judge_answer
from harness.judge.blocks import block_log_ratios, call_cpu_times, call_times, paired_times
from harness.judge.breaches import breaches_of
from harness.judge.case import controls, judge_case
from harness.judge.comparisons import Adjustment, holm
from harness.judge.end_to_end import judge_end_to_end, with_price
from harness.judge.fieller import fieller
from harness.judge.floors import with_floors
from harness.judge.launches import (
    EQUIVALENCE_CONFIDENCE,
    TooFewLaunches,
    launch_estimates,
    launch_interval,
    p_value,
    signed_rank_p,
)
from harness.judge.location import hodges_lehmann
from harness.judge.looks import (
    Looks,
    enough,
    interval_after,
    launches_expected,
    launches_wanted,
    looked,
    looks_at,
    one_look,
    repeated_p,
    spent,
    stopped_interval,
)
from harness.judge.power import smallest_seen
from harness.judge.precision import (
    blocks_per_launch,
    held_variance,
    spread,
    variance_within,
)
from harness.judge.ratio import ratio_of
from harness.judge.reproduction import Reproduction, judge_reproduction
from harness.judge.run import judge_run
from harness.judge.twin import spent_s, twin_share
from harness.judge.variances import Variances, prior_variances, seen_variances
from harness.judge.verdict import Decision, decide
from harness.judge.warm_up import WarmUp, warm_up

__all__ = [
    "EQUIVALENCE_CONFIDENCE",
    "Adjustment",
    "Claim",
    "Decision",
    "Looks",
    "Reproduction",
    "TooFewLaunches",
    "Variances",
    "WarmUp",
    "allocation",
    "block_log_ratios",
    "blocks_per_launch",
    "breaches_of",
    "call_cpu_times",
    "call_times",
    "compare",
    "controls",
    "decide",
    "enough",
    "fieller",
    "held_variance",
    "hodges_lehmann",
    "holm",
    "interval_after",
    "judge_answer",
    "judge_case",
    "judge_end_to_end",
    "judge_reproduction",
    "judge_run",
    "launch_estimates",
    "launch_interval",
    "launches_expected",
    "launches_wanted",
    "looked",
    "looks_at",
    "one_look",
    "p_value",
    "paired_times",
    "prior_variances",
    "ratio_of",
    "repeated_p",
    "seen_variances",
    "signed_rank_p",
    "smallest_seen",
    "spent",
    "spent_s",
    "spread",
    "stopped_interval",
    "twin_share",
    "variance_within",
    "warm_up",
    "with_floors",
    "with_price",
]
