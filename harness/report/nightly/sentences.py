"""A night in words: what the reader of a mail wants to know in its first line."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from harness.judge.nights import Blamed, Change, Culprit, What, rows_tonight
from harness.record.schema import Verdict
from harness.report.meaning import takes_as
from harness.report.nightly.told import Blame, Since, Told
from harness.report.plain import line
from harness.report.quantity import counted

_FEW = 3
_SHORT = 7
_TELLING = (What.FAILS, What.GONE, What.ANSWER, What.COUNTERS, What.SLOWER)
_WHOSE = {
    Culprit.CODE: "It is the code",
    Culprit.PACKAGES: "It is the packages",
    Culprit.EACH: "It is both the code and the packages",
    Culprit.TOGETHER: "Neither the code nor the packages alone: it is both together",
    Culprit.NEITHER: "Neither code nor packages have moved: look at the machine, and at what the tests fetch",
    Culprit.UNCLEAR: "Whether it is the code or the packages could not be told apart",
    Culprit.NOT_SEEN: "Measured again, with old and new code and packages beside each other, it was not seen",
}


def headline(told: Told) -> str:
    """The night in a sentence or two: what is other, by how much, since when, and whose it is."""
    record = told.record
    if record is None:
        return f"The night of {told.date} has not measured anything yet."
    others = [change for change in told.changes if change.what in _TELLING]
    if not others:
        return _quiet(told)
    first, *rest = others
    more = f"; {len(rest)} more below" if rest else ""
    whose = f" {whose_is_it(told.blame, told.moved)}." if told.blame is not None else ""
    return f"{change_in_words(first, told)}{more}.{whose}"


def change_in_words(change: Change, told: Told) -> str:
    """One change, with its size and since when."""
    test = line(f"{change.case}, {change.variant}")
    undecided = "; tonight can't tell" if change.undecided else ""
    return f"{test} {_what(change)}, {_since(change, told)}{undecided}"


def whose_is_it(blame: Blame, moved: Since | None) -> str:
    """Whose the difference is, with the names of what moved where they are few."""
    by_culprit = _by_culprit(blame)
    culprits = [*by_culprit]
    if not culprits:
        return (
            f"Whose it is could not be measured ({line(blame.failed)})" if blame.failed else "Whose it is is not known"
        )
    if blame.other_python is not None and culprits == [Culprit.NEITHER]:
        return f"Neither code nor packages have moved: it is Python ({_python(blame.other_python)}), or the machine"
    if len(culprits) == 1:
        said = [f"{_WHOSE[culprits[0]]}{_names(culprits[0], moved)}"]
    else:
        said = [f"{_WHOSE[culprit]} in {', '.join(map(line, tests))}" for culprit, tests in by_culprit.items()]
        # What moved is said once, of all of them.
        said[-1] += _names(Culprit.EACH, moved)
    if blame.other_python is not None:
        said.append(f"Python has moved, too ({_python(blame.other_python)})")
    return ". ".join(said)


def _python(versions: tuple[str, str]) -> str:
    return line(" -> ".join(versions))


def effects_in_words(test: Blamed) -> Iterator[str]:
    """What a 2 x 2 says of one test, beside its table; of one that doesn't run on one side, no time is told apart."""
    for what, culprit in (("answer", test.answer), ("counters", test.counters), ("whether it runs", test.running)):
        if culprit is not None:
            yield f"its {what}: {culprit}" if what != "whether it runs" else f"{what}: {culprit}"
    if test.running is None:
        yield f"its time: {test.time}"
    for cell, why in test.missing.items():
        yield f"{cell} was not measured: {line(why)}"


def _quiet(told: Told) -> str:
    record = told.record
    assert record is not None
    rows = rows_tonight(record)
    measured = [row for row in rows if row.verdict is not Verdict.NOT_MEASURED]
    if not measured:
        return f"The night of {told.date} could compare nothing."
    undecided = sum(1 for row in measured if row.verdict is Verdict.INCONCLUSIVE)
    tests = counted(len(measured), "test", "tests")
    faster = [change for change in told.changes if change.what is What.FASTER]
    quicker = f"; {change_in_words(faster[0], told)}" if faster else ""
    held = f"against {_anchor(told)}"
    if undecided == len(measured):
        return f"Nothing could be decided in {tests} {held}: more budget would narrow the intervals{quicker}."
    open_ = f" ({undecided} of them undecided)" if undecided else ""
    return f"Nothing is slower, and no answer is another one, in {tests}{open_} {held}{quicker}."


def _what(change: Change) -> str:
    held = "the level of the nights before" if change.step else "the anchor"
    if change.ratio is not None:
        return takes_as(change.ratio, change.interval, held)
    if change.what is What.ANSWER:
        return f"gives another answer than {held} ({line(change.detail)})"
    if change.what is What.COUNTERS:
        return f"does other work than {held} ({line(change.detail)})"
    return f"is gone ({line(change.detail)})" if change.what is What.GONE else f"does not run ({line(change.detail)})"


def _since(change: Change, told: Told) -> str:
    if not change.new:
        return f"since the night of {change.since}"
    if change.since == told.date:
        return "new tonight"
    return f"told tonight for the first time (it may be there since {change.since})"


def _anchor(told: Told) -> str:
    newest = told.anchors[-1]
    return f"anchor {newest.number} ({line(newest.tag)})"


def _by_culprit(blame: Blame) -> dict[Culprit, list[str]]:
    """The tests whose difference is each culprit's, what matters most first."""
    if blame.culprit is not None:
        return {blame.culprit: blame.about}
    found: dict[Culprit, list[str]] = {}
    for test in blame.tests:
        for culprit in test.culprits:
            found.setdefault(culprit, []).append(f"{test.case}, {test.variant}")
    return found


def _names(culprit: Culprit, moved: Since | None) -> str:
    """What moved, where that is little enough to be named."""
    if moved is None:
        return ""
    code = _few([line(each) for each in moved.commits], moved.more_commits, "commits")
    packages = _few([package_in_words(name, each) for name, each in moved.packages.items()], 0, "packages")
    told = {Culprit.CODE: [code], Culprit.PACKAGES: [packages], Culprit.EACH: [code, packages]}
    told |= {Culprit.TOGETHER: [code, packages], Culprit.UNCLEAR: [code, packages]}
    named = [each for each in told.get(culprit, []) if each]
    return f" ({'; '.join(named)}, since {line(moved.night)})" if named else ""


def package_in_words(name: str, versions: tuple[str | None, str | None]) -> str:
    """A package that moved: "numpy 2.3 -> 2.4", "pytz 2026.3 is new"."""
    before, after = versions
    if before is None:
        return line(f"{name} {after} is new")
    return line(f"{name} {before} is gone" if after is None else f"{name} {before} -> {after}")


def _few(names: Sequence[str], more: int, what: str) -> str:
    if not names:
        return ""
    return ", ".join(names) if len(names) + more <= _FEW else f"{len(names) + more} {what}"
