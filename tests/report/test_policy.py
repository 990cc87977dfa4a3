"""What a reader learns of the policy that a run was held to."""

from __future__ import annotations

import msgspec
import pytest
from builders import Way, make_case, make_record
from hypothesis import given
from msgspec.structs import replace
from strategies import any_of

from harness.record.document import from_bytes
from harness.record.schema import Breach, Failing, Policy, Rule, Verdict
from harness.report.plain import to_text
from harness.report.policy import PolicyReport
from harness.report.run import render

WAYS = [Way("naive", 1.0, answer=1), Way("slow", 1.5, Verdict.SLOWER, answer=1)]


def run(policy=None, breaches=(), **fields):
    record = make_record(make_case("grid", WAYS), **fields)
    return replace(record, plan=replace(record.plan, policy=policy or Policy()), breaches=list(breaches))


def flat(record):
    return " ".join(render(record).split())


def test_the_policy_in_force_and_where_it_stands_are_said():
    stated = Policy(source="bench/pyproject.toml", fail=[Failing.SLOWER, Failing.DRIFT])
    assert "Policy of bench/pyproject.toml: this run fails for slower, drift." in flat(run(stated))
    assert "so the default holds: a run fails for drift, not measured." in flat(run())
    assert "this run fails for nothing." in flat(run(Policy(source="pyproject.toml", fail=[])))


def test_what_breaks_the_policy_is_told_by_rule_case_variant_and_ratio():
    slower = Breach(rule=Failing.SLOWER, case="grid", variant="slow", ratio=1.5, detail="50 % more time")
    other = Breach(rule=Failing.DIFFERS, case="grid", variant="slow", detail="x: 1 against 2")
    drift = Breach(rule=Failing.DRIFT, detail="base is not its lock")
    text = flat(run(breaches=[drift, slower, other]))
    assert "The policy is broken: - drift: base is not its lock - slower: grid, slow: ratio 1.50: 50 %" in text
    assert "- differs: grid, slow: x: 1 against 2" in text


def test_many_breaches_are_counted_and_not_listed():
    breaches = [Breach(rule=Failing.SLOWER, case=f"case {number}", variant="slow") for number in range(50)]
    text = flat(run(breaches=breaches))
    assert "case 19" in text
    assert "case 20" not in text
    assert "and 30 more" in text


def test_what_was_not_measured_is_told_once_and_said_to_pass_where_it_does():
    missing = Breach(rule=Failing.NOT_MEASURED, detail="grid, dead: died")
    fails = flat(run(breaches=[missing], missing=["grid, dead: died"]))
    assert "Not measured: - grid, dead: died" in fails
    assert "The policy is broken" not in fails
    passes = flat(run(Policy(source="pyproject.toml", fail=[]), missing=["grid, dead: died"]))
    assert "Not measured (the policy lets that pass): - grid, dead: died" in passes


def test_rules_that_change_nothing_are_said():
    rules = [Rule(cases="gird", margin=0.1), Rule(cases="grid", rtol=0.1), Rule(cases="*", margin=0.1)]
    record = run(Policy(source="pyproject.toml", rules=rules))
    record = replace(record, cases=[replace(record.cases[0], tolerance_stated=["rtol"])])
    text = flat(record)
    assert "The rule 'gird' fits no case of this run." in text
    assert "The rule 'grid' changes no tolerance: its tests state their own." in text
    assert "'*'" not in text


def test_margins_that_differ_by_case_are_said_with_the_adjustment():
    cases = [make_case(name, [*WAYS, Way("other", 1.0, Verdict.EQUIVALENT, answer=1)]) for name in ("grid", "kmeans")]
    record = make_record(*cases)
    assert "comparisons (Holm), and ask for more than 2.0 %." in flat(record)
    record = replace(record, cases=[replace(record.cases[0], margin=0.05), record.cases[1]])
    assert "ask for more than 2.0 % to 5.0 %, as the policy has it for each case." in flat(record)


def test_a_record_from_before_policies_reads_as_one_without():
    record = run()
    old = msgspec.to_builtins(record)
    del old["plan"]["policy"], old["breaches"]
    for case in old["cases"]:
        del case["margin"], case["tolerance_stated"]
    for judgement in old["judgements"]:
        for row in judgement["variants"]:
            del row["counter_changes"]
    read = from_bytes(msgspec.json.encode(old), "old.json")
    assert read == record
    assert render(read) == render(record)


@given(any_of(Policy))
def test_any_policy_can_be_printed(policy):
    text = to_text(PolicyReport(policy), width=100, plain=True)
    assert text.startswith("policy:")
    assert "\x1b" not in text


@pytest.mark.parametrize("source", [None, "pyproject.toml"])
def test_a_policy_is_printed_with_all_that_it_says(source):
    rules = [Rule(cases="grid", margin=0.5, rtol=1e-3, atol=1e-9)]
    text = to_text(
        PolicyReport(Policy(source=source, margin=0.1, rules=rules, fail_against=[], fail_nightly=[])), 100, plain=True
    )
    assert "a run fails for: drift, not measured\na run with --against fails for: nothing\n" in text
    assert "\na night fails for: nothing\nmargin: 10 %\n" in text
    assert "cases 'grid': margin 50 %, rtol 0.001, atol 1e-09\n" in text
