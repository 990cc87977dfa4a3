"""A run in numbers and in one sentence: how many tests are slower, give another answer, or were not measured."""

from __future__ import annotations

from collections.abc import Iterator
from enum import StrEnum
from itertools import groupby

import msgspec

from harness.record.schema import EnvironmentRecord, Phase, Record, VariantJudgement, Verdict
from harness.report.environments import DIGEST_SHOWN
from harness.report.plain import line
from harness.report.quantity import counted, significant
from harness.report.sides import is_side_by_side, letter
from harness.report.view import CaseView

_HEXADECIMAL = set("0123456789abcdef")


class State(StrEnum):
    """NOTHING: no time was measured. FAILS: the policy is broken. PARTLY: it lets pass that some wasn't measured."""

    NOTHING = "nothing"
    FAILS = "fails"
    PARTLY = "partly"
    PASSES = "passes"


class Line(msgspec.Struct, frozen=True):
    """A variant beside its baseline; a, b: what each side is called, in full."""

    view: CaseView
    row: VariantJudgement
    title: str
    test: str
    a: str
    b: str

    @property
    def breached(self) -> bool:
        """Whether it is another answer, slower, or of other counters: what a reader looks for first."""
        return (
            self.row.verdict is Verdict.SLOWER or self.view.another_answer(self.row) or bool(self.row.counter_changes)
        )

    @property
    def missing(self) -> bool:
        """Whether it was not measured."""
        return self.row.verdict is Verdict.NOT_MEASURED


def lines_of(record: Record) -> list[Line]:
    """All comparisons of a run, what is not measured first, then what is slower or other, each in the run's order."""
    found = list(_lines(record))
    return sorted(found, key=lambda each: (not each.missing, not each.breached))


def state_of(record: Record, ended: int = 0) -> State:
    """How a run stands; what wasn't measured is never quite fine, whatever the policy lets pass.

    ended: the exit code of the command that made the record.
    """
    if not any(sample.phase is Phase.MEASURED for case in record.cases for sample in case.samples):
        return State.NOTHING
    if record.breaches or ended:
        return State.FAILS
    return State.PARTLY if record.missing else State.PASSES


def sentence(record: Record, lines: list[Line]) -> str:
    """The answer, in words that are nothing but text."""
    if state_of(record) is State.NOTHING:
        return "Nothing was measured."
    parts = [_pair(list(of)) for _, of in groupby(sorted(lines, key=lambda each: each.b), key=lambda each: each.b)]
    if is_side_by_side(record):
        told = "; ".join(filter(None, parts))
        begin = (
            told[:1].upper() if told.startswith(("no difference ", "nothing of ")) else told[:1]
        )  # a name stays as it is
        return f"{begin}{told[1:]}.{_unmeasured(record)}"
    measured = f"{counted(len(record.cases), 'case', 'cases')} measured"
    rules = sorted({breach.rule.value for breach in record.breaches})
    told = f"the policy is broken: {', '.join(rules)}" if rules else "no rule of the policy is broken"
    return f"{measured}; {told}.{_unmeasured(record)}"


def names_of(record: Record) -> list[str]:
    """What the environments are called: by the commit alone where only that differs, and never by all of its name."""
    places = {_parts(environment)[0] for environment in record.environments}
    told = [_parts(environment) for environment in record.environments]
    if len(places) == 1 and all(revision for _, revision in told):
        return [revision for _, revision in told]
    return [f"{place}:{revision}" if revision else place for place, revision in told]


def _parts(environment: EnvironmentRecord) -> tuple[str, str]:
    """Where it is, and the commit, cut to what a reader can compare."""
    address, revision = line(environment.address), line(environment.revision or "")
    commit = revision[:DIGEST_SHOWN] if set(revision) <= _HEXADECIMAL else revision
    return address.removesuffix(f":{revision}") if revision else address, commit


def _unmeasured(record: Record) -> str:
    if not record.missing:
        return ""
    return f" Not all was measured: {counted(len(record.missing), 'gap', 'gaps')}, told below."


def _pair(lines: list[Line]) -> str:
    """What is to say of one environment against the first."""
    measured = [each for each in lines if not each.missing]
    a, b = lines[0].a, lines[0].b
    if not measured:
        return f"nothing of {b} can be compared"
    slower = [each for each in measured if each.row.verdict is Verdict.SLOWER]
    told = {
        f"slower{_worst(slower)}": len(slower),
        "of another answer": sum(each.view.another_answer(each.row) for each in measured),
        "without an answer": sum(each.view.lacks_answer(each.row) for each in measured),
        "of other counters": sum(bool(each.row.counter_changes) for each in measured),
        "faster": sum(each.row.verdict is Verdict.FASTER and each.view.same_answer(each.row) for each in measured),
    }
    found = [f"{count} {what}" for what, count in told.items() if count]
    tests = counted(len(measured), "test", "tests")
    if found:
        return f"{b} against {a}, in {tests}: {', '.join(found)}"
    if all(each.row.verdict is Verdict.EQUIVALENT for each in measured):
        return f"{b} is as fast as {a} in {'its one test' if len(measured) == 1 else f'all {tests}'}"
    return f"no difference between {b} and {a} is shown in {tests}"


def _worst(slower: list[Line]) -> str:
    worst = max((each.row.ratio.estimate for each in slower if each.row.ratio), default=None)
    if worst is None:
        return ""
    return f" ({'at most ' if len(slower) > 1 else ''}{significant(worst)} times the time)"


def _lines(record: Record) -> Iterator[Line]:
    judgements = {judgement.case: judgement for judgement in record.judgements}
    names = names_of(record)
    side_by_side = is_side_by_side(record)
    for case in record.cases:
        view = CaseView(case, judgements.get(case.id), record.plan.margin)
        places = {variant.name: variant.environment for variant in case.variants}
        for row in view.where(lambda _: True):
            title = line(case.of or case.group or case.id).rpartition("::")[2]
            if not side_by_side:
                yield Line(view, row, title, line(row.variant), line(case.baseline), line(row.variant))
                continue
            number = places.get(row.variant, 0)
            name = names[number] if 0 <= number < len(names) else letter(number)
            yield Line(view, row, title, line(case.variant or case.id), names[0], name)
