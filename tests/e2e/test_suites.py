"""Suites as people write them, measured: what the record knows of each."""

from __future__ import annotations

import pytest

from .desk import case_of, judged, variant_of

MEASURES = """
import subprocess, sys, time
import pytest

MB = 1_000_000

def sixty_megabytes():
    return len(bytearray(60 * MB))

def nothing():
    return 60 * MB

@pytest.mark.benchmark(group="memory")
@pytest.mark.parametrize("variant", [nothing, sixty_megabytes])
def test_memory(benchmark, variant):
    benchmark.extra_info["answer"] = benchmark.pedantic(variant, rounds=12)

def child():
    burn = "import time; until = time.process_time() + 0.1\\nwhile time.process_time() < until: pass"
    return subprocess.run([sys.executable, "-S", "-E", "-c", burn]).returncode

def asleep():
    time.sleep(0.1)
    return 0

@pytest.mark.benchmark(group="cpu")
@pytest.mark.parametrize("variant", [asleep, child])
def test_cpu(benchmark, variant):
    benchmark.pedantic(variant, rounds=6)

drawn = iter(range(1000, 10**6))

@pytest.mark.answer(rtol=1e-3, atol=0)
@pytest.mark.benchmark(group="answers")
@pytest.mark.parametrize("variant", ["stated", "near", "far", "moving"])
def test_answers(benchmark, variant):
    benchmark.pedantic(sum, args=(range(20_000),), rounds=12)
    answers = {"stated": 1.0, "near": 1.0001, "far": 1.5, "moving": 2 ** (time.time() % 1000)}
    benchmark.extra_info["answer"] = {"quality": answers[variant]}
    benchmark.extra_info["counters"] = {"fits": 3}
    benchmark.extra_info["parts_s"] = {"start": 0.25, "work": 0.5}
    benchmark.extra_info["data"] = {"numbers": {"digest": "sha256:" + "ab" * 32, "source": "made up"}}

@pytest.mark.limit
@pytest.mark.benchmark(group="answers")
def test_answers_at_best():
    return 0.000_01
"""

FORMS = """
import pytest

def work():
    return sum(range(20_000))

def test_alone(benchmark):
    benchmark.pedantic(work, rounds=12)

class TestInClass:
    @pytest.mark.benchmark(group="in a class")
    def test_one(self, benchmark):
        benchmark.pedantic(work, rounds=12)

    @pytest.mark.benchmark(group="in a class")
    def test_two(self, benchmark, prepared):
        benchmark.pedantic(prepared, rounds=12)

@pytest.fixture
def prepared():
    yield work

@pytest.mark.parametrize("way", ["plain", "weighed"])
def test_late(benchmark, way):
    benchmark.group = "late"
    assert benchmark.pedantic(work, rounds=12) == 199_990_000
    assert benchmark.stats.stats.min > 0

def fresh():
    return ([len(calls)],), {}

calls = []

@pytest.mark.benchmark(group="once")
@pytest.mark.parametrize("variant", ["one", "two"])
def test_once(benchmark, variant):
    def only_once(number):
        calls.append(number)
        assert calls == [[0]], "called twice in a process"
        return work()

    benchmark.pedantic(only_once, setup=fresh, rounds=1)
"""

# In the style of pytest-benchmark's own examples: no marker, no answer, nothing that knows the harness.
FOREIGN = """
import time
import pytest

@pytest.mark.parametrize("size", [100, 1000])
@pytest.mark.parametrize("kind", [list, tuple], ids=["a list", "a tuple"])
def test_build(benchmark, kind, size):
    assert len(benchmark(kind, range(size))) == size

@pytest.mark.benchmark(group="sleep", min_rounds=5, timer=time.perf_counter, disable_gc=True, warmup=False)
def test_short(benchmark):
    @benchmark
    def result():
        return time.sleep(0.0001)
    assert result is None

@pytest.mark.benchmark(group="sleep")
def test_longer(benchmark):
    benchmark.pedantic(time.sleep, args=(0.0005,), iterations=2, rounds=20, warmup_rounds=2)
"""


@pytest.fixture(scope="module")
def run(module_desk):
    module_desk.write("test_measures.py", MEASURES)
    module_desk.write("test_forms.py", FORMS)
    return module_desk.run("test_measures.py", "test_forms.py", "--launches", "2", "--budget", "380s")


@pytest.fixture(scope="module")
def record(run, module_desk):
    assert run.code == 0, (run.err, run.out)
    return module_desk.record()


def test_peak_memory_is_what_a_variant_takes_beyond_its_process(record):
    rows = judged(record, "memory")
    taken = rows["sixty_megabytes"]["peak_bytes"] - rows["nothing"]["peak_bytes"]
    assert taken == pytest.approx(60e6, rel=0.1)


def test_cpu_seconds_of_a_child_process_are_counted(record):
    rows = judged(record, "cpu")
    assert 0.09 < rows["child"]["cpu_s"] < 0.2
    assert rows["asleep"]["cpu_s"] < 0.02


def test_answers_agree_or_differ(record):
    rows = judged(record, "answers")
    said = {name: row["answer"]["agreement"] for name, row in rows.items()}
    assert said["near"] == "agree"
    assert said["far"] == "differ"
    assert "quality" in rows["far"]["answer"]["detail"]


def test_a_variant_that_answers_otherwise_in_each_launch_is_unstable(record):
    assert judged(record, "answers")["moving"]["answer"]["agreement"] == "unstable"


def test_the_share_of_the_limit_is_known(record, run):
    assert case_of(record, "answers")["limit_s"] == [0.00001, 0.00001]
    assert 0 < judged(record, "answers")["stated"]["limit_share"] < 1
    assert "limit" in run.out


def test_every_case_has_one_twin(record):
    for case in record["cases"]:
        twins = [variant for variant in case["variants"] if variant["twin_of"]]
        assert len(twins) == 1, case["id"]


def test_counters_parts_and_data_are_recorded(record):
    row = judged(record, "answers")["near"]
    assert row["counters"] == {"fits": 3}
    assert row["parts_s"] == {"start": 0.25, "work": 0.5}
    assert record["data"]["numbers"]["source"] == "made up"


def test_the_first_turns_of_a_launch_are_kept_as_warm_up(record):
    samples = case_of(record, "answers")["samples"]
    assert {sample["phase"] for sample in samples} == {"pilot", "warm-up", "measured"}
    for launch in (1, 2):
        phases = [sample["phase"] for sample in samples if sample["launch"] == launch and sample["variant"] == "near"]
        assert phases.index("warm-up") < phases.index("measured")


def test_a_test_without_a_group_is_a_case_of_its_own(record):
    assert [variant["name"] for variant in case_of(record, "alone")["variants"]] == ["alone", "alone (twin)"]


def test_tests_of_a_class_and_with_fixtures_are_variants(record):
    assert set(judged(record, "in a class")) >= {"TestInClass.test_one", "TestInClass.test_two"}


def test_a_group_that_a_test_sets_in_its_body_is_its_case(record):
    assert set(judged(record, "late")) >= {"plain", "weighed"}


def test_a_test_that_allows_one_call_gets_a_fresh_process_for_each(record):
    case = case_of(record, "once")
    assert case["fresh"]
    assert {sample["launch"] for sample in case["samples"] if sample["phase"] == "measured"} >= {1, 2}
    assert not variant_of(record, "once", "one")["failures"]


def test_an_existing_suite_runs_unchanged(desk):
    desk.write("test_foreign.py", FOREIGN)
    (desk.folder / "conftest.py").unlink()
    ended = desk.run("test_foreign.py", "--launches", "1", "--budget", "300s")
    assert ended.code == 0, (ended.err, ended.out)
    record = desk.record()
    assert len(record["cases"]) == 5
    # A busy machine wakes a sleeper late, and never early.
    assert 0.0005 <= judged(record, "sleep")["longer"]["median_s"] < 0.005
    assert not record["missing"]
