"""The function that peers measure: the very one on which the harness is calibrated."""

from __future__ import annotations

import ast
import shutil
from pathlib import Path

FUNCTION = "ten_milliseconds"
MODULE = "peer_work"
_STEPS = "STEPS"
_SUITE = Path(__file__).parents[1] / "suite" / "test_loop.py"


def write(folder: Path, extra: float = 0.0) -> None:
    """Write that module into a folder, in place of another one.

    What Python has compiled of that goes too: it tells modules apart by their size and the second of their making.
    """
    shutil.rmtree(folder / "__pycache__", ignore_errors=True)
    (folder / f"{MODULE}.py").write_text(source(extra), encoding="utf-8")


def source(extra: float = 0.0) -> str:
    """A module with that function alone, so that peers needn't import what the harness's suite does.

    extra: by what share it does more (0.5: half as much again).
    """
    suite = _SUITE.read_text(encoding="utf-8")
    body = ast.parse(suite).body
    (steps,) = [each.value for each in body if isinstance(each, ast.Assign) and ast.unparse(each.targets[0]) == _STEPS]
    (function,) = [each for each in body if isinstance(each, ast.FunctionDef) and each.name == FUNCTION]
    count = round(int(ast.literal_eval(steps)) * (1 + extra))
    return f"{_STEPS} = {count}\n\n\n{ast.get_source_segment(suite, function)}\n"
