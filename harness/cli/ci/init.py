"""`harness ci init`: write workflows for a project."""

from __future__ import annotations

import difflib
from collections.abc import Iterator, Mapping
from pathlib import Path

import click

from harness.cli.ci.project import PYTHONS, Project, Stated, project_at
from harness.cli.ci.workflows import GITHUB, GITLAB, GITLAB_FILE, GITLAB_START, workflows
from harness.cli.output import write_new
from harness.cli.terminal import tell
from harness.conduct.policy_file import policy_of
from harness.failure import HarnessError
from harness.machine.code import top_of
from harness.record.schema import Failing


@click.command(short_help="Write workflows for this project: pull request, night.")
@click.argument("system", type=click.Choice([GITHUB, GITLAB]))
@click.option("--suite", "suites", metavar="PATH", multiple=True, help="What is measured.  [default: looked for]")
@click.option("--env", "environment", metavar="ADDRESS", help="Where it runs.  [default: base, if it is locked]")
@click.option("--branch", help="Where pull requests go to.  [default: as git has it]")
@click.option(
    "--python",
    type=click.Choice(PYTHONS),
    help="Of the harness, and of environments made as wheels.  "
    "[default: the oldest that requires-python and environment.yml allow, or 3.12]",
)
@click.option("--budget", default="10m", show_default=True, help="Measuring time of a pull request.")
@click.option("--pages", is_flag=True, help="Publish the site of the nights with GitHub's or GitLab's Pages.")
@click.option("--comment", is_flag=True, help="Comment on pull requests; on GitLab that needs a token.")
@click.option("--folder", type=click.Path(file_okay=False, path_type=Path), help="Write below this folder instead.")
@click.option("--print", "printed", is_flag=True, help="Print what would be written, and write nothing.")
@click.option("--diff", is_flag=True, help="Print how it differs from what is there, and write nothing.")
def init(
    system: str,
    suites: tuple[str, ...],
    environment: str | None,
    branch: str | None,
    python: str | None,
    budget: str,
    pages: bool,
    comment: bool,
    folder: Path | None,
    printed: bool,
    diff: bool,
) -> None:
    """Write workflows for GitHub or GitLab: a pull request's head beside its merge base, and every night.

    What the project has is looked at: suites, envs/, environment.yml, noxfile.py, requires-python, git's branches.
    Nothing is asked, and no secret is needed. Files that are there are left alone (exit code 2); --diff says what would
    change.
    """
    from harness.cli.quantities import Duration

    Duration().convert(budget, None, None)
    top = top_of(Path.cwd()) or Path.cwd()
    project = project_at(top, Stated(suites=suites, environment=environment, branch=branch, python=python))
    made = workflows(system, project, {"pages": pages, "comment": comment}, budget)
    place = folder or top
    if system == GITLAB and folder is None and _includes(place / GITLAB_START):
        del made[GITLAB_START]
    if printed or diff:
        for name, text in made.items():
            click.echo("".join(_difference(place / name, name, text)) if diff else f"# {name}\n{text}", nl=not diff)
        return
    _write(place, made)
    for told in _next(system, project, made, top):
        click.echo(told)


def _includes(path: Path) -> bool:
    """Whether GitLab's own file has our include already."""
    try:
        return GITLAB_FILE in path.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError):
        return False


def _write(top: Path, made: Mapping[str, str]) -> None:
    taken = [name for name, text in made.items() if _text(top / name) not in {None, text}]
    if taken:
        hint = f" Add to it:\n{made[GITLAB_START]}" if GITLAB_START in taken else ""
        raise HarnessError(
            f"{', '.join(taken)}: there already, and left alone. Nothing was written. `--diff` says what would change; "
            f"remove what is to be written anew.{hint}"
        )
    for name, text in made.items():
        if _text(top / name) == text:
            tell(f"{name} is there already, just so")
            continue
        try:
            (top / name).parent.mkdir(parents=True, exist_ok=True)
        except OSError as reason:
            raise HarnessError(f"{top / name} can't be written: {reason.strerror or reason}.") from reason
        write_new(top / name, text)
        click.echo(f"wrote {name}")


def _text(path: Path) -> str | None:
    try:
        return path.read_text(encoding="utf-8")
    except (FileNotFoundError, NotADirectoryError):
        return None
    except (OSError, UnicodeDecodeError):
        return ""


def _difference(path: Path, name: str, text: str) -> Iterator[str]:
    there = _text(path)
    before = [] if there is None else there.splitlines(keepends=True)
    return difflib.unified_diff(before, text.splitlines(keepends=True), "/dev/null" if there is None else name, name)


def _installing(made: Mapping[str, str]) -> list[str]:
    return [name for name, text in made.items() if "scaling-harness==" in text]


def _next(system: str, project: Project, made: Mapping[str, str], top: Path) -> Iterator[str]:
    """What to do now."""
    yield f"measures {', '.join(project.suites)} in {project.environment}, with Python {project.python}"
    failing = policy_of(top).fail_against
    if Failing.SLOWER not in failing:
        yield (
            f"A pull request fails for: {', '.join(failing) or 'nothing'}. To fail for a slower head, too, put into "
            'pyproject.toml: [tool.harness.against] fail = ["slower", "differs", "no answer", "counters", "drift", '
            '"not measured"]'
        )
    if project.lock is None:
        yield (
            "There is no night yet: it compares packages, so it needs an environment with a lock. Declare one in "
            "environment.yml, lock it (harness env lock), and call this again."
        )
    if not project.sessions:
        yield (
            f"The workflows install scaling-harness=={project.version} from the index that pip uses there. Where that "
            f"has none, change the line 'python -m pip install' in {' and '.join(_installing(made))}: name a wheel, "
            "git+https://..., or --index-url."
        )
    if project.lock is None and not project.sessions:
        yield "Look at the step that installs what the suites need: it is a guess."
    if project.path:
        yield f"Each commit's own code is imported from '{project.path}' in its checkout (PYTHONPATH)."
    elif project.lock is None and any(need.lstrip("'").startswith(".") for need in project.needs):
        yield (
            "Nothing that the suites import was found in this repository. If they measure a package of it, set "
            "PYTHONPATH where it is measured, or both sides import the installed one: docs/side-by-side.md."
        )
    yield f"Now: git add {' '.join(made)}, commit, and open a {'pull' if system == GITHUB else 'merge'} request."
