"""Asks an environment what the wheels in it need, as they state it."""

from __future__ import annotations

import msgspec

from harness.environment.backends.interpreter import answer
from harness.failure import HarnessError

# Runs in the environment, from Python 3.8 on, with the standard library only.
_QUESTION = r"""
import json, sys
from importlib import metadata

stated = {}
for each in metadata.distributions():
    if each.metadata["Name"]:
        stated.setdefault(each.metadata["Name"], each.requires or [])
json.dump(stated, sys.stdout)
"""


def stated_requirements(python: str) -> dict[str, list[str]]:
    """By distribution, its `Requires-Dist`. Raises HarnessError if the Python doesn't start or answers otherwise."""
    try:
        return msgspec.json.decode(answer(python, _QUESTION), type=dict[str, list[str]])
    except msgspec.DecodeError as reason:
        raise HarnessError(f"{python}: this Python doesn't tell what is installed in it: {reason}.") from reason
