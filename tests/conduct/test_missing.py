"""What keeps a run from being green, in words."""

from __future__ import annotations

import pytest

from harness.conduct.missing import missing
from harness.record.schema import Failure, FailureKind, Phase, Variant

from .making import CASE, make_case, sampled


def case(*measured, failures=None, **fields):
    made = make_case("a", "b", samples=[sampled(name).sample for name in measured], **fields)
    variants = [
        Variant(name=each.name, nodeid=each.nodeid, failures=(failures or {}).get(each.name, []))
        for each in made.variants
    ]
    return make_case("a", "b", samples=made.samples, **{**fields, "variants": variants})


def failure(kind, text):
    return Failure(launch=1, kind=kind, text=text)


def lines(*cases):
    return missing(cases, {})


def test_nothing_is_missing_where_every_variant_was_measured():
    assert lines(case("a", "b")) == []


def test_a_variant_without_a_measured_sample_is_missing():
    assert lines(case("a")) == [f"{CASE}, b: no turn of it was measured"]


@pytest.mark.parametrize("phase", [Phase.PILOT, Phase.WARM_UP, Phase.BROKEN, Phase.VOID])
def test_samples_that_count_for_nothing_are_no_measurement(phase):
    (line, nothing) = lines(make_case("a", samples=[sampled("a", phase=phase).sample]))
    assert line.startswith(CASE)
    assert nothing == "nothing was measured"


def test_a_variant_that_failed_is_named_with_its_last_reason():
    text = "def f():\n>   raise ValueError\nE   ValueError: no peak"
    died, raised = failure(FailureKind.DIED, "died of SIGKILL"), failure(FailureKind.RAISED, text)
    assert lines(case("a", failures={"b": [died, raised]})) == [f"{CASE}, b: raised: ValueError: no peak"]


def test_the_reason_of_an_assertion_is_its_first_line_though_it_has_more():
    text = ">   assert version == '1'\nE   AssertionError: assert '2' == '1'\nE     \nE     - 1\nE     + 2\n\nt.py:9: x"
    found = lines(case("a", failures={"b": [failure(FailureKind.RAISED, text)]}))
    assert found == [f"{CASE}, b: raised: AssertionError: assert '2' == '1'"]


def test_a_test_that_fails_after_it_was_measured_is_missing():
    failed = failure(FailureKind.RAISED, "E   AssertionError: 1 is not 2")
    found = lines(case("a", "b", failures={"b": [failed]}))
    assert found == [f"{CASE}, b: failed after it was measured: raised: AssertionError: 1 is not 2"]


def test_tests_of_a_file_that_does_not_import_are_told_with_it_alone():
    failed = case("a", failures={"b": [failure(FailureKind.RAISED, "E   ImportError: no")]})
    found = missing([failed], {"test_suite.py in b": "E   ImportError: no"})
    assert found == ["test_suite.py in b: does not import: ImportError: no"]


def test_a_test_that_skips_itself_is_not_missing():
    assert lines(case("a", failures={"b": [failure(FailureKind.SKIPPED, "no GPU")]})) == []


def test_an_answer_that_cannot_be_compared_is_missing_even_if_the_time_is_known():
    unanswered = failure(FailureKind.UNANSWERED, "answer: a set can't be compared")
    assert lines(case("a", "b", failures={"b": [unanswered]})) == [
        f"{CASE}, b: its answer can't be compared: answer: a set can't be compared"
    ]


def test_an_optional_case_may_be_left_out_and_a_required_one_may_not():
    measured = make_case("a", id="other", samples=[sampled("a").sample])
    assert lines(measured, case(optional=True, not_measured="no budget")) == []
    assert lines(measured, case(not_measured="no budget")) == [f"{CASE}: no budget"]


def test_a_run_of_which_nothing_was_measured_is_never_fine():
    assert lines(case(optional=True)) == ["nothing was measured"]
    assert lines() == ["nothing was measured"]


def test_a_file_that_does_not_import_is_missing_with_the_reason():
    broken = {"test_b.py": "Traceback\nE   ModuleNotFoundError: no_such_module"}
    assert missing([case("a", "b")], broken) == ["test_b.py: does not import: ModuleNotFoundError: no_such_module"]


def test_a_limit_that_never_was_measured_is_missing():
    failed = [failure(FailureKind.RAISED, "no peak")]
    assert lines(case("a", "b", limit_failures=failed)) == [f"{CASE}, limit: raised: no peak"]
    assert lines(case("a", "b", limit_failures=failed, limit_s=[0.5])) == []
