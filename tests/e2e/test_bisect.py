"""`harness bisect`, from end to end: real locks of real wheels, real commits, measured for real.

Answers are exact, so that a step takes one launch: what surrounds the measuring is tested by them.
"""

from __future__ import annotations

import json
import os
import signal
import subprocess

import pytest
from environment.channel import PYTHON, Channel, suite_channel

from .desk import came_true
from .many_packages import make_locks

# So much slower that few launches will do, whatever else runs on the machine.
MUCH = 240_000
FOUR = ("alfa", "bravo", "charlie", "delta")
BY_ANSWER = ("--good", "old", "--bad", "new", "--measure", "answer")


@pytest.fixture
def packages(desk, tmp_path):
    """Makes two locks of twelve packages, and gives the variables for installing them."""

    def make(**differences):
        return {**make_locks(desk, **differences), "HARNESS_CACHE": str(tmp_path / "cache")}

    return make


def start(desk, *arguments, **variables):
    return desk.start("bisect", "test_work.py", "--store", str(desk.store), *arguments, **variables)


def bisected(desk, *arguments, **variables):
    return desk.wait(start(desk, *arguments, **variables))


def resumed(desk, *arguments, **variables):
    return desk.harness("bisect", "--store", str(desk.store), "--resume", *arguments, **variables)


def found_in(ended, code=0):
    assert ended.code == code, (ended.err, ended.out)
    return json.loads(ended.out)


def named(found):
    return sorted(change["name"] for culprit in found["culprits"] for change in culprit["changes"])


def test_the_one_slow_package_of_twelve_is_named_with_its_versions_and_its_ratio(desk, packages):
    ended = bisected(desk, "--good", "old", "--bad", "new", "--budget", "5m", **packages(slower={"kilo": MUCH}))
    assert ended.code == 0, (ended.err, ended.out)
    assert "12 packages between old and new, which make 11 groups" in ended.err
    assert "- kilo 1.0 -> 2.0" in ended.out
    found = json.loads(resumed(desk, bisection(desk), "--json").out)
    assert found["outcome"] == "found"
    assert found["together"] == [["golf", "hotel"]]
    assert found["effects"][0]["ratio"] > 1.1
    assert 0 < found["error"] <= 0.05


def bisection(desk):
    (path,) = desk.store.glob("runs/*/bisect.jsonl")
    return path.parent.name


def test_a_pair_that_differs_only_together_is_named_with_both_its_packages(desk, packages):
    variables = packages(names=FOUR, pair=("alfa", "delta"))
    found = found_in(bisected(desk, *BY_ANSWER, "--json", **variables))
    assert found["outcome"] == "found"
    assert [[change["name"] for change in culprit["changes"]] for culprit in found["culprits"]] == [["alfa"], ["delta"]]
    plans = [json.loads(path.read_bytes())["plan"] for path in desk.store.glob("records/*.json")]
    assert {plan["bisects"] for plan in plans} == {found["id"]}


def test_the_package_without_which_the_suite_does_not_even_import_is_named(desk, packages):
    variables = packages(names=FOUR, empty=["charlie"])
    ended = bisected(desk, "--good", "old", "--bad", "new", "--measure", "running", **variables)
    assert ended.code == 0, (ended.err, ended.out)
    assert "Found: this package makes it fail." in ended.out
    assert "- charlie 1.0 -> 2.0" in ended.out
    timed = bisected(desk, "--good", "old", "--bad", "new", **variables)
    assert timed.code == 3
    assert "--measure running" in timed.err


def test_ends_that_do_not_differ_are_told_as_none_with_what_would_have_been_seen(desk, packages):
    variables = packages(names=FOUR)
    found = found_in(bisected(desk, "--good", "old", "--bad", "new", "--budget", "5s", "--json", **variables))
    assert (found["outcome"], found["culprits"]) == ("none", [])
    assert found["smallest_seen"] > 0


def test_a_mix_that_cannot_be_installed_is_told_and_the_others_find_it(desk, packages):
    variables = packages(names=FOUR, answers={"alfa": 5})
    for end in ("old", "new"):
        assert desk.harness("env", "create", end, **variables).code == 0
    (desk.folder / "wheels" / "charlie-2.0-py3-none-any.whl").unlink()
    ended = bisected(desk, *BY_ANSWER, **variables)
    assert ended.code == 0, (ended.err, ended.out)
    assert "- alfa 1.0 -> 2.0" in ended.out
    told = " ".join(ended.out.split())
    assert "skipped in step 2: with alfa, bravo, charlie" in told
    assert "charlie==2.0" in told


def test_between_conda_locks_packages_follow_condas_rules(desk, tmp_path):
    """Of three packages beta changes the answer, and needs the new gamma."""
    channel = suite_channel(tmp_path)
    for version, locked in (("1.0", "old"), ("2.0", "new")):
        answer = 1 if version == "1.0" else 2
        made = Channel(channel.folder)
        made.records = {subdir: dict(records) for subdir, records in channel.records.items()}
        for name, needs in (("alpha", ()), ("beta", (f"gamma =={version}",)), ("gamma", ())):
            source = f"VALUE = {answer if name == 'beta' else 0}\n"
            files = {f"lib/{PYTHON}/site-packages/{name}_pkg.py": source}
            made.add(
                f"{name}-pkg", version, depends=[each.replace("gamma", "gamma-pkg") for each in needs], files=files
            )
        made.lock(desk.folder / f"{locked}.yml")
    desk.write("test_work.py", WORK.format(broken="import alpha_pkg, beta_pkg", answer="beta_pkg.VALUE"))
    ended = bisected(desk, "--good", "old.yml", "--bad", "new.yml", "--measure", "answer", "--json",
                     HARNESS_CACHE=str(tmp_path / "cache"))  # fmt: skip
    found = found_in(ended)
    assert named(found) == ["beta-pkg", "gamma-pkg"]
    assert found["together"] == [["beta-pkg", "gamma-pkg"]]


WORK = """
import pytest

@pytest.mark.benchmark(group="work")
def test_work(benchmark):
    {broken}
    benchmark.extra_info["answer"] = benchmark.pedantic(lambda: {answer}, rounds=24)
"""


@pytest.fixture
def repository(desk):
    """Commits at a desk, of which one gives another answer; returns their ids."""

    def git(*arguments):
        who = ("-c", "user.name=a", "-c", "user.email=a@example.org")
        return subprocess.run(["git", *who, *arguments], cwd=desk.folder, check=True, capture_output=True, text=True)

    def make(count, changed, broken):
        git("init", "-q", "-b", "main")
        desk.write("test_work.py", "")
        git("add", "conftest.py", "test_work.py")
        for number in range(1, count + 1):
            text = WORK.format(broken="raise ValueError('broken')" if number == broken else "pass",
                               answer=2 if number >= changed else 1)  # fmt: skip
            desk.write("test_work.py", f"{text}# {number}\n")
            git("commit", "-qam", f"change {number}")
        return git("rev-list", "--reverse", "HEAD").stdout.split()

    return make


BETWEEN_COMMITS = ("--env", "live", "--measure", "answer", "--bad", "main")


def test_a_commit_is_named_past_one_that_does_not_run_through_an_interrupt_and_a_kill(desk, tmp_path, repository):
    commits = repository(count=8, changed=5, broken=3)
    variables = {"HARNESS_CACHE": str(tmp_path / "cache")}
    process = start(desk, *BETWEEN_COMMITS, "--good", "main~7", **variables)
    assert came_true(desk.journals)
    os.killpg(process.pid, signal.SIGINT)
    ended = desk.wait(process)
    assert ended.code == 130
    assert f"harness bisect --resume {bisection(desk)} --store {desk.store}" in ended.err
    process = desk.start("bisect", "--resume", "--store", str(desk.store), **variables)
    assert came_true(lambda: desk.record_files() and desk.journals())
    os.killpg(process.pid, signal.SIGKILL)
    desk.wait(process)
    assert desk.is_deserted()
    before = {path.name: path.read_bytes() for path in desk.record_files()}
    found = found_in(resumed(desk, "--json", **variables))
    assert found["culprits"][0]["changes"] == [{"name": commits[4][:12], "good": None, "bad": "change 5"}]
    assert all((desk.store / "records" / name).read_bytes() == content for name, content in before.items())
    assert sorted(found["runs"]) == [path.stem for path in desk.record_files()]
    # Killed between its record and the end of its journal, a run leaves that for the next one to clear.
    assert {journal.parent.name for journal in desk.journals()} <= set(found["runs"])


def test_beside_a_commit_that_does_not_run_the_range_is_named(desk, tmp_path, repository):
    commits = repository(count=4, changed=3, broken=2)
    ended = bisected(desk, *BETWEEN_COMMITS, "--good", "main~3", "--json", HARNESS_CACHE=str(tmp_path / "cache"))
    found = found_in(ended, code=3)
    assert found["outcome"] == "narrowed"
    assert [change["name"] for change in found["culprits"][0]["changes"]] == [each[:12] for each in commits[1:3]]
    assert any("broken" in step["why"] for step in found["steps"])


def test_the_commit_since_which_a_test_fails_is_named_past_one_that_fails_otherwise(desk, tmp_path, repository):
    commits = repository(count=5, changed=9, broken=5)
    for number, text in ((6, "raise TypeError('otherwise')"), (7, "raise ValueError('broken')")):
        desk.write("test_work.py", WORK.format(broken=text, answer=1) + f"# {number}\n")
        subprocess.run(["git", "-c", "user.name=a", "-c", "user.email=a@example.org", "commit", "-qam", text],
                       cwd=desk.folder, check=True)  # fmt: skip
    ended = bisected(desk, "--env", "live", "--measure", "running", "--good", "main~6", "--bad", "main", "--json",
                     HARNESS_CACHE=str(tmp_path / "cache"))  # fmt: skip
    found = found_in(ended)
    assert [change["name"] for change in found["culprits"][0]["changes"]] == [commits[4][:12]]


def test_an_end_that_does_not_run_is_no_end_that_does_not_differ(desk, tmp_path, repository):
    repository(count=2, changed=2, broken=2)
    ended = bisected(desk, *BETWEEN_COMMITS, "--good", "main~1", HARNESS_CACHE=str(tmp_path / "cache"))
    assert ended.code == 3
    assert "could not be compared" in ended.err
    assert "ValueError: broken" in ended.err
