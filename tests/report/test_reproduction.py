"""A reproduction as it is printed."""

import pytest
from builders import make_record

from harness.judge.change import Sameness
from harness.judge.matching import AnswerMatch, Match
from harness.judge.reproduction import (
    CaseReproduction,
    Outcome,
    RatioMatch,
    Reproduction,
    VariantReproduction,
)
from harness.record.schema import Interval
from harness.report.plain import to_text
from harness.report.reproduction import ReproductionReport

RECORD = make_record()
RATIO = RECORD.judgements[0].variants[1].ratio


def a_row(variant, match=Match.IDENTICAL, sameness=Sameness.SAME, **answer):
    change = Interval(low=0.95, high=1.06, confidence=0.95)
    ratio = RatioMatch(sameness=sameness, reason="the reason", recorded=RATIO, now=RATIO, change=change)
    return VariantReproduction(variant=variant, answer=AnswerMatch(match=match, **answer), ratio=ratio)


def printed(outcome, rows, because=(), width=100, **told):
    baseline = VariantReproduction(variant="naive", answer=AnswerMatch(match=Match.IDENTICAL))
    case = CaseReproduction(case="search::wide", margin=0.1, baseline="naive", variants=[baseline, *rows])
    judged = Reproduction(outcome=outcome, because=list(because), cases=[case])
    plain = {"differences": [], "remarks": [], "answers_only": False} | told
    return to_text(ReproductionReport(RECORD, RECORD, judged, **plain), width, plain=True)


def test_a_result_that_holds_says_so_in_one_sentence():
    text = printed(Outcome.REPRODUCED, [a_row("fast")], width=120)
    verdict = "reproduced: the answers are the recorded ones, and the speed-ups are the same (within 10 %)."
    assert f"Verdict: {verdict}" in text
    assert "Nothing that is recorded of machine, software and code differs." in text
    assert "fast     identical  0.676 [0.656, 0.697]  0.676 [0.656, 0.697]  1.00 [0.950, 1.06]" in text


def test_undecided_speed_ups_are_said_plainly():
    rows = [a_row("fast", sameness=Sameness.UNDECIDED), a_row("faster")]
    text = " ".join(printed(Outcome.REPRODUCED, rows, ["speed-up undecided: search::wide, fast"]).split())
    assert "Verdict: reproduced: the answers are the recorded ones; of 2 speed-ups: 1 same, 1 undecided" in text
    assert "- fast: undecided speed-up: the reason" in text


def test_other_speed_ups_are_in_the_verdict():
    text = " ".join(printed(Outcome.OTHER_SPEED_UPS, [a_row("fast", sameness=Sameness.OTHER)]).split())
    assert "Verdict: reproduced with other speed-ups: the answers are the recorded ones; of 1 speed-up: 1 other" in text


def test_where_only_answers_were_asked_for_the_verdict_is_about_them():
    rows = [a_row("fast", sameness=Sameness.OTHER)]
    text = printed(Outcome.OTHER_SPEED_UPS, rows, answers_only=True)
    assert "Verdict: reproduced: the answers are the recorded ones. (Speed-ups were not asked for.)" in text


def test_another_answer_is_told_part_by_part():
    row = a_row("fast", Match.DIFFERENT, differences=["test_score['a']['fold 3']: 0.9 against 0.8, 0.1 apart (7 more)"])
    text = printed(Outcome.NOT_REPRODUCED, [row], ["another answer: search::wide, fast"])
    assert "- fast: another answer: test_score['a']['fold 3']: 0.9 against 0.8, 0.1 apart (7 more)" in text
    assert "Verdict: not reproduced.\n- another answer: search::wide, fast" in text


def test_what_was_not_measured_speaks_neither_way():
    row = VariantReproduction(variant="fast", answer=AnswerMatch(match=Match.NOT_MEASURED, note="died: of SIGKILL"))
    text = printed(Outcome.NOT_MEASURED, [row])
    assert "- fast: not measured: died: of SIGKILL" in text
    assert "Verdict: not measured: nothing speaks against the record" in text


def test_what_is_not_as_it_was_stands_on_top():
    text = printed(Outcome.REPRODUCED, [], differences=["another machine: CPU B, recorded A"], remarks=["other code"])
    assert "What is not as it was:\n- other code\n- another machine: CPU B, recorded A" in text
    assert text.index("other code") < text.index("search::wide")


def test_many_reasons_are_counted():
    text = printed(Outcome.NOT_REPRODUCED, [], [f"another answer: {number}" for number in range(12)])
    assert "- and 4 more" in text


@pytest.mark.parametrize("width", [40, 60, 80, 200])
def test_nothing_is_wider_than_the_terminal(width):
    rows = [a_row("a-variant-with-a-long-name-indeed", Match.WITHIN, note="compared by a seeded sample")]
    text = printed(Outcome.REPRODUCED, rows, width=width)
    assert max(map(len, text.splitlines())) <= width


def test_names_from_outside_can_not_write_to_the_terminal():
    text = printed(Outcome.NOT_REPRODUCED, [a_row("x\x1b[31m")], ["another answer: \x1b]0;title\x07x"])
    assert "\x1b" not in text
