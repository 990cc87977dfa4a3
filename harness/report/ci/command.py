"""The command that measures again what a record has measured."""

from __future__ import annotations

import shlex
from collections.abc import Iterator

from harness.record.schema import Record
from harness.report.plain import line


def commands(record: Record) -> list[str]:
    """The same question asked again, with the commits by their names; and the record itself held to."""
    if record.imported is not None:
        return []
    measure = shlex.join([line(part) for part in _run(record)])
    return [measure, f"harness reproduce {shlex.quote(line(record.id))}"]


def _run(record: Record) -> Iterator[str]:
    plan = record.plan
    yield from ("harness", "run", *plan.paths)
    for option, environment in zip(_options(record), record.environments, strict=True):
        place = environment.address
        if environment.commit and environment.revision:
            place = f"{place.removesuffix(f':{environment.revision}')}:{environment.commit}"
        yield from (option, place)
    if plan.keyword:
        yield from ("-k", plan.keyword)
    yield from ("--scale", plan.scale, "--budget", f"{plan.budget_s:g}s")
    if plan.launches is not None:
        yield from ("--launches", str(plan.launches))


def _options(record: Record) -> list[str]:
    return ["--env", *(["--against"] * len(record.against))]
