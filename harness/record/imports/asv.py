"""asv's results: a folder with a file for each commit, machine and environment, or one of these files."""

from __future__ import annotations

import itertools
import re
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import msgspec

from harness.failure import HarnessError
from harness.record.imports.document import Document, read_document, time_s
from harness.record.imports.foreign import Benchmark, Foreign

TOOL = "asv"
_READ_VERSION = 2
_STABLE = ("machine", "arch", "os", "num_cpu", "ram")
_NO_RESULTS = {"benchmarks.json", "machine.json"}
_TIMES = re.compile(r"(time|timeraw)_.*|Time[A-Z_].*")
_MEMORY = re.compile(r"peakmem_.*|PeakMem[A-Z_].*")


class _File(msgspec.Struct):
    """date: of the commit, in milliseconds since 1970. results: by benchmark, in the order of result_columns."""

    commit_hash: str
    date: float
    results: dict[str, Any]
    result_columns: list[str]
    version: int
    env_name: str = ""
    params: dict[str, Any] = {}
    requirements: dict[str, Any] = {}
    python: str = ""


def files_of(folder: Path) -> list[Path]:
    """The files of results in a folder that asv keeps them in; raises HarnessError if there are none."""
    try:
        found = sorted(path for path in folder.glob("**/*.json") if path.name not in _NO_RESULTS)
    except OSError as fault:
        raise HarnessError(f"{folder}: cannot be read: {fault.strerror}.") from fault
    if not found:
        raise HarnessError(
            f"{folder}: no asv results: it has no files MACHINE/COMMIT-ENVIRONMENT.json. Name `results`."
        )
    return found


def is_one(document: Document) -> bool:
    """Whether it looks like a file of results."""
    return isinstance(document.content, dict) and {"commit_hash", "results"} <= document.content.keys()


def read(document: Document) -> Foreign:
    """A file as it is. It counts for when its commit was made: asv goes through a history in any order.

    Raises HarnessError.
    """
    version = document.content.get("version", 1)
    if version != _READ_VERSION:
        raise HarnessError(
            f"{document.path}: can't be imported: asv's format {version}; read is {_READ_VERSION}. "
            "`asv update` brings older files to it."
        )
    file = document.as_a(_File)
    try:
        began = datetime.fromtimestamp(file.date / 1000, UTC)
    except (ValueError, OverflowError, OSError) as fault:
        raise HarnessError(f"{document.path}: can't be imported: {file.date} is no date of a commit.") from fault
    kinds = _kinds(document.path)
    rows = {name: _Row(name, values, file.result_columns) for name, values in file.results.items()}
    return Foreign(
        tool=TOOL,
        tool_version=f"results {file.version}",
        file=document.path.name,
        digest=document.digest,
        began=began,
        commit=file.commit_hash,
        dirty=False,
        # With an environment that was there already, it is the path of a Python.
        python="" if "/" in file.python else file.python,
        cpu_model=str(file.params.get("cpu") or "unknown"),
        machine={key: str(file.params[key]) for key in _STABLE if file.params.get(key)},
        versions={name: str(wanted) for name, wanted in file.requirements.items() if wanted},
        benchmarks=[each for name, row in rows.items() for each in row.benchmarks(_kind(name, kinds))],
        left_out=[f"{name}: neither a time nor a peak of memory" for name in rows if not _kind(name, kinds)],
    )


class _Row:
    """What a file says of one benchmark: a value for each combination of its parameters."""

    def __init__(self, name: str, values: Any, columns: Sequence[str]) -> None:
        self._name = name
        self._said = dict(zip(columns, values, strict=False)) if isinstance(values, list) else {"result": values}

    def benchmarks(self, kind: str) -> Iterator[Benchmark]:
        """One for each combination. kind: 'time', 'peakmemory', or nothing that is read."""
        if not kind:
            return
        said = self._said.get("params")
        # Of each parameter the list of its values; whatever else stands there has no combinations.
        params = said if isinstance(said, list) and all(isinstance(each, list) for each in said) else []
        results = self._said.get("result")
        values: list[Any] = results if isinstance(results, list) else [results]
        for number, chosen in enumerate(itertools.product(*params)):
            value = values[number] if number < len(values) else None
            yield self._benchmark(
                kind, [str(each) for each in chosen], value if isinstance(value, int | float) else None
            )

    def _benchmark(self, kind: str, chosen: list[str], value: float | None) -> Benchmark:
        found = time_s(value)
        return Benchmark(
            case=self._name,
            variant=", ".join(chosen) or self._name,
            params={},
            median_s=found if kind == "time" else None,
            peak_bytes=int(found) if found and kind == "peakmemory" else None,
            not_measured="" if found else "asv has no value for it: it failed, or was skipped",
        )


def _kinds(path: Path) -> dict[str, str]:
    """The kind of each benchmark by the list beside the results, where there is one."""
    beside = path.parent.parent / "benchmarks.json"
    if not beside.is_file():
        return {}
    listed = read_document(beside).content
    if not isinstance(listed, dict):
        return {}
    return {name: str(each.get("type", "")) for name, each in listed.items() if isinstance(each, dict)}


def _kind(name: str, kinds: dict[str, str]) -> str:
    if name in kinds:
        return kinds[name] if kinds[name] in {"time", "peakmemory"} else ""
    last = name.rpartition(".")[2]
    if _TIMES.fullmatch(last):
        return "time"
    return "peakmemory" if _MEMORY.fullmatch(last) else ""
