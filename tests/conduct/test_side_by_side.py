"""Tests of one suite in several environments: which become cases, and what is told of the others."""

from __future__ import annotations

from pathlib import PurePosixPath

import pytest

from harness.conduct.cases import suite
from harness.conduct.side_by_side import collection, side_by_side
from harness.failure import HarnessError

from .making import make_item

TWO = ["test_suite.py::test_sum[loop]", "test_suite.py::test_sum[builtin]"]


def items(nodeids, folder="/suite", **fields):
    """Tests of a group with one parameter, as an environment whose code lies in that folder collects them."""
    return [
        make_item(
            nodeid,
            path=f"{folder}/{nodeid.partition('::')[0]}",
            group="sums",
            params={"variant": nodeid[nodeid.index("[") + 1 : -1]},
            **fields,
        )
        for nodeid in nodeids
    ]


def pair(*collected, broken=None):
    """What comes of these tests, one list for each environment: A, B and so on. broken: files that B can't import."""
    collections = [
        collection(name, PurePosixPath("/suite"), each, (broken or {}) if name == "B" else {})
        for name, each in zip("ABC", collected, strict=False)
    ]
    return side_by_side(suite(collected[0]), collections)


def test_each_test_is_a_case_whose_variants_are_the_environments():
    cases = pair(items(TWO), items(TWO)).cases
    assert [case.id for case in cases] == ["suite::sums: loop", "suite::sums: builtin"]
    assert [(case.of, case.variant, case.baseline) for case in cases] == [
        ("suite::sums", "loop", "A"),
        ("suite::sums", "builtin", "A"),
    ]
    first = [(variant.name, variant.nodeid, variant.environment) for variant in cases[0].variants]
    assert first == [("A", TWO[0], 0), ("B", TWO[0], 1)]


def test_what_a_case_says_of_itself_is_what_the_first_environment_says():
    marked = items(TWO, tolerance={"rtol": 0.5}, optional=True)
    (case, _) = pair(marked, items(TWO)).cases
    assert (case.tolerance.rtol, case.optional, case.baseline_stated, case.group) == (0.5, True, True, "sums")


def test_more_than_two_environments_are_held_against_the_first():
    (case, other) = pair(items(TWO), items(TWO), items(TWO[:1])).cases
    assert [variant.environment for variant in case.variants] == [0, 1, 2]
    assert [variant.environment for variant in other.variants] == [0, 1]


def test_a_test_that_only_one_environment_has_is_told():
    found = pair(items(TWO), items([TWO[0], "test_suite.py::test_sum[new]"]))
    assert [case.variant for case in found.cases] == ["loop"]
    assert found.unpaired == [
        "suite::sums, builtin: there is no such test in B",
        "test_suite.py::test_sum[new]: there is no such test in A",
    ]


@pytest.mark.parametrize("root", ["", "sub/"])
def test_tests_of_a_file_that_does_not_import_are_ways_that_will_fail(root):
    """root: of the environment's pytest, as it stands before names of files."""
    other = items(["test_other.py::test_sum[x]"])
    found = pair(items(TWO) + other, other, broken={f"{root}test_suite.py": "/suite/test_suite.py"})
    assert found.unpaired == []
    assert [[variant.name for variant in case.variants] for case in found.cases] == [["A", "B"]] * 3
    assert found.cases[0].variants[1].nodeid == f"{root}{TWO[0]}"


def test_a_namesake_of_a_file_that_does_not_import_is_another_file():
    other = items(["test_other.py::test_sum[x]"])
    found = pair(items(TWO, "/suite/bench") + other, other, broken={"test_suite.py": "/suite/test_suite.py"})
    assert [case.variant for case in found.cases] == ["x"]
    assert len(found.unpaired) == 2


def test_the_same_test_has_another_node_id_where_the_root_is_another():
    theirs = [make_item("bench/test_suite.py::test_sum[loop]", path="/suite/test_suite.py", group="sums")]
    found = pair(items(TWO[:1]), theirs)
    assert [variant.nodeid for variant in found.cases[0].variants] == [TWO[0], "bench/test_suite.py::test_sum[loop]"]
    assert not found.unpaired


def test_limits_are_no_tests_to_be_paired():
    limit = make_item("test_suite.py::test_best", group="sums", limit=True)
    assert pair(items(TWO), [*items(TWO), limit]).unpaired == []


def test_nothing_in_common_is_an_error_that_names_what_there_is():
    with pytest.raises(HarnessError, match="A and B have no test in common") as refused:
        pair(items(TWO[:1]), items(TWO[1:]))
    assert "suite::sums, loop: there is no such test in B" in str(refused.value)
