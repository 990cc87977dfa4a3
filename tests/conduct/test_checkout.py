from __future__ import annotations

import multiprocessing
import os
import shutil
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from harness.conduct.checkout import NoRepository, checkout
from harness.conduct.site import settle
from harness.environment import parse_code_address
from harness.failure import HarnessError

from .repository import Repository


@pytest.fixture
def repository(tmp_path):
    """Two commits: the first says 1, the second 2."""
    made = Repository(tmp_path / "project")
    made.commit({"value.txt": "1", "bench/test_it.py": "one"})
    made.git("tag", "v1")
    made.commit({"value.txt": "2"})
    return made


@pytest.fixture
def cache(tmp_path):
    return tmp_path / "cache"


def test_a_revision_is_the_code_as_its_commit_has_it(repository, cache):
    made = checkout(repository.folder, "v1", cache)
    assert (made.folder / "value.txt").read_text() == "1"
    assert made.commit == repository.git("rev-parse", "v1")
    assert made.original == repository.folder


@pytest.mark.parametrize("revision", ["HEAD", "main", "HEAD~1", "v1"])
def test_a_commit_may_be_named_in_any_way(repository, cache, revision):
    assert checkout(repository.folder, revision, cache).commit == repository.git("rev-parse", f"{revision}^{{commit}}")


def test_the_beginning_of_a_commits_name_is_enough(repository, cache):
    commit = repository.git("rev-parse", "HEAD~1")
    assert checkout(repository.folder, commit[:8], cache).commit == commit


def test_what_is_not_committed_is_not_in_it(repository, cache):
    (repository.folder / "value.txt").write_text("3")
    (repository.folder / "new.txt").write_text("new")
    made = checkout(repository.folder, "HEAD", cache)
    assert (made.folder / "value.txt").read_text() == "2"
    assert not (made.folder / "new.txt").exists()


def test_the_users_place_in_the_repository_is_kept(repository, cache):
    made = checkout(repository.folder / "bench", "v1", cache)
    assert made.folder == made.top / "bench"
    assert (made.folder / "test_it.py").read_text() == "one"


def test_a_place_that_the_commit_does_not_have_is_named(repository, cache):
    repository.commit({"later/test_it.py": ""})
    with pytest.raises(HarnessError, match="v1: this commit has no folder later"):
        checkout(repository.folder / "later", "v1", cache)


def test_a_clean_one_is_used_again_bytecode_and_all(repository, cache):
    made = checkout(repository.folder, "v1", cache)
    (made.folder / "bench" / "__pycache__").mkdir()
    bytecode = made.folder / "bench" / "__pycache__" / "x.pyc"
    bytecode.touch()
    assert checkout(repository.folder, "v1", cache) == made
    assert bytecode.exists()


@pytest.mark.parametrize("damage", ["edited", "removed", "added", "ignored", "no .git", "other head", "half gone"])
def test_one_that_was_changed_is_made_anew(repository, cache, damage):
    made = checkout(repository.folder, "v1", cache)
    value = made.folder / "value.txt"
    if damage == "edited":
        value.write_text("changed")
    elif damage == "removed":
        value.unlink()
    elif damage == "added":
        (made.folder / "conftest.py").write_text("x = 1")
    elif damage == "ignored":
        (repository.folder / ".git" / "info").mkdir(exist_ok=True)
        (repository.folder / ".git" / "info" / "exclude").write_text("*.so\n")
        (made.folder / "fast.so").write_text("x")
    elif damage == "no .git":
        (made.folder / ".git").unlink()
    elif damage == "other head":
        subprocess.run(["git", "-C", str(made.folder), "checkout", "--quiet", "--detach", "main"], check=True)
    else:
        shutil.rmtree(made.folder / "bench")
    again = checkout(repository.folder, "v1", cache)
    assert again == made
    assert sorted(path.name for path in made.folder.iterdir()) == [".git", "bench", "value.txt"]
    assert value.read_text() == "1"


def test_a_cache_that_was_removed_is_no_hindrance(repository, cache):
    checkout(repository.folder, "v1", cache)
    shutil.rmtree(cache)
    assert (checkout(repository.folder, "v1", cache).folder / "value.txt").read_text() == "1"


def test_git_may_prune_and_remove_worktrees(repository, cache):
    made = checkout(repository.folder, "v1", cache)
    repository.git("worktree", "prune")
    assert checkout(repository.folder, "v1", cache) == made
    repository.git("worktree", "remove", "--force", str(made.top))
    assert (checkout(repository.folder, "v1", cache).folder / "value.txt").read_text() == "1"


def test_a_checkout_in_a_linked_worktree_is_the_same(repository, cache, tmp_path):
    repository.git("worktree", "add", "--quiet", "--detach", str(tmp_path / "project-2" / "project"))
    from_there = checkout(tmp_path / "project-2" / "project", "v1", cache)
    assert from_there.top == checkout(repository.folder, "v1", cache).top


def test_a_cache_within_the_repository_is_fine(repository):
    made = checkout(repository.folder, "HEAD", repository.folder / ".cache")
    (made.folder / ".git").unlink()
    assert checkout(repository.folder, "HEAD", repository.folder / ".cache") == made
    assert (made.folder / ".git").exists()


def test_hooks_of_the_repository_do_not_run(repository, cache):
    hook = repository.folder / ".git" / "hooks" / "post-checkout"
    hook.parent.mkdir(exist_ok=True)
    hook.write_text("#!/bin/sh\ntouch hooked\n")
    hook.chmod(0o755)
    assert not (checkout(repository.folder, "v1", cache).folder / "hooked").exists()


def test_what_a_hook_says_of_another_repository_is_not_heeded(repository, cache, monkeypatch, tmp_path):
    other = Repository(tmp_path / "other")
    monkeypatch.setenv("GIT_DIR", str(other.folder / ".git"))
    assert (checkout(repository.folder, "v1", cache).folder / "value.txt").read_text() == "1"


def test_an_unknown_revision_names_the_nearest(repository, cache):
    repository.git("branch", "faster-search")
    with pytest.raises(HarnessError, match=r"'faster-serch'.* The nearest: faster-search"):
        checkout(repository.folder, "faster-serch", cache)


@pytest.mark.parametrize("revision", ["-x", "--help", "HEAD^{tree}", "HEAD:value.txt", "main..HEAD", "a b", "日本"])
def test_what_is_no_commit_is_told_in_words(repository, cache, revision):
    with pytest.raises(HarnessError, match="no commit, tag or branch is called"):
        checkout(repository.folder, revision, cache)


def test_a_repository_without_a_commit_is_told_in_words(tmp_path, cache):
    with pytest.raises(HarnessError, match=r"no commit yet, so none is 'HEAD'. Commit something first"):
        checkout(Repository(tmp_path / "empty").folder, "HEAD", cache)


def test_a_shallow_clone_says_how_to_deepen_it(repository, tmp_path, cache):
    subprocess.run(
        ["git", "clone", "--quiet", "--depth=1", f"file://{repository.folder}", str(tmp_path / "shallow")], check=True
    )
    with pytest.raises(HarnessError, match="git fetch --unshallow"):
        checkout(tmp_path / "shallow", "v1", cache)


def test_a_folder_without_a_repository_is_told_in_words(tmp_path, cache):
    folder = tmp_path / "plain"
    folder.mkdir()
    with pytest.raises(NoRepository, match=r"revisions such as 'main' need one. Go to it, or make one here") as fault:
        checkout(folder, "main", cache)
    assert ":main" not in str(fault.value)
    with pytest.raises(HarnessError, match=r"need one\..* Or leave ':main' away, to measure the code as it lies here"):
        settle(parse_code_address("live:main", folder), folder, print)


def test_without_git_the_way_out_is_told(repository, cache, monkeypatch):
    monkeypatch.setenv("PATH", str(cache))
    with pytest.raises(HarnessError, match="Install git"):
        checkout(repository.folder, "main", cache)


def test_what_git_says_is_passed_on(repository, cache):
    (repository.folder / ".git" / "worktrees").write_text("no folder")
    with pytest.raises(HarnessError, match=r"git can't check [0-9a-f]{12} out into .*\nfatal"):
        checkout(repository.folder, "main", cache)


def test_a_cache_that_is_a_file_is_named(repository, cache):
    cache.write_text("")
    with pytest.raises(HarnessError, match="HARNESS_CACHE"):
        checkout(repository.folder, "main", cache)


def _check_out(folder, cache, results):
    made = checkout(folder, "v1", cache)
    results.put((str(made.top), (made.folder / "value.txt").read_text()))
    time.sleep(1.0)  # it is in use for a while


def test_several_at_once_make_one(repository, cache):
    spawn = multiprocessing.get_context("spawn")
    results = spawn.Queue()
    began = [spawn.Process(target=_check_out, args=(repository.folder, cache, results)) for _ in range(3)]
    for process in began:
        process.start()
    found = {results.get(timeout=60) for _ in began}
    for process in began:
        process.join()
    assert len(found) == 1
    assert len(repository.git("worktree", "list").splitlines()) == 2


def test_one_in_use_is_not_made_anew_beneath_its_user(repository, cache):
    spawn = multiprocessing.get_context("spawn")
    results = spawn.Queue()
    user = spawn.Process(target=_check_out, args=(repository.folder, cache, results))
    user.start()
    place, _ = results.get(timeout=60)
    Path(place, "value.txt").write_text("3")
    os.kill(user.pid, signal.SIGSTOP)
    try:
        with pytest.raises(HarnessError, match="another process works in it"):
            checkout(repository.folder, "v1", cache)
    finally:
        os.kill(user.pid, signal.SIGKILL)
        user.join()
    assert (checkout(repository.folder, "v1", cache).folder / "value.txt").read_text() == "1"


def test_one_that_is_killed_while_it_is_made_leaves_nothing_that_looks_complete(repository, cache):
    repository.commit({f"many/{number}.txt": "x" * 2000 for number in range(300)})
    script = (
        "import pathlib, sys; from harness.conduct.checkout import checkout; "
        "checkout(pathlib.Path(sys.argv[1]), 'HEAD', pathlib.Path(sys.argv[2]))"
    )
    for delay_s in (0.0, 0.02, 0.1):
        process = subprocess.Popen([sys.executable, "-c", script, str(repository.folder), str(cache)])
        deadline = time.monotonic() + 30
        while not list(cache.glob("checkouts/*/*/.git")) and time.monotonic() < deadline and process.poll() is None:
            time.sleep(0.001)
        time.sleep(delay_s)
        process.kill()
        process.wait()
        made = checkout(repository.folder, "HEAD", cache)
        assert len(list((made.folder / "many").iterdir())) == 300
        shutil.rmtree(made.top)


def test_one_that_nobody_asked_for_within_a_month_goes_when_another_is_made(repository, cache):
    old = in_another_process(repository.folder, "v1", cache)
    kept = in_another_process(repository.folder, "main", cache)
    long_ago = time.time() - 31 * 86400
    for top in (old, kept):
        os.utime(top.with_name(f"{top.name}.complete"), (long_ago, long_ago))
    in_another_process(repository.folder, "main", cache)
    repository.commit({"value.txt": "3"})
    checkout(repository.folder, "main", cache)
    assert not old.exists()
    assert kept.exists()
    assert str(old) not in repository.git("worktree", "list")


def test_one_that_somebody_works_in_stays_however_old(repository, cache):
    made = checkout(repository.folder, "v1", cache)
    os.utime(made.top.with_name(f"{made.top.name}.complete"), (0, 0))
    checkout(repository.folder, "main", cache)
    assert (made.folder / "value.txt").read_text() == "1"


def in_another_process(folder, revision, cache):
    """A checkout that nobody works in any more."""
    program = "import pathlib, sys; from harness.conduct.checkout import checkout; "
    program += "print(checkout(pathlib.Path(sys.argv[1]), sys.argv[2], pathlib.Path(sys.argv[3])).top)"
    done = subprocess.run(
        [sys.executable, "-c", program, folder, revision, cache], check=True, capture_output=True, text=True
    )
    return Path(done.stdout.strip())
