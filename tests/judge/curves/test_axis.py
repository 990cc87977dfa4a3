"""Which cases make a curve, and why others make none."""

from __future__ import annotations

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from harness.judge.curves.axis import families, number

from ..making import a_case, a_variant


def case(axis="rows", variant="naive", named=None, numbers=None, **params):
    """A case of the group "grid" with these parameters, that names its axis."""
    return a_case(
        [a_variant(variant, axis=named or axis), a_variant("other")],
        params=params,
        id=f"grid, {params}",
        baseline=variant,
        numbers=numbers or {},
    )


def only(cases):
    (family,) = families(cases)
    return family


def test_cases_that_differ_in_the_axis_only_are_a_family_by_ascending_value():
    family = only([case(rows="1000"), case(rows="1e2"), case(rows="1_000_000")])
    assert family.values == [100.0, 1000.0, 1_000_000.0]
    assert [each.params["rows"] for each in family.cases] == ["1e2", "1000", "1_000_000"]
    assert not family.problem
    assert family.params == {}


def test_other_parameters_make_other_families():
    cases = [case(rows=rows, columns=columns) for rows in ("10", "20") for columns in ("3", "4")]
    found = families(cases)
    assert [each.params for each in found] == [{"columns": "3"}, {"columns": "4"}]
    assert [each.values for each in found] == [[10, 20], [10, 20]]


def test_a_point_of_which_nothing_was_measured_belongs_to_the_family_of_the_others():
    silent = a_case([a_variant("naive")], params={"rows": "300"}, id="silent")
    assert only([case(rows="100"), silent, case(rows="200")]).values == [100, 200, 300]


def test_cases_without_an_axis_make_none():
    assert families([a_case([a_variant("naive")], params={"rows": "1"})]) == []


def test_other_groups_and_files_are_other_families():
    cases = [case(rows=rows) for rows in ("1", "2")]
    elsewhere = [msgspec.structs.replace(each, file="test_other.py") for each in cases]
    grouped = [msgspec.structs.replace(each, group="fit") for each in cases]
    assert len(families([*cases, *elsewhere, *grouped])) == 3


def test_tests_of_one_group_may_be_swept_along_an_axis_each():
    cases = [case(rows="1"), case(rows="2"), case(axis="workers", workers="1"), case(axis="workers", workers="2")]
    assert [(family.axis, family.values) for family in families(cases)] == [("rows", [1, 2]), ("workers", [1, 2])]


def test_tests_without_a_group_are_told_apart_by_their_function():
    def alone(function, rows):
        variant = a_variant("it", axis="rows")
        variant = msgspec.structs.replace(variant, nodeid=f"test_it.py::{function}[{rows}]")
        return a_case([variant], params={"rows": rows}, group=None, id=f"{function} {rows}", baseline="it")

    found = families([alone("test_a", "1"), alone("test_b", "1"), alone("test_a", "2"), alone("test_b", "2")])
    assert [each.values for each in found] == [[1, 2], [1, 2]]


def test_what_pytest_calls_a_value_does_not_matter_if_it_is_a_number():
    named = [case(rows="small", numbers={"rows": 10.0}), case(rows="100_1", numbers={"rows": 100.0})]
    assert only(named).values == [10, 100]


def test_two_cases_of_the_same_value_are_said():
    family = only([case(rows="1000"), case(rows="1e3"), case(rows="2000")])
    assert "the same value in several cases: 1,000" in family.problem
    assert not family.values


@pytest.mark.parametrize(
    ("params", "words"),
    [
        (["small", "10"], "no numbers: small"),
        (["1k", "2k"], "no numbers: 1k, 2k"),
        (["0", "10"], "no place on a logarithmic axis: 0"),
        (["-1", "10"], "no place on a logarithmic axis: -1"),
        (["1e999", "10"], "no place on a logarithmic axis"),
        (["10"], "one value only, 10"),
    ],
)
def test_a_wrong_axis_is_told_in_words(params, words):
    family = only([case(rows=value) for value in params])
    assert words in family.problem
    assert not family.values


def test_duplicated_ids_of_pytest_are_no_numbers():
    assert [number(text) for text in ("100_0", "1000_1", "1__0", "_1", "nan", "inf", "0x10", "", "1 0")] == [None] * 9


def test_numbers_come_in_all_their_forms():
    assert [number(text) for text in ("100000", "1e5", "1_000", "0.5", "-2", "1.", ".5", "1E-3")] == [
        100000, 1e5, 1000, 0.5, -2, 1, 0.5, 1e-3,
    ]  # fmt: skip


@given(st.floats(allow_nan=False, allow_infinity=False) | st.integers(-(10**15), 10**15))
def test_what_pytest_calls_a_number_is_read_as_that_number(value):
    assert number(str(value)) == float(value)


@given(st.text(max_size=12))
def test_no_text_is_taken_for_another_number_than_python_takes_it_for(text):
    found = number(text)
    if found is not None:
        assert found == float(text)


def test_several_axes_in_one_family_are_said():
    family = only([case(rows="1", columns="1"), case(named="columns", rows="2", columns="2")])
    assert "several axes, 'rows' and 'columns'" in family.problem


def test_two_variants_of_a_case_that_name_different_axes_are_said():
    both = a_case(
        [a_variant("a", axis="rows"), a_variant("b", axis="columns")],
        params={"rows": "1", "columns": "1"},
        baseline="a",
    )
    assert "several axes" in only([both]).problem


def test_an_axis_that_is_no_parameter_is_said_with_those_that_are():
    family = only([case(axis="size", rows="1"), case(axis="size", rows="2")])
    assert "'size' is no parameter that splits it into cases (those by which cases differ are rows)" in family.problem


def test_an_axis_by_which_variants_are_told_apart_is_said():
    assert "call the variants' parameter `variant`" in only([case(axis="rows")]).problem


@pytest.mark.parametrize("name", ["workers", "n_jobs", "Threads"])
def test_an_axis_of_workers_is_known_by_its_name(name):
    assert only([case(axis=name, **{name: "1"}), case(axis=name, **{name: "2"})]).workers


def test_an_axis_of_rows_is_none_of_workers():
    assert not only([case(rows="1"), case(rows="2")]).workers


def test_a_case_that_lacks_the_baseline_changes_nothing_about_what_all_are_compared_with():
    lacking = a_case([a_variant("other", axis="rows")], params={"rows": "1"}, baseline="other", baseline_stated=False)
    assert only([lacking, case(rows="2"), case(rows="3")]).baseline == "naive"


def test_side_by_side_each_test_along_the_axis_is_a_family():
    """Its variants are the environments, so its break-even point is that of one environment against another."""
    tests = [
        msgspec.structs.replace(case(rows=rows), of=f"grid, rows={rows}", variant=test, id=f"{rows}: {test}")
        for rows in ("10", "20")
        for test in ("naive", "fast")
    ]
    found = families(tests)
    assert [{each.variant for each in family.cases} for family in found] == [{"naive"}, {"fast"}]
    assert [family.values for family in found] == [[10, 20], [10, 20]]
