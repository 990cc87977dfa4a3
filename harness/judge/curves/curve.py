"""All that is said of the swept cases of a run."""

import math
from collections.abc import Iterator, Mapping, Sequence
from itertools import combinations

import msgspec
import numpy as np

from harness.judge.blocks import block_log_ratios, call_cpu_times, call_times
from harness.judge.curves.axis import Family, families
from harness.judge.curves.cost import best_single, cost_of
from harness.judge.curves.growth import growth_of
from harness.judge.curves.line import points_of
from harness.judge.curves.order import Pair, order_of, ratio_after
from harness.judge.curves.scaling_laws import amdahl, universal
from harness.judge.curves.speed_up import efficiency, serial_share, speed_up
from harness.judge.floats import Floats
from harness.judge.launches import FEWEST, launch_estimates, launch_interval
from harness.judge.looks import looks_at
from harness.record.schema import (
    Agreement,
    Case,
    CaseJudgement,
    Cost,
    Curve,
    CurvePoint,
    Estimate,
    Interval,
    Order,
    Variant,
    VariantCurve,
    Verdict,
)

_OTHER_ANSWERS = {Agreement.DIFFER: "another answer", Agreement.UNSTABLE: "an unstable answer"}
_NO_ANSWER = "no answer"


def judge_curves(cases: Sequence[Case], judgements: Sequence[CaseJudgement], cores: int) -> list[Curve]:
    """The curves of a run: one for each swept family, in the order of the cases.

    judgements: of these cases. cores: how many the run could use; laws of scaling are fitted up to so many workers.
    """
    answers = {judgement.case: _agreements(judgement) for judgement in judgements}
    return [_curve(family, answers, cores) for family in families(cases)]


def _agreements(judgement: CaseJudgement) -> dict[str, Agreement]:
    return {row.variant: row.answer.agreement for row in judgement.variants}


def _curve(family: Family, answers: Mapping[str, Mapping[str, Agreement]], cores: int) -> Curve:
    head = family.cases[0]
    curve = Curve(
        axis=family.axis,
        file=head.file,
        group=head.group,
        params=family.params,
        of=head.of,
        variant=head.variant,
        cases=[case.id for case in family.cases],
        problem=family.problem,
    )
    if family.problem:
        return curve
    ways = [_Way(family, name, answers) for name in _names(family)]
    if not any(way.is_measured for way in ways):
        return msgspec.structs.replace(curve, problem=f"nothing was measured along the axis '{family.axis}'")
    variants = [way.curve(ways, cores) for way in ways]
    return msgspec.structs.replace(
        curve,
        values=family.values,
        baseline=family.baseline,
        workers=family.workers,
        cores=cores,
        variants=variants,
        orders=list(_orders(ways, family.baseline)),
    )


def _names(family: Family) -> list[str]:
    """All variants of the family, the baseline first, then as they were collected."""
    baseline = family.baseline
    found = [each.name for case in family.cases for each in case.variants if each.twin_of is None]
    return list(dict.fromkeys([name for name in [baseline] if name in found] + found))


class _Way:
    """One variant along the axis; lists are by value. log_times_s, log_bytes: per value, shape (launches,)."""

    def __init__(self, family: Family, name: str, answers: Mapping[str, Mapping[str, Agreement]]) -> None:
        self.name = name
        self.family = family
        self.values = family.values
        self.log_times_s = [_log_times(case, name) for case in family.cases]
        self.log_bytes = [_log_bytes(case, name) for case in family.cases]
        self.left_out = [
            _why_left_out(case, name, times, answers.get(case.id, {}))
            for case, times in zip(family.cases, self.log_times_s, strict=True)
        ]

    @property
    def is_measured(self) -> bool:
        """Whether there is any point of it."""
        return any(times.size for times in self.log_times_s)

    def comparable(self) -> list[int]:
        """The places at which it may be held against others."""
        return [place for place, why in enumerate(self.left_out) if not why]

    def curve(self, ways: "Sequence[_Way]", cores: int) -> VariantCurve:
        """All that is said of it."""
        told = VariantCurve(
            variant=self.name,
            points=[self._point(place) for place in range(len(self.values))],
            time_growth=growth_of(points_of(self.values, self.log_times_s)),
            memory_growth=growth_of(points_of(self.values, self.log_bytes)),
        )
        if not self.family.workers:
            return told
        within = [(value, each) for value, each in zip(self.values, self.log_times_s, strict=True) if value <= cores]
        fitted = points_of([value for value, _ in within], [each for _, each in within])
        return msgspec.structs.replace(
            told,
            beyond_cores=[
                value for value, each in zip(self.values, self.log_times_s, strict=True) if value > cores and each.size
            ],
            amdahl=amdahl(fitted),
            universal=universal(fitted),
            cost=self._cost(ways),
        )

    def _point(self, place: int) -> CurvePoint:
        case, value = self.family.cases[place], self.values[place]
        point = CurvePoint(
            value=value,
            case=case.id,
            launches=int(self.log_times_s[place].size),
            time_s=_mean(self.log_times_s[place]),
            peak_bytes=_mean(self.log_bytes[place]),
            left_out=self.left_out[place],
        )
        if not self.left_out[place] and self.name != self.family.baseline:
            blocks = block_log_ratios(case.samples, self.name, self.family.baseline)
            ratio = ratio_after(launch_estimates(blocks), looks_at(list(blocks), case.looks)) if blocks else None
            point = msgspec.structs.replace(point, ratio=ratio)
        gained = self._gained(place)
        if gained is None:
            return point
        return msgspec.structs.replace(
            point,
            speed_up=gained,
            efficiency=efficiency(gained, value),
            serial_share=serial_share(gained, value) if value > 1 else None,
        )

    def _gained(self, place: int) -> Estimate | None:
        """The speed-up over itself at one worker, where this was measured."""
        if not self.family.workers or 1 not in self.values or self.values[place] < 1:
            return None
        alone, together = self.log_times_s[self.values.index(1)], self.log_times_s[place]
        if not (alone.size and together.size):
            return None
        return Estimate(value=1.0) if self.values[place] == 1 else speed_up(alone, together)

    def _cost(self, ways: "Sequence[_Way]") -> Cost | None:
        if 1 not in self.values:
            return None
        place = self.values.index(1)
        there = {way.name: way for way in ways if place in way.comparable()}
        case = self.family.cases[place]
        cores_used = {name: used for name in there if (used := _cores_used(case, name)) is not None}
        single = best_single({name: way.log_times_s[place] for name, way in there.items()}, cores_used)
        own = self.comparable()
        if single is None or single == self.name or not own:
            return None
        times = [self.log_times_s[each] for each in own]
        return cost_of(single, there[single].log_times_s[place], [self.values[each] for each in own], times)


def _orders(ways: Sequence[_Way], baseline: str) -> Iterator[Order]:
    """Of each variant and the baseline, without points where they have no value in common; of another pair, where its
    order changes.
    """
    for first, second in combinations([way for way in ways if way.comparable()], 2):
        pair = _pair(first, second)
        order = order_of(pair) if pair.values else Order(first=first.name, second=second.name, points=[])
        if first.name == baseline or order.crossings:
            yield order


def _pair(first: _Way, second: _Way) -> Pair:
    common = [place for place in first.comparable() if place in second.comparable()]
    pair = Pair(first.name, second.name, [], [], [], first.family.workers)
    for place in common:
        case = first.family.cases[place]
        blocks = block_log_ratios(case.samples, second.name, first.name)
        if blocks:
            pair.values.append(first.values[place])
            pair.log_ratios.append(launch_estimates(blocks))
            pair.looks.append(looks_at(list(blocks), case.looks))
    return pair


def _log_times(case: Case, name: str) -> Floats:
    """The logarithm of a call's seconds, one a launch: the Hodges-Lehmann location of its turns, as for ratios."""
    return launch_estimates({launch: np.log(each) for launch, each in call_times(case.samples, name).items()})


def _log_bytes(case: Case, name: str) -> Floats:
    variant = _variant(case, name)
    peaks = [float(peak) for peak in variant.peak_bytes if peak > 0] if variant else []
    return np.log(np.array(peaks, dtype=np.float64))


def _variant(case: Case, name: str) -> Variant | None:
    return next((each for each in case.variants if each.name == name), None)


def _why_left_out(case: Case, name: str, log_times: Floats, answers: Mapping[str, Agreement]) -> str:
    if not log_times.size:
        return Verdict.NOT_MEASURED.value
    owed = answers.get(case.baseline, Agreement.NONE) is not Agreement.NONE
    given = answers.get(name, Agreement.NONE)
    if not owed:
        return ""
    return _NO_ANSWER if given is Agreement.NONE else _OTHER_ANSWERS.get(given, "")


def _cores_used(case: Case, name: str) -> float | None:
    """CPU seconds a second of the wall, the median over launches."""
    cpu, wall = call_cpu_times(case.samples, name), call_times(case.samples, name)
    shares = [float(np.sum(cpu[launch]) / np.sum(wall[launch])) for launch in wall]
    return float(np.median(shares)) if shares else None


def _mean(logs: Floats) -> Estimate | None:
    """The geometric mean over launches of a figure, from its logarithms."""
    if not logs.size:
        return None
    value = math.exp(float(np.mean(logs)))
    interval: Interval | None = launch_interval(logs) if logs.size >= FEWEST else None
    return Estimate(value=value, interval=interval)
