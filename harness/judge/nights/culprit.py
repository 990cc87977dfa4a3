"""Which of the two it was: the code, the packages, each of them, both only together, or neither."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from enum import StrEnum

from harness.judge.answers import judge_answer
from harness.judge.counters import constant
from harness.judge.nights.factorial import Cell, Effect, Found, decisive, factorial
from harness.record.failing import runs
from harness.record.gist import gist
from harness.record.schema import Agreement, Case, Value, Variant, Verdict


class Culprit(StrEnum):
    """TOGETHER: neither alone. UNCLEAR: nothing says whose it is. NOT_SEEN: measured again, no difference is shown."""

    CODE = "code"
    PACKAGES = "packages"
    EACH = "code and packages, each"
    TOGETHER = "code and packages, only together"
    NEITHER = "neither code nor packages"
    UNCLEAR = "not told apart"
    NOT_SEEN = "not seen again"


class Blamed(Value, frozen=True, kw_only=True):
    """What a 2 x 2 says of one test. case, variant: as in the suite.

    effects: on its time. time, answer, counters, running: whose the difference is in what it takes, gives and counts,
    and in whether it runs at all; None where there was none. missing: why a cell was not measured, in words.
    """

    case: str
    variant: str
    effects: list[Found]
    time: Culprit
    answer: Culprit | None = None
    counters: Culprit | None = None
    running: Culprit | None = None
    missing: dict[Cell, str] = {}

    @property
    def culprits(self) -> list[Culprit]:
        """Whose it is that the test is other, what matters most first.

        Where it doesn't run on one side, that alone is asked: there is nothing there that could be other. A time that
        is as it was says nothing where it was the answer that changed.
        """
        if self.running is not None:
            return [self.running]
        exact = [each for each in (self.answer, self.counters) if each is not None]
        return exact if exact and self.time in _SAYS_NOTHING else [*exact, self.time]


_SAYS_NOTHING = {Culprit.NOT_SEEN, Culprit.UNCLEAR}


def blamed(case: Case, cells: Mapping[Cell, str], missing: Mapping[Cell, str], margin: float) -> Blamed:
    """Whose a difference is, from the 2 x 2 in which it was measured.

    cells: the variant that is each cell. missing: why others couldn't be had. margin: a share, for cases without one.
    """
    variants = {each.name: each for each in case.variants}
    present = {cell: variants[name] for cell, name in cells.items() if name in variants}
    ran = {cell: each for cell, each in present.items() if runs(case, each)}
    failed = {cell: _why(each) for cell, each in present.items() if cell not in ran}
    absent = {cell: "there is no such test" for cell in cells if cell not in present}
    effects = factorial(case, {cell: each.name for cell, each in ran.items()}, _margin(case, margin))
    return Blamed(
        case=case.of or case.id,
        variant=case.variant or case.id,
        effects=effects,
        time=_by_time(effects),
        answer=_exact({cell: _answer_key(case, each, ran) for cell, each in ran.items()}),
        counters=_exact({cell: repr(sorted(constant(each.counters).items())) for cell, each in ran.items()}),
        running=_exact({cell: str(cell in ran) for cell in present}),
        missing={**missing, **absent, **failed},
    )


def _margin(case: Case, margin: float) -> float:
    return margin if case.margin is None else case.margin


def _why(variant: Variant) -> str:
    if not variant.failures:
        return "no turn of it was measured"
    last = variant.failures[-1]
    why = gist(last.text)
    return f"{last.kind.value}{f': {why}' if why else ''}"


def _by_time(effects: Sequence[Found]) -> Culprit:
    said = {each.effect: _is_one(each.verdict) for each in effects}
    rests_on = decisive([*said])
    code = any(said[effect] for effect in rests_on if effect in {Effect.CODE_THEN, Effect.CODE_NOW})
    packages = any(said[effect] for effect in rests_on if effect in {Effect.PACKAGES_THEN, Effect.PACKAGES_NOW})
    whole = next((each for each in effects if each.effect is Effect.TOTAL), None)
    # Too few launches to say anything have not shown that there is nothing.
    unknown = whole is None or whole.ratio.shown is None
    return _named(code, packages, said.get(Effect.INTERACTION, False), total=unknown or said[Effect.TOTAL])


def _is_one(verdict: Verdict) -> bool:
    return verdict in {Verdict.FASTER, Verdict.SLOWER}


def _named(code: bool, packages: bool, together: bool, *, total: bool) -> Culprit:
    if code and packages:
        return Culprit.EACH
    if code or packages:
        return Culprit.CODE if code else Culprit.PACKAGES
    if together:
        return Culprit.TOGETHER
    return Culprit.UNCLEAR if total else Culprit.NOT_SEEN


def _exact(keys: Mapping[Cell, str]) -> Culprit | None:
    """Whose a difference of something exact is; None where all that ran agree, or too little did."""
    if len({*keys.values()}) < 2:
        return None
    code = _moves(keys, (Cell.NEITHER, Cell.CODE), (Cell.PACKAGES, Cell.BOTH))
    packages = _moves(keys, (Cell.NEITHER, Cell.PACKAGES), (Cell.CODE, Cell.BOTH))
    return _named(code, packages, len(keys) == len(Cell), total=True)


def _moves(keys: Mapping[Cell, str], *pairs: tuple[Cell, Cell]) -> bool:
    return next((keys[a] != keys[b] for a, b in pairs if a in keys and b in keys), False)


def _answer_key(case: Case, variant: Variant, ran: Mapping[Cell, Variant]) -> str:
    """The first cell whose answer is this one's, within the case's tolerance."""
    for cell, other in ran.items():
        judged = judge_answer(variant.answers, other.answers, case.tolerance, _unloaded)
        if judged.agreement is Agreement.AGREE:
            return cell
    return "none"


def _unloaded(_name: str) -> None:
    """Whole arrays are gone when a run has ended; their samples are in the record."""
