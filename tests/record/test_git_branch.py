"""The workflow of docs/store.md for a store on a branch, with its very commands and a real bare repository."""

import os
import re
import subprocess
from pathlib import Path

import pytest
from builders import make_record

from harness.record import Store

PAGE = Path(__file__).parents[2] / "docs" / "store.md"
ROUNDS = 3


@pytest.fixture
def commands():
    section = PAGE.read_text("utf-8").partition("## On a branch of a git repository")[2].partition("\n## ")[0]
    once, everywhere, after = re.findall(r"```\n(.*?)```", section, re.DOTALL)
    return once, everywhere, after


@pytest.fixture
def clone(tmp_path):
    origin = tmp_path / "origin.git"
    subprocess.run(["git", "init", "-q", "--bare", "-b", "main", origin], check=True)

    def make(name):
        folder = tmp_path / name
        subprocess.run(["git", "clone", "-q", origin, folder], check=True, capture_output=True)
        return folder

    first = make("first")
    (first / ".gitignore").write_text("/results/\n")
    shell("git checkout -q -B main; git add .gitignore; git commit -qm code; git push -q origin main", first)
    return make


def begun(text, folder):
    """A shell that ends at the first command that fails."""
    environ = {
        **{name: value for name, value in os.environ.items() if not name.startswith("GIT_")},
        "GIT_CONFIG_GLOBAL": os.devnull, "GIT_CONFIG_NOSYSTEM": "1", "HOME": str(folder),
        **{f"GIT_{who}_{what}": f"x@{folder.name}" for who in ("AUTHOR", "COMMITTER") for what in ("NAME", "EMAIL")},
    }  # fmt: skip
    return subprocess.Popen(
        ["sh", "-ec", text], cwd=folder, env=environ, stdout=-1, stderr=subprocess.STDOUT, text=True
    )


def shell(text, folder):
    process = begun(text, folder)
    said, _ = process.communicate()
    assert process.returncode == 0, said


def test_two_clones_that_push_at_once_lose_nothing(commands, clone, tmp_path):
    once, everywhere, after = commands
    shell(once, tmp_path / "first")
    clones = [clone("a"), clone("b")]
    for folder in clones:
        shell(everywhere, folder)
    locks = set()
    for number in range(ROUNDS):
        for folder in clones:
            store = Store(folder / "results")
            store.write(make_record(run=f"{folder.name}-{number}"))
            locks.add(store.keep_lock(f"{number}\n"))  # the same lock on both sides
            store.run_folder("in-progress").joinpath("journal").write_text("not for others")
        pushing = [begun(after, folder) for folder in clones]
        for process in pushing:
            said, _ = process.communicate()
            assert process.returncode == 0, said
    last = clone("last")
    shell(everywhere, last)
    store = Store(last / "results")
    assert store.ids() == sorted(f"{name}-{number}" for name in "ab" for number in range(ROUNDS))
    assert store.summaries()[1] == []
    assert {path.stem for path in store.locks.iterdir()} == locks
    assert not store.runs.exists()
    shell('git log --oneline main; test -z "$(git status --porcelain)"', last)
