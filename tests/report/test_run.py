import msgspec
import pytest
from builders import grid_search, make_record
from hypothesis import HealthCheck, given, settings
from rich.cells import cell_len
from strategies import any_of

from harness.record import Store
from harness.record.schema import Failure, FailureKind, Interval, Record, Verification
from harness.report.plain import to_text
from harness.report.run import RunReport, render


def flat(record):
    return " ".join(render(record).split())


def test_a_record_prints_the_same_after_it_was_stored(tmp_path):
    record = make_record()
    Store(tmp_path).write(record)
    assert render(Store(tmp_path).read(record.id)) == render(record)


def test_the_header_says_what_was_measured_where():
    text = flat(make_record())
    assert "environment: subject@wheels (lock 5f0c5f0c5f0c, verified), Python 3.11.7" in text
    assert "AMD EPYC 7B13" in text
    assert "data newsgroups: generated, digest ab12ab12ab12" in text
    assert "too small" not in text


def test_data_may_be_put_in_any_form():
    text = flat(make_record(data={"a": "20 newsgroups", "b": {}, "c": {"rows": 100}, "d": None}))
    assert "data a: 20 newsgroups" in text
    assert "data b: nothing is recorded" in text
    assert "data c: rows 100" in text


def test_an_unlocked_environment_is_called_so_and_is_no_drift():
    text = flat(make_record(verification=Verification(state="unlocked")))
    assert "unlocked" in text
    assert "DRIFTED" not in text


def test_the_end_says_what_the_budget_gave_and_how_to_go_on():
    record = make_record()
    again = f"harness show {record.id} --store elsewhere"
    text = " ".join(to_text(RunReport(record, again=again), 80, plain=True).split())
    assert "Measured for 4.18 min of a budget of 5.00 min (84 %): 10 launches in 2 cases." in text
    assert text.endswith(f"Record {record.id}: `{again}` prints this again.")
    assert "prints this again" not in flat(record)


def test_the_end_says_what_time_was_predicted():
    record = msgspec.structs.replace(make_record(), predicted_s=240.0)
    assert "of a budget of 5.00 min (84 %, 4.00 min were predicted):" in flat(record)


def test_a_failure_is_told_once_with_the_end_of_its_output():
    case, judgement = grid_search()
    failures = [
        Failure(
            launch=launch, kind=FailureKind.RAISED, text="Traceback\n  ...\nValueError: no\x1b[31m", output="a\n" * 9
        )
        for launch in (0, 2)
    ]
    variants = [msgspec.structs.replace(case.variants[0], failures=failures), *case.variants[1:]]
    text = render(make_record((msgspec.structs.replace(case, variants=variants), judgement)))
    assert "narrow (documents=857), naive: raised in launch 0, 2" in text
    assert text.count("ValueError: no") == 1
    assert text.count("\n    a") == 5


@settings(suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large], deadline=None, max_examples=80)
@given(any_of(Record))
@pytest.mark.parametrize("plain", [True, False])
def test_any_record_can_be_printed(plain, record):
    text = render(record, 80, plain)
    if plain:
        assert "\x1b" not in text
        assert max(map(cell_len, text.split("\n"))) <= 80


def test_a_python_given_by_its_path_is_named_once():
    record = make_record()
    path = "/opt/env/bin/python"
    environment = msgspec.structs.replace(record.environment, address=path, python="3.11.7", lock_digest=None)
    shown = render(msgspec.structs.replace(record, environment=environment))
    assert shown.count(path) == 1
    assert "Python 3.11.7" in shown


def test_a_run_that_reproduces_a_record_names_it():
    record = make_record()
    assert "reproduces" not in render(record)
    plan = msgspec.structs.replace(record.plan, reproduces="20200101T000000Z-abcd")
    assert "reproduces: 20200101T000000Z-abcd" in render(msgspec.structs.replace(record, plan=plan))


def test_below_the_tables_it_says_what_is_estimated_and_what_the_intervals_hold_for():
    text = flat(make_record())
    assert "A ratio is the mean over launches of the log ratio, as a factor; intervals are 95 % each" in text
    assert "look" not in text.split("intervals are 95 % each")[1].split(";")[0]


def test_where_a_case_could_end_early_the_intervals_are_said_to_allow_for_it():
    case, judgement = grid_search()
    wide = Interval(low=0.11, high=0.99, confidence=0.95)
    rows = [
        msgspec.structs.replace(row, ratio=row.ratio and msgspec.structs.replace(row.ratio, looks=3, stopped=wide))
        for row in judgement.variants
    ]
    text = flat(make_record((case, msgspec.structs.replace(judgement, variants=rows))))
    assert "intervals are 95 % each, and hold although a case could end early (looks: at most 3)" in text


def test_a_table_shows_the_interval_that_holds_however_the_case_came_to_its_end():
    case, judgement = grid_search()
    wide = Interval(low=0.11, high=0.99, confidence=0.95)
    rows = [
        msgspec.structs.replace(row, ratio=row.ratio and msgspec.structs.replace(row.ratio, stopped=wide))
        for row in judgement.variants
    ]
    assert "[0.110, 0.990]" in flat(make_record((case, msgspec.structs.replace(judgement, variants=rows))))


def test_what_a_run_remarks_on_its_own_work_is_printed():
    record = msgspec.structs.replace(make_record(), remarks=["store/x.json: left out of the machine's noise: damaged"])
    assert "- store/x.json: left out of the machine's noise: damaged" in flat(record)
