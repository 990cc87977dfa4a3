"""The measuring of pytest-benchmark's fixture is replaced, and all around it stays as it is."""

import pytest


def test_the_fixture_does_not_measure_by_itself(suite):
    """If the wrap were not in effect, pytest-benchmark would call the function until it has seen five rounds."""
    probe = suite.hold("""
        calls = []
        def test_it(benchmark):
            benchmark(lambda: calls.append(1))
            benchmark.extra_info["answer"] = len(calls)
    """)
    probe.ready()
    for calls in (1, 3, 2):
        assert probe.turn(calls)["calls"] == calls
    assert probe.finish()["answer"] == 6


def test_a_pytest_benchmark_without_the_replaced_methods_is_named_unfit(suite):
    suite.write("conftest.py", "from pytest_benchmark.fixture import BenchmarkFixture\ndel BenchmarkFixture._raw")
    assert suite.start("collect").hear() == {
        "kind": "unfit",
        "why": "this pytest-benchmark is not supported: BenchmarkFixture._raw is missing",
    }


def test_arguments_reach_the_function_and_the_last_result_the_test(suite):
    probe = suite.hold("""
        def test_it(benchmark):
            assert benchmark(lambda *args, **kwargs: (args, kwargs), 1, 2, three=3) == ((1, 2), {"three": 3})
    """)
    assert probe.stated()["problems"] == []


def test_the_result_of_the_last_of_many_calls_goes_to_the_test(suite):
    probe = suite.hold("""
        import itertools
        def test_it(benchmark):
            benchmark.extra_info["answer"] = benchmark(itertools.count(1).__next__)
    """)
    probe.ready()
    probe.turn(4)
    probe.turn(5)
    assert probe.finish()["answer"] == 9


def test_a_test_that_was_given_no_turn_still_has_a_result_and_statistics(suite):
    probe = suite.hold("""
        def test_it(benchmark):
            assert benchmark(sum, [1, 2]) == 3
            assert benchmark.stats.stats.mean > 0
    """)
    probe.ready()
    assert probe.finish()["kind"] == "stated"


def test_statistics_of_the_calls_are_there_after_the_call(suite):
    probe = suite.hold("""
        import time
        def test_it(benchmark):
            benchmark(time.sleep, 0.01)
            stats = benchmark.stats.stats
            benchmark.extra_info["answer"] = [len(stats.data), 0.01 <= stats.min <= stats.mean <= stats.max < 0.5]
    """)
    probe.ready()
    probe.turn(1)
    probe.turn(2)
    assert probe.finish()["answer"] == [2, True]


def test_extra_info_and_group_go_to_the_conductor(suite):
    probe = suite.hold("""
        def test_it(benchmark):
            benchmark.group = "late"
            benchmark(int)
            benchmark.extra_info.update(counters={"fits": 3}, parts_s={"start": 0.5}, axis="size", data={"rows": 7})
    """)
    assert probe.ready()["group"] == "late"
    probe.turn()
    message = probe.finish()
    assert (message["counters"], message["parts_s"], message["axis"]) == ({"fits": 3}, {"start": 0.5}, "size")
    assert message["notes"] == {"data": {"rows": 7}}
    assert "answer" not in message


def test_a_group_that_is_no_string_is_told_as_one(suite):
    probe = suite.hold("""
        def test_it(benchmark):
            benchmark.group = 7
            benchmark(int)
    """)
    assert probe.ready()["group"] == "7"


@pytest.mark.parametrize("second", ["benchmark(int)", "benchmark.pedantic(int)"])
def test_a_second_use_is_refused_as_ever(suite, second):
    probe = suite.hold(f"""
        import pytest
        from pytest_benchmark.fixture import FixtureAlreadyUsed
        def test_it(benchmark):
            benchmark(int)
            with pytest.raises(FixtureAlreadyUsed):
                {second}
    """)
    probe.stated()


def test_tests_stand_in_classes_too(suite):
    probe = suite.hold(
        """
        class TestIt:
            base = 40
            def test_it(self, benchmark):
                benchmark.extra_info["answer"] = benchmark(lambda: self.base + 2)
        """,
        test="TestIt::test_it",
    )
    assert probe.stated()["answer"] == 42


def test_unittest_classes_may_take_the_fixture_from_another(suite):
    probe = suite.hold(
        """
        import unittest, pytest
        class TestIt(unittest.TestCase):
            @pytest.fixture(autouse=True)
            def _benchmark(self, benchmark):
                self.benchmark = benchmark
            def test_it(self):
                self.benchmark.extra_info["answer"] = self.benchmark(lambda: 5)
        """,
        test="TestIt::test_it",
    )
    assert probe.stated()["answer"] == 5


@pytest.mark.parametrize("scope", ["function", "class", "module", "session"])
def test_fixtures_live_as_long_as_their_scope_says(suite, scope):
    probe = suite.hold(f"""
        import pytest
        made = []
        @pytest.fixture(scope="{scope}")
        def numbers():
            made.append(1)
            yield [1, 2, 3]
            print("numbers are gone")
        def test_it(benchmark, numbers):
            benchmark.extra_info["answer"] = [benchmark(sum, numbers), len(made)]
    """)
    probe.ready()
    probe.turn(3)
    probe.turn(3)
    assert "numbers are gone" not in probe.log()
    assert probe.finish()["answer"] == [6, 1]
    assert probe.process.wait(30) == 0
    assert "numbers are gone" in probe.log()


def test_what_is_woven_in_is_measured(suite):
    """The stand-in for aspectlib does what `weave` needs of it: replaces a name, and can take that back."""
    suite.write(
        "aspectlib.py",
        """
        def weave(target, aspect, **kwargs):
            module, name = target
            original = getattr(module, name)
            setattr(module, name, aspect(original))
            class Woven:
                @staticmethod
                def rollback():
                    setattr(module, name, original)
            return Woven
        """,
    )
    probe = suite.hold("""
        import math
        def test_it(benchmark_weave, benchmark):
            benchmark_weave((math, "factorial"))
            benchmark.extra_info["answer"] = math.factorial(5)
    """)
    assert probe.stated()["answer"] == 120


@pytest.mark.parametrize("marked", [True, False])
def test_the_garbage_collector_rests_during_a_call_if_asked(suite, marked):
    probe = suite.hold(f"""
        import gc, pytest
        @pytest.mark.benchmark(disable_gc={marked})
        def test_it(benchmark):
            inside = benchmark(gc.isenabled)
            benchmark.extra_info["answer"] = [inside, gc.isenabled()]
    """)
    assert probe.stated()["answer"] == [not marked, True]


def test_a_collector_that_the_suite_switched_off_stays_off(suite):
    probe = suite.hold("""
        import gc
        def test_it(benchmark):
            gc.disable()
            benchmark(int)
            benchmark.extra_info["answer"] = gc.isenabled()
    """)
    assert probe.stated()["answer"] is False
