"""`benchmark.pedantic` keeps its promises, and its complaints."""

import inspect
import json
import subprocess
import sys

import pytest
from pytest_benchmark.fixture import BenchmarkFixture

with_teardown = pytest.mark.skipif(
    "teardown" not in inspect.signature(BenchmarkFixture.pedantic).parameters,
    reason="this pytest-benchmark has no teardown yet",
)


def test_args_and_kwargs_reach_the_function(suite):
    probe = suite.hold("""
        def test_it(benchmark):
            benchmark.extra_info["answer"] = benchmark.pedantic(int, args=("ff",), kwargs={"base": 16})
    """)
    assert probe.stated()["answer"] == 255


def test_setup_runs_before_each_round_and_is_not_timed(suite):
    probe = suite.hold("""
        import time
        def test_it(benchmark):
            log = []
            def setup():
                time.sleep(0.1)
                log.append("setup")
            benchmark.pedantic(lambda: log.append("call"), setup=setup, rounds=3)
            benchmark.extra_info["answer"] = log
    """)
    assert probe.ready()["most_calls"] == 3
    assert probe.turn(2)["wall_s"] < 0.05
    assert probe.finish()["answer"] == ["setup", "call"] * 2


def test_the_processor_time_of_setup_and_teardown_is_left_out_too(suite):
    probe = suite.hold("""
        import time
        def busy():
            end = time.process_time() + 0.3
            while time.process_time() < end:
                pass
        def test_it(benchmark):
            benchmark.pedantic(int, setup=busy, rounds=5)
    """)
    probe.ready()
    assert probe.turn(2)["cpu_s"] < 0.1


def test_setup_may_return_the_arguments(suite):
    probe = suite.hold("""
        import itertools
        def test_it(benchmark):
            fresh = itertools.count(1)
            benchmark.extra_info["answer"] = benchmark.pedantic(
                lambda *args, **kwargs: [args, kwargs], setup=lambda: ((next(fresh),), {"b": 2}), rounds=9
            )
    """)
    probe.ready()
    probe.turn(1)
    probe.turn(2)
    assert probe.finish()["answer"] == [[3], {"b": 2}]


@with_teardown
def test_teardown_runs_after_each_round_with_its_arguments(suite):
    probe = suite.hold("""
        def test_it(benchmark):
            log = []
            benchmark.pedantic(
                lambda n: log.append(n), args=(4,), teardown=lambda n: log.append(-n), rounds=3, iterations=2
            )
            benchmark.extra_info["answer"] = log
    """)
    probe.ready()
    probe.turn(3)
    assert probe.finish()["answer"] == [4, 4, -4] * 2


@pytest.mark.parametrize(
    ("given", "most_calls"),
    [("", 1), ("rounds=4", 4), ("rounds=3, warmup_rounds=2", 5), ("rounds=3, warmup_rounds=2, iterations=10", 50)],
)
def test_rounds_are_the_most_calls_that_a_process_is_asked_for(suite, given, most_calls):
    probe = suite.hold(f"""
        def test_it(benchmark):
            benchmark.pedantic(int, {given})
    """)
    assert probe.ready()["most_calls"] == most_calls


def test_a_plain_call_allows_any_number(suite):
    probe = suite.hold("def test_it(benchmark):\n    benchmark(int)")
    assert probe.ready()["most_calls"] is None


@pytest.mark.parametrize(("asked", "taken"), [(1, 10), (10, 10), (11, 20), (30, 30)])
def test_a_turn_is_made_of_whole_rounds(suite, asked, taken):
    probe = suite.hold("""
        def test_it(benchmark):
            calls = []
            benchmark.pedantic(lambda: calls.append(1), rounds=9, iterations=10)
            benchmark.extra_info["answer"] = len(calls)
    """)
    probe.ready()
    assert probe.turn(asked)["calls"] == taken
    assert probe.finish()["answer"] == taken


def test_the_call_for_peak_memory_tells_how_many_calls_it_took(suite):
    probe = suite.hold("""
        def test_it(benchmark):
            calls = []
            benchmark.pedantic(lambda: calls.append(1), rounds=2, iterations=10)
            benchmark.extra_info["answer"] = len(calls)
    """)
    probe.ready()
    assert probe.ask(do="memory")["calls"] == 10
    assert probe.finish()["answer"] == 10, "and the test needed no further one to go on"


MISUSES = [
    "rounds=0",
    "rounds=1.5",
    "iterations=0",
    "iterations='2'",
    "warmup_rounds=-1",
    "warmup_rounds=None",
    "iterations=2, setup=int",
    "args=(1,), setup=lambda: ((2,), {})",
    "kwargs={'a': 1}, setup=lambda: ((2,), {})",
    "setup=lambda: 5",
    "nonsense=1",
]


COMPLAINTS = """
    import json
    def complaint(benchmark, given):
        benchmark._mode = None
        try:
            benchmark.pedantic(lambda *args: None, **given)
        except Exception as error:
            return [type(error).__name__, str(error)]
    def test_it(benchmark):
        complaints = [complaint(benchmark, given) for given in [{}]]
        benchmark.extra_info["answer"] = complaints
        with open("complaints.json", "w") as file:
            json.dump(complaints, file)
        benchmark._mode = None
        benchmark(int)
""".format(", ".join(f"dict({misuse})" for misuse in MISUSES))


def test_misuse_is_complained_of_in_the_words_of_pytest_benchmark(suite):
    probe = suite.hold(COMPLAINTS)
    message = probe.hear()
    while message["kind"] == "ready":
        # Some misuse only shows when setup runs.
        message = probe.ask(do="turn", calls=1)
    message = probe.finish()
    subprocess.run([sys.executable, "-m", "pytest", "-q", "test_suite.py"], cwd=str(suite.folder), check=True)
    theirs = json.loads((suite.folder / "complaints.json").read_text())
    assert all(theirs)
    assert message["answer"] == theirs
