"""Every rule of the contract (benchmarks/README.md) by which tests become cases."""

from __future__ import annotations

import msgspec
import pytest

from harness.conduct.cases import DEFAULT_TOLERANCE, suite
from harness.failure import HarnessError
from harness.record.schema import Tolerance

from .making import make_item


def grid(group="g", function="test_it", baseline=None, **parameters):
    """Items over all combinations of parameters; baseline: (name, value) that is marked."""
    combinations = [{}]
    for name, values in parameters.items():
        combinations = [{**before, name: value} for before in combinations for value in values]
    return [
        make_item(
            f"test_suite.py::{function}[{'-'.join(params.values())}]",
            group=group,
            params=params,
            baseline=baseline is not None and params[baseline[0]] == baseline[1],
        )
        for params in combinations
    ]


def shape(items):
    """Cases by id, each with the names of its variants."""
    return {case.id: [variant.name for variant in case.variants] for case in suite(items).cases}


def test_several_functions_of_a_group_are_its_variants():
    items = [make_item("test_suite.py::test_a", group="g"), make_item("test_suite.py::test_b", group="g")]
    assert shape(items) == {"suite::g": ["a", "b"]}


def test_parameters_beside_several_functions_split():
    items = grid(function="test_a", n=["1", "2"]) + grid(function="test_b", n=["1", "2"])
    assert shape(items) == {"suite::g, n=1": ["a", "b"], "suite::g, n=2": ["a", "b"]}


def test_a_parameter_named_variant_is_the_variant_wherever_it_stands():
    assert shape(grid(n=["1", "2"], variant=["x", "y"])) == {"suite::g, n=1": ["x", "y"], "suite::g, n=2": ["x", "y"]}


def test_else_the_parameter_that_tells_the_baseline():
    items = grid(n=["1", "2"], how=["x", "y"], baseline=("how", "x"))
    assert shape(items) == {"suite::g, n=1": ["x", "y"], "suite::g, n=2": ["x", "y"]}


def test_else_the_first_parameter():
    assert shape(grid(how=["x", "y"], n=["1", "2"])) == {"suite::g, n=1": ["x", "y"], "suite::g, n=2": ["x", "y"]}


def test_without_a_group_each_test_is_a_case_of_its_own():
    items = [*grid(group=None, n=["1", "2"]), make_item("test_suite.py::TestX::test_y")]
    assert shape(items) == {
        "suite::it[1]": ["it"],
        "suite::it[2]": ["it"],
        "suite::TestX.test_y": ["TestX.test_y"],
    }


def test_the_same_group_in_two_files_is_two_cases():
    items = [make_item("a/test_x.py::test_it", group="g"), make_item("b/test_x.py::test_it", group="g")]
    assert list(shape(items)) == ["a/x::g", "b/x::g"]


def test_cases_that_would_have_one_name_stay_apart():
    items = [
        make_item("test_x.py::test_a", group="sort"),
        make_item("test_x.py::test_sort"),
        make_item("x.py::test_b", group="sort"),
    ]
    assert shape(items) == {"x::sort": ["a"], "x::sort #2": ["sort"], "x::sort #3": ["b"]}


def test_variants_that_would_have_one_name_are_numbered():
    items = [make_item(f"test_suite.py::test_it[{i}]", group="g", params={"variant": "f"}) for i in range(2)]
    assert shape(items) == {"suite::g": ["f", "f #2"]}


def test_the_marked_variant_is_the_baseline_else_the_first_collected():
    marked, unmarked = (suite(grid(variant=["x", "y"], baseline=how)).cases[0] for how in (("variant", "y"), None))
    assert (marked.baseline, marked.baseline_stated) == ("y", True)
    assert (unmarked.baseline, unmarked.baseline_stated) == ("x", False)


def test_two_baselines_in_a_case_are_an_error_that_names_them():
    items = [make_item(f"test_suite.py::test_{name}", group="g", baseline=True) for name in "ab"]
    with pytest.raises(
        HarnessError, match=r"test_suite.py: the case 'suite::g' has 2 baselines: a, b. Mark exactly one"
    ):
        suite(items)


def test_a_baseline_in_each_of_two_cases_is_fine():
    cases = suite(grid(n=["1", "2"], variant=["x", "y"], baseline=("variant", "x"))).cases
    assert [case.baseline for case in cases] == ["x", "x"]


def test_limits_are_no_variants_and_belong_to_cases_at_the_same_parameters():
    limits = [
        make_item(f"test_suite.py::test_limit[{n}]", group="g", params={"n": n}, limit=True, function="test_limit")
        for n in "12"
    ]
    found = suite([*grid(variant=["x", "y"], n=["1", "2", "3"]), *limits])
    assert found.limits == {
        "suite::g, n=1": "test_suite.py::test_limit[1]",
        "suite::g, n=2": "test_suite.py::test_limit[2]",
    }
    assert all(len(case.variants) == 2 for case in found.cases)


def test_a_limit_without_parameters_belongs_to_all_cases_of_its_group_and_file():
    limit = make_item("test_suite.py::test_limit", group="g", limit=True)
    other = make_item("test_other.py::test_it", group="g")
    found = suite([*grid(variant=["x"], n=["1", "2"]), limit, other])
    assert set(found.limits) == {"suite::g, n=1", "suite::g, n=2"}


def test_a_case_is_optional_if_all_its_tests_are():
    items = [make_item(f"test_suite.py::test_{name}", group=group, optional=True) for name, group in ["ag", "bg", "ch"]]
    items.append(make_item("test_suite.py::test_d", group="h"))
    assert {case.group: case.optional for case in suite(items).cases} == {"g": True, "h": False}


@pytest.mark.parametrize(
    ("given", "tolerance"),
    [
        (None, DEFAULT_TOLERANCE),
        ({"rtol": 0.5}, Tolerance(rtol=0.5, atol=DEFAULT_TOLERANCE.atol)),
        ({"rtol": 0.0, "atol": 0.0}, Tolerance(rtol=0.0, atol=0.0)),
    ],
)
def test_what_a_marker_leaves_open_of_the_tolerance_is_the_usual(given, tolerance):
    assert suite([make_item("test_suite.py::test_a", group="g", tolerance=given)]).cases[0].tolerance == tolerance


def test_a_case_keeps_the_numbers_behind_its_parameters():
    item = make_item("test_a.py::test_x[small-a]", group="g", params={"size": "small", "variant": "a"})
    item = msgspec.structs.replace(item, numbers={"size": 10.0, "variant": 3.0})
    (case,) = suite([item]).cases
    assert case.numbers == {"size": 10.0}
