"""Instructions, as they are told."""

from builders import Way, make_case, make_record
from msgspec.structs import replace

from harness.record.schema import EnvironmentRecord, Instructions, Interval, Verification
from harness.report.instructions import against, per_call, uncounted
from harness.report.plain import to_text
from harness.report.run import render
from harness.report.table import CaseTable

COUNTED = Instructions(
    per_call=1.2345678e9, spread=0.0001, ratio=0.41234, interval=Interval(low=0.4122, high=0.4125, confidence=0.95)
)
NOT_HERE = "the processor's counters are not in reach of this virtual machine"


def table(instructions):
    case, judgement = make_case("search", [Way("naive", 2.0, answer=1), Way("shared", 1.0, answer=1)])
    naive, shared = judgement.variants
    judgement = replace(judgement, variants=[naive, replace(shared, instructions=instructions)])
    return to_text(CaseTable(case, judgement), 160, True)


def test_a_table_shows_them_with_their_spread_and_against_the_baseline():
    text = table(COUNTED)
    assert "1.235e+09 ± 0.010 %" in text
    assert "0.4123 [0.4122, 0.4125]" in text


def test_without_any_there_is_no_column():
    assert "instructions" not in table(None)


def test_what_is_not_known_is_not_made_up():
    _, judgement = make_case("search", [Way("naive", 2.0)])
    (row,) = judgement.variants
    assert per_call(row) == against(row) == "-"
    one = replace(row, instructions=Instructions(per_call=5e6))
    assert (per_call(one), against(one)) == ("5,000,000", "-")
    assert against(replace(row, instructions=Instructions(per_call=5e6, ratio=0.5))) == "0.5000"


def test_why_they_were_not_counted_is_said_once_for_the_run():
    record = make_record()
    assert "Instructions" not in render(record)
    record = replace(record, environment=replace(record.environment, uncounted=NOT_HERE))
    assert " ".join(render(record).split()).count(f"Instructions were not counted: {NOT_HERE}.") == 1


def test_where_only_one_environment_could_not_it_is_named():
    there = EnvironmentRecord(
        address="base@image",
        kind="image",
        python="3.11",
        lock_digest=None,
        verification=Verification(state="verified"),
        uncounted="a filter forbids it",
    )
    record = make_record(against=[there])
    record = replace(record, environment=replace(record.environment, uncounted=""))
    assert list(uncounted(record)) == ["Instructions were not counted in base@image: a filter forbids it."]
