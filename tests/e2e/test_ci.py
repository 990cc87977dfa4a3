"""Generated workflows, run as GitHub and GitLab run them: every command for real, in clones of a real repository."""

from __future__ import annotations

import json
import os
import stat
import sys

import pytest
from conduct.repository import Repository

from .desk import CONFTEST, TRACEBACK, Desk
from .runner import github_job, gitlab_job
from .two_locks import ADDER_SUITE, make_locks

WORK = """
import os

def total():
    return sum(range({numbers})) > 0

def other():
    {died}
    return {other}

"""
SUITE = """
import pytest
from work import other, total

@pytest.mark.parametrize("what", [total, other], ids=["total", "other|x"])
@pytest.mark.benchmark(group="work")
def test_work(benchmark, what):
    benchmark.extra_info["answer"] = benchmark.pedantic(what, rounds=12)
"""
POLICY = """
[project]
name = "sums"
version = "1"
requires-python = ">=3.11"

[tool.harness.against]
fail = ["slower", "differs", "drift", "not measured"]
"""
AS_BEFORE = {"numbers": "60_000", "other": "1", "died": "pass"}


@pytest.fixture(scope="module")
def place(tmp_path_factory):
    """A project on main with workflows written by `ci init`, and branches that pull requests come from."""
    desk = Desk(tmp_path_factory.mktemp("ci") / "project")
    repository = Repository(desk.folder)
    files = {"bench/conftest.py": CONFTEST, "bench/test_work.py": SUITE, "pyproject.toml": POLICY}
    repository.commit({**files, "work.py": WORK.format(**AS_BEFORE), ".gitignore": "out-*\nerr-*\nlock\n"})
    for system in ("github", "gitlab"):
        ended = desk.harness("ci", "init", system, "--env", sys.executable, "--comment")
        assert ended.code == 0, ended.err
    repository.commit({})
    heads = {
        "slower": {"numbers": "1_200_000", "other": "2"},
        "crash": {"died": "os.abort()"},
        "same": {"died": "pass  # says nothing new"},
    }
    for name, change in heads.items():
        repository.git("switch", "--quiet", "--create", name, "main")
        repository.commit({"work.py": WORK.format(**{**AS_BEFORE, **change})})
    repository.git("switch", "--quiet", "main")
    # main has gone on since: heads are held against their merge base, which is not its tip.
    repository.commit({"work.py": WORK.format(**{**AS_BEFORE, "other": "3"})})
    return desk


def clone_of(place, head):
    """What actions/checkout makes of a pull request: its head, detached, with all branches of the repository."""
    folder = place.folder.parent / f"clone-{head}-{len(list(place.folder.parent.glob('clone-*')))}"
    Repository(place.folder).git("clone", "--quiet", str(place.folder), str(folder))
    Repository(folder).git("switch", "--quiet", "--detach", f"origin/{head}")
    return folder


def measuring(place, name, launches, folder):
    """A workflow whose project has decided to measure so many launches."""
    text = (place.folder / name).read_text()
    assert text.count('"--budget 10m"') == 1
    file = folder.with_name(f"{folder.name}.yml")
    file.write_text(text.replace('"--budget 10m"', f'"--budget 5m --launches {launches}"'))
    return file


def pull_request(place, head, launches=1, **variables):
    clone = clone_of(place, head)
    given = {"GITHUB_EVENT_NAME": "pull_request", "GITHUB_BASE_REF": "main", "GITHUB_HEAD_REF": head, **variables}
    workflow = measuring(place, ".github/workflows/benchmark.yml", launches, clone)
    return clone, github_job(workflow, "compare", clone, clone.with_name(f"room-{clone.name}"), **given)


def merge_request(place, head):
    clone = clone_of(place, head)
    base = Repository(clone).git("merge-base", "origin/main", "HEAD")
    given = {"CI_PIPELINE_SOURCE": "merge_request_event", "CI_MERGE_REQUEST_DIFF_BASE_SHA": base}
    workflow = measuring(place, ".gitlab/harness.yml", 1, clone)
    return clone, gitlab_job(workflow, "harness-merge-request", clone, clone.with_name(f"room-{clone.name}"), **given)


def test_a_head_that_is_slower_and_gives_another_answer_is_red_and_told_so_where_reviewers_look(place):
    clone, job = pull_request(place, "slower", launches=3)
    assert job.codes["Measure"] == 1, job.out
    assert job.codes["Tell what came of it"] == 0
    first, *_ = job.summary.splitlines()
    assert first.startswith("❌ **")
    assert " slower (" in first
    assert "1 of another answer" in first
    # Three launches on a busy machine may call the other test slower, too.
    (row,) = [text for text in job.summary.splitlines() if "| <code>total</code> |" in text]
    assert "| **slower** |" in row
    line = next(number for number, text in enumerate(SUITE.splitlines(), start=1) if "def test_work" in text)
    notes = [text for text in job.out.splitlines() if text.startswith("::")]
    assert all(text.startswith(f"::error file=bench/test_work.py,line={line},title=Benchmark%3A ") for text in notes)
    assert any("work: total, " in text for text in notes)
    assert any("title=Benchmark%3A differs::bench/work::work: other|x, " in text for text in notes)
    comment = (clone / "comment.md").read_text()
    assert comment.startswith("<!-- scaling-harness -->\n❌ **")
    (record,) = (clone / "harness-results" / "records").glob("*.json")
    commits = [json.loads(record.read_text())[side] for side in ("environment", "against")]
    assert commits[0]["commit"] == Repository(clone).git("merge-base", "origin/main", "HEAD")
    assert commits[1][0]["commit"] == Repository(clone).git("rev-parse", "HEAD")


def test_a_head_that_crashes_a_test_is_red_for_what_was_not_measured(place):
    _, job = pull_request(place, "crash")
    assert job.codes["Measure"] == 3, job.out
    assert "Not all was measured" in job.summary.splitlines()[0]
    assert "**Not measured:**" in "\n".join(job.summary.splitlines()[:4])
    (note,) = [text for text in job.out.splitlines() if text.startswith("::error ")]
    assert note.startswith("::error file=bench/test_work.py,line=")
    assert ",title=Benchmark%3A not measured::bench/work::" in note


def test_a_head_that_does_the_same_is_green_on_github(place):
    _, job = pull_request(place, "same")
    assert job.green, job.out
    assert job.summary.startswith("✅ **")


def test_where_nothing_can_be_measured_no_step_hides_it(place):
    """The suites are gone from the head, so that the run dies before it has a record."""
    repository = Repository(place.folder)
    repository.git("switch", "--quiet", "--create", "gone", "same")
    repository.git("rm", "-rq", "bench")
    repository.commit({})
    repository.git("switch", "--quiet", "main")
    _, job = pull_request(place, "gone")
    assert job.codes["Measure"] in {2, 3}, job.out
    assert job.codes["Tell what came of it"] == 3
    assert job.summary.startswith("❌ **Nothing was measured")
    assert "::error title=Nothing was measured::" in job.out
    assert TRACEBACK not in job.out


def test_a_harness_that_cannot_be_installed_is_told_as_nothing_measured(place):
    clone, job = pull_request(place, "same", PIP_REQUIRE_HASHES="1", PIP_FORCE_REINSTALL="1", PIP_NO_INDEX="1")
    assert job.codes["Install the harness"] != 0
    assert "Measure" not in job.codes
    assert job.codes["Tell what came of it"] == 3
    assert job.summary.startswith("❌ **Nothing was measured:**")
    assert (clone / "comment.md").read_text() == job.summary


def test_a_merge_request_is_red_with_a_summary_and_a_code_quality_report(place):
    clone, job = merge_request(place, "slower")
    assert list(job.codes.values()) == [1], job.out
    assert (clone / "benchmark.md").read_text().splitlines()[1].startswith("❌ **")
    report = json.loads((clone / "code-quality.json").read_text())
    assert {entry["location"]["path"] for entry in report} == {"bench/test_work.py"}
    assert {entry["check_name"] for entry in report} == {"benchmark: differs"}


GH = """#!/usr/bin/env bash
# Answers as GitHub would: one comment of ours is there, if the file says so.
printf '%s\\n' "$*" >> "$SEEN"
if [[ "$*" == *--paginate* ]]; then cat "$MINE"; fi
"""


@pytest.mark.parametrize(("mine", "method"), [("", "--method POST repos/o/r/issues/7/comments"),
                                              ("42\n", "--method PATCH repos/o/r/issues/comments/42")])  # fmt: skip
def test_a_comment_is_written_once_and_then_replaced(place, tmp_path, mine, method):
    program = tmp_path / "gh"
    program.write_text(GH)
    program.chmod(program.stat().st_mode | stat.S_IXUSR)
    (tmp_path / "mine").write_text(mine)
    workflow = place.folder / ".github" / "workflows" / "benchmark.yml"
    path = os.pathsep.join([str(tmp_path), os.environ["PATH"]])
    given = {"PATH": path, "SEEN": str(tmp_path / "seen"), "MINE": str(tmp_path / "mine"), "PULL_REQUEST": "7"}
    job = github_job(workflow, "comment", tmp_path, tmp_path / "room", GITHUB_REPOSITORY="o/r", **given)
    assert job.green, job.out
    assert f"api --silent {method} --field body=@comment.md" in (tmp_path / "seen").read_text()


def night(place, bare, variables):
    """One night as GitHub has it: measured in one clone, kept from another."""
    number = len(list(bare.parent.glob("night-*")))
    folders = [bare.with_name(f"night-{number}"), bare.with_name(f"keep-{number}")]
    workflow = place.folder / ".github" / "workflows" / "nightly.yml"
    jobs = []
    for name, clone in zip(("night", "keep"), folders, strict=True):
        Repository(place.folder).git("clone", "--quiet", str(bare), str(clone))
        room = clone.with_name(f"room-{clone.name}")
        job = github_job(workflow, name, clone, room, ready=artifact(jobs), GITHUB_EVENT_NAME="schedule", **variables)
        jobs.append(job)
    return jobs


def artifact(jobs):
    """What the first job hands to the second; actions make no artifact of an empty folder."""
    if jobs and any((jobs[0].temp / "new").iterdir()):
        return {"night": jobs[0].temp / "new"}
    return {}


@pytest.fixture(scope="module")
def nights(tmp_path_factory):
    """A project with a lock, pushed to a bare repository, and the variables with which its environment can be made."""
    desk = Desk(tmp_path_factory.mktemp("nights") / "project")
    repository = Repository(desk.folder)
    desk.write("bench/test_sums.py", ADDER_SUITE)
    desk.write("bench/conftest.py", CONFTEST)
    desk.write(".gitignore", "out-*\nerr-*\nlock\nwheels\n")
    variables = make_locks(desk)
    (desk.folder / "envs" / "old.lock.txt").rename(desk.folder / "envs" / "base.lock.txt")
    (desk.folder / "envs" / "new.lock.txt").unlink()
    for system, name in {"github": ".github/workflows/nightly.yml", "gitlab": ".gitlab/harness.yml"}.items():
        ended = desk.harness("ci", "init", system)
        assert ended.code == 0, ended.err
        text = (desk.folder / name).read_text()
        desk.write(name, text.replace('"--budget 60m"', '"--budget 5m --launches 1"'))
    repository.commit({})
    bare = desk.folder.with_name("bare.git")
    repository.git("clone", "--quiet", "--bare", str(desk.folder), str(bare))
    return desk, bare, variables


def branch(bare):
    """What the store's branch holds."""
    return Repository(bare.with_name("look")).git("-C", str(bare), "ls-tree", "-r", "--name-only", "harness-results")


def test_a_night_is_measured_in_one_job_and_kept_on_the_stores_branch_by_another(nights):
    place, bare, variables = nights
    measured, kept = night(place, bare, variables)
    assert measured.green, measured.out
    assert measured.summary.startswith("✅ **")
    assert kept.green, kept.out
    folders = {name.partition("/")[0] for name in branch(bare).splitlines()}
    assert {"records", "locks", "anchors"} <= folders
    assert "runs" not in folders
    assert "nights" not in folders
    # Started once more on the same day: it begins with what is kept, judges that, and has nothing to add.
    measured, kept = night(place, bare, variables)
    restored = [name.removeprefix("./") for name in (measured.temp / "restored").read_text().splitlines()]
    assert restored == branch(bare).splitlines()
    assert measured.green, measured.out
    assert measured.summary.startswith("✅ **")
    assert kept.green, kept.out
    assert "nothing new to keep" in kept.out


def kept_by(nights, name, ready):
    """The second job of a night, whose first one has handed these files over."""
    place, bare, _ = nights
    clone = bare.with_name(f"keeps-{name}")
    Repository(place.folder).git("clone", "--quiet", str(bare), str(clone))
    workflow = place.folder / ".github" / "workflows" / "nightly.yml"
    return github_job(workflow, "keep", clone, clone.with_name(f"room-{clone.name}"), ready={"night": ready})


def test_a_night_may_only_add_to_the_store_whatever_its_packages_did(nights, tmp_path):
    _, bare, _ = nights
    (tmp_path / "first" / "records").mkdir(parents=True)
    (tmp_path / "first" / "records" / "a.json").write_text("as it was")
    assert kept_by(nights, "first", tmp_path / "first").green
    before = branch(bare)
    for name, place in {"changed": "records/a.json", "hook": ".git/hooks/pre-commit"}.items():
        file = tmp_path / name / place
        file.parent.mkdir(parents=True)
        file.write_text("as somebody wants it")
        job = kept_by(nights, name, tmp_path / name)
        assert (name, job.codes) == ("changed", {"Push it": 2}) or name == "hook", job.out
    assert branch(bare) == before


def test_two_nights_that_end_at_once_are_both_kept(nights, tmp_path):
    """The other one pushes between this one's look and its push: the second attempt stands on top of it."""
    _, bare, _ = nights
    for name in ("mine", "theirs"):
        (tmp_path / name).mkdir()
        (tmp_path / name / f"{name}.json").write_text(name)
    assert kept_by(nights, "theirs", tmp_path / "theirs").green
    first = Repository(bare.with_name("look")).git("-C", str(bare), "rev-parse", "harness-results")
    # A hook that has somebody else's commit arrive first, once.
    hook = bare / "hooks" / "update"
    hook.write_text(
        f"#!/bin/sh\nrm {hook}\ngit update-ref refs/heads/harness-results "
        f"$(git commit-tree {first}^{{tree}} -p {first} -m other)\nexit 1\n"
    )
    hook.chmod(0o755)
    job = kept_by(nights, "mine", tmp_path / "mine")
    assert job.green, job.out
    assert {"mine.json", "theirs.json"} <= set(branch(bare).splitlines())


def test_a_night_of_gitlab_is_kept_by_the_jobs_own_token(nights, tmp_path):
    place, bare, variables = nights
    clone, other = bare.with_name("gitlab"), tmp_path / "other.git"
    Repository(place.folder).git("clone", "--quiet", "--bare", str(bare), str(other))
    Repository(place.folder).git("-C", str(other), "update-ref", "-d", "refs/heads/harness-results")
    Repository(place.folder).git("clone", "--quiet", str(other), str(clone))
    pushed = "https://gitlab-ci-token:a-token@gitlab.example/group/project.git"
    given = {
        "CI_PIPELINE_SOURCE": "schedule", "CI_SERVER_HOST": "gitlab.example", "CI_PROJECT_PATH": "group/project",
        "CI_JOB_TOKEN": "a-token", "GIT_CONFIG_COUNT": "1", "GIT_CONFIG_KEY_0": f"url.{other}.insteadOf",
        "GIT_CONFIG_VALUE_0": pushed, **variables,
    }  # fmt: skip
    file = place.folder / ".gitlab" / "harness.yml"
    job = gitlab_job(file, "harness-night", clone, tmp_path / "room", **given)
    assert job.green, job.out
    assert (clone / "benchmark.md").read_text().startswith("✅ **")
    kept = gitlab_job(file, "harness-keep", clone, tmp_path / "room", **given)
    assert kept.green, kept.out
    assert "a-token" not in kept.out
    records = [name for name in branch(other).splitlines() if name.startswith("records/")]
    assert len(records) == 1
    # Another night that leaves nothing.
    for path in (clone / "new").rglob("*.*"):
        path.unlink()
    assert "nothing new to keep" in gitlab_job(file, "harness-keep", clone, tmp_path / "room", **given).out
