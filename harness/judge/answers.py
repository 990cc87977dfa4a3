"""Whether a variant computed what the baseline computed."""

import math
import re
from collections.abc import Iterator
from typing import Any

from harness.judge.arrays import LoadArray, compare_arrays
from harness.judge.numbers import SPECIAL, Difference, compare_leaves
from harness.record.schema import Agreement, Answer, AnswerJudgement, Tolerance

ARRAY = "__array__"
IDENTIFIER = re.compile(r"[A-Za-z_]\w*\Z")


def compare(ours: Any, theirs: Any, tolerance: Tolerance, load_array: LoadArray) -> AnswerJudgement:
    """Whether two answers agree, in the JSON form of `schema.Answer.value`; `theirs` is the baseline's.

    Dicts are compared key by key, lists place by place, arrays by `compare_arrays`, leaves by `compare_leaves`.
    The detail names the place of the largest excess over the tolerance, shapes, kinds and missing keys before numbers,
    and how many other places differ. load_array gives the array in a file, or None where it is gone.
    """
    worst: Difference | None = None
    count = 0
    for difference in differences(ours, theirs, tolerance, load_array):
        count += 1
        if worst is None or difference.excess > worst.excess:
            worst = difference
    if worst is None:
        return AnswerJudgement(agreement=Agreement.AGREE)
    others = f" ({count - 1} more)" if count > 1 else ""
    return AnswerJudgement(agreement=Agreement.DIFFER, detail=f"{worst.path or 'answer'}: {worst.words}{others}")


def differences(ours: Any, theirs: Any, tolerance: Tolerance, load_array: LoadArray) -> Iterator[Difference]:
    """Every place at which two answers don't agree, in the order of the answers; arguments as for `compare`."""
    return _walk("", ours, theirs, tolerance, load_array)


def judge_answer(
    own: list[Answer], baseline: list[Answer], tolerance: Tolerance, load_array: LoadArray
) -> AnswerJudgement:
    """Whether a variant's answers are the baseline's, in every launch.

    own, baseline: the distinct answers of each, each with its launches. An answer that isn't the same in all launches,
    beyond the tolerance, is unstable; if the baseline's isn't, there is nothing to compare with, and the variant counts
    as unstable too. Without an answer on either side there is none.
    """
    if not own:
        return AnswerJudgement(agreement=Agreement.NONE, detail="the baseline states one" if baseline else "")
    unstable = _instability(own, tolerance, load_array)
    if unstable:
        return AnswerJudgement(agreement=Agreement.UNSTABLE, detail=unstable)
    if not baseline:
        return AnswerJudgement(agreement=Agreement.NONE, detail="the baseline states none")
    unstable = _instability(baseline, tolerance, load_array)
    if unstable:
        return AnswerJudgement(agreement=Agreement.UNSTABLE, detail=f"the baseline's is unstable: {unstable}")
    for answer in own:
        judgement = _compare_stated(answer, baseline[0], tolerance, load_array)
        if judgement.agreement is not Agreement.AGREE:
            return judgement
    return AnswerJudgement(agreement=Agreement.AGREE)


def _instability(answers: list[Answer], tolerance: Tolerance, load_array: LoadArray) -> str:
    first = answers[0]
    for answer in answers[1:]:
        judgement = _compare_stated(answer, first, tolerance, load_array)
        if judgement.agreement is not Agreement.AGREE:
            return f"launch {min(answer.launches)} against launch {min(first.launches)}: {judgement.detail}"
    return ""


def _compare_stated(ours: Answer, theirs: Answer, tolerance: Tolerance, load_array: LoadArray) -> AnswerJudgement:
    if ours.digest == theirs.digest:
        return AnswerJudgement(agreement=Agreement.AGREE)
    return compare(ours.value, theirs.value, tolerance, load_array)


def _walk(path: str, ours: Any, theirs: Any, tolerance: Tolerance, load_array: LoadArray) -> Iterator[Difference]:
    kinds = _kind(ours), _kind(theirs)
    if kinds[0] != kinds[1]:
        yield Difference(path=path, words=f"{_named(ours)} against {_named(theirs)}")
    elif kinds[0] == "an array":
        yield from compare_arrays(path, ours[ARRAY], theirs[ARRAY], tolerance, load_array)
    elif kinds[0] == "an object":
        yield from _walk_objects(path, ours, theirs, tolerance, load_array)
    elif kinds[0] == "a list":
        yield from _walk_lists(path, ours, theirs, tolerance, load_array)
    else:
        yield from compare_leaves(path, ours, theirs, tolerance)


def _walk_objects(
    path: str, ours: dict[str, Any], theirs: dict[str, Any], tolerance: Tolerance, load_array: LoadArray
) -> Iterator[Difference]:
    for key in sorted(theirs.keys() - ours.keys()):
        yield Difference(path=_member(path, key), words="missing, the other answer has it")
    for key in sorted(ours.keys() - theirs.keys()):
        yield Difference(path=_member(path, key), words="the other answer has no such key")
    for key in (key for key in ours if key in theirs):
        yield from _walk(_member(path, key), ours[key], theirs[key], tolerance, load_array)


def _walk_lists(
    path: str, ours: list[Any], theirs: list[Any], tolerance: Tolerance, load_array: LoadArray
) -> Iterator[Difference]:
    if len(ours) != len(theirs):
        yield Difference(path=path, words=f"{len(ours)} elements against {len(theirs)}", excess=math.inf)
        return
    for index, (one, other) in enumerate(zip(ours, theirs, strict=True)):
        yield from _walk(f"{path or 'answer'}[{index}]", one, other, tolerance, load_array)


def _kind(value: Any) -> str:
    if isinstance(value, list):
        return "a list"
    if not isinstance(value, dict) or (len(value) == 1 and isinstance(value.get(SPECIAL), str)):
        return "a value"
    return "an array" if len(value) == 1 and isinstance(value.get(ARRAY), dict) else "an object"


def _named(value: Any) -> str:
    """What a value is, short enough for a sentence; a value that holds no others is shown."""
    kind = _kind(value)
    return repr(value)[:60] if kind == "a value" else kind


def _member(path: str, key: str) -> str:
    if not path:
        return key if IDENTIFIER.match(key) else f"answer[{key!r}]"
    return f"{path}[{key!r}]"
