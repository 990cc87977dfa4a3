"""Whether a test runs, and how it fails."""

from __future__ import annotations

from harness.record.gist import gist
from harness.record.schema import Case, Failure, FailureKind, Variant

# These end no test: one says that the answer can't be kept, the other that the test doesn't want to run here.
_NO_FAULT = {FailureKind.UNANSWERED, FailureKind.SKIPPED}


def runs(case: Case, variant: Variant) -> bool:
    """Whether a variant came through a launch: it had turns in one in which it didn't fail.

    What fails after its turns, as an assertion about the answer does, runs no more than what fails before them.
    """
    failed = {failure.launch for failure in variant.failures if failure.kind is not FailureKind.UNANSWERED}
    return any(sample.variant == variant.name and sample.launch not in failed for sample in case.samples)


def fault_of(case: Case, variant: Variant) -> Failure | None:
    """The last failure of a variant that doesn't run; None for one that runs, was left out, or skips itself."""
    if runs(case, variant):
        return None
    return next((failure for failure in reversed(variant.failures) if failure.kind not in _NO_FAULT), None)


def sort_of(failure: Failure) -> tuple[FailureKind, str]:
    """What two failures of the same cause have in common, wherever they happen: the exception's name, or the signal."""
    if failure.kind is FailureKind.RAISED:
        return failure.kind, gist(failure.text).partition(":")[0]
    return failure.kind, failure.text if failure.kind is FailureKind.DIED else ""
