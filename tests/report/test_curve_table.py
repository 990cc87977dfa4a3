"""Curves in the terminal."""

from __future__ import annotations

import msgspec
import pytest
from builders import grid_search
from hypothesis import HealthCheck, example, given, settings
from rich.cells import cell_len
from strategies import any_of

from harness.record import Store
from harness.record.schema import Curve, Estimate, Order, OrderPoint
from harness.report.plain import to_text
from harness.report.run import RunReport, render

from .curves import CROSSING, SCALING, SIZES, crossing, judged, swept_cases, workers
from .making import normal


def flat(record):
    return " ".join(render(record).split())


def test_a_family_is_told_by_its_curve_and_not_case_by_case():
    text = flat(crossing())
    assert "sort along rows" in text
    assert "benchmarks/sort/curves.py; baseline loop; 5 values; 4 launches each" in text
    assert "sort (rows=" not in text


def test_the_break_even_is_told_with_its_interval_and_its_bracket():
    text = flat(crossing())
    assert "array beats loop from rows = about 6" in text
    assert "it takes more time at 100, less at 1,000." in text


def test_exponents_are_told_with_intervals_and_a_curve_that_bends_as_one():
    text = flat(crossing())
    assert "loop: time grows with rows^1.00 (0.99" in text
    assert "on the whole, but no straight line fits" in text
    assert "from 100 to 1,000" in text
    assert "Memory hardly grows with rows (at most 100 MB in loop, 100 MB in array): it is what the libraries" in text


def test_no_break_even_within_what_was_measured_is_an_answer():
    record = judged(swept_cases({"loop": lambda n: 1e-6 * n, "array": lambda n: 5e-7 * n}, SIZES))
    assert "array beats loop at all 5 measured values of rows: there is no break-even within" in flat(record)
    assert "(100 to 1,000,000)" in flat(record)


def test_where_the_order_is_not_known_it_is_marked_and_said():
    record = judged(swept_cases({"loop": lambda n: 1e-6 * n, "array": lambda n: 1e-6 * n}, SIZES, sd=0.02))
    text = flat(record)
    assert "Which is faster, loop or array, is not known at any value of rows: no break-even can be told." in text
    assert "] ?" in text
    assert "?: which is faster is not known there." in text


def test_every_change_of_order_is_told():
    laws = {"loop": lambda n: 1e-6 * n, "array": lambda n: 1e-6 * n * (2 if n in {1_000, 10_000} else 0.5)}
    text = flat(judged(swept_cases(laws, SIZES)))
    assert text.count("loop beats array from") == 1
    assert text.count("array beats loop from") == 1


def test_an_answer_that_is_another_one_is_told_with_its_values():
    record = crossing(answers=lambda name, value: 2 if name == "array" and value > 10_000 else 1)
    text = flat(record)
    assert "array gives another answer at 100,000 and 1,000,000 (answer: 2 against 1, 1 apart)" in text
    assert "it is not compared there" in text
    assert text.count("another answer") >= 2


def test_a_variant_that_was_not_measured_at_a_value_is_told():
    cases = swept_cases(CROSSING, SIZES)
    cases[2] = msgspec.structs.replace(cases[2], samples=[each for each in cases[2].samples if each.variant == "loop"])
    text = flat(judged(cases))
    assert "array was not measured at 10,000: its curve goes over the other values." in text


def test_two_that_were_measured_at_no_common_value_have_no_break_even_and_it_is_said():
    cases = swept_cases(CROSSING, SIZES)
    for place, case in enumerate(cases):
        gone = "array" if place < 2 else "loop"
        cases[place] = msgspec.structs.replace(case, samples=[each for each in case.samples if each.variant != gone])
    text = flat(judged(cases))
    assert "array and loop have no value of rows in common at which they can be compared" in text


def test_a_control_that_is_off_at_one_of_many_values_by_chance_is_no_doubt():
    for off, told in ((0.03, "the twin's ratio holds 1 at all 5 values"), (0.5, "the twin's ratio is not 1 at 10,000")):
        text = flat(judged([with_twin(case, off if place == 2 else 0.0) for place, case in enumerate(swept())]))
        assert told in text, off


def swept():
    return swept_cases(CROSSING, SIZES, launches=6)


def with_twin(case, off):
    """The case with a twin of the baseline, by so much slower; its own 95 % interval leaves out 1 from 2.4 % on."""
    twin = msgspec.structs.replace(case.variants[0], name="loop (twin)", twin_of="loop")
    scatter = {launch: 1 + off + (0.02 if launch % 2 else -0.02) for launch in range(6)}
    more = [
        msgspec.structs.replace(each, variant=twin.name, wall_s=each.wall_s * scatter[each.launch])
        for each in case.samples
        if each.variant == "loop"
    ]
    return msgspec.structs.replace(case, variants=[*case.variants, twin], samples=[*case.samples, *more])


def test_without_any_that_keeps_to_one_core_the_cost_is_said_not_to_be_known():
    cases = [
        msgspec.structs.replace(
            case, samples=[msgspec.structs.replace(each, cpu_s=2 * each.wall_s) for each in case.samples]
        )
        for case in swept_cases(SCALING, [1, 2, 4], "workers")
    ]
    assert "COST is not known: nothing that keeps to one core" in flat(judged(cases))


def test_workers_have_speed_ups_a_law_and_a_cost():
    text = flat(workers())
    assert "cluster speed-up" in text
    assert "by Amdahl's law" in text
    assert "by the Universal Scalability Law" in text
    assert "coherency costs" in text
    assert "COST of cluster: 4 workers beat the best on a single core, one core (" in text


def test_more_workers_than_cores_are_told_for_what_they_show():
    text = flat(workers(cores=2))
    assert "This run had 2 cores: at 4 and 8 workers they are shared. That shows what too many cost" in text
    assert "Not enough points for Amdahl's law: it needs 3 numbers of workers within the cores." in text
    assert "Not enough points for the Universal Scalability Law: it needs 4 numbers of workers" in text


def test_workers_come_whole():
    text = flat(workers())
    assert "cluster beats one core from workers = 4 on: it takes more time at 2, less at 4." in text


def test_memory_that_grows_is_told_with_its_exponent():
    cases = [
        msgspec.structs.replace(
            case,
            variants=[
                msgspec.structs.replace(each, peak_bytes=[10**6 * int(case.params["rows"])] * 4)
                for each in case.variants
            ],
        )
        for case in swept_cases(CROSSING, SIZES)
    ]
    text = flat(judged(cases))
    assert "memory grows with rows^1.00" in text
    assert "1.00 TB" in text


def test_a_cost_that_is_more_than_was_measured_is_an_answer():
    text = flat(judged(swept_cases(SCALING, [1, 2], "workers"), 2))
    assert (
        "COST of cluster: not within what was measured: workers = 1 and 2 do not beat the best on a single core" in text
    )


def test_where_nothing_was_measured_is_told_once_and_claims_nothing():
    cases = swept_cases(SCALING, [1, 2, 4], "workers", launches=1)
    cases[1:] = [msgspec.structs.replace(case, samples=[]) for case in cases[1:]]
    text = flat(judged(cases))
    assert "Nothing was measured at 2 and 4: the curve goes over the other values." in text
    assert "was not measured at" not in text
    assert "COST of cluster: no measured number of workers is known to beat the best on a single core" in text
    assert "speed-up " not in text


def test_without_one_worker_there_is_no_speed_up_and_it_is_said():
    assert "Speed-ups need a case with 1 of workers" in flat(judged(swept_cases(SCALING, [2, 4], "workers")))


def test_a_wrong_axis_is_a_sentence_and_its_cases_have_tables():
    text = flat(judged(swept_cases(CROSSING, [100])))
    assert "no curve: the axis 'rows' has one value only, 100: a curve needs two" in text
    assert "sort (rows=100)" in text


def test_few_launches_are_told():
    text = flat(crossing(launches=1))
    assert "Fewer than three launches at all 5 values: no interval rests on them." in text


def test_what_is_no_curve_keeps_its_table_beside_those_that_are():
    record = crossing()
    case, judgement = grid_search()
    both = msgspec.structs.replace(record, cases=[*record.cases, case], judgements=[*record.judgements, judgement])
    assert "narrow (documents=857)" in flat(both)
    assert "sort along rows" in flat(both)


def test_the_table_of_each_value_can_be_had_too():
    record = crossing()
    report = " ".join(to_text(RunReport(record, again="harness show 7f3a"), 100, plain=True).split())
    assert report.endswith("prints this again; with --points also the table of each value of a curve.")
    whole = " ".join(to_text(RunReport(record, curved=()), 100, plain=True).split())
    assert "sort along rows" in whole
    assert whole.count("sort (rows=") == 5


def test_a_record_without_curves_prints_as_before(tmp_path):
    plain = judged([normal()[0]])
    assert plain.curves == []


def test_a_curve_prints_the_same_after_it_was_stored(tmp_path):
    record = crossing()
    Store(tmp_path).write(record)
    assert render(Store(tmp_path).read(record.id)) == render(record)


@pytest.mark.parametrize("width", [60, 80, 100, 200])
@pytest.mark.parametrize("make", [crossing, workers])
def test_a_curve_keeps_to_its_width_and_is_plain_in_a_pipe(width, make):
    text = render(make(), width=width)
    assert max(map(cell_len, text.splitlines())) <= width
    assert "\x1b" not in text


# Of two variants, neither of them the baseline, it is known nowhere which one is faster.
DARK = Curve(
    axis="rows",
    file="",
    group=None,
    cases=[],
    baseline="loop",
    orders=[Order(first="array", second="tree", points=[OrderPoint(value=1.0, ratio=Estimate(value=1.0))])],
)


@settings(max_examples=25, deadline=None, suppress_health_check=list(HealthCheck))
@given(any_of(Curve))
@example(DARK)
def test_any_curve_that_the_schema_allows_can_be_printed(curve):
    record = crossing()
    cases = [*curve.cases, *(case.id for case in record.cases[: len(curve.values)])]
    odd = msgspec.structs.replace(curve, cases=cases)
    text = render(msgspec.structs.replace(record, curves=[curve, odd]))
    assert "\x1b" not in text
