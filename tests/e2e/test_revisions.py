"""Two commits of the measured code in one run: `--env live:REV --against live:REV`."""

from __future__ import annotations

import sys
import venv
from pathlib import Path

import pytest
from conduct.repository import Repository

from .desk import CONFTEST, came_true, case_of, judged

QUICK = ("--launches", "1", "--budget", "60s")

WORK = """
def total():
    return sum(range({numbers}))
"""
SUITE = """
import pytest
from {module} import total

@pytest.mark.benchmark(group="sums")
def test_total(benchmark):
    benchmark.extra_info["answer"] = benchmark.pedantic(total, rounds=24)
"""


@pytest.fixture
def project(desk):
    """A repository whose first commit, `old`, sums less than its second."""
    repository = Repository(desk.folder)
    ignored = "store\nlock\nout-*\nerr-*\n"
    # Python tells a changed module by its size and second, so the numbers differ in length.
    suite = {"conftest.py": CONFTEST, "bench/test_total.py": SUITE.format(module="work"), ".gitignore": ignored}
    repository.commit({**suite, "bench/work.py": WORK.format(numbers=1_000)})
    repository.git("tag", "old")
    repository.commit({"bench/work.py": WORK.format(numbers=20_000)})
    return repository


def start(desk, old, new, *arguments, **variables):
    cache = {"HARNESS_CACHE": str(desk.folder.parent / "cache")}
    return desk.run("bench", "--env", old, "--against", new, *QUICK, *arguments, **cache, **variables)


def here(revision):
    return f"{sys.executable}:{revision}"


def test_two_commits_are_compared_each_with_its_own_code(desk, project):
    ended = start(desk, here("old"), here("HEAD"))
    assert ended.code == 0, ended.err
    record = desk.record()
    case = case_of(record, "sums: total")
    answers = {variant["environment"]: variant["answers"][0]["value"] for variant in case["variants"]}
    assert answers == {0: sum(range(1_000)), 1: sum(range(20_000))}
    old, new = project.git("rev-parse", "old"), project.git("rev-parse", "HEAD")
    assert (record["environment"]["revision"], record["environment"]["commit"]) == ("old", old)
    assert (record["against"][0]["revision"], record["against"][0]["commit"]) == ("HEAD", new)
    assert record["fingerprint"]["code"]["commit"] == old
    assert record["against"][0]["code"]["commit"] == new
    assert record["against"][0]["code"]["dirty"] is None
    assert judged(record, "sums: total")[here("HEAD")]["answer"]["agreement"] == "differ"
    assert f"commit: {old[:12]} in A, {new[:12]} in B" in " ".join(ended.out.split())


def test_a_commit_is_compared_with_what_is_not_committed_yet(desk, project):
    (project.folder / "bench" / "work.py").write_text(WORK.format(numbers=300_000))
    assert start(desk, here("HEAD"), sys.executable).code == 0
    record = desk.record()
    answers = [variant["answers"][0]["value"] for variant in case_of(record, "sums: total")["variants"]]
    assert answers[:2] == [sum(range(20_000)), sum(range(300_000))]
    assert record["against"][0]["commit"] is None
    assert record["against"][0]["code"]["dirty"]


def test_one_commit_alone_can_be_measured_from_a_folder_within(desk, project):
    ended = desk.harness(
        "run", str(project.folder / "bench"), "--env", here("old"), *QUICK, "--store", str(desk.store),
        HARNESS_CACHE=str(desk.folder.parent / "cache"),
    )  # fmt: skip
    assert ended.code == 0, ended.err
    (case,) = desk.record()["cases"]
    assert case["variants"][0]["answers"][0]["value"] == sum(range(1_000))


def test_a_suite_that_imports_from_the_users_own_tree_is_refused(desk):
    """An editable installation of a src layout: both sides would measure the same code."""
    repository = Repository(desk.folder)
    repository.commit(
        {"conftest.py": CONFTEST, "bench/test_total.py": SUITE.format(module="pack.work"), ".gitignore": "env\n",
         "src/pack/__init__.py": "", "src/pack/work.py": WORK.format(numbers=1_000)}
    )  # fmt: skip
    repository.git("tag", "old")
    repository.commit({"src/pack/work.py": WORK.format(numbers=20_000)})
    python = _editable(desk.folder / "env", repository.folder / "src")
    ended = start(desk, f"{python}:old", f"{python}:HEAD")
    assert ended.refused("'pack'", str(repository.folder / "src" / "pack"), "checkout of 'old'", "PYTHONPATH=src")
    # What the message says is the way out.
    ended = start(desk, f"{python}:old", f"{python}:HEAD", PYTHONPATH="src")
    assert ended.code == 0, ended.err
    answers = [variant["answers"][0]["value"] for variant in case_of(desk.record(), "sums: total")["variants"]]
    assert answers[:2] == [sum(range(1_000)), sum(range(20_000))]


def _editable(folder: Path, source: Path) -> Path:
    """A virtual environment that sees the packages of the tests, and a folder as if it were installed from there."""
    venv.create(folder, with_pip=False)
    (packages,) = folder.glob("lib/python*/site-packages")
    ours = next(path for path in sys.path if path.endswith("site-packages"))
    (packages / "editable.pth").write_text(f"{source}\n{ours}\n")
    return folder / "bin" / "python"


def test_what_is_imported_late_from_the_users_own_tree_is_not_measured(desk):
    repository = Repository(desk.folder)
    late = (
        SUITE.format(module="pack")
        .replace("from pack import total", "")
        .replace("    benchmark.extra", "    from pack import total\n    benchmark.extra")
    )
    repository.commit({"conftest.py": CONFTEST, "bench/test_total.py": late, "src/pack.py": WORK.format(numbers=9)})
    ended = start(desk, here("HEAD"), sys.executable, PYTHONPATH=str(repository.folder / "src"))
    assert ended.code == 3, ended.err
    assert "'pack' was imported from" in " ".join(ended.out.split())
    assert judged(desk.record(), "sums: total")[here("HEAD")]["verdict"] == "not measured"


def test_a_suite_outside_of_the_repository_has_no_revision(desk, project, tmp_path):
    (tmp_path / "elsewhere").mkdir()
    ended = desk.run(str(tmp_path / "elsewhere"), "--env", here("HEAD"))
    assert ended.refused("elsewhere", "outside of the repository")


def test_an_unknown_revision_is_named_with_the_nearest(desk, project):
    assert desk.run("bench", "--env", here("odl")).refused("'odl'", "The nearest: old")


def test_a_suite_that_a_commit_does_not_have_is_named(desk, project):
    project.commit({"later/test_later.py": SUITE.format(module="work")})
    assert desk.run("later", "--env", here("old")).refused("later", "no such file or folder at the revision 'old'")


def test_an_environment_to_be_made_has_no_revision(desk, project):
    assert desk.harness("env", "create", "live:main").refused("names code to measure")


def test_a_killed_run_goes_on_with_the_commits_that_it_began_with_though_a_branch_has_moved(desk, project):
    process = desk.start_run(
        "bench", "--env", here("old"), "--against", here("main"), "--launches", "2", "--budget", "60s",
        HARNESS_CACHE=str(desk.folder.parent / "cache"),
    )  # fmt: skip
    assert came_true(lambda: process.poll() is not None or any(e["event"] == "sampled" for e in desk.journal()))
    process.kill()
    process.wait()
    began = project.git("rev-parse", "main")
    project.commit({"bench/work.py": WORK.format(numbers=5)})
    ended = desk.resume(HARNESS_CACHE=str(desk.folder.parent / "cache"))
    assert ended.code == 0, ended.err
    record = desk.record()
    assert record["interruptions"] == 1
    assert record["against"][0]["commit"] == began
    assert {answer["value"] for answer in case_of(record, "sums: total")["variants"][1]["answers"]} == {
        sum(range(20_000))
    }
