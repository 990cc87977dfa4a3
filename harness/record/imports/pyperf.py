"""pyperf's JSON, packed with gzip or not."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import msgspec

from harness.failure import HarnessError
from harness.record.imports.document import Document, moment, time_s
from harness.record.imports.foreign import Benchmark, Foreign

TOOL = "pyperf"
_STABLE = ("hostname", "platform", "cpu_count")
_SECONDS = "second"


class _Run(msgspec.Struct):
    metadata: dict[str, Any] = {}
    values: list[float] = []


class _Measured(msgspec.Struct):
    runs: list[_Run]
    metadata: dict[str, Any] = {}


class _File(msgspec.Struct):
    benchmarks: list[_Measured]
    version: str = ""
    metadata: dict[str, Any] = {}


def is_one(document: Document) -> bool:
    """Whether it looks like one of its files."""
    content = document.content
    if not isinstance(content, dict) or not isinstance(content.get("benchmarks"), list) or "machine_info" in content:
        return False
    return all(isinstance(each, dict) and "runs" in each for each in content["benchmarks"])


def read(document: Document) -> Foreign:
    """A file as it is. What stands on top of it holds for all its benchmarks. Raises HarnessError."""
    file = document.as_a(_File)
    said = file.metadata | (file.benchmarks[0].metadata if file.benchmarks else {})
    dates = [str(run.metadata["date"]) for each in file.benchmarks for run in each.runs if "date" in run.metadata]
    if not dates:
        raise HarnessError(f"{document.path}: can't be imported: none of its runs says when it was made.")
    commit = said.get("commit_id")
    return Foreign(
        tool=TOOL,
        tool_version=str(said.get("perf_version") or file.version),
        file=document.path.name,
        digest=document.digest,
        began=min(moment(date, document.path) for date in dates),
        commit=str(commit) if commit else None,
        dirty=False,
        python=str(said.get("python_version", "")).partition(" ")[0],
        cpu_model=str(said.get("cpu_model_name") or "unknown"),
        machine={key: str(said[key]) for key in _STABLE if said.get(key)},
        benchmarks=list(_benchmarks(file)),
        left_out=[
            f"{_name(file, each, number)}: counts {_unit(file, each)}s, no seconds"
            for number, each in enumerate(file.benchmarks)
            if _unit(file, each) != _SECONDS
        ],
    )


def _benchmarks(file: _File) -> Iterator[Benchmark]:
    for number, each in enumerate(file.benchmarks):
        if _unit(file, each) != _SECONDS:
            continue
        name = _name(file, each, number)
        values = [value for run in each.runs for value in run.values if time_s(value)]
        yield Benchmark(case=name, variant=name, values_s=values, not_measured="" if values else "it has no values")


def _name(file: _File, each: _Measured, number: int) -> str:
    """What all benchmarks of a file have in common stands on top of it; of a single one that is all."""
    return str(each.metadata.get("name") or file.metadata.get("name") or f"benchmark {number + 1}")


def _unit(file: _File, each: _Measured) -> str:
    return str(each.metadata.get("unit") or file.metadata.get("unit") or _SECONDS)
