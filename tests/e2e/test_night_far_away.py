"""A whole night whose store lies on another machine: two nights, a slower commit, the bisection and the site."""

from __future__ import annotations

import re

import pytest
from record.servers import sftp_address, start_sshd

from .desk import TRACEBACK
from .small_project import QUICK, SmallProject, work

SLOW = "sum(each for _ in range(60) for each in range(1_000)) * 0"


@pytest.fixture(scope="module")
def far(module_desk, tmp_path_factory):
    """A project, and a way to call `harness` for its store at an SFTP server."""
    home = tmp_path_factory.mktemp("ssh")
    server = start_sshd(home)
    project = SmallProject(module_desk)
    address = sftp_address(server, home / "far" / "store")

    def harness(*arguments):
        variables = {**project.variables(), "HOME": str(home)}
        return module_desk.harness(*arguments, "--store", address, **variables)

    yield project, harness
    server.stop()


def test_a_slower_commit_is_told_bisected_and_on_the_site(far):
    project, harness = far
    assert harness("anchor", "set", "v1", "--why", "the first release").code == 0
    first = harness("nightly", *QUICK, "--date", "2026-11-20")
    assert first.code == 0, first.err
    slower = project.commit("bench/work.py", work(more=SLOW))
    several = ("bench", "-k", "work", "--launches", "3", "--budget", "60s", "--precision", "50%")
    second = harness("nightly", *several, "--date", "2026-11-21", "--site", "site", "--bisect")
    assert second.code == 1, second.err
    assert TRACEBACK not in second.err
    assert "It is the code" in " ".join(second.out.split())
    # What the bisection says stands beside the night's own report.
    found = second.err[second.err.index("harness: harness bisect bench") :]
    assert "Found: this commit makes the change of time." in found
    assert slower[:7] in found
    assert "Found:" not in second.out
    start = text_of(project.desk.folder / "site" / "index.html")
    assert "1 variant got slower" in start
    assert re.search(r"work takes [\d,.]+ times the anchor's time", start)
    (page,) = (project.desk.folder / "site" / "cases").glob("work-*.html")
    shown = text_of(page)
    assert f"on 2026-11-21: commit {project.head[:8]}..{slower[:8]}" in shown
    history = harness("history", "work")
    assert history.code == 0, history.err
    assert "times the newest anchor's time" in " ".join(history.out.split())


def text_of(page):
    return " ".join(re.sub(r"<[^>]+>", " ", page.read_text()).replace("&#39;", "'").split())
