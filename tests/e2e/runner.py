"""Runs the commands of CI workflows as a runner would: the real text of each step, in a real bash, in a real clone.

Actions (`uses:`) are what only GitHub can run, and are left out: a test makes what they would have made.
"""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sysconfig
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import yaml

from .desk import PATIENCE_S

_EXPRESSION = re.compile(r"\$\{\{ *(.+?) *\}\}")
_STRICT = ["bash", "--noprofile", "--norc", "-eo", "pipefail"]


@dataclass
class Job:
    """A job that has ended: the exit code of each step by its name, what was printed, and the files that it wrote."""

    codes: dict[str, int] = field(default_factory=dict)
    out: str = ""
    summary: str = ""
    temp: Path = Path()

    @property
    def green(self) -> bool:
        return not any(self.codes.values())


def environ(folder: Path, **variables: str) -> dict[str, str]:
    """What a runner's step finds: the harness is there already, so that pip has nothing to fetch."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith(("PYTEST_", "COV", "GIT", "CI"))}
    path = os.pathsep.join([sysconfig.get_path("scripts"), kept["PATH"]])
    return {
        **kept,
        "PATH": path,
        "HARNESS_LOCK": str(folder / "lock"),
        "HARNESS_CACHE": str(folder / "cache"),
        **variables,
    }


def github_job(
    workflow: Path, name: str, clone: Path, room: Path, ready: dict[str, Path] | None = None, **variables: str
) -> Job:
    """Run the steps of a job in a clone. variables: what GitHub sets. room: for the runner's own files.

    ready: folders that actions have put into the runner's folder for temporary files, by their names there.
    """
    text = yaml.safe_load(workflow.read_text())
    job = text["jobs"][name]
    shutil.rmtree(room, ignore_errors=True)
    temp = room / "temp"
    temp.mkdir(parents=True)
    for put, content in (ready or {}).items():
        shutil.copytree(content, temp / put)
    files = {each: room / each for each in ("GITHUB_STEP_SUMMARY", "GITHUB_PATH", "GITHUB_ENV", "GITHUB_OUTPUT")}
    for file in files.values():
        file.touch()
    base = environ(room, RUNNER_TEMP=str(temp), GITHUB_ACTIONS="true", CI="true", **variables)
    base |= {each: str(file) for each, file in files.items()}
    base |= {key: str(value) for key, value in {**text.get("env", {}), **job.get("env", {})}.items()}
    done = Job(temp=temp)
    for step in job["steps"]:
        if "run" not in step or (done.codes and not done.green and step.get("if") != "always()"):
            continue
        assert step.get("if") in {None, "always()"}, step
        assert text["defaults"]["run"]["shell"] == "bash"
        assert "${{" not in step["run"], "an expression in a script is an injection"
        own = {key: _filled(str(value), variables) for key, value in step.get("env", {}).items()}
        added = [line for line in files["GITHUB_PATH"].read_text().splitlines() if line]
        path = os.pathsep.join([*reversed(added), base["PATH"]])
        done.codes[step["name"]] = _bash(step["run"], clone, {**base, **own, "PATH": path}, done)
    done.summary = files["GITHUB_STEP_SUMMARY"].read_text()
    return done


def gitlab_job(file: Path, name: str, clone: Path, room: Path, **variables: str) -> Job:
    """Run the script of a job, with its own variables and those of what it extends."""
    text = yaml.safe_load(file.read_text())
    job = text[name]
    room.mkdir(parents=True, exist_ok=True)
    given = {**variables, "CI": "true", "GITLAB_CI": "true", "CI_PROJECT_DIR": str(clone)}
    stated = {**text.get(job.get("extends"), {}).get("variables", {}), **job.get("variables", {})}
    for key, value in stated.items():
        given[key] = re.sub(r"\$(\w+)", lambda match: given.get(match[1], ""), str(value))
    done = Job(temp=room)
    for line in job["script"]:
        done.codes[f"script {len(done.codes)}"] = _bash(line, clone, environ(room) | given, done)
        if not done.green:
            break
    return done


def _bash(script: str, folder: Path, variables: dict[str, str], done: Job) -> int:
    ended = subprocess.run(
        [*_STRICT, "-c", script], cwd=folder, env=variables, stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
        text=True, timeout=PATIENCE_S, check=False,
    )  # fmt: skip
    done.out += ended.stdout
    return ended.returncode


def _filled(value: str, variables: dict[str, str]) -> str:
    """The few expressions that steps' variables have."""
    known = {"github.token": "a-token", "github.event.pull_request.number": variables.get("PULL_REQUEST", "")}
    return _EXPRESSION.sub(lambda match: known[match[1]], value)


def uses(workflow: dict[str, Any]) -> list[str]:
    """All actions of a workflow, as they are named."""
    return [step["uses"] for job in workflow["jobs"].values() for step in job["steps"] if "uses" in step]
