"""What `[tool.harness]` of a pyproject.toml says of a policy, and where it says what it can't."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Any

import msgspec

from harness.failure import HarnessError
from harness.nearest import did_you_mean
from harness.pyproject import Pyproject
from harness.record.schema import Failing, Policy, Rule
from harness.toml_place import line_of, line_of_key

_TABLE = ("tool", "harness")
_LOCKS = "locks"  # belongs to locking
_KEYS = ("margin", "rtol", "atol", "fail", "against", "nightly", "cases")
_KEYS_AGAINST = _KEYS_NIGHTLY = ("fail",)
_KEYS_OF_CASES = ("margin", "rtol", "atol")
_OF_RUNS = [each for each in Failing if each not in {Failing.STEP, Failing.NOT_SOLVED}]
_SHOWN = 60


def policy_in(file: Pyproject) -> Policy | None:
    """The policy that a file states; None if it has no table for it, or one that says nothing but locks.

    Raises HarnessError with file, line and key of the first thing that is wrong.
    """
    tools = file.content.get(_TABLE[0])
    if not isinstance(tools, dict) or _TABLE[1] not in tools:
        return None
    stated = _Section(file, _TABLE, tools[_TABLE[1]])
    if list(stated.content) == [_LOCKS]:
        return None
    stated.allow(_KEYS, beside=[_LOCKS])
    against = stated.section("against")
    against.allow(_KEYS_AGAINST)
    nightly = stated.section("nightly")
    nightly.allow(_KEYS_NIGHTLY)
    fail = stated.failing("fail")
    fail_against = against.failing("fail")
    fail_nightly = nightly.failing("fail", list(Failing))
    told = {
        **stated.numbers(),
        "fail": fail,
        "fail_against": fail if fail_against is None else fail_against,
        "fail_nightly": _as_against(fail_against) if fail_nightly is None else fail_nightly,
        "rules": _rules(stated.section("cases")),
    }
    return msgspec.structs.replace(Policy(), **{name: value for name, value in told.items() if value is not None})


def _as_against(fail_against: list[Failing] | None) -> list[Failing] | None:
    """What a night fails for where only runs against another environment have a list: to be slower is a step, too."""
    if fail_against is None or Failing.SLOWER not in fail_against:
        return fail_against
    return [each for each in Failing if each in {*fail_against, Failing.STEP}]


def _rules(cases: _Section) -> list[Rule]:
    rules = []
    for pattern in cases.content:
        rule = cases.section(pattern)
        rule.allow(_KEYS_OF_CASES)
        if not pattern.strip():
            raise rule.wrong("names no case: give a case's id, its group, or a pattern with * and ?.")
        if not rule.content:
            raise rule.wrong(f"says nothing: give {_listed(_KEYS_OF_CASES)}.")
        rules.append(Rule(cases=pattern, **rule.numbers()))
    return rules


class _Section:
    """One table of the file, and how to complain about it."""

    def __init__(self, file: Pyproject, path: Sequence[str], content: Any) -> None:
        self._file = file
        self._path = tuple(path)
        if not isinstance(content, dict):
            raise self.wrong(f"{_shown(content)} is no table.")
        self.content = content

    def wrong(self, words: str, key: str | None = None, line: int | None = None) -> HarnessError:
        path = self._path if key is None else (*self._path, key)
        at = line or line_of_key(self._file.text, path)
        place = f"{self._file.place}:{at}" if at else self._file.place
        return HarnessError(f"{place}: {_dotted(path)}: {words}")

    def allow(self, known: Sequence[str], beside: Sequence[str] = ()) -> None:
        """Raises HarnessError for a key that is not known. beside: keys that are somebody else's."""
        for key in self.content:
            if key not in (*known, *beside):
                raise self.wrong(f"there is no such key.{did_you_mean(key, known)} There are: {_listed(known)}.", key)

    def section(self, key: str) -> _Section:
        """A table within this one; empty if it isn't there."""
        return _Section(self._file, (*self._path, key), self.content.get(key, {}))

    def numbers(self) -> dict[str, float | None]:
        return {"margin": self._margin(), "rtol": self._tolerance("rtol"), "atol": self._tolerance("atol")}

    def failing(self, key: str, of: Sequence[Failing] = _OF_RUNS) -> list[Failing] | None:
        """The verdicts that a list names, in their usual order. of: those that it may name."""
        if key not in self.content:
            return None
        stated = self.content[key]
        known = [each.value for each in of]
        if not isinstance(stated, list):
            raise self.wrong(f"{_shown(stated)} is no list: write for example {key} = ['slower', 'differs'].", key)
        for each in stated:
            if each not in known:
                what = f"{_shown(each)} is no verdict that a run can fail for."
                meant = did_you_mean(each, known) if isinstance(each, str) else ""
                raise self.wrong(f"{what}{meant} There are: {_listed(known)}.", key, self._line_within(key, each))
        return [each for each in Failing if each.value in stated]

    def _margin(self) -> float | None:
        if "margin" not in self.content:
            return None
        stated = self.content["margin"]
        share = _percentage(stated) if isinstance(stated, str) else _number(stated)
        if share is None:
            raise self.wrong(f"{_shown(stated)} is no share: write for example 0.02 or '2%'.", "margin")
        if not 0 <= share < 1:
            raise self.wrong(
                f"{_shown(stated)} is out of range: a margin is a share from 0 to below 1, as 0.02 or '2%'.", "margin"
            )
        return share

    def _tolerance(self, key: str) -> float | None:
        if key not in self.content:
            return None
        stated = self.content[key]
        number = _number(stated)
        if number is None:
            raise self.wrong(f"{_shown(stated)} is no number: write for example 1e-6.", key)
        if not 0 <= number < math.inf:
            raise self.wrong(f"{_shown(stated)} is out of range: a tolerance is a finite number from 0 on.", key)
        return number

    def _line_within(self, key: str, value: Any) -> int | None:
        return line_of(self._file.text, ".".join(self._path), key, value) if isinstance(value, str) else None


def _number(value: Any) -> float | None:
    """A number of TOML; a whole one beyond all floats is infinite."""
    if isinstance(value, bool) or not isinstance(value, int | float):
        return None
    try:
        return float(value)
    except OverflowError:
        return math.inf if value > 0 else -math.inf


def _percentage(text: str) -> float | None:
    """A share as in "2%" or "0.02"."""
    digits = text.strip()
    try:
        number = float(digits.removesuffix("%"))
    except ValueError:
        return None
    return number / 100 if digits.endswith("%") else number


def _shown(value: Any) -> str:
    if isinstance(value, bool):
        return str(value).lower()
    text = repr(value)
    return text if len(text) <= _SHOWN else f"{text[:_SHOWN]}..."


def _dotted(path: Sequence[str]) -> str:
    return ".".join(part if part.replace("-", "").replace("_", "").isalnum() else repr(part) for part in path)


def _listed(names: Sequence[str]) -> str:
    return ", ".join(names)
