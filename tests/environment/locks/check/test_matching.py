"""Conda's rules for specifications, by the examples that matter here."""

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from harness.environment.locks.check.matching import satisfies

from .small import locked

PACKAGE = locked("linux-64", "alpha", "1.10.2", build="py312h1_3_cpython")


@pytest.mark.parametrize(
    ("spec", "fits"),
    [
        ("alpha", True),
        ("alpha >=1.9,<2", True),
        ("alpha 1.10.*", True),
        ("alpha =1.10", True),
        ("alpha ==1.10", False),
        ("alpha 1.9|1.10.2", True),
        ("alpha >=1.10.2 *_cpython", True),
        ("alpha >=1.10.2 *_pypy", False),
        ("alpha <1.10.2", False),
        ("alpha >=1.10.2,<1.10.3.0a0", True),
        ("beta", False),
        ("alpha >=", False),
        ("", False),
    ],
)
def test_versions_and_builds_are_matched_as_conda_does(spec, fits):
    assert satisfies(PACKAGE, spec) is fits


@pytest.mark.parametrize("odd", [{"version": "no version"}, {"build": ""}, {"name": "é"}, {"build": f"0_{'9' * 40}"}])
def test_what_can_be_no_conda_package_satisfies_nothing(odd):
    package = msgspec.structs.replace(PACKAGE, **odd)
    assert not satisfies(package, package.name)


@given(st.text("ab1. *>=<!~|,[]()=_'\":/@é", max_size=14), st.text("ab1. !_+-", max_size=6))
def test_no_text_makes_it_fail(spec, version):
    satisfies(msgspec.structs.replace(PACKAGE, version=version), f"alpha {spec}")
