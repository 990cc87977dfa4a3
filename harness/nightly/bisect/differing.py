"""The first question of a bisection: do the ends differ at all, and in which test most clearly?"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence

import msgspec
import numpy as np

from harness.judge import TooFewLaunches, holm, launch_interval, repeated_p, smallest_seen
from harness.judge.floats import Floats
from harness.judge.nearer import SPENT, effect_of, looks_so_far
from harness.nightly.bisect.bench import Bench, OutOfTime
from harness.nightly.bisect.lattice import Taken
from harness.nightly.bisect.witness import NotMeasured, between
from harness.record.bisection import Effect
from harness.record.failing import fault_of, runs
from harness.record.schema import Agreement, Plan, Record

_LAUNCHES = 5
# What of the budget the first question may take: if it shows nothing by then, there is no time to bisect it either.
_SHARE = 0.4


class Differing(msgspec.Struct, frozen=True, kw_only=True):
    """case: the test in which the ends differ most clearly; None where they don't. log_ratios: of it, by launch.

    others: further tests that differ. smallest_seen: by the least noisy test, what would have been seen, a share; None
    where there were too few launches. answers: the tests whose answers differ; failing: those that run at the good end
    and not at the bad one.
    """

    case: str | None
    log_ratios: Floats
    effect: Effect | None
    others: list[Effect]
    smallest_seen: float | None
    answers: list[str]
    failing: list[str]
    records: list[Record]

    @property
    def missing(self) -> list[str]:
        """What was asked for and not measured, in words."""
        return list(dict.fromkeys(line for record in self.records for line in record.missing))


def by_time(bench: Bench, ends: tuple[Taken, Taken], names: tuple[str, str], plan: Plan, error: float) -> Differing:
    """Measure the ends beside each other until a test differs, or all are told to be equal within the margin.

    error: the probability that ends which don't differ in time are said to. Raises HarnessError, and OutOfTime before
    anything is known.
    """
    records: list[Record] = []
    seen: dict[str, list[float]] = {}
    looks: list[int] = []
    for look in range(len(SPENT)):
        launches = looks[-1] if looks else _LAUNCHES
        if looks and bench.left_s < (1 - _SHARE) * plan.budget_s:
            break
        try:
            record = bench.run(1, look, ends, launches, plan)
        except OutOfTime:
            if not looks:
                raise
            break
        records.append(record)
        looks.append(sum(looks[-1:]) + launches)
        for case in record.cases:
            seen.setdefault(case.id, []).extend(between(case, names[1], names[0]).values())
        if not any(seen.values()):
            raise _not_measured(record, names)
        found = _judged(seen, looks, records, names, error)
        if found.case is not None or _all_equal(seen, plan.margin):
            break
    return found


def by_answer(bench: Bench, ends: tuple[Taken, Taken], names: tuple[str, str], plan: Plan) -> Differing:
    """Let both ends answer once. Raises HarnessError and OutOfTime."""
    record = bench.run(1, 0, ends, 1, plan)
    if not _compared(record, names[1]):
        raise _not_measured(record, names)
    answers = _other_answers([record], names[1])
    none = np.zeros(0)
    return Differing(
        case=answers[0] if answers else None, log_ratios=none, effect=None, others=[], smallest_seen=None,
        answers=answers, failing=_failing(record, names), records=[record],
    )  # fmt: skip


def by_running(bench: Bench, ends: tuple[Taken, Taken], names: tuple[str, str], plan: Plan) -> Differing:
    """Call each test once at both ends: which of those that run at the good one don't at the bad one? Raises
    HarnessError and OutOfTime.
    """
    record = bench.run(1, 0, ends, 1, plan)
    if not any(variant.name == names[0] and runs(case, variant) for case in record.cases for variant in case.variants):
        raise _not_measured(record, names)
    failing = _failing(record, names)
    return Differing(
        case=failing[0] if failing else None, log_ratios=np.zeros(0), effect=None, others=[], smallest_seen=None,
        answers=[], failing=failing, records=[record],
    )  # fmt: skip


def _judged(
    seen: Mapping[str, Sequence[float]], looks: list[int], records: list[Record], names: tuple[str, str], error: float
) -> Differing:
    ratios = {case: np.array(values) for case, values in seen.items() if len(values) >= 3}
    p_values = [_p(values, looks) for values in ratios.values()]
    confident = {case for case, each in zip(ratios, holm(p_values, 1 - error), strict=True) if each.p_value <= error}
    clearest = min(confident, key=lambda case: -abs(_t(ratios[case])), default=None)
    what = f"{names[1]} over {names[0]}"
    floors = [floor for values in ratios.values() if (floor := smallest_seen(values, 1 - error)) is not None]
    return Differing(
        case=clearest,
        log_ratios=ratios[clearest] if clearest is not None else np.zeros(0),
        effect=told(what, ratios[clearest]) if clearest is not None else None,
        others=[told(case, ratios[case]) for case in sorted(confident) if case != clearest],
        smallest_seen=min(floors, default=None),
        answers=_other_answers(records, names[1]),
        failing=_failing(records[-1], names),
        records=records,
    )


def told(what: str, log_ratios: Floats) -> Effect:
    """A ratio with its interval over launches."""
    ratio, interval = effect_of(log_ratios)
    return Effect(what=what, ratio=ratio, interval=interval, launches=int(log_ratios.size))


def _p(values: Floats, looks: list[int]) -> float:
    lost = looks[-1] - values.size
    taken = looks_so_far([each - lost for each in looks]) if looks[0] - lost >= 3 else looks_so_far([int(values.size)])
    return repeated_p(values, taken)


def _t(values: Floats) -> float:
    error = float(np.std(values, ddof=1)) / math.sqrt(values.size)
    return float(np.mean(values)) / error if error else math.inf


def _all_equal(seen: Mapping[str, Sequence[float]], margin: float) -> bool:
    """Whether the 90 % interval of every test lies within the margin."""
    try:
        intervals = [launch_interval(np.array(values), 0.9) for values in seen.values()]
    except TooFewLaunches:
        return False
    return all(1 / (1 + margin) <= each.low and each.high <= 1 + margin for each in intervals)


def _compared(record: Record, bad: str) -> bool:
    """Whether any test gave answers that can be compared."""
    answers = [each.answer for judged in record.judgements for each in judged.variants if each.variant == bad]
    return any(each.agreement in {Agreement.AGREE, Agreement.DIFFER} for each in answers)


def _not_measured(record: Record, names: tuple[str, str]) -> NotMeasured:
    lines = "".join(f"\n- {each}" for each in record.missing) or " No test states an answer."
    failing = _failing(record, names)
    hint = f"\nSince when {', '.join(failing)} fails is found with --measure running." if failing else ""
    return NotMeasured(f"{names[0]} and {names[1]} could not be compared, so there is nothing to bisect.{lines}{hint}")


def _failing(record: Record, names: tuple[str, str]) -> list[str]:
    found = []
    for case in record.cases:
        good, bad = (next((each for each in case.variants if each.name == name), None) for name in names)
        if good is not None and bad is not None and runs(case, good) and fault_of(case, bad) is not None:
            found.append(case.id)
    return found


def _other_answers(records: Sequence[Record], bad: str) -> list[str]:
    return list(
        dict.fromkeys(
            judged.case
            for record in records
            for judged in record.judgements
            for each in judged.variants
            if each.variant == bad and each.answer.agreement is Agreement.DIFFER
        )
    )
