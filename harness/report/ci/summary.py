"""A run as a job's summary, or as a comment: the answer in its first line, then the verdicts side by side."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from harness.record.schema import Failing, Record
from harness.report import cells
from harness.report.ci.command import commands
from harness.report.ci.markdown import block, code, details, last_of, prose, strong, within
from harness.report.ci.tally import Line, State, lines_of, names_of, sentence, state_of
from harness.report.environments import differences, drift
from harness.report.markdown import table
from harness.report.plain import to_text
from harness.report.policy import in_words
from harness.report.quantity import MISSING, counted, seconds
from harness.report.run import RunReport
from harness.report.side_meaning import notes
from harness.report.sides import is_side_by_side, letter, sides_of

# A step's summary may have 1 MiB, a comment 65,536 characters. Counted in bytes, of which a character has one to four.
SUMMARY_BYTES = 1024 * 1024
COMMENT_BYTES = 65_536
# By which a comment is found again, to be changed instead of said once more.
MARK = "<!-- scaling-harness -->"

_MARKS = {State.NOTHING: "❌", State.FAILS: "❌", State.PARTLY: "⚠️", State.PASSES: "✅"}
_WIDTH = 110
_SHOWN = 10
_MOST_NOTES = 100
_LONGEST = 300  # of a line, so that the first lines have room in a comment whatever they hold
_RESERVE = 400


def summary(record: Record, limit: int = SUMMARY_BYTES, ended: int = 0, said: str = "") -> str:
    """Markdown of at most so many bytes (UTF-8); what has no room is left out and said to be.

    ended: the exit code of the command that made the record: a night knows of more to fail for than its record. said:
    what that command printed, where that is more than the record tells.
    """
    lines = lines_of(record)
    room = _Room(limit)
    room.add(_head(record, lines, ended))
    room.add_rows(_table(record, lines), counted(len(lines), "comparison", "comparisons"))
    for section in _sections(record, said):
        room.add(section)
    room.add(_foot(record))
    return room.text()


class _Room:
    """Collects Markdown as long as there is room, and says at the end what had none."""

    def __init__(self, limit: int) -> None:
        self._left = limit - _RESERVE
        self._lines: list[str] = []
        self._dropped: list[str] = []

    def add(self, section: Sequence[str]) -> None:
        """A section, whole or not at all."""
        needed = sum(map(_size, section)) + 1
        if needed > self._left:
            self._dropped.append(section[0] if section else "")
            return
        self._lines += [*section, ""]
        self._left -= needed

    def add_rows(self, rows: Sequence[str], of: str) -> None:
        """A table, of which at most two thirds of the room are taken; two lines are its head."""
        room, taken = 2 * self._left // 3, []
        for row in rows:
            room -= _size(row)
            if room < 0:
                break
            taken.append(row)
        if len(taken) > 2:
            self.add(taken)
        if len(taken) < len(rows):
            self.add([f"*Shown are the first {max(len(taken) - 2, 0)} of {of}: there is no room for more.*"])

    def text(self) -> str:
        told = "\n".join(self._lines)
        if self._dropped:
            sections = counted(len(self._dropped), "section was", "sections were")
            told += f"\n*{sections} left out for want of room; the record has all.*\n"
        return told


def _size(text: str) -> int:
    return len(text.encode()) + 1


def _head(record: Record, lines: list[Line], ended: int) -> list[str]:
    """What must not be missed, whatever has room."""
    state = state_of(record, ended)
    told = [f"{_MARKS[state]} {strong(within(_cut(sentence(record, lines))))}", "", *_night(record)]
    if record.drifted:
        named = zip(names_of(record), record.environments, strict=True)
        which = [name for name, environment in named if environment.verification.drifted]
        told += [f"**Drifted:** {code(_cut(', '.join(which)))} is not its lock; these figures can't be published.", ""]
    if ended and not record.breaches:
        told += [f"The command ended with exit code {ended}: its own words, below, say why.", ""]
    missing = _bullets("Not measured", record.missing)
    if missing and Failing.NOT_MEASURED not in record.fails_for and state is not State.NOTHING:
        missing[0] = "**Not measured** (the policy lets that pass):"
    broken = [in_words(breach) for breach in record.breaches if breach.rule is not Failing.NOT_MEASURED]
    return [*told, *missing, *_bullets("The policy is broken", broken)][:-1]


def _bullets(title: str, told: Sequence[str]) -> list[str]:
    if not told:
        return []
    more = len(told) - _SHOWN
    rest = [f"- and {more} more"] if more > 0 else []
    return [f"**{title}:**", "", *(f"- {prose(_cut(each))}" for each in told[:_SHOWN]), *rest, ""]


def _night(record: Record) -> list[str]:
    """Which night it is, and of which anchors."""
    night = record.plan.night
    if night is None:
        return []
    named = zip(night.anchors, names_of(record), strict=False)  # today's comes after all anchors
    anchors = " and ".join(f"anchor {number} ({code(_cut(name))})" for number, name in named)
    stale = f" Its packages are not solved afresh: {within(_cut(night.unsolved))}" if night.unsolved else ""
    return [f"The night of {within(_cut(night.date))}, against {anchors}.{stale}", ""]


def _table(record: Record, lines: list[Line]) -> list[str]:
    if not lines:
        return []
    several = len(record.against) > 1
    side_by_side = is_side_by_side(record)
    heads = ["case", "test" if side_by_side else "variant", *(["environment"] if several else [])]
    heads += ["time in A", "time in B"] if side_by_side and not several else ["baseline", "time"]
    heads += ["ratio [95 %]", "verdict", "answer", "counters"]
    return table(heads, [list(_cells(each, several)) for each in lines]).split("\n")


def _cells(each: Line, several: bool) -> Iterator[str]:
    view, row = each.view, each.row
    yield code(_cut(each.title))
    yield code(_cut(each.test))
    if several:
        yield code(_cut(each.b))
    yield within(seconds(view.baseline.median_s if view.baseline else None))
    yield MISSING if view.lacks_answer(row) else within(seconds(row.median_s))
    yield within(cells.against(view, row))
    verdict = within(cells.verdict(view, row))
    yield strong(verdict) if each.breached or each.missing else verdict
    yield within(cells.answer(view, row))
    yield "**changed**" if row.counter_changes else MISSING


def _sections(record: Record, said: str) -> Iterator[list[str]]:
    if said.strip():
        yield details("What the command said", block(last_of(said)))
    if is_side_by_side(record):
        named = [f"{letter(number)} is {code(name)}" for number, name in enumerate(names_of(record))]
        yield [f"{', '.join(named)}. The ratio is the time in the other over the time in A: below 1 is faster."]
        told = [f"- {prose(_cut(note))}" for sides in sides_of(record) for note in notes(sides)]
        if told:
            more = [f"- and {len(told) - _MOST_NOTES} more"] if len(told) > _MOST_NOTES else []
            yield details("What it means, test by test", [*told[:_MOST_NOTES], *more])
        yield details("What differs between the environments", block(_text(differences(record))))
    if record.drifted:
        yield details("What has drifted", block(_text(drift(record))))
    asked = commands(record)
    if asked:
        yield details("How to measure this again", block("\n".join(asked)))
    if not said.strip():
        yield details("The whole report", block(to_text(RunReport(record), _WIDTH, plain=True)))


def _foot(record: Record) -> list[str]:
    return [f"Record {code(record.id)}, scaling-harness {within(record.harness_version)}."]


def _text(parts: Iterator[object]) -> str:
    return "".join(to_text(part, _WIDTH, plain=True) for part in parts)  # type: ignore[arg-type]


def _cut(text: str) -> str:
    return text if len(text) <= _LONGEST else f"{text[:_LONGEST]} ..."
