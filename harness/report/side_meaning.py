"""What a case side by side means, in words: first what other answers there are, then what is slower or faster."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from harness.record.schema import Agreement, Verdict
from harness.report.meaning import detail, floors, inconclusive, left_out, remarks, takes
from harness.report.plain import line
from harness.report.quantity import counted, number, share
from harness.report.sides import Pair, Sides

_NAMES_IN_A_LINE = 6
_NOTED_COUNTERS = 4


def headline(sides: Sides) -> str:
    """The case in a sentence."""
    measured = [pair for pair, row in sides.rows() if row.verdict is not Verdict.NOT_MEASURED]
    if not measured:
        return f"Nothing was measured in both {sides.a} and {sides.b}."
    found = {
        "gives another answer": [pair for pair, row in sides.rows() if pair.view.another_answer(row)],
        "states no answer": [pair for pair, row in sides.rows() if pair.view.lacks_answer(row)],
        "counts other work": [pair for pair, row in sides.rows() if row.counter_changes],
        "is slower": _with(sides, Verdict.SLOWER),
        "is faster": _with(sides, Verdict.FASTER),
    }
    told = [f"{sides.b} {what} in {_named(pairs)}" for what, pairs in found.items() if pairs]
    if told:
        return f"{'; '.join(told)}."
    equal = _with(sides, Verdict.EQUIVALENT)
    same = ", with the same answer" if all(pair.view.answers_expected for pair in measured) else ""
    if len(equal) == len(sides.pairs):
        return f"{sides.b} is as fast as {sides.a}, within {share(sides.margin)}{same}."
    return f"No difference between {sides.b} and {sides.a} is shown."


def notes(sides: Sides) -> Iterator[str]:
    """Lines below the headline, the most important first."""
    yield from _data(sides)
    for pair, row in sides.rows():
        if pair.view.another_answer(row):
            yield _other_answer(sides, pair)
    yield from _counters(sides)
    for verdict in (Verdict.SLOWER, Verdict.FASTER):
        for pair, row in sides.rows():
            if row.verdict is verdict and row.ratio and not pair.view.lacks_answer(row):
                yield f"{pair.name}: {sides.b} {takes(row.ratio, sides.a)}."
    equal = _with(sides, Verdict.EQUIVALENT)
    if equal and len(equal) < len(sides.pairs):
        floor = floors([pair.row for pair in equal if pair.row is not None])
        yield f"As fast in {sides.b} as in {sides.a}, within {share(sides.margin)}: {_named(equal)}{floor}."
    for pair, row in sides.rows():
        told = pair.view.another_answer(row) or pair.view.lacks_answer(row)
        if row.verdict is Verdict.INCONCLUSIVE and not told:
            yield f"{pair.name}: {inconclusive(row, sides.a)}"
    yield from _missing(sides)
    yield from _control(sides)
    for pair in sides.pairs:
        yield from (f"{pair.name}: {note}" for note in (*remarks(pair.view), *left_out(pair.view)))


def _with(sides: Sides, verdict: Verdict) -> list[Pair]:
    return [pair for pair, row in sides.rows() if row.verdict is verdict and not pair.view.lacks_answer(row)]


def _other_answer(sides: Sides, pair: Pair) -> str:
    row, base = pair.row, pair.base
    assert row is not None
    if base is not None and base.answer.agreement is Agreement.UNSTABLE:
        return f"{pair.name}: {sides.a} disagrees with itself{detail(base)}: no answer can be held against it."
    if row.answer.agreement is Agreement.UNSTABLE:
        return f"{pair.name}: {sides.b} disagrees with itself from launch to launch{detail(row)}."
    told = f"{pair.name}: {sides.b} gives another answer than {sides.a}{detail(row)}"
    shorter = row.ratio is not None and row.ratio.estimate < 1
    return f"{told}; so its shorter time is no speed-up." if shorter else f"{told}."


def _data(sides: Sides) -> Iterator[str]:
    """Where the two sides didn't work on the same data, nothing else that is told means much."""
    other = [pair for pair in sides.pairs if len({repr(data) for data in pair.data()}) > 1]
    if other:
        yield f"The data in {sides.letter} are not those in A, in {_named(other)}: times and answers can't be compared."


def _counters(sides: Sides) -> Iterator[str]:
    """Counters are exact: whatever isn't equal is another way of doing the work."""
    for pair, row in sides.rows():
        told = [f"{line(each.name)} {number(each.before)} -> {number(each.after)}" for each in row.counter_changes]
        if told:
            more = f" and {len(told) - _NOTED_COUNTERS} more" if len(told) > _NOTED_COUNTERS else ""
            yield f"{pair.name}: counters, A -> {sides.letter}: {', '.join(told[:_NOTED_COUNTERS])}{more}."


def _missing(sides: Sides) -> Iterator[str]:
    for pair, row in sides.rows():
        if row.verdict is Verdict.NOT_MEASURED:
            what = f"was not measured in {sides.b}" if row.median_s is None else "can't be compared"
            yield f"{pair.name} {what}: {line(row.reason) or 'no reason is recorded'}."
        elif pair.view.lacks_answer(row):
            yield f"{pair.name}: {sides.b} states no answer, {sides.a} does: its time is in the record, not shown here."
    unanswered = [pair for pair in sides.pairs if not pair.view.answers_expected and pair.view.baseline_measured]
    if unanswered:
        yield f"No answer is stated in {_named(unanswered)}, so it is not known whether both sides do the same work."


def _control(sides: Sides) -> Iterator[str]:
    """Twins beside which 1 doesn't lie: there the machine makes differences of its own."""
    doubtful = []
    for pair in sides.pairs:
        twin = pair.twin
        if twin and twin.shown and not twin.shown.low <= 1 <= twin.shown.high:
            doubtful.append(pair)
    if doubtful:
        yield (
            f"The twin of {counted(len(doubtful), 'test', 'tests')} is not 1 ({_named(doubtful)}): doubt differences "
            "of that size."
        )


def _named(pairs: Sequence[Pair]) -> str:
    names = [pair.name for pair in pairs]
    if len(names) <= _NAMES_IN_A_LINE + 1:
        return ", ".join(names)
    return f"{', '.join(names[:_NAMES_IN_A_LINE])} and {len(names) - _NAMES_IN_A_LINE} more"
