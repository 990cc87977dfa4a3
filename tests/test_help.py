"""The lists of commands, as a terminal of 80 columns shows them."""

import pytest
from click.testing import CliRunner

from harness.cli.main import cli


@pytest.mark.parametrize("group", [[], ["env"], ["machine"], ["store"], ["anchor"], ["calibrate"], ["ci"]])
def test_each_command_is_told_in_one_whole_line(group):
    listed = CliRunner().invoke(cli, [*group, "--help"], terminal_width=80).output.partition("Commands:\n")[2]
    names = [line.split()[0] for line in listed.splitlines()]
    assert all(line.startswith("  ") and line[2] != " " for line in listed.splitlines())
    assert names
    assert "..." not in listed
