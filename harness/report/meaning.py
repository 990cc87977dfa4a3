"""What a case's table means, in words: one sentence on the best way, and a line for all that limits it."""

from __future__ import annotations

from collections.abc import Iterator

from harness.record.schema import Agreement, Interval, Phase, Ratio, VariantJudgement, Verdict
from harness.report.crowding import crowded
from harness.report.plain import line
from harness.report.quantity import counted, share, significant
from harness.report.start_up import start_ups
from harness.report.view import CaseView

FIRST_COLLECTED = "the first collected"  # said above the table
NAMES_IN_A_LINE = 4
FAR = 1.5  # beyond this factor, "times as fast" reads better than per cent


def sentence(view: CaseView) -> str:
    """What the case says: the fastest way with the baseline's answer, or why there is none."""
    base = view.case.baseline
    others = view.where(lambda _: True)
    if not view.baseline_measured:
        return f"The baseline {base} was not measured, so nothing can be compared with it."
    if not others:
        return f"{base} stands alone here: there is nothing to compare it with."
    if all(row.verdict is Verdict.NOT_MEASURED for row in others):
        return f"Only {base} was measured: there is nothing to compare it with."
    faster = _fastest_first(view, Verdict.FASTER)
    if faster:
        return f"{_lead(view, faster[0])}."
    if all(row.ratio and row.ratio.launches == 1 for row in others if row.ratio):
        return f"One launch tells no difference from {base} apart from chance: ratios stand without an interval."
    return f"Nothing is shown to be faster than {base}{' with the same answer' if view.answers_expected else ''}."


def notes(view: CaseView) -> Iterator[str]:
    """Lines below the sentence, the most important first."""
    yield from _grouped(view)
    for row in view.where(view.another_answer):
        yield _other_answer(view, row)
    for row in view.where(view.lacks_answer):
        yield f"{row.variant} states no answer, {view.case.baseline} does: its time is in the record, not shown here."
    for row in view.rows:
        if row.verdict is Verdict.NOT_MEASURED:
            what = "was not measured" if row.median_s is None else "can't be compared"
            yield f"{row.variant} {what}: {line(row.reason) or 'no reason is recorded'}."
    if view.baseline and view.baseline.answer.agreement is Agreement.UNSTABLE:
        yield f"{view.case.baseline} disagrees with itself{detail(view.baseline)}: no answer can be held against it."
    compared = view.where(lambda row: row.verdict is not Verdict.NOT_MEASURED)
    if view.baseline_measured and not view.answers_expected and compared:
        yield "No answer is stated here, so it is not known whether all do the same work."
    for row in view.rows:
        if not view.lacks_answer(row):
            yield from start_ups(row)
    yield from remarks(view)
    yield from left_out(view)


def takes(ratio: Ratio, base: str) -> str:
    """A ratio in words, with its interval where there is one."""
    return takes_as(ratio.estimate, ratio.shown, base)


def takes_as(value: float, shown: Interval | None, base: str) -> str:
    """The same of an estimate and its interval."""
    if value * FAR < 1:
        fold = significant(_inverse(value), 2)
        return f"takes {significant(value, 2)} of {base}'s time: {fold} times as fast{_inverse_range(shown)}"
    if value > FAR:
        return f"takes {significant(value, 2)} times {base}'s time{_range(shown)}"
    change = 100 * (value - 1)
    told = f"takes {significant(abs(change), 2)} % {'less' if change < 0 else 'more'} time than {base}"
    return told + _percent(shown)


def _lead(view: CaseView, row: VariantJudgement) -> str:
    told = takes(row.ratio, view.case.baseline) if row.ratio else "is faster"
    same = ", same answer" if view.answers_expected else ", answers not compared"
    reached = f"; {share(row.limit_share)} of the limit reached" if row.limit_share is not None else ""
    few = f"; few launches ({row.ratio.launches})" if row.ratio and row.ratio.few else ""
    return f"{row.variant} {told}{same}{reached}{few}"


def _fastest_first(view: CaseView, verdict: Verdict) -> list[VariantJudgement]:
    rows = view.where(lambda row: row.verdict is verdict and view.same_answer(row))
    return sorted(rows, key=lambda row: row.ratio.estimate if row.ratio else 1.0)


def _grouped(view: CaseView) -> Iterator[str]:
    base = view.case.baseline
    faster = _fastest_first(view, Verdict.FASTER)[1:]
    if faster:
        yield f"Also faster: {_named(faster)}."
    equal = _fastest_first(view, Verdict.EQUIVALENT)
    if equal:
        yield f"As fast as {base}, within {share(view.margin)}: {_named(equal)}{floors(equal)}."
    slower = _fastest_first(view, Verdict.SLOWER)
    if len(slower) == 1 and slower[0].ratio:
        yield f"{slower[0].variant} {takes(slower[0].ratio, base)}."
    elif slower:
        yield f"Slower than {base}: {_named(slower)}."
    for row in _fastest_first(view, Verdict.INCONCLUSIVE):
        yield inconclusive(row, base)


def _named(rows: list[VariantJudgement]) -> str:
    names = [f"{row.variant} ({significant(row.ratio.estimate, 2)})" if row.ratio else row.variant for row in rows]
    if len(names) <= NAMES_IN_A_LINE + 1:
        return ", ".join(names)
    return f"{', '.join(names[:NAMES_IN_A_LINE])} and {len(names) - NAMES_IN_A_LINE} more"


def inconclusive(row: VariantJudgement, base: str) -> str:
    """Why nothing is said of a row."""
    if row.ratio and row.ratio.launches == 1:
        return f"{row.variant} against {base}: one launch, no verdict."
    told = f"{row.variant} against {base}: inconclusive"
    if row.reason:
        return f"{told}: {line(row.reason)}{floors([row])}."
    seen = f"; a change of {share(row.smallest_seen)} would have been seen" if row.smallest_seen is not None else ""
    return f"{told}{seen}."


def floors(rows: list[VariantJudgement]) -> str:
    """What change would have been seen, by the noise of all runs of the case on this machine; empty where none says."""
    known = [row.floor for row in rows if row.floor is not None]
    if not known:
        return ""
    runs = max(each.runs for each in known)
    lowest, highest = (share(pick(each.change for each in known)) for pick in (min, max))
    changes = lowest if lowest == highest else f"{lowest} to {highest}"
    from_runs = f"from the noise of {runs} runs here" if runs > 1 else "from this run's noise alone"
    return f"; floor {changes} (a change that would be seen with 80 % power, {from_runs})"


def _other_answer(view: CaseView, row: VariantJudgement) -> str:
    base = view.case.baseline
    if row.answer.agreement is Agreement.UNSTABLE:
        return f"{row.variant} disagrees with itself from launch to launch{detail(row)}."
    if view.values() and row.ratio:
        return f"{row.variant} {takes(row.ratio, base)}, for another answer{detail(row)}."
    shorter = row.ratio is not None and row.ratio.shown is not None and row.ratio.shown.high < 1
    no_gain = "; so its shorter time is no speed-up" if shorter else ""
    return f"{row.variant} gives another answer than {base}{detail(row)}{no_gain}."


def detail(row: VariantJudgement) -> str:
    """Where a row's answer differs, behind a colon; empty where that isn't told."""
    return f": {line(row.answer.detail).rstrip('.')}" if row.answer.detail.strip() else ""


def remarks(view: CaseView) -> Iterator[str]:
    """What a verdict's reason says beyond the verdict (counters that differ between launches, failed launches), and
    what it can't say: more threads than cores, slow calls that tell another story than the typical ones.
    """
    yield from crowded(view)
    yield from _tails(view)
    for row in view.rows:
        if row.verdict in {Verdict.NOT_MEASURED, Verdict.INCONCLUSIVE} and not view.another_answer(row):
            continue
        _, _, rest = line(row.reason).partition("; ")
        remark = line(row.reason) if row.verdict is Verdict.BASELINE and row.reason != FIRST_COLLECTED else rest
        if remark:
            yield f"{row.variant}: {remark}."


def _tails(view: CaseView) -> Iterator[str]:
    for row in view.rows:
        told = [f"{significant(tail.ratio, 2)} by its {tail.figure}" for tail in row.tails]
        if told and row.ratio:
            yield (
                f"{row.variant}: its slow calls tell another story than its typical ones: "
                f"{significant(row.ratio.estimate, 2)} of {view.case.baseline}'s time, but {' and '.join(told)}."
            )


def left_out(view: CaseView) -> Iterator[str]:
    """Launches and blocks that don't count, what never became steady, and a limit that failed."""
    case = view.case
    for name in view.judgement.no_steady_state if view.judgement else []:
        yield f"{name} reaches no steady state: its times still change in the second half of the launches."
    if view.judgement and view.judgement.warm_up_blocks:
        blocks = counted(view.judgement.warm_up_blocks, "further block", "further blocks")
        yield f"Warm-up: {blocks} at the beginning of each launch left out, by a change point over the launches."
    for phase in (Phase.VOID, Phase.BROKEN):
        launches = [launch for launch in case.launches if launch.phase is phase]
        if launches:
            why = "; ".join(dict.fromkeys(line(launch.why) for launch in launches if launch.why))
            because = f": {why}" if why else ""
            yield f"{len(launches)} of {len(case.launches)} launches left out as {phase.value}{because}."
    if case.limit_failures and not case.limit_s:
        yield f"The limit was not measured: {line(case.limit_failures[0].text)}."


def _inverse(value: float) -> float:
    return 1 / value if value > 0 else float("inf")


def _range(interval: Interval | None) -> str:
    if interval is None:
        return ""
    return f" ({significant(interval.low, 2)} to {significant(interval.high, 2)})"


def _inverse_range(interval: Interval | None) -> str:
    if interval is None:
        return ""
    return f" ({significant(_inverse(interval.high), 2)} to {significant(_inverse(interval.low), 2)})"


def _percent(interval: Interval | None) -> str:
    if interval is None:
        return ""
    low, high = sorted(100 * (bound - 1) for bound in (interval.low, interval.high))
    if low < 0 < high:
        return f" ({significant(-low, 2)} % less to {significant(high, 2)} % more)"
    near, far = sorted((abs(low), abs(high)))
    return f" ({significant(near, 2)} to {significant(far, 2)} %)"
