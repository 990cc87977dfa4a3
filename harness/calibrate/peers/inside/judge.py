"""Lets a peer's own code judge recorded times; runs in the peers' environment.

    python judge.py RULE TRIALS.json JUDGEMENTS.json THRESHOLD...

RULE is a module beside this one. A trial is [first_s, second_s], the times that the peer recorded of both versions. For
each threshold a list is written, with a judgement for each trial: the logarithm of the ratio as the peer states it;
whether the peer calls the second version slower, or faster; the statistic, which is the largest threshold at which it
would still call them different; and `critical`, the smallest extra slow-down of the second version with which the peer
would have called it slower.
"""

import importlib
import json
import math
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Protocol, cast

# An extra slow-down is looked for between a fourfold speed-up and a fourfold slow-down, to a hundredth of a percent.
FURTHEST = math.log(4.0)
_FINENESS = 1e-4


class Rule(Protocol):
    """How a peer decides: a module with these functions, over seconds."""

    def slower(self, first_s: Sequence[float], second_s: Sequence[float], threshold: float) -> bool:
        """Whether the peer calls the second version slower than the first."""

    def log_ratio(self, first_s: Sequence[float], second_s: Sequence[float]) -> float:
        """Second over first, as the peer states it."""

    def statistic(self, first_s: Sequence[float], second_s: Sequence[float]) -> float:
        """The largest threshold at which either is still called slower than the other."""


def judgement(rule: Rule, first_s: Sequence[float], second_s: Sequence[float], threshold: float) -> dict[str, object]:
    return {
        "log_ratio": rule.log_ratio(first_s, second_s),
        "slower": rule.slower(first_s, second_s, threshold),
        "faster": rule.slower(second_s, first_s, threshold),
        "statistic": rule.statistic(first_s, second_s),
        "critical": critical(rule, first_s, second_s, threshold),
    }


def critical(rule: Rule, first_s: Sequence[float], second_s: Sequence[float], threshold: float) -> "float | None":
    """By scaling the second version's times and letting the peer judge again, with bisection.

    Negative where the second version is called slower as it is; None where not even a fourfold slow-down would be.
    """

    def called_slower(log_slowdown: float) -> bool:
        factor = math.exp(log_slowdown)
        return rule.slower(first_s, [factor * time_s for time_s in second_s], threshold)

    low, high = -FURTHEST, FURTHEST
    if not called_slower(high):
        return None
    while high - low > _FINENESS:
        middle = (low + high) / 2
        low, high = (low, middle) if called_slower(middle) else (middle, high)
    return math.expm1(high)


def main(name: str, path: str, judged: str, *thresholds: str) -> None:
    rule = cast(Rule, importlib.import_module(name))
    trials: list[tuple[list[float], list[float]]] = json.loads(Path(path).read_bytes())
    found = [[judgement(rule, *trial, float(threshold)) for trial in trials] for threshold in thresholds]
    Path(judged).write_text(json.dumps(found), encoding="utf-8")


if __name__ == "__main__":
    main(*sys.argv[1:])
