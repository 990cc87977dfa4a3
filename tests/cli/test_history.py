import json
import shutil

import pytest
from builders import make_record
from click.testing import CliRunner

from harness.calibrate.year import Scenario, truth_of, write
from harness.cli.histories import histories_in
from harness.cli.main import cli
from harness.failure import HarnessError
from harness.record import Store
from harness.record.index import Index
from harness.record.schema import Imported

SCENARIO = Scenario(seed=7, nights=110, cases=2, variants=3, launch_sd=0.004, night_sd=0.003, spikes=0.0)


@pytest.fixture(scope="module")
def year(tmp_path_factory):
    folder = tmp_path_factory.mktemp("year")
    truth = truth_of(SCENARIO)
    write(truth, Store(folder))
    return folder, truth


def run(*arguments):
    return CliRunner().invoke(cli, [*map(str, arguments)])


def the_series(*arguments):
    return json.loads(run(*arguments, "--json").stdout)["series"]


def test_planted_changes_are_printed_with_date_size_commits_and_packages(year):
    folder, truth = year
    printed = run("history", "--store", folder).output
    planted = [each for each in truth.planted if each.change is not None]
    assert planted
    assert all(f"{each.date} {each.variant}" in printed for each in planted)
    assert "numpy 2.3.0 -> 2.3.1" in " ".join(printed.split())
    assert "commits " in printed
    assert "anchor 2 over anchor 1: " in printed
    assert any(character in printed for character in "▁█")
    assert all(len(line) <= 100 for line in printed.splitlines())


def test_json_has_all_points_and_changes(year):
    folder, truth = year
    series = the_series("history", "--store", folder)
    assert {each["key"]["case"] for each in series} == {case for case, _ in truth.tests}
    assert sum(len(each["points"]) for each in series) == truth.measured.sum() * len(truth.tests)
    found = {change["date"] for each in series for change in each["changes"]}
    assert {each.date for each in truth.planted if each.change is not None} <= found


def test_a_case_is_asked_for_by_its_id_or_its_name(year):
    folder, truth = year
    case = truth.tests[0][0]
    by_id, by_name = (the_series("history", name, "--store", folder) for name in (case, case.rpartition("::")[2]))
    assert by_id == by_name
    assert {each["key"]["case"] for each in by_id} == {case}


def test_filters_choose(year):
    folder, _ = year
    assert {each["key"]["variant"] for each in the_series("history", "--store", folder, "--variant", "cached")} == {
        "cached"
    }
    assert all("EPYC" in each["key"]["cpu_model"] for each in the_series("history", "--store", folder, "--cpu", "epyc"))
    assert the_series("history", "--store", folder, "--measure", "anchor")


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["serch"], "Did you mean 'search'?"),
        (["--variant", "cachd"], "Did you mean 'cached'?"),
        (["--variant", "zz"], "There is cached, naive, threads."),
        (["nope"], "There is kmeans, search."),
        (["--cpu", "Z80"], "no processor with 'Z80'"),
        (["--measure", "time"], "there is: anchor"),
    ],
)
def test_what_isn_t_there_is_said(year, arguments, words):
    folder, _ = year
    fault = run("history", *arguments, "--store", folder).exception
    assert isinstance(fault, HarnessError)
    assert words in str(fault)


def test_an_empty_store_says_so(tmp_path):
    assert (
        run("history", "--store", tmp_path).output
        == f"harness: {tmp_path} holds no record yet. `harness run` makes one.\n"
    )
    assert json.loads(run("history", "--store", tmp_path, "--json").stdout) == {"series": [], "damaged": []}
    assert "holds no record yet" in str(run("history", "search", "--store", tmp_path).exception)


def test_a_store_with_one_record_says_so(tmp_path):
    Store(tmp_path).write(make_record())
    result = run("history", "--store", tmp_path)
    assert "each series is one record long" in result.output
    assert "time over the baseline's (naive)" in result.output
    assert "no change is seen" in result.output


def test_damaged_records_are_named_and_the_exit_code_is_1(tmp_path):
    store = Store(tmp_path)
    store.write(make_record())
    (store.records / "20261124T150312Z-7f3c.json").write_text('{"id": ')
    result = CliRunner().invoke(cli, ["history", "--store", str(tmp_path)], standalone_mode=False)
    assert result.return_value == 1
    assert "7f3c.json:truncated" in "".join(result.output.split())


@pytest.mark.parametrize("width", [40, 80, 200])
def test_tables_keep_to_the_width(year, width):
    from harness.judge.history import histories_of
    from harness.record.changes import changes_of
    from harness.record.index import Index
    from harness.record.series import series_of
    from harness.report.history import HistoryReport
    from harness.report.plain import to_text

    index = Index(Store(year[0]))
    histories = histories_of(series_of(index.runs(), index.results()))
    text = to_text(HistoryReport(histories, [changes_of(each, index.distributions) for each in histories]), width, True)
    assert all(len(line) <= width for line in text.splitlines())


def test_compared_nights_have_each_ratio_and_what_differs(year):
    folder, _ = year
    first, *_ = Store(folder).ids()
    last = next(each for each in Store(folder).ids() if each > "20260101")
    printed = run("compare", first, last, "--store", folder).output
    assert "B is not as A:" in printed
    assert "another commit" in printed
    document = json.loads(run("compare", first, last, "--store", folder, "--json").stdout)
    assert document["differences"]
    assert {row["standing"] for case in document["cases"] for row in case["variants"]} <= {
        "slower", "faster", "same", "undecided", "not compared",
    }  # fmt: skip


def test_a_record_is_compared_by_its_file_too(tmp_path):
    store = Store(tmp_path)
    one, other = (store.write(make_record(run=run)) for run in ("20261122T150312Z-7f3a", "20261123T150312Z-7f3b"))
    assert "ratios compared" in run("compare", one, other).output


def changed(**more):
    import msgspec

    record = make_record(run="20261123T150312Z-7f3b")
    plan = {name: more.pop(name) for name in list(more) if name in {"scale", "night"}}
    return msgspec.structs.replace(record, plan=msgspec.structs.replace(record.plan, **plan), **more)


@pytest.mark.parametrize(
    ("other", "words"),
    [
        (changed(scale="paper"), "scale lecture in A, paper in B"),
        (changed(imported=Imported(tool="asv", tool_version="1", file="f", digest="d")), "one comes from asv"),
        (changed(cases=[], judgements=[]), "have no case in common"),
        (None, "they are one record"),
    ],
)
def test_what_can_t_be_compared_is_refused_with_the_reason(tmp_path, other, words):
    store = Store(tmp_path)
    first = make_record()
    store.write(first)
    if other is not None:
        store.write(other)
    fault = run("compare", first.id, other.id if other else first.id, "--store", tmp_path).exception
    assert isinstance(fault, HarnessError)
    assert fault.exit_code == 2
    assert words in str(fault)


def test_nights_against_other_anchors_are_refused(year):
    folder, _ = year
    store = Store(folder)
    first = store.ids()[0]
    moved = next(each for each in store.ids() if store.read(each).plan.night.anchors == [2])
    assert "other anchors, 1 in A, 2 in B" in str(run("compare", first, moved, "--store", folder).exception)


def test_an_unknown_record_is_said_with_the_nearest(tmp_path):
    Store(tmp_path).write(make_record())
    assert "no record 'nope'" in str(run("compare", "nope", "7f3a", "--store", tmp_path).exception)


def _noted(tracked, asked_after):
    def noting(index, after="", cases=None):
        asked_after.append(after)
        return tracked(index, after, cases)

    return noting


def test_a_case_judged_before_is_told_the_same_when_nights_come_and_go_and_when_what_was_kept_is_damaged(
    tmp_path, monkeypatch
):
    monkeypatch.setenv("HARNESS_CACHE", str(tmp_path / "cache"))
    truth = truth_of(SCENARIO)
    write(truth, Store(tmp_path / "all"))
    nights = sorted((tmp_path / "all" / "records").iterdir())
    (tmp_path / "some" / "records").mkdir(parents=True)
    asked = "history", truth.tests[0][0], "--store", tmp_path / "some"

    def told_with(count):
        for number, night in enumerate(nights):
            here = tmp_path / "some" / "records" / night.name
            if number < count and not here.exists():
                shutil.copy2(night, here)
            if number >= count:
                here.unlink(missing_ok=True)
        return the_series(*asked)

    asked_after = []
    monkeypatch.setattr(Index, "tracked", _noted(Index.tracked, asked_after))
    some = told_with(100)
    kept = list((tmp_path / "cache").rglob("history-*.msgpack"))
    assert the_series(*asked) == some
    assert asked_after == ["", nights[99].stem]
    everything = told_with(len(nights))
    assert everything == the_series("history", truth.tests[0][0], "--store", tmp_path / "all")
    assert told_with(100) == some
    assert len(kept) == 1
    kept[0].write_bytes(kept[0].read_bytes()[:100])
    assert the_series(*asked) == some


def test_of_what_was_judged_before_the_newest_night_is_known_whole(tmp_path, monkeypatch):
    monkeypatch.setenv("HARNESS_CACHE", str(tmp_path / "cache"))
    write(truth_of(SCENARIO), Store(tmp_path))
    first, second = (histories_in(Index(Store(tmp_path))) for _ in range(2))
    newest = [each.series.points[-1].result for each in first]
    assert [each.series.points[-1].result for each in second] == newest
    assert all(result.ratio is not None for result in newest)
