"""Code or packages? What each makes of a time alone, and together, from the four of them measured in lockstep."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from enum import StrEnum

import numpy as np

from harness.judge.blocks import is_measured
from harness.judge.comparisons import holm
from harness.judge.floats import Floats
from harness.judge.launches import FEWEST, launch_estimates
from harness.judge.looks import looks_at, repeated_p
from harness.judge.ratio import ratio_of_blocks
from harness.judge.verdict import decide
from harness.record.schema import Case, Ratio, Sample, Value, Verdict


class Cell(StrEnum):
    """Which code with which packages."""

    NEITHER = "old code, old packages"
    CODE = "new code, old packages"
    PACKAGES = "old code, new packages"
    BOTH = "new code, new packages"


class Effect(StrEnum):
    """What a change makes of the time, as a ratio; the interaction is what both make beyond the two alone."""

    TOTAL = "code and packages"
    CODE_THEN = "code, with the old packages"
    CODE_NOW = "code, with the new packages"
    PACKAGES_THEN = "packages, with the old code"
    PACKAGES_NOW = "packages, with the new code"
    INTERACTION = "interaction"


class Found(Value, frozen=True, kw_only=True):
    """An effect as a ratio of times, and what may be said of it; inconclusive is what is not seen."""

    effect: Effect
    ratio: Ratio
    verdict: Verdict


# Above and below the line; the logarithms add up.
CONTRASTS: dict[Effect, tuple[tuple[Cell, ...], tuple[Cell, ...]]] = {
    Effect.TOTAL: ((Cell.BOTH,), (Cell.NEITHER,)),
    Effect.CODE_THEN: ((Cell.CODE,), (Cell.NEITHER,)),
    Effect.CODE_NOW: ((Cell.BOTH,), (Cell.PACKAGES,)),
    Effect.PACKAGES_THEN: ((Cell.PACKAGES,), (Cell.NEITHER,)),
    Effect.PACKAGES_NOW: ((Cell.BOTH,), (Cell.CODE,)),
    Effect.INTERACTION: ((Cell.BOTH, Cell.NEITHER), (Cell.CODE, Cell.PACKAGES)),
}


def factorial(case: Case, cells: Mapping[Cell, str], margin: float) -> list[Found]:
    """The effects in a 2 x 2 of old and new code and packages; those for which a cell is missing are left out.

    cells: the variant that is each of the four, as far as they could be had. margin: a share. The unit is the launch:
    in each block an effect is a difference of logarithms of times, in each launch their Hodges-Lehmann location, and
    over launches Student's t with the looks of the case. What the blame rests on is adjusted together (Holm): the
    effects beside what was old, and the interaction, which the others follow from.
    Source: Box, Hunter and Hunter (2005), Statistics for experimenters, 5.3 and 5.4: two-level factorial designs. The
    simple effects stand beside each other, instead of their mean, because where there is an interaction the mean means
    nothing.
    """
    blocks = {effect: contrast(case.samples, cells, *CONTRASTS[effect]) for effect in Effect}
    measured = {effect: each for effect, each in blocks.items() if each}
    p_values = {
        effect: repeated_p(launch_estimates(measured[effect]), looks_at(list(measured[effect]), case.looks))
        for effect in decisive([*measured])
        if len(measured[effect]) >= FEWEST
    }
    confidences = dict(zip(p_values, (each.confidence for each in holm(list(p_values.values()))), strict=True))
    ratios = {effect: ratio_of_blocks(each, case.looks, confidences.get(effect)) for effect, each in measured.items()}
    return [
        Found(effect=effect, ratio=ratio, verdict=decide(ratio, margin).verdict) for effect, ratio in ratios.items()
    ]


def decisive(measured: Collection[Effect]) -> list[Effect]:
    """The effects that a blame rests on, of those that were measured: beside what is old, else beside what is new."""
    code = Effect.CODE_THEN if Effect.CODE_THEN in measured else Effect.CODE_NOW
    packages = Effect.PACKAGES_THEN if Effect.PACKAGES_THEN in measured else Effect.PACKAGES_NOW
    return [effect for effect in (code, packages, Effect.INTERACTION) if effect in measured]


def contrast(
    samples: Sequence[Sample], cells: Mapping[Cell, str], above: Sequence[Cell], below: Sequence[Cell]
) -> dict[int, Floats]:
    """The log of the times in `above` over those in `below`, in each block in which all of them were measured.

    Returns, per launch in ascending order, shape (blocks,); empty where one of the cells isn't there.
    """
    if not all(cell in cells for cell in (*above, *below)):
        return {}
    signs = {cells[cell]: sign for sign, side in ((1.0, above), (-1.0, below)) for cell in side}
    seen: dict[tuple[int, int], dict[str, float]] = {}
    for sample in samples:
        if sample.variant in signs and is_measured(sample):
            times = seen.setdefault((sample.launch, sample.block), {})
            times.setdefault(sample.variant, float(np.log(sample.wall_s / sample.calls)))
    whole = {at: times for at, times in sorted(seen.items()) if len(times) == len(signs)}
    launches: dict[int, list[float]] = {}
    for (launch, _block), times in whole.items():
        launches.setdefault(launch, []).append(sum(signs[name] * time for name, time in times.items()))
    return {launch: np.array(each) for launch, each in launches.items()}
