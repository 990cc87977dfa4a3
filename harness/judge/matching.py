"""Whether the answers of a run are those of another: what records keep of them, held against each other."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from enum import StrEnum
from typing import Any

import msgspec
import numpy as np

from harness.judge.answers import ARRAY, differences
from harness.judge.numbers import Difference
from harness.record.schema import Answer, Tolerance


class Match(StrEnum):
    """How an answer stands to the recorded one. Unstable: the record itself holds several."""

    IDENTICAL = "identical"
    WITHIN = "within tolerance"
    DIFFERENT = "different"
    UNSTABLE = "unstable"
    NONE = "none"
    NOT_MEASURED = "not measured"


class AnswerMatch(msgspec.Struct, frozen=True, kw_only=True):
    """differences: one for each part of the answer that has any, its largest, with the place and by how much."""

    match: Match
    differences: list[str] = []
    note: str = ""


def match_answers(then: Sequence[Answer], now: Sequence[Answer], tolerance: Tolerance) -> AnswerMatch:
    """The distinct answers of all launches: those recorded have to be one answer, and all new ones that same."""
    if {answer.digest for answer in now} <= {answer.digest for answer in then}:
        return AnswerMatch(match=Match.IDENTICAL)
    if any(_differences(answer, then[0], tolerance) for answer in then[1:]):
        return AnswerMatch(match=Match.UNSTABLE, note="its recorded launches disagree with each other")
    for answer in now:
        differing = _differences(answer, then[0], tolerance)
        if differing:
            return AnswerMatch(match=Match.DIFFERENT, differences=_by_part(differing))
    return AnswerMatch(match=Match.WITHIN, note=_sampled(now[0].value, then[0].value))


def _differences(ours: Answer, theirs: Answer, tolerance: Tolerance) -> list[Difference]:
    if ours.digest == theirs.digest:
        return []
    # A record holds no whole arrays: their samples and summaries are what can be compared.
    return list(differences(ours.value, theirs.value, tolerance, lambda _file: None))


def _by_part(found: Iterable[Difference]) -> list[str]:
    """The largest difference of each part of an answer (its keys), and how many more there are in it."""
    parts: dict[str, list[Difference]] = {}
    for difference in found:
        parts.setdefault(difference.path.partition("[")[0], []).append(difference)
    told = []
    for those in parts.values():
        worst = max(those, key=lambda each: each.excess)
        more = f" ({len(those) - 1} more)" if len(those) > 1 else ""
        told.append(f"{worst.path or 'answer'}: {worst.words}{more}")
    return told


def _sampled(ours: Any, theirs: Any) -> str:
    """Says which arrays were compared by a sample only; empty where none was."""
    paths = sorted(set(_sampled_arrays("", ours, theirs)))
    if not paths:
        return ""
    return f"compared by a seeded sample and the summary: {', '.join(paths)}"


def _sampled_arrays(path: str, ours: Any, theirs: Any) -> Iterator[str]:
    if isinstance(ours, list) and isinstance(theirs, list):
        for one, other in zip(ours, theirs, strict=False):
            yield from _sampled_arrays(path, one, other)
    if not isinstance(ours, dict) or not isinstance(theirs, dict):
        return
    one, other = ours.get(ARRAY), theirs.get(ARRAY)
    if isinstance(one, dict) and isinstance(other, dict):
        size = int(np.prod(one.get("shape") or [1], dtype=np.float64))
        if one.get("digest") != other.get("digest") and len(one.get("sample") or []) < size:
            yield path or "answer"
        return
    for key in ours.keys() & theirs.keys():
        yield from _sampled_arrays(path or key, ours[key], theirs[key])
