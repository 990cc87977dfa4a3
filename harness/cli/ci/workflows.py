"""Workflows made from the templates in deploy/ci, for what a project is."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from pathlib import Path

from harness.cli.ci.actions import ACTIONS
from harness.cli.ci.project import BENCH, Project
from harness.failure import HarnessError

GITHUB, GITLAB = "github", "gitlab"
GITLAB_FILE, GITLAB_START = ".gitlab/harness.yml", ".gitlab-ci.yml"
_TOKEN = re.compile(r"@([A-Z_]+)@")
_IF = re.compile(r"\s*# if (\w+)")
_END = re.compile(r"\s*# end")
# In a checkout, and where the package is installed.
_TEMPLATES = (Path(__file__).parents[3] / "deploy" / "ci", Path(__file__).with_name("templates"))


def workflows(system: str, project: Project, wanted: Mapping[str, bool], budget: str) -> dict[str, str]:
    """The files' texts, by their paths from the project's top. wanted: `pages`, `comment`."""
    given = {
        **wanted,
        "path": bool(project.path),
        "locked": project.lock is not None,
        "night": project.lock is not None,
    }
    if system == GITLAB:
        words = _words(project, budget, 'export PATH="{}:$PATH"')
        return {
            GITLAB_START: f"include:\n  - local: {GITLAB_FILE}\n",
            GITLAB_FILE: _made("gitlab/harness.yml", words, given),
        }
    words = _words(project, budget, 'echo "{}" >> "$GITHUB_PATH"')
    made = {".github/workflows/benchmark.yml": _made("github/pull-request.yml", words, given)}
    if given["night"]:
        made[".github/workflows/nightly.yml"] = _made("github/nightly.yml", words, given)
    return made


def _words(project: Project, budget: str, on_path: str) -> dict[str, str]:
    return {
        **ACTIONS,
        "SUITES": " ".join(project.suites),
        "ENVIRONMENT": project.environment,
        "NIGHT_ENVIRONMENT": project.night,
        "LOCK": project.lock or "",
        "BRANCH": project.branch,
        "PYTHON": project.python,
        "PYTHONPATH": project.path,
        "BUDGET": budget,
        "NIGHT_BUDGET": "60m",
        "INSTALL": "\n".join(_install(project, "run", on_path)),
        "INSTALL_NIGHT": "\n".join(_install(project, "nightly", on_path)),
        "NIGHT": _template("nightly.sh"),
        "KEEP": _template("keep.sh"),
    }


def _install(project: Project, command: str, on_path: str) -> Iterator[str]:
    session = project.sessions.get(command)
    if session:
        yield "python -m pip install nox"
        yield f"nox --session {session} --install-only"
        yield on_path.format(f"$PWD/.nox/{session}/bin")
    else:
        yield f'python -m pip install "scaling-harness=={project.version}"'
    if project.environment == f"{BENCH}/bin/python":
        yield f"python -m venv {BENCH}"
        yield f"{BENCH}/bin/python -m pip install {' '.join(project.needs)}"


def _made(name: str, words: Mapping[str, str], given: Mapping[str, bool]) -> str:
    """A template filled in. A token alone in its line may become several lines, set in as it was."""
    lines: list[str] = []
    for line in _kept(_template(name), given):
        alone = _TOKEN.fullmatch(line.strip())
        if alone:
            margin = line[: len(line) - len(line.lstrip())]
            lines += [f"{margin}{part}".rstrip() for part in words[alone[1]].rstrip("\n").split("\n")]
        else:
            lines.append(_TOKEN.sub(lambda match: words[match[1]], line))
    return "\n".join(lines) + "\n"


def _kept(text: str, given: Mapping[str, bool]) -> Iterator[str]:
    """The lines of a template, without those between `# if NAME` and `# end` where the name isn't given."""
    open_ifs: list[bool] = []
    for line in text.rstrip("\n").split("\n"):
        begin = _IF.fullmatch(line)
        if begin:
            open_ifs.append(given[begin[1]])
        elif _END.fullmatch(line):
            open_ifs.pop()
        elif all(open_ifs):
            yield line


def _template(name: str) -> str:
    for folder in _TEMPLATES:
        if (folder / name).is_file():
            return (folder / name).read_text(encoding="utf-8")
    raise HarnessError(f"the template {name} is missing from this installation of the harness. Install it anew.")
