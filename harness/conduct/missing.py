"""What was asked for and not measured, in words: whatever stands here keeps a run from being green."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from harness.record.failing import runs
from harness.record.gist import gist
from harness.record.schema import Case, Failure, FailureKind, Phase


def missing(cases: Sequence[Case], broken_files: Mapping[str, str]) -> list[str]:
    """A line for each thing that was to be measured and was not.

    broken_files: by file that can't be imported, the traceback.

    The tests of a file that doesn't import are told with it. A test that skips itself is none of them, nor is an
    optional case for which no budget was left; but a run of which nothing at all was measured is never fine.
    """
    lines = [f"{file}: does not import: {gist(text)}" for file, text in sorted(broken_files.items())]
    for case in cases:
        lines += _of_case(case, broken_files)
    if not any(_measured(case) for case in cases):
        lines.append("nothing was measured")
    return lines


def _of_case(case: Case, broken_files: Mapping[str, str]) -> Iterator[str]:
    measured = _measured(case)
    if not measured and not any(variant.failures for variant in case.variants):
        if not case.optional:
            yield f"{case.id}: {case.not_measured or 'not measured'}"
        return
    for variant in case.variants:
        unanswered = [failure for failure in variant.failures if failure.kind is FailureKind.UNANSWERED]
        if unanswered and variant.twin_of is None:
            yield f"{case.id}, {variant.name}: its answer can't be compared: {unanswered[-1].text}"
        told = f"{variant.nodeid.partition('::')[0]} in {variant.name}" in broken_files
        if variant.twin_of is not None or told or _skipped(variant.failures):
            continue
        if variant.name not in measured:
            yield f"{case.id}, {variant.name}: {_why(variant.failures, case)}"
        elif not runs(case, variant):
            yield f"{case.id}, {variant.name}: failed after it was measured: {_why(variant.failures, case)}"
    if case.limit_failures and not case.limit_s:
        yield f"{case.id}, limit: {_why(case.limit_failures, case)}"


def _measured(case: Case) -> set[str]:
    return {sample.variant for sample in case.samples if sample.phase is Phase.MEASURED}


def _skipped(failures: Sequence[Failure]) -> bool:
    return any(failure.kind is FailureKind.SKIPPED for failure in failures)


def _why(failures: Sequence[Failure], case: Case) -> str:
    if not failures:
        return case.not_measured or "no turn of it was measured"
    last = failures[-1]
    return f"{last.kind.value}: {gist(last.text)}"
