"""How much work the suites do, chosen by the environment variable BENCH_SCALE."""

from __future__ import annotations

import os
from collections.abc import Mapping
from enum import StrEnum


class Scale(StrEnum):
    """tiny is for the suites' own tests: seconds in all, and nothing that it times means anything."""

    TINY = "tiny"
    QUICK = "quick"
    LECTURE = "lecture"
    FULL = "full"

    @property
    def small(self) -> bool:
        """Too small to judge distribution: few variants, few calls, and optional cases only if there is time."""
        return self in {Scale.TINY, Scale.QUICK}

    @property
    def rounds(self) -> int:
        """Calls of one variant in one process: calls at the larger scales last up to minutes."""
        return {Scale.TINY: 1, Scale.QUICK: 5}.get(self, 3)


def chosen_scale(environment: Mapping[str, str] = os.environ) -> Scale:
    """The scale that BENCH_SCALE names, quick where it names none. Raises ValueError with the allowed values."""
    name = environment.get("BENCH_SCALE") or Scale.QUICK
    try:
        return Scale(name)
    except ValueError:
        allowed = ", ".join([Scale.QUICK, Scale.LECTURE, Scale.FULL])
        raise ValueError(f"BENCH_SCALE is {name!r}; allowed are {allowed} (and {Scale.TINY}, for tests)") from None
