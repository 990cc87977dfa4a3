"""Options and habits of existing suites neither keep them from being held nor leave anything behind."""

import importlib.util
import json

import pytest


def needs(plugin):
    return pytest.mark.skipif(not importlib.util.find_spec(plugin), reason=plugin + " isn't installed")


ONE_BENCHMARK = """
    def test_it(benchmark):
        assert benchmark.enabled
        benchmark.extra_info["answer"] = benchmark(sum, [1, 2])
"""


@pytest.mark.parametrize(
    "options",
    [
        "--benchmark-disable",
        "--benchmark-skip",
        "--benchmark-only",
        "--benchmark-autosave --benchmark-save-data",
        "--benchmark-compare --benchmark-compare-fail=mean:5%",
        "--last-failed --stepwise -v",
        "--capture=fd --color=yes",
        pytest.param("-n auto --dist loadfile", marks=needs("xdist")),
        pytest.param("--cov --cov-fail-under=100", marks=needs("pytest_cov")),
        pytest.param("--timeout=1", marks=needs("pytest_timeout")),
    ],
)
def test_options_in_a_suites_configuration_rest(suite, options):
    suite.write("pytest.ini", f"[pytest]\naddopts = {options}\n")
    probe = suite.hold(ONE_BENCHMARK)
    assert probe.stated()["answer"] == 3
    assert probe.process.wait(30) == 0, probe.log()
    left = {path.name for path in suite.folder.iterdir()} - {"__pycache__"}
    assert left == {"pytest.ini", "test_suite.py"}
    assert not list(suite.scratch.glob("pytest-benchmark/**/*.json"))


@needs("pytest_timeout")
def test_a_held_test_outlives_its_own_timeout_marker(suite):
    probe = suite.hold("""
        import pytest, time
        @pytest.mark.timeout(0.5)
        def test_it(benchmark):
            benchmark(time.sleep, 1)
    """)
    probe.stated()


def test_warnings_as_errors_find_nothing_of_the_probe(suite):
    suite.write("pytest.ini", "[pytest]\nfilterwarnings = error\naddopts = --strict-markers\n")
    assert suite.hold(ONE_BENCHMARK).stated()["answer"] == 3
    assert suite.collect()["broken"] == []


def test_suites_may_use_the_cache_of_pytest(suite):
    probe = suite.hold("""
        def test_it(benchmark, request):
            request.config.cache.set("seen/it", 1)
            benchmark.extra_info["answer"] = benchmark(request.config.cache.get, "seen/it", 0)
    """)
    assert probe.stated()["answer"] == 1


def test_what_a_suite_prints_by_any_way_goes_to_the_log(suite):
    probe = suite.hold("""
        import os, subprocess, sys
        def chatter():
            print("from print")
            os.write(1, b"from the descriptor\\n")
            sys.__stdout__.write("from the first stdout\\n")
            subprocess.check_call(["echo", "from a child"])
            print("from stderr", file=sys.stderr)
        print("from the import")
        def test_it(benchmark):
            benchmark(chatter)
    """)
    probe.stated()
    probe.process.wait(30)
    for source in ("print", "the descriptor", "the first stdout", "a child", "stderr", "the import"):
        assert f"from {source}\n" in probe.log()


@pytest.mark.parametrize("fixture", ["capsys", "capfd"])
def test_a_suite_may_capture_what_it_prints(suite, fixture):
    probe = suite.hold(
        """
        def test_it(benchmark, FIXTURE):
            benchmark(print, "hello")
            benchmark.extra_info["answer"] = FIXTURE.readouterr().out
    """.replace("FIXTURE", fixture)
    )
    probe.ready()
    probe.turn(2)
    assert probe.finish()["answer"] == "hello\nhello\n"


def test_a_suite_finds_its_standard_input_empty(suite):
    probe = suite.hold("""
        import os
        def test_it(benchmark):
            benchmark.extra_info["answer"] = len(benchmark(os.read, 0, 10))
    """)
    assert probe.stated()["answer"] == 0


def test_nothing_of_the_driver_can_be_imported_or_shadows_the_suite(suite):
    suite.write("start.py", "mine = True")
    probe = suite.hold("""
        import sys, start
        def test_it(benchmark):
            benchmark(int)
            benchmark.extra_info["answer"] = [start.mine, sys.path[-1]]
    """)
    mine, last = probe.stated()["answer"]
    assert mine
    assert last.endswith("probe")


def test_a_harness_installed_in_the_environment_does_not_stand_in_for_the_probe(suite, tmp_path):
    other = tmp_path / "site" / "harness_probe"
    other.mkdir(parents=True)
    (other / "__init__.py").write_text("raise RuntimeError('an older one')")
    probe = suite.hold(ONE_BENCHMARK, environ={"PYTHONPATH": str(other.parent)})
    assert probe.stated()["answer"] == 3


def test_an_environment_without_pytest_benchmark_is_named_unfit(suite, tmp_path):
    site = tmp_path / "site"
    site.mkdir()
    (site / "sitecustomize.py").write_text("import sys\nsys.modules['pytest_benchmark'] = None\n")
    probe = suite.start("collect", environ={"PYTHONPATH": str(site)})
    message = probe.hear()
    assert message["kind"] == "unfit"
    assert "No module named 'pytest_benchmark'" in message["why"]
    assert probe.process.wait(30) == 2


def test_orders_are_json_and_so_are_messages_with_any_text(suite):
    probe = suite.hold("""
        def test_it(benchmark):
            benchmark(int)
            benchmark.extra_info["answer"] = "\\u00fc \\U0001f600 " + b"\\xff".decode(errors="surrogateescape")
    """)
    answer = probe.stated()["answer"]
    assert answer == "\u00fc \U0001f600 ?"
    assert json.loads(json.dumps(answer)) == answer
