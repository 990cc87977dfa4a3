"""What a plot has panels for: the cases of a run, or, side by side, the tests of each case in two environments."""

from __future__ import annotations

from typing import NamedTuple

from harness.record.schema import Record, VariantJudgement, Verdict
from harness.report.curve_view import drawn_cases
from harness.report.sides import Sides, is_side_by_side, sides_of
from harness.report.table import heading
from harness.report.view import CaseView


class Panel(NamedTuple):
    """One axis of ratios. ratio: what is divided by what. rows: each with its name. limit: a ratio, if there is one."""

    title: str
    ratio: str
    rows: list[tuple[str, CaseView, VariantJudgement]]
    limit: float | None

    def is_drawn(self) -> bool:
        """Whether there is anything to draw."""
        return any(is_drawn(row) for _, _, row in self.rows)


def is_drawn(row: VariantJudgement) -> bool:
    """Whether a row has a place on the axis."""
    return row.ratio is not None and row.ratio.estimate > 0 and row.verdict is not Verdict.NOT_MEASURED


def panels_of(record: Record) -> list[Panel]:
    """All panels of a run, in the order of its tables."""
    if is_side_by_side(record):
        return [_of_sides(sides) for sides in sides_of(record)]
    judgements = {judgement.case: judgement for judgement in record.judgements}
    along = drawn_cases(record)
    cases = (case for case in record.cases if case.id not in along)
    views = (CaseView(case, judgements.get(case.id), record.plan.margin) for case in cases)
    return [_of_case(view) for view in views]


def _of_case(view: CaseView) -> Panel:
    return Panel(
        title=heading(view.case),
        ratio=f"time over that of {view.case.baseline}",
        rows=[(row.variant, view, row) for row in view.rows],
        limit=_limit_ratio(view),
    )


def _of_sides(sides: Sides) -> Panel:
    return Panel(
        title=heading(sides.case),
        ratio=f"time in {sides.b} over that in {sides.a}",
        rows=[(pair.name, pair.view, row) for pair, row in sides.rows()],
        limit=None,
    )


def _limit_ratio(view: CaseView) -> float | None:
    """The limit on the axis of ratios: its share of the baseline's time."""
    limit = view.baseline.limit_share if view.baseline else None
    return limit if limit and limit > 0 else None
