"""What answers take of machines that are paid by the core and the time, and what that costs."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from decimal import Decimal

from harness.record.schema import Bill, Price, Record, VariantJudgement
from harness.report.plain import line
from harness.report.quantity import MISSING, seconds, significant
from harness.report.sides import is_side_by_side

Cell = Callable[[VariantJudgement], str]
SECONDS_AN_HOUR = 3600
SMALL_CHANGE = 0.001  # below, amounts are written out: nobody counts money in powers of ten


def cores_kept(row: VariantJudgement) -> str:
    """How many cores are kept for a call."""
    return str(row.bill.cores) if row.bill else MISSING


def bill_cells(rows: Sequence[VariantJudgement], price: Price | None) -> Iterator[tuple[str, Cell]]:
    """Headings with what stands below them: where a price is given or a variant pays something once, else none."""
    if not _told(rows, price):
        return
    yield "core time", _of(lambda bill: seconds(bill.answer_core_s))
    yield "core time of 1,000", _of(lambda bill: seconds(bill.thousand_core_s))
    if price:
        what = line(price.currency) or "cost"
        yield what, _of(lambda bill: cost(bill.answer_core_s, price))
        yield f"{what} of 1,000", _of(lambda bill: cost(bill.thousand_core_s, price))


def cost(core_s: float, price: Price) -> str:
    """What so many core-seconds cost, in the price's currency: 0.0000644, 0.653, 1,230."""
    amount = core_s * price.core_hour / SECONDS_AN_HOUR
    return significant(amount) if abs(amount) >= SMALL_CHANGE else f"{Decimal(f'{amount:.2e}'):f}"


def explained(record: Record) -> Iterator[str]:
    """What the columns mean, once below all tables; and that there are none where there could be none."""
    price = record.plan.price
    if is_side_by_side(record):
        if price:
            yield "Costs are told of variants in one environment, and not side by side."
        return
    rows = [row for judgement in record.judgements for row in judgement.variants]
    if not _told(rows, price):
        return
    once = "; of 1,000 answers only the first pays what is paid once" if any(row.start_up for row in rows) else ""
    yield f"Core time is the cores kept for a call x its time from start to end{once}."
    if price:
        amount = f"{significant(price.core_hour)} {line(price.currency)}".rstrip()
        yield f"Costs are those of the cores kept, at {amount} an hour and core."


def _told(rows: Sequence[VariantJudgement], price: Price | None) -> bool:
    return any(row.bill for row in rows) and (price is not None or any(row.start_up for row in rows))


def _of(told: Callable[[Bill], str]) -> Cell:
    return lambda row: told(row.bill) if row.bill else MISSING
