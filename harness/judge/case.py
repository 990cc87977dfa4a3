"""All that is said of one case."""

from collections.abc import Mapping

import numpy as np

from harness.judge.answers import judge_answer
from harness.judge.arrays import LoadArray
from harness.judge.blocks import call_cpu_times, call_times, paired_times
from harness.judge.counters import changes, constant, instabilities
from harness.judge.crowding import crowding_of
from harness.judge.floats import Floats
from harness.judge.instructions import instructions_of
from harness.judge.ratio import ratio_of
from harness.judge.tails import tails_of
from harness.judge.twin import twin_share
from harness.judge.verdict import Decision, decide
from harness.record.failing import runs
from harness.record.gist import gist
from harness.record.schema import (
    Agreement,
    AnswerJudgement,
    Case,
    CaseJudgement,
    CounterChange,
    Failure,
    Ratio,
    Variant,
    VariantJudgement,
    Verdict,
)


def judge_case(
    case: Case, margin: float, confidences: Mapping[str, float], comparisons: int, load_array: LoadArray
) -> CaseJudgement:
    """The verdicts of one case.

    margin: a share, where the case has none of its own; confidences: per variant that is compared, and of the twin, of
    its adjusted interval (from `holm` over the run); comparisons: how many the run makes; load_array: gives the array
    in a file that an answer names, or None.
    """
    margin = margin if case.margin is None else case.margin
    twin = next(iter(controls(case)), None)
    return CaseJudgement(
        case=case.id,
        variants=[
            _judge_variant(case, each, margin, confidences.get(each.name), load_array)
            for each in case.variants
            if each.twin_of is None
        ],
        comparisons=comparisons,
        twin=ratio_of(case, *twin, confidences.get(twin[0])) if twin else None,
        twin_of=twin[1] if twin else None,
        twin_share=twin_share(case),
        limit_s=_median(case.limit_s),
        warm_up_blocks=case.warm_up_blocks,
        no_steady_state=case.unsteady,
    )


def compared(case: Case) -> list[tuple[str, str]]:
    """The variants that are held against the baseline, all but itself and the twins, each with it."""
    return [(each.name, case.baseline) for each in case.variants if each.twin_of is None and each.name != case.baseline]


def controls(case: Case) -> list[tuple[str, str]]:
    """The twins, each with its original."""
    return [(each.name, each.twin_of) for each in case.variants if each.twin_of is not None]


def _judge_variant(
    case: Case, variant: Variant, margin: float, confidence: float | None, load_array: LoadArray
) -> VariantJudgement:
    is_baseline = variant.name == case.baseline
    found = None if is_baseline else ratio_of(case, variant.name, case.baseline, confidence)
    answer = _answer(case, variant, load_array)
    times = call_times(case.samples, variant.name)
    decision = _decide(case, variant, found, times, margin)
    if decision.verdict is Verdict.FASTER:
        decision = _withheld(decision, answer)
    failures = [] if decision.verdict is Verdict.NOT_MEASURED else _failures(variant)
    notes = [*instabilities(variant.counters), *failures]
    median_s = _over_launches(times)
    limit_s = _median(case.limit_s)
    return VariantJudgement(
        variant=variant.name,
        verdict=decision.verdict,
        reason="; ".join(filter(None, [decision.reason, *notes])),
        answer=answer,
        median_s=median_s,
        p95_s=float(np.percentile(np.concatenate(list(times.values())), 95)) if times else None,
        cpu_s=_over_launches(call_cpu_times(case.samples, variant.name)),
        ratio=found,
        ratio_of_means=None if is_baseline else _ratio_of_means(case, variant.name),
        tails=[] if is_baseline else tails_of(paired_times(case.samples, variant.name, case.baseline), margin),
        smallest_seen=decision.smallest_seen,
        peak_bytes=round(float(np.median(variant.peak_bytes))) if variant.peak_bytes else None,
        counters=constant(variant.counters),
        counter_changes=[] if is_baseline else _counter_changes(case, variant),
        parts_s=_parts(variant),
        limit_share=limit_s / median_s if limit_s is not None and median_s else None,
        crowding=crowding_of(variant.running),
        instructions=instructions_of(case, variant.name),
    )


def _counter_changes(case: Case, variant: Variant) -> list[CounterChange]:
    """Side by side, where both do the same work; the ways of a suite's case count differently because they differ."""
    baseline = _baseline(case)
    return changes(baseline.counters, variant.counters) if case.of is not None and baseline else []


def _baseline(case: Case) -> Variant | None:
    return next((each for each in case.variants if each.name == case.baseline), None)


def _answer(case: Case, variant: Variant, load_array: LoadArray) -> AnswerJudgement:
    baseline = _baseline(case)
    return judge_answer(variant.answers, baseline.answers if baseline else [], case.tolerance, load_array)


def _decide(case: Case, variant: Variant, found: Ratio | None, times: Mapping[int, Floats], margin: float) -> Decision:
    if not times or not runs(case, variant):
        reason = "; ".join(_failures(variant)) or case.not_measured or "no turn of it was measured"
        return Decision(verdict=Verdict.NOT_MEASURED, reason=reason)
    if variant.name == case.baseline:
        return Decision(verdict=Verdict.BASELINE, reason="" if case.baseline_stated else "the first collected")
    baseline = _baseline(case)
    if baseline is None or not call_times(case.samples, baseline.name) or not runs(case, baseline):
        reason = f"the baseline '{case.baseline}' was not measured"
        return Decision(verdict=Verdict.NOT_MEASURED, reason=reason)
    return decide(found, margin)


def _withheld(decision: Decision, answer: AnswerJudgement) -> Decision:
    """A variant that is faster but gives another answer is not faster."""
    words = {Agreement.DIFFER: "but another answer", Agreement.UNSTABLE: "but an unstable answer"}
    if answer.agreement not in words:
        return decision
    return Decision(
        verdict=Verdict.INCONCLUSIVE,
        reason=f"faster, {words[answer.agreement]}: {decision.reason}",
        smallest_seen=decision.smallest_seen,
    )


def _failures(variant: Variant) -> list[str]:
    """In which launches it failed, and how: one phrase for each way."""
    launches: dict[str, list[int]] = {}
    for failure in variant.failures:
        launches.setdefault(_in_words(failure), []).append(failure.launch)
    return [
        f"{words} in launch{'es' if len(at) > 1 else ''} {', '.join(map(str, at))}" for words, at in launches.items()
    ]


def _in_words(failure: Failure) -> str:
    why = gist(failure.text)
    if not why:
        return failure.kind.value
    return f"{failure.kind.value} ({why if len(why) <= 100 else why[:97] + '...'})"


def _parts(variant: Variant) -> dict[str, float]:
    names = dict.fromkeys(name for each in variant.parts_s for name in each)
    return {name: float(np.median([each[name] for each in variant.parts_s if name in each])) for name in names}


def _ratio_of_means(case: Case, variant: str) -> float | None:
    """Mean time over the baseline's mean time, over the blocks that have both: what a rare slow call costs in all."""
    pairs = paired_times(case.samples, variant, case.baseline)
    if not pairs:
        return None
    ours, theirs = (np.concatenate(each) for each in zip(*pairs.values(), strict=True))
    return float(np.mean(ours) / np.mean(theirs))


def _over_launches(values: Mapping[int, Floats]) -> float | None:
    """The median of the launches' medians: a launch with more blocks has no more say than another."""
    return float(np.median([np.median(each) for each in values.values()])) if values else None


def _median(values: list[float]) -> float | None:
    return float(np.median(values)) if values else None
