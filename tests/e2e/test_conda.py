"""Conda prefixes from the command line: made, measured in, compared with wheels, tampered with, mirrored."""

from __future__ import annotations

from pathlib import Path

import pytest
from environment.channel import NUMPY, suite_channel

from .conda_project import make_conda_project
from .desk import Desk


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
