"""A run as CI shows it: the answer first, nothing green that wasn't measured, and names that stay names."""

from __future__ import annotations

import re
from html import unescape

import msgspec
import pytest
from builders import make_record
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from judge.nights.making import a_night
from markdown_it import MarkdownIt
from strategies import any_of

from harness.record.schema import Agreement, Breach, Failing, Phase, Record, Verdict, Verification
from harness.report.ci import COMMENT_BYTES, SUMMARY_BYTES, absence, summary
from harness.report.ci.command import commands
from harness.report.ci.markdown import block, code, prose, within

from ..test_sides import environment, side

# A busy machine may be slow.
PATIENT = settings(deadline=None, suppress_health_check=list(HealthCheck))
GFM = MarkdownIt("gfm-like", {"linkify": False, "html": True})
NASTY = st.text(max_size=30) | st.sampled_from(
    [
        "a|b", "`", "``", "```", "<script>alert(1)</script>", "</code>", "</details>", "x\n\n# heading", "\n| a |",
        "- x", "1. x", "+ x", "[text](https://example.org)", "![x](y)", "**x**", "_x_", "~~x~~", "@somebody", "$x$",
        "&lt;", ":x:", "https://example.org",
        "www.example.org", "\\", "::error::x", "%0A::error::x", "<!-- scaling-harness -->",
    ]
)  # fmt: skip


def slower(ratio=1.13, test="prefix-cached"):
    return side(test, 3.4, 3.4 * ratio, Verdict.SLOWER)


def record_of(*cases, missing=(), breaches=(), fails_for=None, **fields):
    record = make_record(*cases, against=[environment()], missing=list(missing), **fields)
    if fails_for is not None:
        policy = msgspec.structs.replace(record.plan.policy, fail_against=fails_for)
        record = msgspec.structs.replace(record, plan=msgspec.structs.replace(record.plan, policy=policy))
    return msgspec.structs.replace(record, breaches=list(breaches))


def first_line(record):
    return summary(record).splitlines()[0]


def test_the_first_line_is_the_answer():
    record = record_of(slower(), side("naive", 23.8, 24.0, Verdict.EQUIVALENT), breaches=[Breach(rule=Failing.SLOWER)])
    assert (
        first_line(record) == "❌ **newest@conda against subject@wheels, in 2 tests: 1 slower (1.13 times the time).**"
    )


def test_a_run_in_which_all_is_as_fast_is_green():
    record = record_of(side("naive", 23.8, 24.0, Verdict.EQUIVALENT), side("other", 1.0, 1.0, Verdict.EQUIVALENT))
    assert first_line(record) == "✅ **newest@conda is as fast as subject@wheels in all 2 tests.**"


def test_what_was_not_measured_is_never_green_even_where_the_policy_lets_it_pass():
    record = record_of(side("naive", 23.8, 24.0, Verdict.EQUIVALENT), missing=["wide: naive: died"], fails_for=[])
    text = summary(record)
    assert text.startswith("⚠️ **")
    assert "Not all was measured: 1 gap" in text.splitlines()[0]
    assert text.splitlines()[2] == "**Not measured** (the policy lets that pass):"
    assert "✅" not in text


def test_a_run_that_measured_nothing_says_so_and_nothing_else():
    case, judgement = side("naive", 23.8, 24.0, Verdict.NOT_MEASURED, reason="died")
    samples = [msgspec.structs.replace(sample, phase=Phase.BROKEN) for sample in case.samples]
    case = msgspec.structs.replace(case, samples=samples)
    record = record_of((case, judgement), missing=["all"], breaches=[Breach(rule=Failing.NOT_MEASURED)])
    assert first_line(record) == "❌ **Nothing was measured.**"


def test_drift_is_told_above_the_table():
    record = record_of(slower(), verification=Verification(state="drifted", findings=["numpy: edited"]))
    text = summary(record)
    assert text.index("**Drifted:** <code>subject@wheels</code>") < text.index("| case |")
    assert "numpy: edited" in text


def test_slower_tests_and_other_answers_stand_above_all_that_is_fine():
    record = record_of(
        side("naive", 23.8, 24.0, Verdict.EQUIVALENT),
        side("other", 1.0, 1.0, Verdict.INCONCLUSIVE, Agreement.DIFFER, "by far"),
        slower(),
    )
    tests = re.findall(r"^\| <code>narrow</code> \| <code>([^<]+)</code>", summary(record), re.MULTILINE)
    assert tests == ["other", "prefix-cached", "naive"]


def test_commits_are_called_by_their_beginning_where_only_they_differ():
    a, b = "a1" * 20, "b2" * 20
    record = record_of(slower())
    record = msgspec.structs.replace(
        record,
        environment=msgspec.structs.replace(record.environment, address=f"live:{a}", revision=a, commit=a),
        against=[msgspec.structs.replace(record.against[0], address=f"live:{b}", revision=b, commit=b)],
    )
    assert f"**{b[:12]} against {a[:12]}, in 1 test: 1 slower" in first_line(record)
    assert commands(record)[0].startswith(f"harness run benchmarks --env live:{a} --against live:{b} --scale lecture")


def test_a_night_says_in_its_first_lines_which_one_it_is_and_against_what():
    lines = unescape(summary(a_night(3))).splitlines()
    assert lines[2] == "The night of 2026-11-03, against anchor 1 (<code>base:v1</code>)."
    night = a_night(3, anchors=(1, 2))
    plan = msgspec.structs.replace(night.plan, night=msgspec.structs.replace(night.plan.night, unsolved="no network"))
    told = unescape(summary(msgspec.structs.replace(night, plan=plan))).splitlines()[2]
    assert "anchor 1 (<code>base:v1</code>) and anchor 2 (<code>base:v2</code>)" in told
    assert told.endswith("Its packages are not solved afresh: no network")
    assert "The night of" not in summary(record_of(slower()))


def test_a_run_within_a_suite_is_told_too():
    assert first_line(make_record()) == "✅ **2 cases measured; no rule of the policy is broken.**"
    assert "| <code>narrow</code> | <code>prefix-cached</code> | 23.8 s | 3.40 s |" in summary(make_record())


def test_more_than_a_comment_holds_is_left_out_in_words():
    cases = [slower(test=f"test number {number} with a long name {'x' * 400}") for number in range(150)]
    record = record_of(*cases, breaches=[Breach(rule=Failing.SLOWER, detail="y" * 100_000)] * 30)
    text = summary(record, COMMENT_BYTES)
    assert len(text.encode()) <= COMMENT_BYTES
    assert re.search(r"Shown are the first \d+ of 150 comparisons: there is no room for more", text)
    assert "left out for want of room; the record has all" in text
    assert "- and 20 more" in text
    assert text.count("<details>") == text.count("</details>")


def test_the_first_lines_have_room_in_a_comment_whatever_they_hold():
    told = ["|" * 5_000] * 30
    breaches = [Breach(rule=Failing.SLOWER, detail=detail) for detail in told]
    drifted = Verification(state="drifted", findings=told)
    text = summary(record_of(slower(), missing=told, breaches=breaches, verification=drifted), COMMENT_BYTES)
    assert text.startswith("❌ **")
    assert text.count("- and 20 more") == 2
    assert len(text.encode()) <= COMMENT_BYTES


def test_an_absent_record_is_a_summary_that_begins_with_that():
    text = absence("the store x has no record.", ["harness run --resume 1 --store 'a b'"])
    assert text.splitlines()[0] == "❌ **Nothing was measured:** the store x has no record."
    assert "```text\nharness run --resume 1 --store 'a b'\n```" in text


@settings(max_examples=25, deadline=None, suppress_health_check=list(HealthCheck))
@given(any_of(Record), st.sampled_from([3_000, COMMENT_BYTES, SUMMARY_BYTES]))
def test_any_record_has_a_summary_within_its_limit_and_with_its_details_closed(record, limit):
    text = summary(record, limit)
    assert len(text.encode()) <= limit or limit < COMMENT_BYTES
    assert text.count("<details>") == text.count("</details>")
    measured = any(sample.phase is Phase.MEASURED for case in record.cases for sample in case.samples)
    green = measured and not record.missing and not record.breaches
    assert text.startswith("✅") == green


def inline(text):
    """The tokens of one paragraph, and whether it is one."""
    tokens = GFM.parse(text)
    return [token.type for token in tokens], [child for token in tokens for child in token.children or []]


@PATIENT
@given(NASTY)
def test_text_from_outside_stays_text(text):
    blocks, children = inline(f"**{within('x' + text)}**")
    assert blocks == ["paragraph_open", "inline", "paragraph_close"]
    assert [child.type for child in children if child.content or child.nesting] == [
        "strong_open",
        "text",
        "strong_close",
    ]
    assert not re.search(r"(?<!\w)@(?=\w)", children[1].content)


@PATIENT
@given(NASTY)
def test_text_at_the_beginning_of_a_line_makes_no_list_and_no_heading(text):
    blocks, _ = inline(f"- {prose(text)}")
    assert [each for each in blocks if each != "inline"] in [
        ["bullet_list_open", "list_item_open", *paragraph, "list_item_close", "bullet_list_close"]
        for paragraph in ([], ["paragraph_open", "paragraph_close"])
    ]


@PATIENT
@given(NASTY, NASTY)
def test_a_name_in_a_table_stays_in_its_cell(first, second):
    lines = ["| a | b |", "| --- | --- |", f"| {code(first)} | {code(second)} |"]
    tokens = GFM.parse("\n".join(lines))
    assert [token.type for token in tokens].count("td_open") == 2
    assert [token.type for token in tokens].count("tr_open") == 2
    cells = [token.children for token in tokens if token.type == "inline"][2:]
    for children in cells:
        html = [child.content for child in children if child.type == "html_inline"]
        assert html == ["<code>", "</code>"]
        assert {child.type for child in children} <= {"html_inline", "text", "text_special"}


@PATIENT
@given(st.lists(NASTY, max_size=4).map("\n".join))
def test_a_block_ends_where_it_should_whatever_is_in_it(text):
    tokens = GFM.parse("\n".join([*block(text), "", "after"]))
    assert [token.type for token in tokens] == ["fence", "paragraph_open", "inline", "paragraph_close"]


@pytest.mark.parametrize("name", ["base@wheels", "newest@conda:main"])
def test_an_address_is_nobody_who_is_told(name):
    assert "&#64;" not in within(name)
    assert within(f"(@{name})").startswith("(&#64;&#8203;")


def test_a_record_is_not_green_whose_command_failed_for_what_only_it_knows():
    """A night is judged with the nights before, of which its record knows nothing."""
    record = record_of(side("naive", 23.8, 24.0, Verdict.EQUIVALENT))
    text = summary(record, ended=1, said="```\nstep: naive is 3 % slower than in the nights before")
    assert text.startswith("❌ **")
    assert "The command ended with exit code 1" in text.splitlines()[2]
    assert "````text\n```\nstep: naive is 3 % slower" in text
    assert "The whole report" not in text
    assert "The command ended" not in summary(record)


def test_of_what_a_command_said_the_end_is_kept():
    text = absence("no record.", said="\n".join(map(str, range(100_000))))
    assert "... (the beginning is left out)" in text
    assert "99999" in text
    assert len(text) < COMMENT_BYTES
