"""Bad input: one paragraph that names the place and the way out, exit code 2, and never a traceback of our own."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import venv

import pytest

from .desk import HARNESS, TRACEBACK, TWO_SUMS, came_true, judged
from .requirement import missing_requirement

BROKEN = "import no_such_library\n"
QUICK = ("--launches", "1", "--budget", "120s")
ANSWER = """
import pytest
{given}
@pytest.mark.parametrize("variant", [len, sum])
@pytest.mark.benchmark(group="answers")
def test_answers(benchmark, variant):
    benchmark.pedantic(variant, args=([1, 2],), rounds=24)
    benchmark.extra_info["answer"] = {answer}
"""


def test_a_path_that_is_not_there_is_named(desk):
    assert desk.run("no/such/suite.py").refused("no/such/suite.py", "no such file")


def test_a_test_that_is_not_in_its_file_is_named(desk):
    desk.write("test_sums.py", TWO_SUMS)
    assert desk.run("test_sums.py::test_product").refused("test_sums.py::test_product")


def test_a_suite_that_does_not_import_says_why(desk):
    desk.write("test_broken.py", BROKEN)
    assert desk.run("test_broken.py").refused("test_broken.py", "No module named 'no_such_library'")


def test_beside_a_suite_that_does_not_import_the_others_are_measured(desk):
    desk.write("test_broken.py", BROKEN)
    desk.write("test_sums.py", TWO_SUMS)
    ended = desk.run(".", *QUICK)
    assert ended.code == 3
    assert "test_broken.py: does not import" in ended.out
    assert "No module named 'no_such_library'" in ended.out
    assert judged(desk.record(), "sums")["builtin"]["ratio"]


def test_a_suite_without_a_benchmark_is_told_what_one_is(desk):
    desk.write("test_nothing.py", "def test_nothing():\n    pass\n")
    assert desk.run("test_nothing.py").refused("test_nothing.py", "no benchmark", "'benchmark' fixture")


def test_an_empty_folder_is_told_what_a_benchmark_is(desk):
    (desk.folder / "empty").mkdir()
    assert desk.run("empty").refused("empty", "no benchmark")


def test_a_keyword_that_selects_nothing_is_named(desk):
    desk.write("test_sums.py", TWO_SUMS)
    assert desk.run("test_sums.py", "-k", "product").refused("-k 'product'")


def test_a_keyword_that_is_no_expression_is_named(desk):
    desk.write("test_sums.py", TWO_SUMS)
    assert desk.run("test_sums.py", "-k", "a and (", *QUICK).refused("a and (", "Wrong expression")


def test_a_group_with_two_baselines_names_both(desk):
    desk.write(
        "test_two.py",
        TWO_SUMS.replace(
            "[loop, builtin]", "[pytest.param(way, marks=pytest.mark.baseline) for way in (loop, builtin)]"
        ),
    )
    assert desk.run("test_two.py").refused("test_two.py", "2 baselines", "loop", "builtin")


@pytest.mark.parametrize(
    ("given", "answer", "why"),
    [
        ("", "{'best': {1, 2}}", "answer['best']: a set can't be compared"),
        ("", "[0.0] * 10_001", "more than 10,000 numbers"),
        ("import numpy", "numpy.array([None, 'a'], dtype=object)", "an array of Python objects can't be compared"),
    ],
    ids=["a set", "10,001 numbers", "an object array"],
)
def test_an_answer_that_cannot_be_compared_is_missing_with_its_place(desk, given, answer, why):
    desk.write("test_answers.py", ANSWER.format(given=given, answer=answer))
    ended = desk.run("test_answers.py", *QUICK)
    assert ended.code == 3
    assert TRACEBACK not in ended.err
    lines = desk.record()["missing"]
    assert len(lines) == 2
    assert all(why in line for line in lines)
    assert judged(desk.record(), "answers")["sum"]["median_s"]


@pytest.mark.parametrize(
    "arguments",
    [
        ("--budget", "-1"),
        ("--budget", "soon"),
        ("--budget", "0"),
        ("--precision", "0"),
        ("--precision", "200%"),
        ("--cores", "99999"),
        ("--cores", "x"),
        ("--launches", "0"),
        ("--threads", "0"),
        ("--timeout", "-3s"),
        ("--seed", "-1"),
        ("--scale", "huge"),
        ("--env", "nosuch"),
        ("--env", "no/such/python"),
        ("--no-such-option",),
    ],
    ids=" ".join,
)
def test_an_option_that_makes_no_sense_is_named_with_its_value(desk, arguments):
    desk.write("test_sums.py", TWO_SUMS)
    assert desk.run("test_sums.py", *arguments).refused(arguments[-1])
    assert not desk.store.exists()


def test_a_python_without_pytest_benchmark_is_told_what_to_install(desk):
    bare = desk.folder / "bare"
    venv.create(bare, with_pip=False)
    desk.write("test_sums.py", TWO_SUMS)
    ended = desk.run("test_sums.py", "--env", str(bare))
    assert ended.refused(str(bare), "pip install pytest pytest-benchmark")


def test_a_program_that_is_no_python_is_named(desk):
    desk.write("test_sums.py", TWO_SUMS)
    assert desk.run("test_sums.py", "--env", "/bin/true").refused("/bin/true")


def test_a_store_below_a_file_is_named(desk):
    desk.write("test_sums.py", TWO_SUMS)
    desk.store = desk.write("file", "no folder") / "store"
    assert desk.run("test_sums.py").refused(str(desk.store), "--store")


def test_a_file_in_the_place_of_the_store_is_named(desk):
    desk.write("test_sums.py", TWO_SUMS)
    desk.store = desk.write("file", "no folder")
    assert desk.run("test_sums.py").refused(str(desk.store), "--store")


@pytest.fixture
def small_disk(tmp_path):
    """A file system with room for 300 kB."""
    place = tmp_path / "small"
    place.mkdir()
    mounted = subprocess.run(
        ["mount", "-t", "tmpfs", "-o", "size=300k", "tmpfs", str(place)], check=False, capture_output=True, text=True
    )
    if mounted.returncode:
        missing_requirement(f"a small disk can't be mounted here: {mounted.stderr.strip()}")
    yield place
    subprocess.run(["umount", "-l", str(place)], check=True)


def fill(ballast):
    with ballast.open("wb", buffering=0) as file:
        while True:
            file.write(b"x" * 4096)


def test_a_full_store_is_named_and_the_run_goes_on_when_there_is_room(desk, small_disk):
    desk.write("test_sums.py", TWO_SUMS)
    desk.store = small_disk / "store"
    ballast = small_disk / "ballast"
    process = desk.start_run("test_sums.py", "--launches", "3", "--budget", "60s")
    assert came_true(lambda: any(event["event"] == "sampled" for event in desk.journal()))
    with pytest.raises(OSError, match="No space left"):
        fill(ballast)
    assert desk.wait(process).refused(str(desk.store), "No space left", "--resume")
    kept = [event["sample"]["wall_s"] for event in desk.journal() if event["event"] == "sampled"]
    ballast.unlink()
    ended = desk.resume()
    assert ended.code == 0, ended.err
    times = [sample["wall_s"] for sample in desk.record()["cases"][0]["samples"]]
    assert times[: len(kept)] == kept
    assert desk.is_deserted()


def test_a_file_that_may_not_grow_further_is_a_full_store(desk):
    desk.write("test_sums.py", TWO_SUMS)
    process = subprocess.run(
        [
            "bash",
            "-c",
            f"ulimit -f 8; exec '{HARNESS}' run test_sums.py --env '{sys.executable}' --store store --budget 20s",
        ],
        cwd=desk.folder,
        env=os.environ | {"HARNESS_LOCK": str(desk.folder / "lock"), "HARNESS_E2E_DESK": desk.mark},
        capture_output=True,
        text=True,
        check=False,
    )
    assert process.returncode == 2, process.stderr
    assert TRACEBACK not in process.stderr
    assert "store" in process.stderr
    assert "File too large" in process.stderr


@pytest.fixture(scope="module")
def store_with_a_record(module_desk):
    module_desk.write("test_sums.py", TWO_SUMS)
    assert module_desk.run("test_sums.py", *QUICK).code == 0
    return module_desk


@pytest.mark.parametrize(
    ("damage", "words"),
    [
        (lambda text: "figures, but no JSON", ["no JSON"]),
        (lambda text: text[: len(text) // 2], ["truncated"]),
        (lambda text: "", ["empty"]),
        (lambda text: "[1, 2]", ["an array"]),
        (lambda text: json.dumps(json.loads(text) | {"schema_version": 99}), ["newer", "99", "upgrade"]),
        (lambda text: json.dumps(json.loads(text) | {"cases": 7}), ["$.cases"]),
    ],
    ids=["no JSON", "truncated", "empty", "an array", "newer", "wrong type"],
)
def test_a_record_that_cannot_be_read_says_why_and_where(store_with_a_record, damage, words):
    text = store_with_a_record.record_files()[0].read_text()
    path = store_with_a_record.write("damaged.json", damage(text))
    assert store_with_a_record.harness("show", str(path)).refused("damaged.json", *words)


def test_a_record_that_is_not_in_the_store_is_named_with_the_nearest(store_with_a_record):
    known = store_with_a_record.record_files()[0].stem
    shown = store_with_a_record.harness("show", "2020", "--store", str(store_with_a_record.store))
    assert shown.refused("'2020'", known, "harness list")


def test_a_damaged_record_is_named_in_the_list_and_the_others_are_listed(store_with_a_record):
    bad = store_with_a_record.store / "records" / "20200101T000000Z-dead.json"
    bad.write_text("{")
    try:
        listed = store_with_a_record.harness("list", "--store", str(store_with_a_record.store))
    finally:
        bad.unlink()
    assert listed.code == 1
    assert bad.name in listed.out
    assert store_with_a_record.record_files()[0].stem[-4:] in listed.out
