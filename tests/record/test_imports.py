"""Files that pytest-benchmark, pyperf and asv have made themselves, read into records."""

import gzip
import json
import os
import statistics
import subprocess
import sys
from pathlib import Path

import pytest
from click.testing import CliRunner
from hypothesis import example, given, settings
from hypothesis import strategies as st

from harness.cli.main import cli
from harness.failure import HarnessError
from harness.record import Store
from harness.record.document import from_bytes, to_bytes
from harness.record.imports import read_files
from harness.record.index import Index
from harness.record.results import Kind, Measure, results_of, run_of
from harness.record.series import series_of

ASV = Path(__file__).parent / "foreign" / "asv"
SUITE = """\
import pytest

@pytest.mark.parametrize("n", [10, 100])
@pytest.mark.benchmark(group="sums")
def test_sum(benchmark, n):
    benchmark(sum, range(n))

def test_sorted(benchmark):
    benchmark(sorted, range(50))
"""


@pytest.fixture(scope="module")
def made(tmp_path_factory):
    """A file of pytest-benchmark with all rounds, one without them, and one of pyperf."""
    folder = tmp_path_factory.mktemp("foreign")
    (folder / "test_suite.py").write_text(SUITE)
    quick = ["--benchmark-max-time=0.01", "--benchmark-min-rounds=5", "-p", "no:cacheprovider"]
    run(folder, "-m", "pytest", "-q", "test_suite.py", *quick, "--benchmark-json=rounds.json", "--benchmark-save=old")
    (folder / "bench.py").write_text("import pyperf\npyperf.Runner().timeit('sorted', 'sorted(range(100))')\n")
    run(folder, "bench.py", "-p", "2", "-n", "2", "-w", "1", "-l", "64", "-o", "pyperf.json", "-q")
    return folder


def run(folder, *command):
    # pytest-benchmark measures nothing in what it takes for a worker of xdist.
    environ = {name: value for name, value in os.environ.items() if not name.startswith("PYTEST_XDIST")}
    subprocess.run([sys.executable, *command], cwd=folder, check=True, capture_output=True, env=environ)


def read(path):
    return read_files([path], statistics.median)


def harness(*arguments):
    found = CliRunner().invoke(cli, [str(each) for each in arguments], standalone_mode=False)
    if found.exception:
        raise found.exception
    return found


def test_a_file_of_pytest_benchmark_becomes_times_with_its_date_machine_and_commit(made):
    said = json.loads((made / "rounds.json").read_bytes())
    (record,) = read(made / "rounds.json")
    run, results = run_of(record), results_of(record)
    assert (run.kind, run.tool, run.scale, run.commit) == (Kind.IMPORTED, "pytest-benchmark", "pytest-benchmark", None)
    assert run.python == said["machine_info"]["python_version"]
    assert record.imported.tool_version == said["version"]
    assert run.began[:16] == said["datetime"][:16]
    assert {(each.case, each.variant) for each in results} == {
        ("test_suite.py::sums", "test_sum[10]"),
        ("test_suite.py::sums", "test_sum[100]"),
        ("test_suite.py::test_sorted", "test_sorted"),
    }
    assert {each.measure for each in results} == {Measure.TIME}
    medians = {test["name"]: test["stats"]["median"] for test in said["benchmarks"]}
    assert {each.variant: each.median_s for each in results} == medians
    assert from_bytes(to_bytes(record), "x") == record


def test_a_file_that_pytest_benchmark_saved_without_rounds_is_read_too(made):
    (path,) = (made / ".benchmarks").rglob("*.json")
    (record,) = read(path)
    assert all(each.median_s > 0 for each in results_of(record))


@pytest.mark.parametrize("packed", [False, True])
def test_a_file_of_pyperf_becomes_medians_of_its_values(made, tmp_path, packed):
    path = made / "pyperf.json"
    said = json.loads(path.read_bytes())
    values = [value for run in said["benchmarks"][0]["runs"] for value in run.get("values", [])]
    if packed:
        path = tmp_path / "pyperf.json.gz"
        path.write_bytes(gzip.compress((made / "pyperf.json").read_bytes()))
    (record,) = read(path)
    (result,) = results_of(record)
    assert (result.case, result.variant, result.median_s) == ("sorted", "sorted", statistics.median(values))
    assert run_of(record).tool == "pyperf"
    assert run_of(record).cpu_model != "unknown"


def test_results_of_asv_become_times_and_peaks_at_the_date_of_the_commit():
    (record,) = read(ASV)
    results = {(each.case, each.variant): each for each in results_of(record)}
    assert results["sums.TimeSums.time_sum", "1000, 'tuple'"].median_s == 5.9689996305678505e-06
    assert results["sums.time_sorted", "sums.time_sorted"].median_s == 4.036000063933898e-06
    assert results["sums.peakmem_list", "sums.peakmem_list"].peak_bytes == 40226816
    assert results["sums.time_broken", "sums.time_broken"].verdict == "not measured"
    assert len(results) == 7
    assert record.remarks == ["not imported: sums.track_answer: neither a time nor a peak of memory"]
    run = run_of(record)
    assert (run.began, run.commit) == ("2026-11-20T12:00:00+00:00", "d3c35bd63325b447bc2b8fb878a2b625f35de032")
    assert (run.cpu_model, run.tool) == ("Example CPU", "asv")
    assert run.missing == ["sums.time_broken, sums.time_broken: asv has no value for it: it failed, or was skipped"]


def test_one_file_of_asv_without_its_list_of_benchmarks_is_known_by_names(tmp_path):
    (source,) = (ASV / "laptop").glob("d3c35*.json")
    (tmp_path / "results.json").write_bytes(source.read_bytes())
    (record,) = read(tmp_path / "results.json")
    assert len(results_of(record)) == 7


def test_the_same_file_twice_changes_nothing(made, tmp_path):
    store = Store(tmp_path / "results")
    files = [made / "rounds.json", made / "pyperf.json", ASV]
    first = harness("store", "import", *files, "--store", store.folder)
    assert len(first.stdout.splitlines()) == len(store.ids()) == 3
    before = {path: path.read_bytes() for path in store.folder.rglob("*.json")}
    again = harness("store", "import", *files, files[0], "--store", store.folder)
    assert again.stdout == ""
    assert "is in the store already" in again.stderr
    assert {path: path.read_bytes() for path in store.folder.rglob("*.json")} == before


def test_imported_times_make_series_and_can_be_shown_listed_and_checked(made, tmp_path):
    store = Store(tmp_path / "results")
    harness("store", "import", made / "rounds.json", ASV, "--store", store.folder)
    index = Index(store)
    series = series_of(index.runs(), index.results())
    assert {each.key.measure for each in series} == {Measure.TIME}
    assert len(series) == 10
    for run in store.ids():
        assert "measured by" in " ".join(harness("show", run, "--store", store.folder).stdout.split())
    assert "imported from asv" in harness("list", "--store", store.folder).stdout
    assert harness("store", "check", "--store", store.folder).return_value == 0


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"", "no JSON"),
        (b'{"benchmarks": [', "no JSON"),
        (b"\xff\xfe", "no JSON"),
        (b"\x1f\x8bnot packed", "damaged"),
        (b"[" * 100_000, "nested too deeply"),
        (b"[1, 2]", "not known"),
        (b'{"benchmarks": 7, "machine_info": {}, "datetime": "x"}', r"Expected `array`, got `int` - at `\$.bench"),
        (b'{"benchmarks": [], "machine_info": {}, "datetime": "yesterday"}', "'yesterday' is no moment"),
        (b'{"benchmarks": [], "machine_info": {}, "datetime": "2026-11-22"}', "without a benchmark"),
        (b'{"benchmarks": [{"runs": [{"values": [1.0]}]}]}', "says when it was made"),
        (b'{"commit_hash": "x", "results": {}}', "asv's format 1"),
        (b'{"commit_hash": "x", "results": {}, "version": 2, "date": 1e300, "result_columns": []}', "no date"),
    ],
)  # fmt: skip
def test_what_is_no_such_file_is_said_and_nothing_is_written(tmp_path, content, said):
    path = tmp_path / "x.json"
    path.write_bytes(content)
    with pytest.raises(HarnessError, match=said) as refused:
        harness("store", "import", ASV, path, "--store", tmp_path / "results")
    assert str(path) in str(refused.value)
    assert not (tmp_path / "results").exists()


def test_a_folder_without_results_and_a_file_that_is_not_there_are_said(tmp_path):
    with pytest.raises(HarnessError, match="no asv results"):
        read(tmp_path)
    with pytest.raises(HarnessError, match="No such file"):
        read(tmp_path / "nowhere.json")


def test_figures_that_are_none_are_not_measured(tmp_path, made):
    said = json.loads((made / "rounds.json").read_bytes())
    for test, median in zip(said["benchmarks"], [float("nan"), float("inf"), 0.0], strict=True):
        test["stats"] = {"median": median, "data": [median]}
    (tmp_path / "x.json").write_text(json.dumps(said))
    (record,) = read(tmp_path / "x.json")
    assert {each.verdict for each in results_of(record)} == {"not measured"}
    to_bytes(record)


def test_a_benchmark_with_times_below_0_is_left_out_and_named(tmp_path, made):
    said = json.loads((made / "rounds.json").read_bytes())
    wrong, *others = said["benchmarks"]
    wrong["stats"] |= {"median": -0.5, "data": [-1.0, 0.0]}
    (tmp_path / "x.json").write_text(json.dumps(said))
    (record,) = read(tmp_path / "x.json")
    assert record.remarks == [f"not imported: {wrong['fullname']}: it has times below 0"]
    assert len(results_of(record)) == len(others)
    (tmp_path / "y.json").write_text(json.dumps(said | {"benchmarks": [wrong]}))
    with pytest.raises(HarnessError, match=r"without a benchmark that has times .*: it has times below 0"):
        read(tmp_path / "y.json")


def test_what_an_imported_record_does_not_know_is_not_shown(tmp_path, made):
    store = Store(tmp_path / "results")
    harness("store", "import", made / "rounds.json", ASV, "--store", store.folder)
    for run in store.ids():
        shown = harness("show", run, "--store", store.folder).stdout
        for unknown in ("0 cores", "0 threads", "baseline", "inconclusive", "budget", "0 launches", "policy"):
            assert unknown not in shown
        assert f"`harness show {run} --store {store.folder}` prints this again" in " ".join(shown.split())


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3),
    max_leaves=6,
)


@settings(deadline=None)
@given(
    st.sampled_from(["rounds", "pyperf", "asv"]),
    st.lists(st.integers(0, 10**6), min_size=1, max_size=4),
    JSON,
)
@example("asv", [85, 0, 1, 0], None)
def test_a_file_in_which_anything_stands_anywhere_is_read_or_refused_in_words(made, tool, way, value):
    path = next((ASV / "laptop").glob("d3c35*.json")) if tool == "asv" else made / f"{tool}.json"
    document = json.loads(path.read_bytes())
    at = document
    for step in way[:-1]:
        inner = list(at.values()) if isinstance(at, dict) else at
        chosen = inner[step % len(inner)] if inner else None
        if not isinstance(chosen, dict | list) or not chosen:
            break
        at = chosen
    keys = list(at) if isinstance(at, dict) else range(len(at))
    at[keys[way[-1] % len(keys)]] = value
    (made / "changed.json").write_text(json.dumps(document))
    try:
        (record,) = read(made / "changed.json")
    except HarnessError:
        return
    assert from_bytes(to_bytes(record), "x") == record
