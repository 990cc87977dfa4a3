"""pytest-benchmark's JSON: `--benchmark-json`, `--benchmark-save` and `--benchmark-autosave`."""

from __future__ import annotations

from typing import Any

import msgspec

from harness.record.imports.document import Document, moment, time_s
from harness.record.imports.foreign import Benchmark, Foreign

TOOL = "pytest-benchmark"
# What says which machine it was; the rest of `machine_info` changes with updates, or with the hour.
_STABLE = ("machine", "node", "system")
_NO_COMMIT = "unversioned"


class _Stats(msgspec.Struct):
    median: float | None = None
    data: list[float] = []


class _Test(msgspec.Struct):
    fullname: str
    name: str
    stats: _Stats
    group: str | None = None
    params: dict[str, Any] | None = None


class _Commit(msgspec.Struct):
    id: str | None = None
    dirty: bool = False


class _File(msgspec.Struct):
    benchmarks: list[_Test]
    machine_info: dict[str, Any]
    datetime: str
    version: str = ""
    commit_info: _Commit = msgspec.field(default_factory=_Commit)


def is_one(document: Document) -> bool:
    """Whether it looks like one of its files."""
    return isinstance(document.content, dict) and {"benchmarks", "machine_info"} <= document.content.keys()


def read(document: Document) -> Foreign:
    """A file as it is. Raises HarnessError."""
    file = document.as_a(_File)
    machine = file.machine_info
    cpu = machine.get("cpu")
    brand = (cpu.get("brand_raw") or cpu.get("brand")) if isinstance(cpu, dict) else None
    commit = file.commit_info.id
    return Foreign(
        tool=TOOL,
        tool_version=file.version,
        file=document.path.name,
        digest=document.digest,
        began=moment(file.datetime, document.path),
        commit=commit if commit and commit != _NO_COMMIT else None,
        dirty=file.commit_info.dirty,
        python=str(machine.get("python_version", "")),
        cpu_model=str(brand or machine.get("processor") or "unknown"),
        machine={key: str(machine[key]) for key in _STABLE if machine.get(key)},
        benchmarks=[_benchmark(test) for test in file.benchmarks if not _has_negative(test)],
        left_out=[f"{test.fullname}: it has times below 0" for test in file.benchmarks if _has_negative(test)],
    )


def _has_negative(test: _Test) -> bool:
    return any(value < 0 for value in [test.stats.median or 0.0, *test.stats.data])


def _benchmark(test: _Test) -> Benchmark:
    """A group is what its author compares; without one, a test's parameters are its variants."""
    file, _, name = test.fullname.partition("::")
    median = time_s(test.stats.median)
    values = [value for value in test.stats.data if time_s(value)]
    return Benchmark(
        case=f"{file}::{test.group or name.partition('[')[0]}",
        variant=name,
        file=file,
        group=test.group,
        values_s=values,
        median_s=median,
        not_measured="" if median or values else "it has no times",
    )
