"""From start to end: when a start-up is paid, and what answers take of machines that are paid by the core."""

import math

import numpy as np
import pytest

from harness.judge import judge_end_to_end, judge_run
from harness.record.schema import Answer, Launch, Phase, Price

from .making import a_case, a_sample, a_variant, no_array


def launches_of(count, void=()):
    return [
        Launch(number=at, hash_seed=1, began="", start_s=1.0, phase=Phase.VOID if at in void else Phase.MEASURED)
        for at in range(count)
    ]


def a_cluster_case(saved, start=2.0, launches=6, sd=0.02, seed=0, notes=None, void=(), **fields):
    """A baseline of a second a call, a cluster whose calls take `saved` less, and a faster way that starts nothing."""
    random = np.random.default_rng(seed)
    samples, parts = [], []
    for at in range(launches):
        noise = random.normal(0, sd, 4)
        once, each = start + noise[0], 1 - saved + noise[1]
        parts.append(
            {"cluster start": once / 2, "distribution": once / 4, "computation": each, "cluster end": once / 4}
        )
        samples.append(a_sample("cluster", once + each, at))
        samples += [a_sample("naive", 1 + noise[2], at), a_sample("threads", 0.6 + noise[3] / 2, at)]
    cluster = a_variant("cluster", parts_s=parts, parts_launches=list(range(launches)))
    stated = {"launches": launches_of(launches, void)} | fields
    return a_case([a_variant("naive", notes=notes or {}), a_variant("threads"), cluster], samples, **stated)


def judged(case, name, cores=2):
    judgements = judge_end_to_end([case], judge_run([case], 0.02, no_array), cores)
    return next(each for each in judgements[0].variants if each.variant == name)


def test_a_start_up_is_paid_after_as_many_calls_as_save_it_against_the_baseline_and_the_fastest_way():
    against_naive, against_threads = judged(a_cluster_case(saved=0.5), "cluster").start_up
    assert (against_naive.against, against_threads.against) == ("naive", "threads")
    assert against_naive.calls == pytest.approx(4, rel=0.1)
    assert against_naive.fewest < against_naive.calls < against_naive.most
    assert against_threads.calls == pytest.approx(20, rel=0.4)


def test_the_number_of_calls_agrees_with_counting_them():
    told = judged(a_cluster_case(saved=0.3), "cluster").start_up[0]
    calls = 1
    while told.once_s + calls * told.call_s > calls * told.against_s:
        calls += 1
    assert calls == math.ceil(told.calls)


def test_calls_that_are_no_cheaper_never_pay_for_a_start():
    told = judged(a_cluster_case(saved=-0.5), "cluster").start_up[0]
    assert (told.calls, told.fewest, told.most) == (None, None, None)


def test_where_it_is_not_known_whether_anything_is_saved_it_may_be_never():
    told = judged(a_cluster_case(saved=0.005, sd=0.1), "cluster").start_up[0]
    assert told.most is None
    assert told.fewest > 4


def test_a_start_that_the_first_call_saves_is_paid_within_it():
    told = judged(a_cluster_case(saved=0.9, start=0.3, sd=0.01), "cluster").start_up[0]
    assert told.most < 1


@pytest.mark.parametrize("launches", [1, 2])
def test_fewer_than_three_launches_carry_no_interval(launches):
    told = judged(a_cluster_case(saved=0.5, launches=launches), "cluster").start_up[0]
    assert told.launches == launches
    assert told.calls == pytest.approx(4, rel=0.2)
    assert (told.fewest, told.most) == (None, None)


def test_void_launches_and_those_without_the_other_variant_are_left_out():
    case = a_cluster_case(saved=0.5, void=(1,))
    samples = [each for each in case.samples if each.launch != 1 and (each.launch, each.variant) != (2, "naive")]
    assert judged(a_case(case.variants, samples, launches=case.launches), "cluster").start_up[0].launches == 4


def test_records_that_do_not_say_the_launches_of_parts_have_as_many_of_both_or_none():
    case = a_cluster_case(saved=0.5)
    naive, threads, cluster = case.variants
    old = a_variant("cluster", parts_s=cluster.parts_s)
    assert judged(a_case([naive, threads, old], case.samples, launches=case.launches), "cluster").start_up
    fewer = a_variant("cluster", parts_s=cluster.parts_s[1:])
    assert not judged(a_case([naive, threads, fewer], case.samples, launches=case.launches), "cluster").start_up


def test_a_faster_way_to_another_answer_is_no_rival():
    def answered(variant, value):
        return a_variant(
            variant.name,
            answers=[Answer(launches=list(range(6)), digest=str(value), value=value)],
            parts_s=variant.parts_s,
            parts_launches=variant.parts_launches,
        )

    case = a_cluster_case(saved=0.5)
    variants = [answered(each, 2 if each.name == "threads" else 1) for each in case.variants]
    told = judged(a_case(variants, case.samples, launches=case.launches), "cluster").start_up
    assert [each.against for each in told] == ["naive"]


def test_a_baseline_that_starts_a_cluster_is_held_against_the_fastest_way():
    told = judged(a_cluster_case(saved=0.5, baseline="cluster"), "cluster").start_up
    assert [each.against for each in told] == ["threads"]


def test_variants_that_pay_nothing_once_have_no_start_up():
    assert judged(a_cluster_case(saved=0.5), "threads").start_up == []


def test_a_bill_keeps_all_cores_from_start_to_end_and_pays_once_for_a_thousand():
    bill = judged(a_cluster_case(saved=0.5, sd=0.0), "cluster", cores=4).bill
    assert bill.cores == 4
    assert bill.answer_core_s == pytest.approx(4 * 2.5)
    assert bill.thousand_core_s == pytest.approx(4 * (2.0 + 1000 * 0.5))


@pytest.mark.parametrize(
    ("notes", "cores"), [({"cores": 1}, 1), ({"cores": 9}, 2), ({"cores": "1"}, 2), ({"cores": True}, 2), ({}, 2)]
)
def test_a_test_may_say_that_its_call_needs_fewer_cores(notes, cores):
    bill = judged(a_cluster_case(saved=0.5, sd=0.0, notes=notes), "naive").bill
    assert (bill.cores, bill.answer_core_s) == (cores, pytest.approx(cores * 1.0))
    assert bill.thousand_core_s == pytest.approx(1000 * bill.answer_core_s)


def test_the_mean_counts_for_a_bill_and_not_the_median():
    samples = [a_sample("naive", 10.0 if block == 0 else 1.0, at, block) for at in range(3) for block in range(10)]
    bill = judged(a_case([a_variant("naive")], samples, launches=launches_of(3)), "naive", cores=1).bill
    assert bill.answer_core_s == pytest.approx(1.9)


def test_side_by_side_no_start_up_is_held_against_that_of_another_environment():
    row = judged(a_cluster_case(saved=0.5, of="kmeans"), "cluster")
    assert row.start_up == []
    assert row.bill is not None


def test_what_was_not_measured_has_no_bill():
    case = a_case([a_variant("naive"), a_variant("gone")], [a_sample("naive", 1.0)], launches=launches_of(1))
    assert judged(case, "gone").bill is None


def test_a_price_is_added_to_a_record_without_bills():
    from builders import make_record

    from harness.judge import with_price

    priced = with_price(make_record(), Price(core_hour=0.05, currency="EUR"))
    assert priced.plan.price.currency == "EUR"
    assert all(row.bill for judgement in priced.judgements for row in judgement.variants)
