"""What the samples and failures of a case say: which launches count, and which variants get another."""

from __future__ import annotations

from harness.record.schema import Case, Failure, FailureKind, Phase

_MOST_DEATHS = 3
_SECOND_CHANCE = {FailureKind.DIED, FailureKind.GARBLED}
_LAST_CHANCE = {FailureKind.RAISED, FailureKind.HUNG, FailureKind.SKIPPED}


def measured_launches(case: Case) -> set[int]:
    """The launches of a case that have a measured sample of every variant that could still be measured."""
    wanted = {variant.name for variant in case.variants if not given_up(variant.failures) and variant.twin_of is None}
    seen: dict[int, set[str]] = {}
    for sample in case.samples:
        if sample.phase is Phase.MEASURED:
            seen.setdefault(sample.launch, set()).add(sample.variant)
    return {launch for launch, names in seen.items() if wanted and wanted <= names}


def cut_launches(case: Case) -> set[int]:
    """Launches that a kill has cut: their whole blocks count, but they said no answer, and are no whole launch."""
    return {launch.number for launch in case.launches if launch.phase is Phase.BROKEN}


def given_up(failures: list[Failure]) -> bool:
    """Whether a variant gets no further launch: it raised, hung or was skipped, or died again and again.

    A process that was killed once, by hand or by a machine short of memory for a moment, gets another chance.
    """
    deaths = sum(1 for failure in failures if failure.kind in _SECOND_CHANCE)
    return deaths >= _MOST_DEATHS or any(failure.kind in _LAST_CHANCE for failure in failures)


def hopeful(case: Case) -> list[str]:
    """The variants that get another launch; a twin only beside its original."""
    lost = {variant.name for variant in case.variants if given_up(variant.failures)}
    return [variant.name for variant in case.variants if not lost & {variant.name, variant.twin_of}]


def is_hopeless(case: Case) -> bool:
    """Whether no variant of the case gets another launch; side by side, whether fewer than two do, because one alone is
    compared with nothing.
    """
    others = {variant.name for variant in case.variants if variant.twin_of is None} & {*hopeful(case)}
    return len(others) < (1 if case.of is None else 2)
