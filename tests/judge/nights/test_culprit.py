"""Whose a difference is: in time, in what a test gives and counts, and in whether it runs."""

from __future__ import annotations

import msgspec
import pytest

from harness.judge.nights import Cell, Culprit, blamed
from harness.record.schema import Answer, Failure, FailureKind

from .making import CELLS, two_by_two


def with_each(case, **by_field):
    """The case whose variants have these fields, by cell."""
    variants = list(case.variants)
    for field, values in by_field.items():
        for at, cell in enumerate(CELLS):
            variants[at] = msgspec.structs.replace(variants[at], **{field: values[cell]})
    return msgspec.structs.replace(case, variants=variants)


def answering(neither, code, packages, both):
    values = dict(zip(Cell, (neither, code, packages, both), strict=True))
    return {cell: [Answer(launches=[0], digest=str(value), value=value)] for cell, value in values.items()}


@pytest.mark.parametrize(
    ("ratios", "culprit"),
    [
        ((1.5, 1.0, 1.0), Culprit.CODE),
        ((1.0, 1.5, 1.0), Culprit.PACKAGES),
        ((1.5, 1.5, 1.0), Culprit.EACH),
        ((1.0, 1.0, 1.5), Culprit.TOGETHER),
        ((1.0, 1.0, 1.0), Culprit.NOT_SEEN),
    ],
)
def test_a_slower_time_is_blamed_on_what_was_planted(ratios, culprit):
    assert blamed(two_by_two(*ratios), CELLS, {}, 0.02).time is culprit


@pytest.mark.parametrize("cell", list(Cell))
@pytest.mark.parametrize(("ratios", "culprit"), [((2.0, 1.0), Culprit.CODE), ((1.0, 2.0), Culprit.PACKAGES)])
def test_three_of_the_four_tell_it_too(cell, ratios, culprit):
    cells = {each: name for each, name in CELLS.items() if each is not cell}
    found = blamed(two_by_two(*ratios, without=[cell]), cells, {cell: "its wheels are gone"}, 0.02)
    assert found.missing[cell] == "its wheels are gone"
    # Where both ends of the only effect that is left are new, the whole says the rest.
    assert found.time is culprit


@pytest.mark.parametrize(
    ("answers", "culprit"),
    [
        ((1.0, 2.0, 1.0, 2.0), Culprit.CODE),
        ((1.0, 1.0, 2.0, 2.0), Culprit.PACKAGES),
        ((1.0, 2.0, 3.0, 4.0), Culprit.EACH),
        ((1.0, 1.0, 1.0, 2.0), Culprit.TOGETHER),
        ((1.0, 1.0, 1.0, 1.0), None),
        ((1.0, 1.0 + 1e-9, 1.0, 1.0), None),
    ],
)
def test_another_answer_is_blamed_exactly_and_within_the_tolerance(answers, culprit):
    case = with_each(two_by_two(), answers=answering(*answers))
    assert blamed(case, CELLS, {}, 0.02).answer is culprit


def test_other_work_is_blamed_exactly():
    counters = {cell: [{"fits": 21 if cell in {Cell.PACKAGES, Cell.BOTH} else 9}] for cell in CELLS}
    assert blamed(with_each(two_by_two(), counters=counters), CELLS, {}, 0.02).counters is Culprit.PACKAGES


def test_a_cell_that_does_not_run_is_told_with_its_reason_and_is_a_finding_itself():
    failed = [Failure(launch=1, kind=FailureKind.RAISED, text="Traceback\nImportError: no module named new")]
    case = two_by_two(without=[Cell.CODE, Cell.BOTH])
    case = with_each(case, failures={cell: failed if cell in {Cell.CODE, Cell.BOTH} else [] for cell in CELLS})
    found = blamed(case, CELLS, {}, 0.02)
    assert found.running is Culprit.CODE
    assert found.missing[Cell.CODE] == "raised: ImportError: no module named new"


def test_a_test_that_a_commit_does_not_have_is_told():
    case = two_by_two(without=[Cell.NEITHER, Cell.PACKAGES])
    case = msgspec.structs.replace(case, variants=[each for each in case.variants if each.name.endswith(":new")])
    found = blamed(case, CELLS, {}, 0.02)
    assert found.missing == {Cell.NEITHER: "there is no such test", Cell.PACKAGES: "there is no such test"}
