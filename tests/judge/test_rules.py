"""Which rule of a policy holds for a case: the one that means it most closely."""

from __future__ import annotations

import fnmatch

import pytest
from builders import make_record
from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace

from harness.judge.rules import Ambiguous, overruled, ruled, unfitting
from harness.record.schema import Policy, Rule, Tolerance

from .making import a_case

PLAN = make_record().plan
ID = "bench/search::wide, documents=857"
PIECES = st.lists(st.sampled_from(["a", "b", "*", "?", "[", "]", ".", "::"]), min_size=1, max_size=6).map("".join)


def case_of(id=ID, group="wide", **fields):  # noqa: A002
    return a_case([], id=id, group=group, **fields)


def margin_of(case, *rules, usual=0.02):
    policy = Policy(rules=[Rule(cases=cases, margin=margin) for cases, margin in rules])
    return ruled(case, replace(PLAN, margin=usual, policy=policy)).margin


@pytest.mark.parametrize("cases", [ID, "wide", "*", "bench/*", "w?de", "*documents=857", "bench/search::wide*"])
def test_a_rule_fits_by_id_group_or_pattern(cases):
    assert margin_of(case_of(), (cases, 0.5)) == 0.5


@pytest.mark.parametrize("cases", ["wid", "Wide", "bench/search", "ide", "w[i]de", "?", "*.wide"])
def test_a_rule_that_means_something_else_does_not_fit(cases):
    assert margin_of(case_of(), (cases, 0.5)) == 0.02
    assert unfitting([Rule(cases=cases, margin=0.5)], [case_of()])


def test_the_closest_rule_holds_whatever_their_order():
    rules = [("*", 0.1), ("bench/*", 0.2), ("bench/search*", 0.3), ("wide", 0.4), (ID, 0.5)]
    for closest in range(len(rules)):
        assert margin_of(case_of(), *reversed(rules[: closest + 1])) == rules[closest][1]


def test_side_by_side_a_rule_may_mean_one_test_or_all_of_the_suites_case():
    case = case_of(id=f"{ID}: naive", of=ID)
    assert margin_of(case, ("wide", 0.1), (ID, 0.2)) == 0.2
    assert margin_of(case, (ID, 0.2), (f"{ID}: naive", 0.3)) == 0.3
    assert margin_of(case, ("*: naive", 0.4)) == 0.4


def test_brackets_in_a_cases_id_are_no_wildcards():
    assert margin_of(case_of(id="bench::sum[3]", group=None), ("bench::sum[3]", 0.5)) == 0.5
    assert margin_of(case_of(id="bench::sum[3]", group=None), ("*sum[?]", 0.5)) == 0.5


def test_two_rules_that_fit_equally_well_and_say_different_things_are_ambiguous():
    with pytest.raises(Ambiguous, match=r"the rules for 'w\*' \(margin 0.1\) and '\*e' \(margin 0.2\) fit 'bench/"):
        margin_of(case_of(), ("w*", 0.1), ("*e", 0.2))
    assert margin_of(case_of(), ("w*", 0.1), ("*e", 0.1)) == 0.1
    assert margin_of(case_of(), ("w*", 0.1), ("*e", 0.2), ("wide", 0.3)) == 0.3
    assert margin_of(case_of(group="deep", id="deep"), ("w*", 0.1), ("*e", 0.2)) == 0.02


def test_each_key_comes_from_the_closest_rule_that_states_it():
    rules = [Rule(cases="*", margin=0.1, rtol=0.5, atol=0.25), Rule(cases="wide", rtol=0.125)]
    held = ruled(case_of(), replace(PLAN, policy=Policy(rules=rules)))
    assert (held.margin, held.tolerance) == (0.1, Tolerance(rtol=0.125, atol=0.25))


def test_without_rules_the_plans_margin_and_the_policys_tolerance_hold():
    held = ruled(case_of(), replace(PLAN, margin=0.07, policy=Policy(margin=0.5, rtol=0.1, atol=0.2)))
    assert (held.margin, held.tolerance) == (0.07, Tolerance(rtol=0.1, atol=0.2))


def test_what_a_test_states_of_its_tolerance_wins_over_every_rule():
    case = case_of(tolerance=Tolerance(rtol=0.5, atol=1e-12), tolerance_stated=["rtol"])
    rule = Rule(cases=ID, rtol=0.1, atol=0.2)
    assert ruled(case, replace(PLAN, policy=Policy(rules=[rule]))).tolerance == Tolerance(rtol=0.5, atol=0.2)


def test_a_rule_whose_tolerances_are_all_stated_by_the_tests_themselves_is_told():
    stated = case_of(tolerance_stated=["rtol", "atol"])
    rules = [Rule(cases="wide", rtol=0.1), Rule(cases="*", margin=0.1), Rule(cases="deep", atol=0.1)]
    assert overruled(rules, [stated]) == rules[:1]
    assert overruled(rules, [stated, case_of()]) == []
    assert unfitting(rules, [stated]) == rules[2:]


@given(PIECES, PIECES)
def test_patterns_fit_as_those_of_the_shell_do_without_its_brackets(pattern, name):
    # A literal bracket is a class of one for fnmatch.
    literal = pattern.replace("[", "[[]")
    expected = pattern == name or fnmatch.fnmatchcase(name, literal)
    assert (not unfitting([Rule(cases=pattern, margin=0.1)], [case_of(id=name, group=None)])) == expected
