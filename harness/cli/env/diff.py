"""`harness env diff`: what differs between two environments."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import click

from harness.cli.output import print_json
from harness.cli.store_option import store_option
from harness.cli.terminal import show
from harness.environment.contents import Compared, compare_contents, contents_of
from harness.environment.declaration.environment_file import read_wheel_names
from harness.environment.locks.targets import Target, described
from harness.failure import HarnessError
from harness.record import Store
from harness.report.difference import DifferenceTable


@click.command(short_help="What differs between two environments, locks or records?")
@click.argument("a")
@click.argument("b")
@store_option
@click.option("--json", "as_json", is_flag=True, help="Print it as JSON: an entry for each platform and Python.")
def diff(a: str, b: str, store: str, as_json: bool) -> None:
    """Print what differs from A to B: addresses, lock files (either kind), or records (files or ids).

    An address stands for its lock; `live` and a path for what is installed there.
    """
    root = Path.cwd()
    first, second = (contents_of(each, root, Store(store)) for each in (a, b))
    compared = compare_contents(first, second, read_wheel_names(root))
    if not compared:
        raise HarnessError(
            f"{a} and {b} have no platform and Python in common: {described(list(first.versions), [])}; "
            f"and {described(list(second.versions), [])}."
        )
    if as_json:
        print_json({"a": a, "b": b, "differences": compared})
        return
    for where, told in _together(compared):
        if where:
            click.echo(where)
        show(DifferenceTable(told[0].difference, a, b))


def _together(compared: Sequence[Compared]) -> list[tuple[str, list[Compared]]]:
    """Equal differences are told once, headed by the platforms that they are of; no heading if that is all."""
    groups: list[list[Compared]] = []
    for each in compared:
        group = next((group for group in groups if group[0].difference == each.difference), None)
        if group is None:
            groups.append([each])
        else:
            group.append(each)
    everywhere = [Target(each.platform, each.pythons[0]) for each in compared]
    return [
        (described([Target(each.platform, each.pythons[0]) for each in group], everywhere), group) for group in groups
    ]
