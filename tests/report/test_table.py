"""The table of a case. The texts in golden/ are what a reader sees at 80 columns.

`UPDATE_GOLDEN=1 pytest tests/report` writes them anew: look at the difference before you keep it.
"""

import os
import re
from pathlib import Path

import pytest
from builders import Way, grid_search, kmeans, make_case, make_ratio, make_record
from msgspec.structs import replace
from rich.cells import cell_len

from harness.judge import judge_end_to_end
from harness.record.schema import Failure, FailureKind, Floor, Interval, Launch, Phase, Tail, Verdict, Verification
from harness.report.plain import to_text
from harness.report.run import render
from harness.report.table import CaseTable

from . import making

GOLDEN = Path(__file__).parent / "golden"


def end_to_end(made):
    case, judgement = made
    return case, *judge_end_to_end([case], [judgement], cores=2)


CASES = {
    "grid_search": lambda: end_to_end(grid_search()),
    "kmeans": lambda: end_to_end(kmeans()),
    **{
        make.__name__: make
        for make in (
            making.normal,
            making.few_launches,
            making.one_launch,
            making.two_launches,
            making.other_answer,
            making.quality,
            making.not_measured,
        )
    },
}


def text_of(made, width=80, plain=True):
    return to_text(CaseTable(*made), width, plain)


def flat(made):
    return " ".join(text_of(made).split())


def hold_against(golden, text):
    if os.environ.get("UPDATE_GOLDEN"):
        golden.parent.mkdir(exist_ok=True)
        golden.write_text(text, encoding="utf-8")
    assert text == golden.read_text(encoding="utf-8")


@pytest.mark.parametrize("name", CASES)
def test_a_table_reads_as_it_should(name):
    hold_against(GOLDEN / f"{name}.txt", text_of(CASES[name]()))


def test_a_drifted_run_at_the_quick_scale_reads_as_it_should():
    findings = [f"numpy: 2.3.{i} is installed, the lock says 2.3.5" for i in range(7)]
    record = make_record(
        making.few_launches(),
        making.not_measured(),
        scale="quick",
        verification=Verification(state="drifted", findings=findings),
        missing=["not measured, dask-cluster: killed by signal 9", "as in the lecture: no budget was left"],
        interruptions=1,
    )
    hold_against(GOLDEN / "drifted_run.txt", render(record))


@pytest.mark.parametrize("width", [20, 40, 79, 80, 120, 200])
@pytest.mark.parametrize("plain", [True, False])
@pytest.mark.parametrize("make", [making.long_names, *CASES.values()])
def test_nothing_is_wider_than_the_terminal(make, width, plain):
    text = re.sub(r"\x1b\[[0-9;]*m", "", text_of(make(), width, plain))
    assert max(map(cell_len, text.splitlines())) <= width


@pytest.mark.parametrize("make", [making.long_names, *CASES.values()])
def test_plain_text_has_no_codes_no_lines_drawn_and_no_spaces_at_the_end(make):
    text = text_of(make())
    assert "\x1b" not in text
    assert not set(text) & set("─│┌┐└┘━╭╮╰╯")
    assert all(line == line.rstrip() for line in text.splitlines())


def test_a_terminal_gets_colour_and_the_same_words():
    coloured = text_of(grid_search(), plain=False)
    assert "\x1b[32m" in coloured
    assert re.sub(r"\x1b\[[0-9;]*m", "", coloured).split() == text_of(grid_search()).split()


def test_brackets_in_a_name_are_no_markup():
    made = make_case("x", [Way("naive[2-x]", 1.0), Way("[bold]other[/bold]", 0.5, Verdict.FASTER)])
    assert "naive[2-x]" in text_of(made)
    assert "[bold]other[/bold]" in text_of(made)


def test_a_variant_that_owes_an_answer_shows_no_time_anywhere():
    made = make_case("x", [Way("naive", 1.0, answer=1), Way("silent", 0.777, Verdict.FASTER, cpu_s=0.555)])
    assert "no answer" in text_of(made)
    assert "777 ms" not in text_of(made)
    assert "555 ms" not in text_of(made)
    assert "Nothing is shown to be faster" in text_of(made)


def test_a_case_without_answers_says_that_they_were_not_compared():
    made = make_case("x", [Way("naive", 1.0), Way("fast", 0.5, Verdict.FASTER)])
    assert "answers not compared" in flat(made)
    assert "not known whether all do the same work" in flat(made)


@pytest.mark.parametrize(
    ("ratio", "verdict", "told"),
    [
        (0.17, Verdict.FASTER, "other takes 0.17 of naive's time: 5.9 times as fast (5.7 to 6.1), same answer"),
        (0.88, Verdict.FASTER, "other takes 12 % less time than naive (9.3 to 15 %), same answer"),
        (1.12, Verdict.SLOWER, "other takes 12 % more time than naive (8.7 to 15 %)."),
        (3.05, Verdict.SLOWER, "other takes 3.0 times naive's time (3.0 to 3.1)."),
        (1.003, Verdict.EQUIVALENT, "As fast as naive, within 2.0 %: other (1.0)."),
    ],
)
def test_the_sentence_says_what_a_verdict_means(ratio, verdict, told):
    made = make_case("x", [Way("naive", 1.0, answer=1), Way("other", ratio, verdict, answer=1)])
    assert told in flat(made)


@pytest.mark.parametrize(
    ("verdict", "runs", "told"),
    [
        (
            Verdict.EQUIVALENT,
            7,
            "other (1.0); floor 1.8 % (a change that would be seen with 80 % power, from the noise",
        ),
        (Verdict.INCONCLUSIVE, 7, "80 % power, from the noise of 7 runs here)."),
        (Verdict.INCONCLUSIVE, 1, "80 % power, from this run's noise alone)."),
    ],
)
def test_equivalent_and_inconclusive_print_their_floor(verdict, runs, told):
    case, judgement = make_case("x", [Way("naive", 1.0), Way("other", 1.003, verdict, reason="the interval holds 1")])
    floor = Floor(change=0.018, launches=6, blocks=4.0, runs=runs)
    rows = [judgement.variants[0], replace(judgement.variants[1], floor=floor)]
    assert told in flat((case, replace(judgement, variants=rows)))


def test_warm_up_and_what_never_becomes_steady_are_said():
    case, judgement = make_case("x", [Way("naive", 1.0), Way("other", 0.5, Verdict.FASTER)])
    told = flat((case, replace(judgement, warm_up_blocks=3, no_steady_state=["other"])))
    assert "other reaches no steady state: its times still change in the second half of the launches." in told
    assert "Warm-up: 3 further blocks at the beginning of each launch left out, by a change point" in told


def test_a_baseline_that_was_not_measured_leaves_nothing_to_compare():
    reason = "the baseline 'naive' was not measured"
    ways = [
        Way("naive", 1.0, Verdict.NOT_MEASURED, died="raised (ValueError: x) in launch 0"),
        Way("fast", 0.5, Verdict.NOT_MEASURED, answer=1, reason=reason),
    ]
    text = flat(make_case("x", ways))
    assert "The baseline naive was not measured, so nothing can be compared with it." in text
    assert f"fast can't be compared: {reason}." in text


def test_one_variant_alone_has_nothing_to_be_compared_with():
    assert "stands alone here" in text_of(make_case("x", [Way("naive", 1.0, answer=1)]))


def test_a_twin_away_from_one_casts_doubt():
    made = make_case("x", [Way("naive", 1.0), Way("fast", 0.5, Verdict.FASTER)], twin_of="fast", twin_ratio=1.05)
    assert "1 lies outside: doubt differences of this size" in flat(made)


def test_the_twin_is_no_row():
    assert "(twin)" not in text_of(grid_search())


def test_a_case_that_was_not_measured_says_why():
    case, _ = grid_search()
    case = replace(case, not_measured="no budget was left")
    assert "not measured: no budget was left" in to_text(CaseTable(case, None), 80, True)


def test_launches_that_were_left_out_and_a_failed_limit_are_said():
    case, judgement = grid_search()
    void = Launch(number=9, hash_seed=1, began="", start_s=1.0, phase=Phase.VOID, why="worker lost")
    failure = Failure(launch=0, kind=FailureKind.RAISED, text="ValueError: no limit")
    case = replace(case, launches=[*case.launches, void], limit_s=[], limit_failures=[failure])
    text = flat((case, judgement))
    assert "1 of 7 launches left out as void: worker lost." in text
    assert "The limit was not measured: ValueError: no limit." in text


def test_what_a_reason_says_beyond_its_verdict_is_a_note():
    reason = "2 times as fast over 6 launches; counter x.fit is not the same in each launch: 1, 2"
    made = make_case("x", [Way("naive", 1.0, answer=1), Way("fast", 0.5, Verdict.FASTER, answer=1, reason=reason)])
    assert "fast: counter x.fit is not the same in each launch: 1, 2." in flat(made)
    assert "over 6 launches" not in flat(made)


def test_different_numbers_of_launches_stand_in_the_table():
    case, judgement = grid_search()
    rows = [
        replace(row, ratio=make_ratio(0.5, 4, 2)) if row.variant == "sklearn-memory" else row
        for row in judgement.variants
    ]
    text = text_of((case, replace(judgement, variants=rows)))
    assert "launches  blocks" in text
    assert "4 few" in text


def test_a_tail_that_tells_another_story_is_said():
    case, judgement = make_case("x", [Way("naive", 1.0), Way("other", 1.01, Verdict.EQUIVALENT)])
    excess = Interval(low=1.2, high=1.5, confidence=0.975)
    tails = [Tail(figure="mean", ratio=1.31, excess=excess), Tail(figure="95th percentile", ratio=4.0, excess=excess)]
    rows = [judgement.variants[0], replace(judgement.variants[1], tails=tails)]
    told = "other: its slow calls tell another story than its typical ones: 1.0 of naive's time, but 1.3 by its mean "
    assert told + "and 4.0 by its 95th percentile." in flat((case, replace(judgement, variants=rows)))
