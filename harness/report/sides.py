"""The tests of one case in two environments: each row a test, each beside itself."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from string import ascii_uppercase
from typing import Any

from harness.record.schema import CaseJudgement, Ratio, Record, VariantJudgement
from harness.report.plain import line
from harness.report.view import CaseView


class Pair:
    """One test, as a case of its own, in the first environment (`base`) and in another one (`row`)."""

    def __init__(self, view: CaseView, number: int) -> None:
        self.view = view
        self.name = line(view.case.variant or view.case.id)
        names = [each.name for each in view.case.variants if each.environment == number and each.twin_of is None]
        self.base = view.baseline
        self.row = next((row for row in view.rows if row.variant in names), None)

    def data(self) -> list[Any]:
        """What both sides said of their data, as far as they did."""
        stated = [self.view.variant(row) for row in (self.base, self.row) if row is not None]
        return [variant.notes["data"] for variant in stated if variant is not None and "data" in variant.notes]

    @property
    def twin(self) -> Ratio | None:
        """The control of this test."""
        return self.view.judgement.twin if self.view.judgement else None


class Sides:
    """The pairs of one case of the suite; a, b: what the environments are called, in full and by a letter."""

    def __init__(self, views: Sequence[CaseView], number: int, addresses: Sequence[str]) -> None:
        pairs = [Pair(view, number) for view in views]
        self.pairs = [pair for pair in pairs if pair.row is not None]
        self.case = views[0].case
        self.margin = max(view.margin for view in views)  # what is equal within its own is equal within the widest
        self.a, self.b = addresses[0], addresses[number]
        self.letter = letter(number)

    def rows(self) -> list[tuple[Pair, VariantJudgement]]:
        """The pairs with what was judged of their second side."""
        return [(pair, pair.row) for pair in self.pairs if pair.row is not None]


def sides_of(record: Record) -> list[Sides]:
    """All of a run side by side: by case of the suite, and then by environment that is held against the first."""
    judgements = {judgement.case: judgement for judgement in record.judgements}
    addresses = [line(environment.address) for environment in record.environments]
    return [
        Sides(views, number, addresses) for views in _by_case(record, judgements) for number in range(1, len(addresses))
    ]


def is_side_by_side(record: Record) -> bool:
    """Whether environments are what the run compares."""
    return bool(record.against) and bool(record.cases) and all(case.of is not None for case in record.cases)


def letter(number: int) -> str:
    """What the environment of this number is called in tables."""
    return ascii_uppercase[number] if number < len(ascii_uppercase) else str(number)


def _by_case(record: Record, judgements: Mapping[str, CaseJudgement]) -> list[list[CaseView]]:
    groups: dict[str | None, list[CaseView]] = {}
    for case in record.cases:
        view = CaseView(case, judgements.get(case.id), record.plan.margin)
        groups.setdefault(case.of, []).append(view)
    return list(groups.values())
