"""What a user who chooses between one machine and a cluster asks: what an answer takes from start to end.

Some of a call's parts are paid once, however many calls follow while a cluster is kept: `PAID_ONCE`. What is left is
paid with every call.
"""

import math
from collections.abc import Mapping, Sequence

import msgspec
import numpy as np

from harness.judge.blocks import call_times
from harness.judge.fieller import fieller
from harness.judge.floats import Floats
from harness.judge.launches import FEWEST
from harness.record.schema import (
    PAID_ONCE,
    Agreement,
    Bill,
    Case,
    CaseJudgement,
    Phase,
    Price,
    Record,
    StartUp,
    Variant,
    VariantJudgement,
    Verdict,
)

COMPUTATION = "computation"
CONFIDENCE = 0.95
MANY = 1_000


class Calls(msgspec.Struct, frozen=True):
    """A variant's calls, by launch in seconds: whole_s from start to end, once_s what is paid once, each_s the rest."""

    whole_s: dict[int, float]
    once_s: dict[int, float]
    each_s: dict[int, float]


def judge_end_to_end(cases: Sequence[Case], judgements: Sequence[CaseJudgement], cores: int) -> list[CaseJudgement]:
    """The judgements with start-ups and bills. judgements: of these cases; cores: how many the run could use."""
    known = {case.id: case for case in cases}
    return [_judged(known[each.case], each, cores) if each.case in known else each for each in judgements]


def with_price(record: Record, price: Price) -> Record:
    """The record with this price in its plan, and with bills where it was written without them."""
    judgements = judge_end_to_end(record.cases, record.judgements, len(record.plan.cores))
    plan = msgspec.structs.replace(record.plan, price=price)
    return msgspec.structs.replace(record, plan=plan, judgements=judgements)


def _judged(case: Case, judgement: CaseJudgement, cores: int) -> CaseJudgement:
    calls = {variant.name: calls_of(case, variant) for variant in case.variants}
    rivals = [] if case.of is not None else _rivals(case, judgement.variants, calls)
    rows = [
        msgspec.structs.replace(
            row,
            start_up=_start_ups(row.variant, rivals, calls),
            bill=_bill(calls[row.variant], _cores(case, row.variant, cores)),
        )
        if row.variant in calls
        else row
        for row in judgement.variants
    ]
    return msgspec.structs.replace(judgement, variants=rows)


def calls_of(case: Case, variant: Variant) -> Calls:
    """The calls of a variant, over the launches in which it was measured. Parts are those of a launch's last call."""
    whole_s = {launch: float(np.mean(times)) for launch, times in call_times(case.samples, variant.name).items()}
    parts = _parts(case, variant)
    once_s = {at: sum(each[name] for name in PAID_ONCE if name in each) for at, each in parts.items() if at in whole_s}
    once_s = {launch: seconds for launch, seconds in once_s.items() if seconds > 0}
    each_s = {at: parts.get(at, {}).get(COMPUTATION, whole_s[at] - once_s.get(at, 0.0)) for at in whole_s}
    return Calls(whole_s, once_s, each_s)


def _parts(case: Case, variant: Variant) -> dict[int, dict[str, float]]:
    """A variant's parts by launch. Records that don't say which launches those were have as many of both, or none."""
    measured = [launch.number for launch in case.launches if launch.phase is Phase.MEASURED]
    launches = variant.parts_launches or measured
    if len(launches) != len(variant.parts_s):
        return {}
    return {launch: parts for launch, parts in zip(launches, variant.parts_s, strict=True) if launch in measured}


def _rivals(case: Case, rows: Sequence[VariantJudgement], calls: Mapping[str, Calls]) -> list[str]:
    """What a start-up is paid against: the baseline, and the fastest way to the same answer that starts nothing."""
    answers = any(row.variant == case.baseline and row.answer.agreement is not Agreement.NONE for row in rows)
    plain = {
        row.variant: row.median_s
        for row in rows
        if row.variant in calls
        and row.median_s is not None
        and row.verdict is not Verdict.NOT_MEASURED
        and not calls[row.variant].once_s
        and (row.answer.agreement is Agreement.AGREE or not answers)
    }
    fastest = min(plain, key=lambda name: plain[name], default=case.baseline)
    return list(dict.fromkeys([case.baseline, fastest]))


def _start_ups(name: str, rivals: Sequence[str], calls: Mapping[str, Calls]) -> list[StartUp]:
    found = [start_up(calls[name], rival, calls[rival]) for rival in rivals if rival != name and rival in calls]
    return [each for each in found if each is not None]


def start_up(calls: Calls, against: str, others: Calls) -> StartUp | None:
    """After how many calls what is paid once is paid by what each call saves; None where nothing is paid once.

    The estimand is the mean over launches of what is paid once, over the mean over launches of what a call saves. Its
    interval is Fieller's, which knows that nothing may be saved at all.
    """
    launches = [launch for launch in calls.once_s if launch in others.each_s]
    if not launches:
        return None
    once_s, each_s, against_s = (_at(launches, times) for times in (calls.once_s, calls.each_s, others.each_s))
    saved_s = against_s - each_s
    never = float(np.mean(saved_s)) <= 0
    told = StartUp(
        against=against,
        launches=len(launches),
        once_s=float(np.mean(once_s)),
        call_s=float(np.mean(each_s)),
        against_s=float(np.mean(against_s)),
        calls=None if never else float(np.mean(once_s) / np.mean(saved_s)),
    )
    bounds = fieller(once_s, saved_s, CONFIDENCE) if len(launches) >= FEWEST else None
    if bounds is None:
        return told
    low, high = bounds
    return msgspec.structs.replace(told, fewest=low, most=None if math.isinf(high) else high)


def _bill(calls: Calls, cores: int) -> Bill | None:
    if not calls.whole_s:
        return None
    answer_s = float(np.mean(list(calls.whole_s.values())))
    once_s = float(np.mean(list(calls.once_s.values()))) if calls.once_s else 0.0
    each_s = float(np.mean(list(calls.each_s.values()))) if calls.once_s else answer_s
    return Bill(cores=cores, answer_core_s=cores * answer_s, thousand_core_s=cores * (once_s + MANY * each_s))


def _cores(case: Case, name: str, most: int) -> int:
    """How many cores are kept for a call: those of the run, unless its test says that it needs fewer."""
    stated = next(variant.notes.get("cores") for variant in case.variants if variant.name == name)
    if isinstance(stated, int) and not isinstance(stated, bool) and 1 <= stated <= most:
        return stated
    return most


def _at(launches: Sequence[int], times: Mapping[int, float]) -> Floats:
    return np.array([times[launch] for launch in launches], dtype=np.float64)
