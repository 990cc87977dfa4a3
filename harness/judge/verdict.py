"""What may be said of a ratio: faster, slower, equivalent, inconclusive or not measured."""

import msgspec
import numpy as np

from harness.judge.floats import Floats
from harness.judge.launches import (
    EQUIVALENCE_CONFIDENCE,
    FEWEST,
    FEWEST_FOR_RANKS,
    launch_interval,
    nominal_confidence,
)
from harness.judge.power import smallest_seen
from harness.record.schema import Interval, Ratio, Verdict

# The signed-rank test contradicts t when it finds nothing at all, or finds what t doesn't.
RANKS_FIND_NOTHING = 0.1
RANKS_FIND_MUCH = 0.01


class Decision(msgspec.Struct, frozen=True, kw_only=True):
    """A verdict, why, and the smallest relative change that these launches would have shown."""

    verdict: Verdict
    reason: str
    smallest_seen: float | None = None


def decide(ratio: Ratio | None, margin: float) -> Decision:
    """The verdict on a ratio by its adjusted interval, or by its plain one where it has no other.

    margin: the share by which two times may differ and still count as equal (0.02 is 2 %).
    Different: the interval excludes 1, and with three to five launches all of them lie on the same side of 1.
    Faster, slower: different, and the estimate beyond the margin. Equivalent: from six launches on, the 90 % interval
    within 1 +- margin. Else inconclusive.
    """
    if ratio is None:
        return Decision(verdict=Verdict.NOT_MEASURED, reason="no block has both it and the baseline")
    if ratio.launches < FEWEST:
        return Decision(verdict=Verdict.INCONCLUSIVE, reason=_too_few(ratio))
    looked_at = ratio.adjusted or ratio.shown
    if looked_at is None:
        return Decision(verdict=Verdict.INCONCLUSIVE, reason="no interval")
    log_ratios = np.log(np.array(ratio.launch_ratios))
    found, reason = _judge(ratio, looked_at, log_ratios, margin)
    return Decision(
        verdict=found,
        reason=reason + _check_by_ranks(ratio, looked_at),
        smallest_seen=smallest_seen(log_ratios, nominal_confidence(log_ratios, looked_at)),
    )


def in_words(ratio: float) -> str:
    """A ratio of times as people say it: "12 % less time", "3.4 times as fast", "2.5 times the time"."""
    if ratio <= 0.5:
        return f"{1 / ratio:.3g} times as fast"
    if ratio >= 2:
        return f"{ratio:.3g} times the time"
    return f"{percent(abs(1 - ratio))} {'less' if ratio < 1 else 'more'} time"


def percent(share: float) -> str:
    """A share as a percentage with two significant digits, and no more than a tenth of a percent below one."""
    return f"{100 * share:.2g} %" if share < 1 else f"{100 * share:.0f} %"


def _judge(ratio: Ratio, looked_at: Interval, log_ratios: Floats, margin: float) -> tuple[Verdict, str]:
    excludes_one = not looked_at.low <= 1 <= looked_at.high
    if excludes_one and ratio.few and not _one_sided(log_ratios):
        return Verdict.INCONCLUSIVE, f"few launches that disagree: {_range(ratio)}"
    if excludes_one and ratio.estimate < 1 - margin:
        return Verdict.FASTER, _difference(ratio)
    if excludes_one and ratio.estimate > 1 + margin:
        return Verdict.SLOWER, _difference(ratio)
    if not ratio.few and _within(ratio.equivalence or launch_interval(log_ratios, EQUIVALENCE_CONFIDENCE), margin):
        return Verdict.EQUIVALENT, f"within {percent(margin)} of the baseline with 90 % confidence"
    if excludes_one:
        return Verdict.INCONCLUSIVE, f"{in_words(ratio.estimate)}, not beyond the margin of {percent(margin)}"
    return Verdict.INCONCLUSIVE, _unseen(ratio, looked_at, log_ratios)


def _too_few(ratio: Ratio) -> str:
    values = " and ".join(f"{each:.3g}" for each in ratio.launch_ratios)
    if ratio.launches == 1:
        return f"one launch, no interval: {values}"
    return f"two launches, no interval: {values}"


def _difference(ratio: Ratio) -> str:
    if ratio.few:
        return f"{in_words(ratio.estimate)} in each of few launches: {_range(ratio)}"
    return f"{in_words(ratio.estimate)} over {ratio.launches} launches"


def _unseen(ratio: Ratio, looked_at: Interval, log_ratios: Floats) -> str:
    smallest = smallest_seen(log_ratios, nominal_confidence(log_ratios, looked_at))
    seen = f"; only a change of {percent(smallest)} would have been seen" if smallest is not None else ""
    if ratio.shown and not ratio.shown.low <= 1 <= ratio.shown.high:
        return f"its interval excludes 1, but not once adjusted for all comparisons of the run{seen}"
    return f"the interval holds 1{seen}"


def _check_by_ranks(ratio: Ratio, looked_at: Interval) -> str:
    if ratio.launches < FEWEST_FOR_RANKS or ratio.signed_rank_p is None or ratio.p_value is None:
        return ""
    excludes_one = not looked_at.low <= 1 <= looked_at.high
    if excludes_one and ratio.signed_rank_p > RANKS_FIND_NOTHING:
        return f" (the signed-rank test does not confirm a difference: p = {ratio.signed_rank_p:.2f})"
    if ratio.p_value > RANKS_FIND_NOTHING and ratio.signed_rank_p < RANKS_FIND_MUCH:
        return f" (the signed-rank test sees a difference: p = {ratio.signed_rank_p:.3f}; a launch is far off)"
    return ""


def _one_sided(log_ratios: Floats) -> bool:
    return bool(np.all(log_ratios > 0) or np.all(log_ratios < 0))


def _within(interval: Interval, margin: float) -> bool:
    return 1 - margin <= interval.low and interval.high <= 1 + margin


def _range(ratio: Ratio) -> str:
    return f"{min(ratio.launch_ratios):.3g} to {max(ratio.launch_ratios):.3g}"
