"""What the culprits do, by the runs in which they were held against both ends."""

from __future__ import annotations

from collections.abc import Callable

import msgspec
import numpy as np

from harness.nightly.bisect.differing import told
from harness.nightly.bisect.lattice import Lattice, Taken
from harness.nightly.bisect.search import Found, surroundings
from harness.nightly.bisect.witness import Witness
from harness.record.bisection import Effect


class Effects(msgspec.Struct, frozen=True, kw_only=True):
    """of_culprits: together in good and in bad surroundings, and each alone where there are several.

    interaction: of two, by which factor they take more together than each alone would make them. rest: the bad end
    without them over the good one.
    """

    of_culprits: list[Effect]
    interaction: Effect | None
    rest: Effect | None


def effects(
    found: Found, lattice: Lattice, witness: Witness, names: tuple[str, str], title: Callable[[Taken], str]
) -> Effects:
    """All ratios that the last runs of a bisection tell. names: of the ends. title: of a part, in words."""
    good, bad = names
    it = "it" if len(found.culprits) == 1 else "them"
    without, *alone, bad_without, bad_with = surroundings(lattice, found.parts, found.held)
    asked = [
        (f"with {it}, in {good}", found.held, without),
        *((f"{title(part)} alone, in {good}", mix, without) for part, mix in zip(found.parts, alone, strict=False)),
        (f"with {it}, in {bad}", bad_with, bad_without),
    ]
    return Effects(
        of_culprits=[effect for each in asked if (effect := _effect(witness, *each)) is not None],
        interaction=_interaction(witness, found, without, alone),
        rest=_effect(witness, f"{bad} without {it}, over {good}", bad_without, frozenset()),
    )


def _effect(witness: Witness, what: str, one: Taken, other: Taken) -> Effect | None:
    values = list(witness.log_ratios(one, other).values()) if one != other else []
    return told(what, np.array(values)) if values else None


def _interaction(witness: Witness, found: Found, without: Taken, alone: list[Taken]) -> Effect | None:
    if len(found.parts) != 2:
        return None
    both = witness.log_ratios(found.held, without)
    first, second = (witness.log_ratios(each, without) for each in alone)
    common = [at for at in both if at in first and at in second]
    values = [both[at] - first[at] - second[at] for at in common]
    return told("together, over what each alone makes of it", np.array(values)) if values else None
