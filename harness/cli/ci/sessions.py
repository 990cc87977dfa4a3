"""Sessions of a noxfile that install the harness."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

from harness.cli.ci.source import parsed


def sessions_in(top: Path) -> dict[str, str]:
    """Sessions of the noxfile that call `harness run` and `harness nightly`, by that word; none without the first."""
    tree = parsed(top / "noxfile.py")
    found: dict[str, str] = {}
    for node in tree.body:
        if isinstance(node, ast.FunctionDef) and any("session" in ast.unparse(each) for each in node.decorator_list):
            called = {command for call in ast.walk(node) if isinstance(call, ast.Call) for command in _command(call)}
            found |= {command: node.name for command in called if command not in found}
    if "run" not in found:
        return {}
    return {"run": found["run"], "nightly": found.get("nightly", found["run"])}


def _command(call: ast.Call) -> Iterator[str]:
    """The command of a call such as session.run("harness", "run", ...)."""
    said = [each.value for each in call.args[:2] if isinstance(each, ast.Constant)]
    if len(said) == 2 and said[0] == "harness" and said[1] in {"run", "nightly"}:
        yield str(said[1])
