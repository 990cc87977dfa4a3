"""What the files of other tools say, in one form."""

from __future__ import annotations

from datetime import datetime

from harness.record.schema import Value


class Benchmark(Value, frozen=True, kw_only=True):
    """One of a tool's benchmarks. case, variant: as the record is to call it. file: of its code, if that is known.

    values_s: what was measured, seconds of one call; median_s: as the tool says it, where it keeps no values.
    not_measured: why, in words.
    """

    case: str
    variant: str
    file: str = ""
    group: str | None = None
    params: dict[str, str] = {}
    values_s: list[float] = []
    median_s: float | None = None
    peak_bytes: int | None = None
    not_measured: str = ""


class Foreign(Value, frozen=True, kw_only=True):
    """One run of another tool. file: its name; digest: SHA-256 of its content. began: with its time zone.

    machine: what the tool says of it, stable things only. versions: of distributions, by name. left_out: what is no
    time and no memory, in words.
    """

    tool: str
    tool_version: str
    file: str
    digest: str
    began: datetime
    commit: str | None
    dirty: bool
    python: str
    cpu_model: str
    machine: dict[str, str]
    versions: dict[str, str] = {}
    benchmarks: list[Benchmark]
    left_out: list[str] = []
