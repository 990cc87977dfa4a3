"""Whose file it is, told by its content, and the record that it becomes."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterable, Iterator, Sequence
from datetime import UTC, timedelta
from pathlib import Path

import msgspec

from harness import __version__
from harness.failure import HarnessError
from harness.record.imports import asv, pyperf, pytest_benchmark
from harness.record.imports.document import Document, read_document
from harness.record.imports.foreign import Benchmark, Foreign
from harness.record.schema import (
    Agreement,
    AnswerJudgement,
    Case,
    CaseJudgement,
    EnvironmentRecord,
    Fingerprint,
    Imported,
    Plan,
    Record,
    Tolerance,
    Variant,
    VariantJudgement,
    Verdict,
    Verification,
)

Median = Callable[[Sequence[float]], float]
_TOOLS = (pytest_benchmark, pyperf, asv)


def read_files(paths: Iterable[Path], median: Median) -> list[Record]:
    """The records that files of pytest-benchmark, pyperf and asv become; of asv, folders too.

    A file becomes the same record each time, with the same id. Raises HarnessError.
    """
    return [to_record(_read(read_document(path)), median) for path in _files(paths)]


def to_record(foreign: Foreign, median: Median) -> Record:
    """A run of another tool as a record: it has times, and no verdicts."""
    digest = foreign.digest
    cases: dict[str, list[Benchmark]] = {}
    for each in foreign.benchmarks:
        cases.setdefault(each.case, []).append(each)
    began = foreign.began.astimezone(UTC)
    spent_s = sum(sum(each.values_s) for each in foreign.benchmarks)
    machine = {**foreign.machine, "cpu_model": foreign.cpu_model}
    software = {
        "python": {"version": foreign.python},
        "distributions": {name: {"version": version} for name, version in foreign.versions.items()},
    }
    code = {"commit": foreign.commit, "dirty": foreign.dirty}
    return Record(
        id=f"{began:%Y%m%dT%H%M%SZ}-{digest[:8]}",
        harness_version=__version__,
        began=began.isoformat(),
        ended=(began + timedelta(seconds=spent_s)).isoformat(),
        measured_s=spent_s,
        plan=Plan(
            paths=[], keyword=None, scale=foreign.tool, budget_s=0.0, launches=None, precision=0.0, margin=0.0,
            cores=[], threads=0, seed=0, timeout_s=None,
        ),
        environment=EnvironmentRecord(
            address=f"imported from {foreign.tool}", kind="imported", python=foreign.python, lock_digest=None,
            verification=Verification(state="unlocked"),
        ),
        fingerprint=Fingerprint(
            machine=machine, machine_digest=_digest(machine), software=software, software_digest=_digest(software),
            code=code, code_digest=_digest(code), state={},
        ),
        cases=[_case(name, benchmarks) for name, benchmarks in cases.items()],
        judgements=[_judgement(name, benchmarks, foreign.tool, median) for name, benchmarks in cases.items()],
        missing=[f"{one.case}, {one.variant}: {one.not_measured}" for one in foreign.benchmarks if one.not_measured],
        remarks=[f"not imported: {each}" for each in foreign.left_out],
        imported=Imported(
            tool=foreign.tool, tool_version=foreign.tool_version, file=foreign.file, digest=f"sha256:{digest}"
        ),
    )  # fmt: skip


def _files(paths: Iterable[Path]) -> Iterator[Path]:
    for path in paths:
        if path.is_dir():
            yield from asv.files_of(path)
        else:
            yield path


def _read(document: Document) -> Foreign:
    for tool in _TOOLS:
        if tool.is_one(document):
            found: Foreign = tool.read(document)
            if not found.benchmarks:
                why = f" ({'; '.join(found.left_out)})" if found.left_out else ""
                raise HarnessError(f"{document.path}: a file of {found.tool} without a benchmark that has times{why}.")
            return found
    raise HarnessError(
        f"{document.path}: not known. Imported are JSON of pytest-benchmark, JSON of pyperf, and asv's results."
    )


def _case(name: str, benchmarks: Sequence[Benchmark]) -> Case:
    first = benchmarks[0]
    return Case(
        id=name, file=first.file, group=first.group, params={}, baseline=first.variant, baseline_stated=False,
        tolerance=Tolerance(rtol=0.0, atol=0.0),
        variants=[Variant(name=variant, nodeid=f"{each.case}: {each.variant}") for variant, each in _named(benchmarks)],
    )  # fmt: skip


def _judgement(name: str, benchmarks: Sequence[Benchmark], tool: str, median: Median) -> CaseJudgement:
    rows = [
        VariantJudgement(
            variant=variant,
            verdict=Verdict.NOT_MEASURED if each.not_measured else Verdict.INCONCLUSIVE,
            reason=each.not_measured or f"measured by {tool}, and by itself",
            answer=AnswerJudgement(agreement=Agreement.NONE),
            median_s=median(each.values_s) if each.median_s is None and each.values_s else each.median_s,
            peak_bytes=each.peak_bytes,
        )
        for variant, each in _named(benchmarks)
    ]
    return CaseJudgement(case=name, variants=rows, comparisons=0)


def _named(benchmarks: Sequence[Benchmark]) -> Iterator[tuple[str, Benchmark]]:
    """Each with a name of its own: a tool may know two of one name."""
    seen: dict[str, int] = {}
    for each in benchmarks:
        seen[each.variant] = seen.get(each.variant, 0) + 1
        yield each.variant if seen[each.variant] == 1 else f"{each.variant} ({seen[each.variant]})", each


def _digest(value: object) -> str:
    return "sha256:" + hashlib.sha256(msgspec.json.encode(value, order="sorted")).hexdigest()
