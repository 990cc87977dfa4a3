"""Describe, collect and survey; tests that can't be held, and how each says so."""

import pytest


def test_describing_needs_no_suite(suite):
    message = suite.start("describe").hear()
    assert message["kind"] == "described"
    assert {"python", "libc", "number_libraries", "settings", "distributions"} <= set(message["software"])
    assert "pytest-benchmark" in message["software"]["distributions"]


def test_settings_are_told_without_the_secrets_among_them(suite):
    environ = {
        "OMP_NUM_THREADS": "2",
        "DASK_GATEWAY__AUTH__TOKEN": "hush",
        "MY_PASSWORD": "hush",
        "PYTHONHASHSEED": "7",
    }
    settings = suite.start("describe", environ=environ).hear()["software"]["settings"]
    assert settings["OMP_NUM_THREADS"] == "2"
    assert "hush" not in settings.values()
    assert "PYTHONHASHSEED" not in settings, "each launch draws its own"


def test_collecting_tells_of_benchmarks_and_limits_only(suite):
    suite.write("conftest.py", MARKERS)
    suite.write(
        "test_suite.py",
        """
        import pytest
        @pytest.fixture
        def through(benchmark): return benchmark
        def test_plain(): pass
        def test_direct(benchmark): benchmark(int)
        def test_indirect(through): through(int)
        @pytest.mark.limit
        def test_limit(): return 1.0
    """,
    )
    message = suite.collect()
    assert message["protocol"] == 1
    assert message["rootdir"] == str(suite.folder)
    assert [item["function"] for item in message["items"]] == ["test_direct", "test_indirect", "test_limit"]
    assert [item["limit"] for item in message["items"]] == [False, False, True]
    assert message["broken"] == []


MARKERS = """
    def pytest_configure(config):
        for name in ("baseline", "answer", "limit", "if_time"):
            config.addinivalue_line("markers", name)
"""


def test_an_item_tells_its_place_group_parameters_and_markers(suite):
    suite.write("conftest.py", MARKERS)
    items = suite.items("""
        import pytest
        class TestSort:
            @pytest.mark.parametrize("size", [10, 20])
            @pytest.mark.parametrize("variant", [pytest.param(sorted, marks=pytest.mark.baseline), list])
            @pytest.mark.benchmark(group="sort")
            @pytest.mark.answer(rtol=0.5, other=1)
            @pytest.mark.if_time
            def test_it(self, benchmark, variant, size): benchmark(variant, [])
    """)
    assert len(items) == 4
    first = items["TestSort::test_it[sorted-10]"]
    assert {name: first[name] for name in ("file", "function", "group", "baseline", "limit", "optional")} == {
        "file": "test_suite.py",
        "function": "TestSort::test_it",
        "group": "sort",
        "baseline": True,
        "limit": False,
        "optional": True,
    }
    assert list(first["params"].items()) == [("variant", "sorted"), ("size", "10")], "in the signature's order"
    assert first["numbers"] == {"size": 10.0}
    assert first["tolerance"] == {"rtol": 0.5}
    assert first["path"].endswith("test_suite.py")
    assert not items["TestSort::test_it[list-20]"]["baseline"]


def test_a_function_name_may_hold_what_looks_like_parameters(suite):
    items = suite.items("""
        import pytest
        @pytest.mark.parametrize("text", ["a::b", "[c]", "d-e"])
        def test_it(benchmark, text): benchmark(int)
    """)
    assert {item["function"] for item in items.values()} == {"test_it"}
    assert [item["params"]["text"] for item in items.values()] == ["a::b", "[c]", "d-e"]


def test_values_of_parameters_set_together_are_the_same_text_in_every_process(suite):
    """Such text goes into the names of cases, by which an interrupted run finds them again."""
    items = suite.items("""
        import pytest
        from functools import partial
        class Thing: pass
        several = [(Thing(), 1, len), (Thing(), 2.5, lambda: 0), (partial(int), "x", Thing)]
        @pytest.mark.parametrize("thing,number,how", several)
        def test_it(benchmark, thing, number, how): benchmark(int)
    """)
    assert [list(item["params"].values()) for item in items.values()] == [
        ["thing0", "1", "len"],
        ["thing1", "2.5", "how1"],
        ["thing2", "x", "Thing"],
    ]


def test_numbers_are_told_as_they_are_whatever_pytest_calls_them(suite):
    """With a value that stands twice, pytest puts a digit behind the names: 100_0 is no number of the suite's."""
    items = suite.items("""
        import pytest
        several = [100, 100, pytest.param(2.5, id="small"), True, "30", float("inf"), 10**400, None]
        @pytest.mark.parametrize("size", several)
        def test_it(benchmark, size): benchmark(int)
    """)
    assert [item["numbers"] for item in items.values()] == [{"size": 100.0}, {"size": 100.0}, {"size": 2.5}] + [{}] * 5


def test_a_hidden_parameter_leaves_the_name_of_the_function_whole(suite):
    if not hasattr(pytest, "HIDDEN_PARAM"):
        pytest.skip("this pytest hides no parameters")
    items = suite.items("""
        import pytest
        @pytest.mark.parametrize("size", [pytest.param(3, id=pytest.HIDDEN_PARAM)])
        def test_it(benchmark, size): benchmark(int)
    """)
    assert [(item["function"], item["params"]) for item in items.values()] == [("test_it", {"size": "3"})]


def test_a_group_that_is_no_string_is_collected_as_one(suite):
    items = suite.items("""
        import pytest
        @pytest.mark.benchmark(group=5)
        def test_it(benchmark): benchmark(int)
    """)
    assert items["test_it"]["group"] == "5"


def test_a_keyword_selects(suite):
    suite.write("test_suite.py", "def test_a(benchmark): benchmark(int)\ndef test_b(benchmark): benchmark(int)")
    assert [item["function"] for item in suite.collect(keyword="b")["items"]] == ["test_b"]


def test_files_that_do_not_import_are_told_beside_those_that_do(suite):
    suite.write("test_good.py", "def test_it(benchmark): benchmark(int)")
    suite.write("test_bad.py", "import no_such_module")
    message = suite.collect()
    assert [item["file"] for item in message["items"]] == ["test_good.py"]
    assert [entry["file"] for entry in message["broken"]] == ["test_bad.py"]
    assert "no_such_module" in message["broken"][0]["text"]


def test_holding_a_test_of_a_file_that_no_longer_imports_tells_why(suite):
    message = suite.hold("import no_such_module").hear()
    assert message["kind"] == "unfit"
    assert "no_such_module" in message["why"]


def test_holding_a_test_that_is_not_there_tells_so(suite):
    message = suite.hold("def test_other(benchmark): benchmark(int)").hear()
    assert message == {"kind": "unfit", "why": "0 tests are called test_suite.py::test_it"}


def test_a_survey_learns_groups_without_calling_what_is_measured(suite):
    suite.write(
        "test_suite.py",
        """
        import pytest
        def never(): print("was called")
        @pytest.mark.parametrize("n", [1, 2])
        def test_late(benchmark, n):
            benchmark.group = "late %d" % n
            benchmark(never)
        def test_pedantic(benchmark):
            benchmark.group = 3
            benchmark.pedantic(never, rounds=3)
        def test_raises(benchmark):
            raise ValueError
        def test_unasked(benchmark):
            benchmark(never)
    """,
    )
    asked = ["test_suite.py::" + name for name in ("test_late[1]", "test_late[2]", "test_raises", "test_pedantic")]
    probe = suite.start("survey", items=asked, rootdir=str(suite.folder))
    assert [(message["kind"], message["nodeid"], message["group"]) for message in probe.rest()] == [
        ("surveyed", asked[0], "late 1"),
        ("surveyed", asked[1], "late 2"),
        ("surveyed", asked[3], "3"),
    ]
    assert "was called" not in probe.log()


def test_late_groups_are_seen_at_collection(suite):
    items = suite.items("""
        def test_late(benchmark):
            benchmark.group = "late"
            benchmark(int)
        def test_plain(benchmark):
            benchmark(int)
    """)
    assert items["test_late"]["sets_group_late"]
    assert not items["test_plain"]["sets_group_late"]


def test_a_limit_states_its_seconds(suite):
    suite.write("conftest.py", MARKERS)
    probe = suite.hold(
        """
        import pytest
        @pytest.fixture
        def half(): return 0.5
        class TestIt:
            @pytest.mark.limit
            def test_it(self, half): return half
    """,
        test="TestIt::test_it",
    )
    assert probe.hear() == {"kind": "limit", "limit_s": 0.5}


@pytest.mark.parametrize("value", ["None", "0", "-1.0", "float('nan')", "float('inf')", "True", "'1'"])
def test_a_limit_that_returns_no_seconds_is_told_so(suite, value):
    suite.write("conftest.py", MARKERS)
    probe = suite.hold(
        """
        import pytest
        @pytest.mark.limit
        def test_it(): return VALUE
    """.replace("VALUE", value)
    )
    message = probe.hear()
    assert message["kind"] == "raised"
    assert message["text"].startswith("a limit returns seconds above zero, this one returned ")


def test_a_limit_that_raises_is_told_with_its_traceback(suite):
    suite.write("conftest.py", MARKERS)
    probe = suite.hold("""
        import pytest
        @pytest.mark.limit
        def test_it(): raise ValueError("no peak")
    """)
    message = probe.hear()
    assert message["kind"] == "raised"
    assert "ValueError: no peak" in message["text"]


@pytest.mark.parametrize(
    "text",
    [
        "import pytest\n@pytest.mark.skip(reason='not here')\ndef test_it(benchmark): benchmark(int)",
        "import pytest\ndef test_it(benchmark):\n    pytest.skip('not here')",
        "import pytest\n@pytest.fixture\ndef f(): pytest.skip('not here')\ndef test_it(f, benchmark): benchmark(int)",
    ],
)
def test_a_skipped_test_says_why(suite, text):
    message = suite.hold(text).hear()
    assert message["kind"] == "skipped"
    assert "not here" in message["why"]


def test_a_test_that_raises_before_its_benchmark_call_is_never_ready(suite):
    message = suite.hold("def test_it(benchmark):\n    raise ValueError('early')").hear()
    assert message["kind"] == "raised"
    assert "ValueError: early" in message["text"]


def test_a_fixture_that_raises_is_told_as_setup(suite):
    probe = suite.hold("""
        import pytest
        @pytest.fixture
        def broken(): raise ValueError("in the fixture")
        def test_it(benchmark, broken): benchmark(int)
    """)
    message = probe.hear()
    assert message["kind"] == "raised"
    assert message["text"].startswith("setup: ")
    assert "in the fixture" in message["text"]


def test_a_call_that_raises_ends_the_probe_with_its_traceback(suite):
    probe = suite.hold("""
        def fails(): raise ValueError("inside")
        def test_it(benchmark): benchmark(fails)
    """)
    probe.ready()
    message = probe.ask(do="turn", calls=1)
    assert message["kind"] == "raised"
    assert "ValueError: inside" in message["text"]
    assert probe.process.wait(30) == 1


def test_a_test_that_raises_after_its_benchmark_call_is_told_at_the_end(suite):
    probe = suite.hold("def test_it(benchmark):\n    assert benchmark(int) == 1")
    probe.ready()
    probe.turn()
    message = probe.finish()
    assert message["kind"] == "raised"
    assert "assert 0 == 1" in message["text"]


def test_a_teardown_that_raises_is_told_at_the_end(suite):
    probe = suite.hold("""
        import pytest
        @pytest.fixture
        def untidy():
            yield
            raise ValueError("late")
        def test_it(benchmark, untidy): benchmark(int)
    """)
    probe.ready()
    probe.turn()
    message = probe.finish()
    assert message["kind"] == "raised"
    assert message["text"].startswith("teardown: ")


def test_a_test_that_never_calls_its_fixture_is_told_so(suite):
    assert suite.hold("def test_it(benchmark): pass").hear() == {
        "kind": "raised",
        "text": "the test ended without calling its benchmark fixture",
    }
