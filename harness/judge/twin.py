"""What the control of a case costs."""

from collections.abc import Mapping

from harness.record.schema import Case


def twin_share(case: Case) -> float | None:
    """The share of a case's measuring time that went into its twin: its starts and its turns; None without a twin.

    All turns count, warm-up and broken ones too. Probes that are started beside each other share a launch's start in
    equal parts. Where each call has a fresh process, starts lie within turns and aren't recorded: turns alone count.
    """
    twin = next((variant.name for variant in case.variants if variant.twin_of is not None), None)
    if twin is None:
        return None
    twin_s, all_s = spent_s(case, twin, {launch.number: launch.start_s for launch in case.launches})
    return twin_s / all_s if all_s > 0 else None


def spent_s(case: Case, twin: str, start_s: Mapping[int, float]) -> tuple[float, float]:
    """Seconds that went into the twin, and into the whole case. start_s: of all probes of a launch, by its number."""
    turns_s: dict[int, dict[str, float]] = {}
    for sample in case.samples:
        of = turns_s.setdefault(sample.launch, {})
        of[sample.variant] = of.get(sample.variant, 0.0) + sample.wall_s
    starts_s = {launch: start_s.get(launch, 0.0) / len(of) for launch, of in turns_s.items()}
    twin_s = sum(of[twin] + starts_s[launch] for launch, of in turns_s.items() if twin in of)
    all_s = sum(sum(of.values()) + len(of) * starts_s[launch] for launch, of in turns_s.items())
    return twin_s, all_s
