"""Environments that are there already."""

import subprocess
import sys

import pytest

from harness.environment import create, remove, verify
from harness.environment.backends.interpreter import ask
from harness.failure import HarnessError


def quietly(_line):
    pass


@pytest.fixture
def bare(tmp_path):
    """A virtual environment in which nothing is installed."""
    subprocess.run([sys.executable, "-m", "venv", "--without-pip", str(tmp_path / "bare")], check=True)
    return tmp_path / "bare"


def test_live_is_there_and_has_no_lock(project):
    realized = create("live", project, quietly)
    assert (realized.python, realized.lock_digest) == (sys.executable, None)
    assert verify(realized).state == "unlocked"


def test_an_environment_without_pytest_benchmark_is_refused_with_the_way_out(project, bare):
    with pytest.raises(HarnessError) as refused:
        create(str(bare), project, quietly)
    python = bare / "bin" / "python"
    assert "has no pytest and no pytest-benchmark" in str(refused.value)
    assert f"{python} -m pip install pytest pytest-benchmark" in str(refused.value)


@pytest.mark.parametrize(
    ("script", "message"),
    [
        ("#!/bin/sh\necho broken >&2; exit 3\n", "doesn't start: broken"),
        ("#!/bin/sh\nexit 3\n", "doesn't start: exit code 3"),
        ("#!/bin/sh\necho hello\n", "this is no Python: it answers 'hello"),
        ("#!/no/such/interpreter\n", "doesn't start: "),
    ],
)
def test_a_program_that_is_no_python_is_refused_in_words(project, tmp_path, script, message):
    program = tmp_path / "python"
    program.write_text(script)
    program.chmod(0o755)
    with pytest.raises(HarnessError) as refused:
        create(str(program), project, quietly)
    assert message in str(refused.value)


def test_an_old_python_is_refused(project, tmp_path):
    answer = '{"prefix": "/", "markers": {"python_version": "3.6"}, "installed": {"pytest": "1"}}'
    program = tmp_path / "python"
    program.write_text(f"#!/bin/sh\necho '{answer}'\n")
    program.chmod(0o755)
    with pytest.raises(HarnessError, match=r"this is Python 3\.6; suites are measured from Python 3\.7 on"):
        create(str(program), project, quietly)


def test_modules_in_the_working_folder_do_not_reach_the_question(bare, tmp_path, monkeypatch):
    (tmp_path / "json.py").write_text("raise SystemExit('no')")
    monkeypatch.chdir(tmp_path)
    assert ask(str(bare / "bin" / "python")).installed == {}


def test_the_harness_removes_only_what_it_made(project):
    with pytest.raises(HarnessError, match="didn't make this environment"):
        remove(create("live", project, quietly))
