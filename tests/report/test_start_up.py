"""When a start-up is paid, in words; what answers take of a machine, and what they cost."""

import pytest
from builders import Way, kmeans, make_case, make_record
from hypothesis import HealthCheck, given, settings
from msgspec.structs import replace
from strategies import any_of

from harness.judge import with_price
from harness.record.schema import Bill, Price, Record, StartUp, Verdict
from harness.report.bill import cost
from harness.report.plain import to_text
from harness.report.run import render
from harness.report.table import CaseTable

PARTS = {"cluster start": 1.5, "distribution": 0.25, "computation": 0.5, "cluster end": 0.25}


def told(launches=6, **fields):
    start_up = StartUp(against="naive", launches=launches, once_s=2.0, call_s=0.5, against_s=1.0, **fields)
    ways = [Way("naive", 1.0, answer=1), Way("cluster", 2.5, Verdict.SLOWER, answer=1, parts_s=PARTS)]
    case, judgement = make_case("x", ways)
    naive, cluster = judgement.variants
    bill = Bill(cores=2, answer_core_s=5.0, thousand_core_s=1004.0)
    rows = [naive, replace(cluster, start_up=[start_up], bill=bill)]
    return " ".join(to_text(CaseTable(case, replace(judgement, variants=rows)), 80, True).split())


@pytest.mark.parametrize(
    ("fields", "words"),
    [
        ({"calls": 4.0, "fewest": 3.5, "most": 4.7}, "paid back after 4.0 calls (3.5 to 4.7) against naive"),
        ({"calls": 0.5, "fewest": 0.4, "most": 0.9}, "paid back within the first call against naive"),
        ({"calls": 0.9, "fewest": 0.4, "most": 1.9}, "paid back after 1 call (0.40 to 1.9) against naive"),
        ({}, "never paid back at this size against naive"),
        ({"calls": 40.0, "fewest": 12.0}, "paid back after 40 calls or never (at least 12 calls) against naive"),
        ({"fewest": 12.0}, "likely never paid back at this size (if ever, after at least 12 calls) against naive"),
        ({"launches": 2, "calls": 4.0}, "paid back after 4.0 calls (2 launches, no interval) against naive"),
        ({"launches": 1}, "never paid back (1 launch, no interval) against naive"),
    ],
)
def test_a_start_up_is_paid_after_some_calls_or_never(fields, words):
    text = told(**fields)
    paid = "cluster pays 2.00 s once (cluster start, distribution, cluster end) and 500 ms a call"
    assert f"{paid}: {words} (1.00 s a call)." in text


def test_a_record_that_knows_parts_only_says_how_long_the_start_takes():
    ways = [Way("naive", 1.0, answer=1), Way("cluster", 2.5, Verdict.SLOWER, answer=1, parts_s=PARTS)]
    text = " ".join(to_text(CaseTable(*make_case("x", ways)), 80, True).split())
    assert "cluster: its cluster takes 1.50 s to start." in text


def test_core_time_stands_where_something_is_paid_once():
    text = told(calls=4.0, fewest=3.5, most=4.7)
    assert "cores core time of variant kept time 1,000" in text
    assert "cluster 2 5.00 s 16.7 min" in text


def test_without_parts_and_price_no_core_time_is_told():
    assert "core time" not in to_text(CaseTable(*make_case("x", [Way("naive", 1.0)])), 80, True)


def test_a_price_tells_what_answers_cost_and_that_once_for_all_tables():
    text = render(with_price(make_record(kmeans()), Price(core_hour=0.05, currency="EUR")))
    flat = " ".join(text.split())
    assert "cores core time of EUR of variant kept time 1,000 EUR 1,000" in flat
    assert "Costs are those of the cores kept, at 0.0500 EUR an hour and core." in flat
    assert flat.count("Core time is the cores kept for a call") == 1
    assert "only the first pays what is paid once" in flat


def test_a_price_without_a_currency_tells_costs():
    flat = " ".join(render(with_price(make_record(kmeans()), Price(core_hour=2))).split())
    assert "cost" in flat
    assert "at 2.00 an hour and core." in flat


def test_an_hour_of_a_core_costs_its_price():
    assert cost(3600.0, Price(core_hour=0.05)) == "0.0500"
    assert cost(1.0, Price(core_hour=0.05)) == "0.0000139"
    assert cost(3600e6, Price(core_hour=0.05)) == "50,000"


def test_what_owes_an_answer_shows_no_cost():
    ways = [Way("naive", 1.0, answer=1), Way("silent", 0.777, Verdict.FASTER)]
    made = with_price(make_record(make_case("x", ways)), Price(core_hour=3600.0))
    assert "1.55" not in render(made)


@settings(suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large], deadline=None, max_examples=60)
@given(any_of(Record))
@pytest.mark.filterwarnings("ignore::RuntimeWarning")
def test_any_record_can_be_given_a_price(record):
    assert render(with_price(record, Price(core_hour=0.05)))
