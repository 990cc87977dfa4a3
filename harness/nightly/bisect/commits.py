"""The commits between a good and a bad one."""

from __future__ import annotations

from pathlib import Path

import msgspec

from harness.conduct.checkout import commit_named, if_shallow
from harness.failure import HarnessError
from harness.machine.git import git


class Commit(msgspec.Struct, frozen=True):
    """id: in full."""

    id: str
    title: str


def commit_of(folder: Path, revision: str) -> Commit:
    """The commit that a revision means in the repository around a folder. Raises HarnessError where it means none."""
    commit = commit_named(folder, revision)
    return next(iter(_listed(folder, "--no-walk", commit, "--")), Commit(commit, ""))


def commits_between(folder: Path, good: Commit, bad: Commit) -> list[Commit]:
    """The good commit and all after it along the first parents of the bad one, the oldest first.

    Raises HarnessError where the good one isn't behind the bad one.
    """
    if good == bad:
        raise HarnessError(f"--good and --bad are the same commit, {good.id[:12]}: nothing differs.")
    if _is_behind(folder, bad, good):
        raise HarnessError(
            f"--good {good.id[:12]} comes after --bad {bad.id[:12]}. To find what made it faster, or for the way back, "
            "swap them: what is found is the first commit that is like --bad."
        )
    if not _is_behind(folder, good, bad):
        raise HarnessError(
            f"--good {good.id[:12]} is no ancestor of --bad {bad.id[:12]}. Name a commit that both branches have, as "
            f"git merge-base {good.id[:12]} {bad.id[:12]} prints it.{if_shallow(folder)}"
        )
    return [good, *_listed(folder, "--first-parent", "--reverse", bad.id, f"^{good.id}")]


def _listed(folder: Path, *arguments: str) -> list[Commit]:
    said = git(folder, "log", "--format=%H %s", *arguments)
    if said.returncode:
        return []
    lines = said.stdout.decode("utf-8", "replace").splitlines()
    return [Commit(line.partition(" ")[0], line.partition(" ")[2]) for line in lines]


def _is_behind(folder: Path, first: Commit, second: Commit) -> bool:
    return git(folder, "merge-base", "--is-ancestor", first.id, second.id).returncode == 0
