"""Conda prefixes from the command line: locked, made, measured in, compared with wheels, tampered with, mirrored."""

from __future__ import annotations

import os
import subprocess
from pathlib import Path

import pytest
from environment.channel import NUMPY, suite_channel

from .conda_project import make_conda_project
from .desk import HARNESS, Desk
from .requirement import missing_requirement


@pytest.fixture(scope="module")
def channel(tmp_path_factory):
    """A channel with an interpreter, pytest-benchmark and NumPy."""
    return suite_channel(tmp_path_factory.mktemp("conda"), NUMPY)


@pytest.fixture(scope="module")
def project(channel, tmp_path_factory):
    """A desk with a project that is locked both ways, and the variables to make its environments."""
    desk = Desk(tmp_path_factory.mktemp("e2e-conda") / "desk")
    return desk, make_conda_project(desk, channel)


@pytest.fixture(scope="module")
def prefix(project):
    """Where `harness env create base@conda` made it."""
    desk, variables = project
    created = desk.harness("env", "create", "base@conda", **variables)
    assert created.code == 0, created.err
    assert "Installing 9 conda packages" in created.err
    return Path(created.out.strip()).parent.parent


def test_the_locks_of_a_channel_are_consistent_and_locking_again_changes_nothing(project):
    desk, variables = project
    checked = desk.harness("env", "check", **variables)
    assert checked.code == 0, checked.out + checked.err
    before = (desk.folder / "conda-lock.yml").read_bytes()
    again = desk.harness("env", "lock", "base", **variables)
    assert again.code == 0, again.err
    assert (desk.folder / "conda-lock.yml").read_bytes() == before


def test_a_suite_is_measured_in_a_conda_prefix_and_in_wheels_of_the_same_versions(project, prefix):
    desk, variables = project
    ended = desk.run(".", "--env", "base@conda", "--against", "base@wheels", "--launches", "1", **variables)
    assert ended.code == 0, ended.err
    assert "base@wheels" in ended.out
    record = desk.record()
    conda, (wheels,) = record["environment"], record["against"]
    assert (conda["kind"], wheels["kind"]) == ("conda", "wheels")
    assert conda["verification"]["state"] == wheels["verification"]["state"] == "verified"
    assert conda["python"] == wheels["python"]


def test_a_run_in_a_conda_prefix_is_reproduced_from_its_bundle(project, prefix, tmp_path):
    desk, variables = project
    ran = desk.harness(
        "run",
        "test_squares.py",
        "--env",
        "base@conda",
        "--launches",
        "1",
        "--store",
        str(tmp_path / "one"),
        **variables,
    )
    assert ran.code == 0, ran.err
    [record] = tmp_path.glob("one/records/**/*.json")
    bundle = str(tmp_path / "conda.zip")
    bundled = desk.harness("bundle", str(record), bundle, **variables)
    assert bundled.code == 0, bundled.err
    elsewhere = Desk(tmp_path / "elsewhere")
    (elsewhere.folder / "conftest.py").unlink()
    ended = elsewhere.harness("reproduce", bundle, "--expect", "same", **variables)
    assert ended.code == 0, ended.err + ended.out
    assert "Verdict: reproduced" in ended.out


def without_network(folder, variables, *arguments):
    """Run `harness ARGUMENTS` where not even this machine itself can be reached."""
    if subprocess.run(["unshare", "--net", "true"], check=False, capture_output=True).returncode:
        missing_requirement("a process can't be kept from the network here (unshare --net)")
    command = ["unshare", "--net", str(HARNESS), *arguments]
    environ = {**os.environ, **variables}
    return subprocess.run(command, check=False, cwd=folder, env=environ, capture_output=True, text=True)


def test_a_prefix_is_made_from_a_mirror_without_any_network(project, channel):
    desk, variables = project
    mirrored = desk.harness("env", "mirror", "base@conda", "mirror", **variables)
    assert mirrored.code == 0, mirrored.err
    assert mirrored.out == "mirror: all 9 archives of conda-lock.yml\n"
    elsewhere = {**variables, "HARNESS_CACHE": str(desk.folder / "elsewhere")}
    aside = channel.folder.with_name("aside")
    channel.folder.rename(aside)
    try:
        made = without_network(desk.folder, elsewhere, "env", "create", "base@conda", "--mirror", "mirror")
    finally:
        aside.rename(channel.folder)
    assert made.returncode == 0, made.stderr
    verified = desk.harness("env", "verify", "base@conda", **elsewhere)
    assert (verified.code, verified.out.partition(":")[0]) == (0, "verified")


def test_a_file_that_was_edited_is_named_by_verify_and_by_the_next_run(project, prefix):
    desk, variables = project
    (edited,) = prefix.glob("lib/python*/site-packages/pluggy/_hooks.py")
    edited.write_text(edited.read_text() + "\n")
    verified = desk.harness("env", "verify", "base@conda", **variables)
    assert verified.code == 1
    assert f"- edited: {edited.relative_to(prefix)} (pluggy)\n" in verified.out
    removed = desk.harness("env", "remove", "base@conda", **variables)
    assert removed.code == 0, removed.err
    assert not prefix.exists()
