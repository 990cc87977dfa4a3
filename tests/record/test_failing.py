"""Whether a test runs, and how it fails."""

from __future__ import annotations

import pytest

from harness.record.failing import fault_of, runs, sort_of
from harness.record.schema import Failure, FailureKind, Phase
from tests.judge.making import a_case, a_sample, a_variant


def failure(launch, kind=FailureKind.RAISED, text="E   ValueError: odd"):
    return Failure(launch=launch, kind=kind, text=text)


def case_of(launches, *failures):
    """A case whose variant has a turn in each of some launches, and these failures."""
    variant = a_variant("way", failures=list(failures))
    return a_case([variant], [a_sample("way", 0.1, launch) for launch in launches]), variant


@pytest.mark.parametrize(
    ("launches", "failures", "expected"),
    [
        ([1, 2], [], True),
        ([], [], False),
        ([], [failure(1)], False),
        ([1], [failure(1)], False),
        ([1, 2], [failure(2)], True),
        ([1, 2], [failure(1), failure(2)], False),
        ([1], [failure(1, FailureKind.UNANSWERED)], True),
        ([2], [failure(1, FailureKind.DIED)], True),
    ],
)
def test_a_test_runs_if_it_came_through_a_launch(launches, failures, expected):
    assert runs(*case_of(launches, *failures)) is expected


def test_its_fault_is_the_last_failure_that_is_one():
    skipped = failure(2, FailureKind.SKIPPED, "no GPU")
    assert fault_of(*case_of([], failure(1), skipped)) == failure(1)
    assert fault_of(*case_of([], skipped)) is None
    assert fault_of(*case_of([])) is None
    assert fault_of(*case_of([1, 2], failure(2))) is None


def test_turns_of_another_variant_are_not_its_own():
    variant = a_variant("way")
    assert not runs(a_case([variant], [a_sample("other", 0.1, 1, phase=Phase.MEASURED)]), variant)


@pytest.mark.parametrize(
    ("one", "other", "alike"),
    [
        (failure(1, text="E   ImportError: from (/a/x.py)"), failure(9, text="E   ImportError: from (/b/x.py)"), True),
        (failure(1, text="E   ImportError: no"), failure(1, text="E   TypeError: no"), False),
        (failure(1, FailureKind.HUNG, "no answer in 3 s"), failure(1, FailureKind.HUNG, "no answer in 5 s"), True),
        (failure(1, FailureKind.DIED, "of SIGSEGV"), failure(1, FailureKind.DIED, "of SIGKILL"), False),
        (failure(1, FailureKind.DIED, "of SIGSEGV"), failure(1, FailureKind.HUNG, "of SIGSEGV"), False),
    ],
)
def test_failures_of_one_sort_are_alike_wherever_they_happen(one, other, alike):
    assert (sort_of(one) == sort_of(other)) is alike
