"""A run side by side as a reader sees it at 80 columns."""

from __future__ import annotations

import msgspec
import pytest
from builders import Way, make_case, make_record
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from rich.cells import cell_len
from strategies import any_of

from harness.judge.counters import changes
from harness.record import summarize
from harness.record.schema import Agreement, EnvironmentRecord, Failure, FailureKind, Record, Verdict, Verification
from harness.report.panels import panels_of
from harness.report.plot import plot
from harness.report.run import render

from .test_table import GOLDEN, hold_against

A, B = "subject@wheels", "newest@conda"
ANSWER = {"scores": [0.91, 0.92]}


def side(test, a_s, b_s, verdict, agreement=Agreement.AGREE, detail="", *, of="narrow", counters=({}, {}), **fields):
    """One test in two environments, as a run side by side has it."""
    fields = {"answer": ANSWER, **fields}
    ways = [
        Way(A, a_s, answer=ANSWER, cpu_s=a_s, peak_bytes=251_000_000, counters=counters[0]),
        Way(B, b_s, verdict, agreement, detail, cpu_s=b_s, peak_bytes=255_000_000, counters=counters[1], **fields),
    ]
    case, judgement = make_case(of, ways, twin_of=A)
    changed = {B: changes([counters[0]], [counters[1]])}
    rows = [msgspec.structs.replace(row, counter_changes=changed.get(row.variant, [])) for row in judgement.variants]
    judgement = msgspec.structs.replace(judgement, variants=rows)
    case_id = f"{case.id}: {test}"
    variants = [
        msgspec.structs.replace(variant, environment=1 if variant.name == B else 0) for variant in case.variants
    ]
    case = msgspec.structs.replace(case, id=case_id, of=case.id, variant=test, variants=variants)
    return case, msgspec.structs.replace(judgement, case=case_id)


def environment(address=B, **fields):
    plain = {
        "kind": "conda",
        "python": "3.12.13",
        "lock_digest": "70a4" * 16,
        "verification": Verification(state="verified"),
        "software": {
            "python": {"version": "3.12.13", "build": "main", "compiler": "GCC 14.3.0"},
            "number_libraries": [
                {"internal_api": "openblas", "version": "0.3.30", "num_threads": 2, "threading_layer": "pthreads"}
            ],
            "distributions": {
                "numpy": {"version": "2.4.0", "record": "c4" * 32},
                "dask": {"version": "2026.8.0", "record": "c5" * 32},
            },
        },
        "code": {"commit": "7d037c7" + "0" * 33, "dirty": False, "suite": "d4" * 32},
    }
    return EnvironmentRecord(address=address, **{**plain, **fields})


def sides(*cases, against=None, **fields):
    cases = cases or (
        side("naive", 23.8, 24.0, Verdict.EQUIVALENT, spread=0.008),
        side("prefix-cached", 3.4, 3.85, Verdict.SLOWER, counters=({"vect.fit": 11}, {"vect.fit": 21})),
        side(
            "dask-threads", 7.8, 7.1, Verdict.INCONCLUSIVE, Agreement.DIFFER,
            "scores[1]: 0.92006 against 0.92, 6e-05 apart", reason="faster, but another answer: 9 % less time",
        ),
        side("k-means++", 15.9, 11.0, Verdict.FASTER, of="centers"),
    )  # fmt: skip
    return make_record(*cases, against=against or [environment()], **fields)


def flat(record):
    return " ".join(render(record).split())


def test_a_run_side_by_side_reads_as_it_should():
    hold_against(GOLDEN / "side_by_side.txt", render(sides(), 80))


def test_an_environment_that_is_not_its_lock_is_named_on_top():
    drifted = environment(verification=Verification(state="drifted", findings=["version: numpy is 2.3.9"]))
    first = render(sides(against=[drifted])).splitlines()[0]
    assert first == f"DRIFTED: {B} is not its lock; these figures can't be published."
    assert summarize(sides(against=[drifted])).state == "drifted"


def test_another_answer_comes_before_any_speed():
    text = flat(sides())
    counted = f"{B} counts other work in prefix-cached"
    assert f"{B} gives another answer in dask-threads; {counted}; {B} is slower in prefix-cached." in text
    assert "so its shorter time is no speed-up" in text


def test_a_side_that_owes_its_answer_has_no_time():
    text = flat(sides(side("naive", 23.8, 3.21, Verdict.FASTER, Agreement.NONE, answer=None)))
    assert f"{B} states no answer in naive." in text
    assert "3.21" not in text


def test_equal_sides_are_called_so():
    text = flat(sides(side("naive", 1.0, 1.0, Verdict.EQUIVALENT, spread=0.005)))
    assert f"{B} is as fast as {A}, within 2.0 %, with the same answer." in text


def test_data_that_are_not_the_same_come_first():
    case, judgement = side("naive", 1.0, 1.0, Verdict.EQUIVALENT)
    variants = [
        msgspec.structs.replace(each, notes={"data": {"blobs": {"digest": str(each.environment)}}})
        for each in case.variants
    ]
    text = flat(sides((msgspec.structs.replace(case, variants=variants), judgement)))
    assert "- The data in B are not those in A, in naive: times and answers can't be compared." in text


def test_counters_that_differ_are_named():
    text = flat(sides())
    assert "prefix-cached: counters, A -> B: vect.fit 11 -> 21." in text
    assert "counts other work in prefix-cached" in text


def test_where_there_is_room_the_table_says_whether_the_counters_are_the_same():
    counted = {"counters": ({"vect.fit": 11}, {"vect.fit": 11})}
    equal = side("naive", 23.8, 24.0, Verdict.EQUIVALENT, **counted)
    changed = side("prefix-cached", 3.4, 3.85, Verdict.SLOWER, counters=({"vect.fit": 11}, {"vect.fit": 21}))
    rows = render(sides(equal, changed), 100).splitlines()
    assert any(row.startswith("naive") and row.endswith("same") for row in rows)
    assert any(row.startswith("prefix-cached") and row.endswith("changed") for row in rows)


def test_a_test_that_failed_in_one_environment_says_where_and_why():
    case, judgement = side("naive", 1.0, 1.0, Verdict.NOT_MEASURED, died="raised (ImportError: no numba)")
    failure = Failure(launch=1, kind=FailureKind.RAISED, text="ImportError: no numba")
    variants = [msgspec.structs.replace(each, failures=[failure]) if each.name == B else each for each in case.variants]
    text = flat(sides((msgspec.structs.replace(case, variants=variants), judgement)))
    assert f"Nothing was measured in both {A} and {B}." in text
    assert f"naive was not measured in {B}: raised (ImportError: no numba)." in text
    assert f"narrow, naive, {B}: raised in launch 1" in text


def test_the_same_twice_is_called_so():
    record = sides()
    same = msgspec.structs.replace(
        record.environment, address=B, software=record.fingerprint.software, code=record.fingerprint.code
    )
    assert "nothing that is recorded: they are the same twice" in flat(sides(against=[same]))


def test_of_number_libraries_those_that_differ_are_named():
    openblas = {"internal_api": "openblas", "version": "0.3.30", "num_threads": 2}
    newer = {**openblas, "version": "0.3.31"}
    openmp = {"internal_api": "openmp", "version": None, "num_threads": 2}
    record = sides(against=[environment(software={"number_libraries": [openblas, newer, openmp]})])
    ours = {**record.fingerprint.software, "number_libraries": [openblas, openblas]}
    fingerprint = msgspec.structs.replace(record.fingerprint, software=ours)
    text = flat(msgspec.structs.replace(record, fingerprint=fingerprint))
    told = "openblas 0.3.30 (2 threads) in A, openblas 0.3.31 (2 threads), openmp (2 threads) in B"
    assert f"number libraries: {told}" in text


def test_packages_of_one_version_with_other_files_are_counted():
    software = {"distributions": {"numpy": {"version": "2.3.5", "record": "other"}}}
    text = flat(sides(against=[environment(software=software)]))
    assert "1 of the packages with the same version have other files: numpy" in text


def test_commits_are_named_where_they_were_asked_for():
    new = environment("live:main", kind="live", lock_digest=None, revision="main", commit="1a2b" * 10)
    assert "B: live:main (verified), Python 3.12.13, commit 1a2b1a2b1a2b" in flat(sides(against=[new]))


def test_a_third_environment_has_tables_of_its_own():
    case, judgement = side("naive", 1.0, 1.1, Verdict.SLOWER)
    variants = [*case.variants, msgspec.structs.replace(case.variants[1], name="old", environment=2)]
    rows = [*judgement.variants, msgspec.structs.replace(judgement.variants[1], variant="old")]
    made = (msgspec.structs.replace(case, variants=variants), msgspec.structs.replace(judgement, variants=rows))
    text = flat(sides(made, against=[environment(), environment("old")]))
    assert f"B/A: time in {B} over time in {A}" in text
    assert f"C/A: time in old over time in {A}" in text
    assert f"What differs between A ({A}) and C (old)" in text


@settings(suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large], deadline=None, max_examples=40)
@given(any_of(Record), any_of(EnvironmentRecord), st.integers(-1, 2))
def test_any_record_side_by_side_can_be_printed_drawn_and_listed(record, other, number):
    cases = [
        msgspec.structs.replace(
            case,
            of=case.of or "",
            variants=[msgspec.structs.replace(each, environment=number) for each in case.variants],
        )
        for case in record.cases
    ]
    record = msgspec.structs.replace(record, cases=cases, against=[other, *record.against])
    assert max(map(cell_len, render(record, 80).split("\n"))) <= 80
    assert summarize(record).against[0] == other.address
    assert isinstance(panels_of(record), list)


@pytest.mark.parametrize("width", [40, 60, 100])
def test_every_width_has_room(width):
    assert max(map(len, render(sides(), width).splitlines())) <= width


def test_it_is_drawn_test_by_test(tmp_path):
    drawn = plot(sides(), tmp_path / "sides.svg").read_text()
    assert f"time in {B} over that in {A}" in drawn
    assert "prefix-cached" in drawn


def test_the_list_names_both():
    summary = summarize(sides())
    assert (summary.environment, summary.against) == (A, [B])


def test_tests_that_are_equal_within_margins_of_their_own_are_so_within_the_widest():
    cases = [side(name, 1.0, 1.0, Verdict.EQUIVALENT, spread=0.008) for name in ("naive", "shared")]
    record = sides(*cases)
    widened = msgspec.structs.replace(record.cases[1], margin=0.3)
    text = flat(msgspec.structs.replace(record, cases=[record.cases[0], widened]))
    assert f"{B} is as fast as {A}, within 30 %, with the same answer." in text
