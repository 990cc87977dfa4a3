import msgspec
from builders import make_record

from harness.record import Store
from harness.record.index import Index
from harness.record.results import Kind, Measure, results_of, run_of
from harness.record.schema import EnvironmentRecord, Night, Verification
from harness.record.series import series_of


def night_record(run="20261122T150312Z-7f3a"):
    """A night of one test against two anchors: the environments are the first anchor, the second, and today."""
    record = make_record(run=run)
    case, judgement = record.cases[0], record.judgements[0]
    names = ["base:one", "base:two", "base:HEAD"]
    taken = [row for row in judgement.variants if row.verdict in {"faster", "slower"}][:2]
    rows = [msgspec.structs.replace(judgement.variants[0], variant=names[0])]
    rows += [msgspec.structs.replace(row, variant=name) for row, name in zip(taken, names[1:], strict=True)]
    variants = [
        msgspec.structs.replace(each, name=name, environment=number)
        for number, (each, name) in enumerate(zip(case.variants, names, strict=False))
    ]
    test = msgspec.structs.replace(
        case, id=f"{case.id}: naive", of=case.id, variant="naive", baseline=names[0], variants=variants
    )
    others = [
        EnvironmentRecord(
            address=name, kind="wheels", python="3.11.7", lock_digest="ab" * 32,
            verification=Verification(state="verified"), software_digest=f"software of {name}", code_digest="code",
            software={"distributions": {"numpy": {"version": "2.4.6", "record": ""}}}, code={"commit": "c" * 40},
        )
        for name in names[1:]
    ]  # fmt: skip
    return msgspec.structs.replace(
        record,
        plan=msgspec.structs.replace(record.plan, night=Night(date="2026-11-22", anchors=[1, 2])),
        against=others,
        cases=[test],
        judgements=[msgspec.structs.replace(judgement, case=test.id, variants=rows)],
    )


def test_a_run_s_series_are_its_variants_against_their_baseline():
    record = make_record()
    runs = {record.id: run_of(record)}
    series = series_of(runs, results_of(record))
    assert runs[record.id].kind is Kind.RUN
    assert {each.key.against for each in series} == {case.baseline for case in record.cases}
    assert {each.key.measure for each in series} == {Measure.BASELINE}
    compared = [row for case in record.judgements for row in case.variants if row.verdict != "baseline"]
    assert len(series) == len(compared)
    assert all(len(each.points) == 1 for each in series)


def test_a_night_s_series_is_today_against_the_first_anchor_and_knows_what_the_second_one_is_worth():
    record = night_record()
    runs = {record.id: run_of(record)}
    (series,) = series_of(runs, results_of(record))
    (point,) = series.points
    assert (series.key.case, series.key.variant) == (record.cases[0].of, "naive")
    assert (series.key.measure, series.key.against) == (Measure.ANCHOR, "")
    assert (point.result.anchor, point.result.of) == (1, None)
    assert [(link.anchor, link.of) for link in point.links] == [(1, 2)]
    assert point.run.commit == "c" * 40
    assert point.run.software_digest == "software of base:HEAD"


def test_the_index_says_of_a_store_what_its_records_say_and_names_what_is_damaged(tmp_path):
    store = Store(tmp_path)
    for run in ("20261122T150312Z-7f3a", "20261123T150312Z-7f3b"):
        store.write(night_record(run))
    (store.records / "20261124T150312Z-7f3c.json").write_text("{")
    index = Index(store)
    assert list(index.runs()) == ["20261122T150312Z-7f3a", "20261123T150312Z-7f3b"]
    (series,) = series_of(index.runs(), index.results())
    assert [point.run.id for point in series.points] == list(index.runs())
    assert index.distributions("software of base:HEAD") == {"numpy": "2.4.6"}
    assert [damaged.path.name for damaged in index.damaged] == ["20261124T150312Z-7f3c.json"]
