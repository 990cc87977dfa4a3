"""A record as the one page that artifact evaluation committees ask for, in Markdown."""

from __future__ import annotations

import shlex
from collections.abc import Iterator, Sequence

import msgspec

from harness.record.schema import Agreement, CaseJudgement, EnvironmentRecord, Record, Verdict
from harness.report.cells import ratio
from harness.report.data import data_in_words
from harness.report.fingerprint import brief_machine
from harness.report.markdown import table
from harness.report.plain import line
from harness.report.quantity import MISSING, counted, seconds, size
from harness.report.sides import is_side_by_side


class Contents(msgspec.Struct, frozen=True, kw_only=True):
    """What lies beside the page: names of files in the bundle, and the size of the sources in bytes.

    locks: name by environment's address. license_file: None where the sources have none. remarks: on the sources.
    """

    locks: dict[str, str]
    sources_bytes: int
    license_file: str | None
    remarks: Sequence[str] = ()


def appendix(record: Record, contents: Contents) -> str:
    """The page: abstract, check-list, requirements, installation, workflow, expected results, notes."""
    parts = [
        ["# Artifact appendix", "", f"Of the benchmark run {record.id}, {record.began} to {record.ended}."],
        ["## Abstract", "", _abstract(record)],
        ["## Check-list", "", *_check_list(record, contents)],
        ["## Requirements", "", *_requirements(record, contents)],
        ["## Installation", "", *_installation(record, contents)],
        ["## Workflow", "", *_workflow(record)],
        ["## Expected results", "", *_results(record)],
        ["## Notes", "", *_notes(record, contents)],
    ]
    return "\n\n".join("\n".join(part).rstrip() for part in parts) + "\n"


def _abstract(record: Record) -> str:
    return (
        f"{_measured(record)} This bundle holds the record of the run, its raw samples, what its environments were "
        "locked to, and the sources that were measured; one command runs it again and says whether answers and "
        "speed-ups hold."
    )


def _measured(record: Record) -> str:
    if is_side_by_side(record):
        tests = counted(len(record.cases), "test", "tests")
        first, *others = (f"`{line(each.address)}`" for each in record.environments)
        return (
            f"Measures {tests} of {_code(record.plan.paths)} in lockstep, each in {first} and in {', '.join(others)}; "
            f"compares what was computed there, and says how much time each takes relative to {first}."
        )
    variants = sum(1 for case in record.cases for variant in case.variants if variant.twin_of is None)
    cases, ways = counted(len(record.cases), "case", "cases"), counted(variants, "variant", "variants")
    return (
        f"Measures {cases} in {ways} of {_code(record.plan.paths)} in lockstep, compares what each variant computed, "
        "and says how much time it takes relative to the baseline of its case."
    )


def _check_list(record: Record, contents: Contents) -> Iterator[str]:
    plan = record.plan
    compared_with = f"`{line(record.environment.address)}`" if is_side_by_side(record) else "the baseline"
    keyword = f" (`-k '{plan.keyword}'`)" if plan.keyword else ""
    made = "the environments are made from their locks" if record.against else "the environment is made from its lock"
    facts = {
        "Program": f"pytest-benchmark suites: {_code(plan.paths)}{keyword}",
        "Commit": record.fingerprint.code.get("commit") or "none: the sources were not under git",
        "Data set": _data(record) or "made by the suites",
        "Run-time environment": "; ".join(map(_environment, record.environments)),
        "Hardware": _hardware(record),
        "Metrics": f"wall-clock time relative to {compared_with} (ratio with a 95 % interval), answers, counters",
        "Output": "tables, and a record as JSON",
        "Experiments": f"scale {plan.scale}, {counted(len(record.cases), 'case', 'cases')}",
        "Disk space": f"{size(contents.sources_bytes)} of sources, and what is installed",
        "Time to prepare": f"minutes: {made}",
        "Time to run": f"at most {seconds(plan.budget_s)} of measuring (it took {seconds(record.measured_s)})",
        "Code license": contents.license_file or "none is among the sources",
        "Archived": "this bundle is an RO-Crate: it can be deposited as it is",
    }
    for name, told in facts.items():
        yield f"- **{name}:** {_cell(str(told))}"


def _requirements(record: Record, contents: Contents) -> Iterator[str]:
    yield "- Hardware: any for the answers; as above where the speed-ups are to be the same."
    for address, lock in contents.locks.items():
        yield f"- Software: the environment `{line(address)}`, pinned with hashes in `{lock}`."
    if not contents.locks:
        yield f"- Software: Python {record.environment.python}; no lock says what else was there (see `record.json`)."


def _installation(record: Record, contents: Contents) -> Iterator[str]:
    made = "its environments" if record.against else "the environment"
    apart = ", each environment apart from the others" if record.against else ""
    known = f"With the harness ({record.harness_version}, on Python 3.11 to 3.14), nothing: it makes {made}."
    yield f"{known} Without it{apart}:"
    for environment in record.environments:
        yield ""
        yield "```"
        yield _installed(environment, contents.locks.get(environment.address))
        yield "```"


def _installed(environment: EnvironmentRecord, lock: str | None) -> str:
    if lock is None:
        return "python -m pip install pytest pytest-benchmark  # and what the suites import"
    if environment.kind == "conda":
        return f"conda-lock install --prefix ./{_quoted(environment.address)} {lock}"
    return f"python -m pip install --require-hashes -r {lock}"


def _workflow(record: Record) -> Iterator[str]:
    plan = record.plan
    yield "```"
    yield "harness reproduce BUNDLE.zip"
    yield "```"
    yield ""
    yield "runs the same plan and prints one verdict (exit code 0 reproduced, 4 reproduced with other speed-ups, 1 not"
    yield "reproduced). Without the harness, the suites run as plain pytest:"
    yield ""
    yield "```"
    yield f"cd {_quoted('/'.join(filter(None, ['source', plan.folder])))}"
    keyword = f" -k {_quoted(plan.keyword)}" if plan.keyword else ""
    yield f"BENCH_SCALE={plan.scale} python -m pytest --benchmark-only{keyword} {' '.join(map(_quoted, plan.paths))}"
    yield "```"


def _results(record: Record) -> Iterator[str]:
    for judgement in record.judgements:
        yield f"### {_cell(judgement.case)}"
        yield ""
        yield table(("variant", "time", "ratio [95 %]", "verdict", "answer"), _rows(judgement))
        yield ""
    if not record.judgements:
        yield "Nothing was measured."


def _rows(judgement: CaseJudgement) -> Iterator[list[str]]:
    for row in judgement.variants:
        baseline = row.verdict is Verdict.BASELINE
        answer = MISSING if row.answer.agreement is Agreement.NONE else row.answer.agreement.value
        cells = [row.variant, seconds(row.median_s), "1" if baseline else ratio(row.ratio), row.verdict.value, answer]
        yield [_cell(cell) for cell in cells]


def _notes(record: Record, contents: Contents) -> Iterator[str]:
    yield "- All samples are in `samples.csv`, the whole record in `record.json`, a picture in `plots/`."
    for environment in record.environments:
        for finding in environment.verification.findings:
            yield f"- The environment was not its lock: {_cell(environment.address)}: {_cell(finding)}"
    for missing in record.missing:
        yield f"- Not measured: {_cell(missing)}"
    for remark in contents.remarks:
        yield f"- {_cell(remark)}"


def _environment(environment: EnvironmentRecord) -> str:
    return f"{environment.address}, Python {environment.python}, {environment.verification.state}"


def _data(record: Record) -> str:
    return "; ".join(f"{name}: {data_in_words(about)}" for name, about in sorted(record.data.items()))


def _hardware(record: Record) -> str:
    used = f"{counted(len(record.plan.cores), 'core', 'cores')} used, {record.plan.threads} threads each variant"
    known = brief_machine(record.fingerprint.machine)
    return f"{known}; {used}" if known else used


def _code(paths: Sequence[str]) -> str:
    return ", ".join(f"`{line(path)}`" for path in paths)


def _cell(text: str) -> str:
    """Text in one line, with nothing that would end a table's cell."""
    return line(text).replace("|", "\\|")


def _quoted(text: str) -> str:
    return shlex.quote(line(text))
