"""The function that peers measure: the very one on which the harness is calibrated."""

from __future__ import annotations

import ast
from pathlib import Path

FUNCTION = "ten_milliseconds"
MODULE = "peer_work"
_SUITE = Path(__file__).parents[1] / "suite" / "test_loop.py"
_ROUNDS = "200_000"


def source(extra: float = 0.0) -> str:
    """A module with that function alone, so that peers needn't import what the harness's suite does.

    extra: by what share it does more (0.5: half as much again).
    """
    suite = _SUITE.read_text(encoding="utf-8")
    (function,) = [each for each in ast.parse(suite).body if getattr(each, "name", None) == FUNCTION]
    text = ast.get_source_segment(suite, function)
    assert text is not None
    assert text.count(_ROUNDS) == 1
    return text.replace(_ROUNDS, str(round(int(_ROUNDS) * (1 + extra)))) + "\n"
