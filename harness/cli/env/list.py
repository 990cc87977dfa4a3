"""`harness env list`: the environments that can be named here, and those in the cache."""

from __future__ import annotations

import os
from pathlib import Path

import click

from harness.cli.output import print_json
from harness.cli.terminal import show, tell
from harness.environment import environments_folder, listed
from harness.report.environment_list import EnvironmentList


@click.command("list", short_help="List what is locked here, and what lies in the cache.")
@click.option("--json", "as_json", is_flag=True, help="Print it as JSON, with the folder of each.")
def list_environments(as_json: bool) -> None:
    """List what is locked in this project, and what lies in the cache, complete or not."""
    found = listed(Path.cwd())
    if as_json:
        print_json(found)
        return
    show(EnvironmentList(found))
    tell(f"The cache is {environments_folder(os.environ)}.")
