"""Along a curve: how near the limit is, when a start-up is paid back, and what answers cost."""

from msgspec.structs import replace

from harness.judge import with_price
from harness.record.schema import Price, StartUp
from harness.report.run import render

from .curves import crossing


def flat(record):
    return " ".join(render(record).split())


def with_start_ups(record):
    """The arrays pay a second once: never paid back at 100 and 1,000, after 40 calls from there on."""

    def changed(judgement, value):
        fields = {"calls": 40.0, "fewest": 30.0, "most": 50.0} if value > 1_000 else {}
        told = StartUp(against="loop", launches=4, once_s=1.0, call_s=0.5, against_s=0.6, **fields)
        return replace(
            judgement,
            variants=[replace(row, start_up=[told]) if row.variant == "array" else row for row in judgement.variants],
        )

    values = record.curves[0].values
    judgements = [changed(judgement, value) for judgement, value in zip(record.judgements, values, strict=True)]
    return replace(record, judgements=judgements)


def test_a_faster_variant_is_held_against_the_limit_at_both_ends():
    text = flat(crossing(sd=0.0, limit=lambda n: 1e-7 * n))
    assert "limit / " in text
    told = "array is 0.19 times as fast as loop at 100 rows and 5.0 times at 1,000,000"
    assert f"{told}; the limit of the machine would be 10 and 10 times." in text


def test_without_a_limit_nothing_is_said_of_it():
    assert "limit" not in flat(crossing())


def test_from_where_on_a_start_up_is_paid_back_is_said():
    text = flat(with_start_ups(crossing()))
    never = "never paid back at this size at 100, 1,000 rows"
    paid = "paid back after 40 calls (30 to 50) at 10,000, 100,000, 1,000,000 rows"
    assert f"array pays 1.00 s once; against loop that is {never}; {paid}." in text


def test_a_price_adds_costs_at_each_value():
    text = flat(with_price(crossing(), Price(core_hour=3600.0, currency="EUR")))
    assert "EUR" in text
    assert "at 3,600 EUR an hour and core" in text


def test_without_a_price_and_start_ups_no_core_time_is_told():
    assert "core time" not in flat(crossing()).lower()
