"""What is installed here, and how long a call takes; runs in the peers' environment.

    python look.py MODULE FUNCTION

The module lies in the working folder. Prints JSON: versions by name; in seconds, the shortest of some starts of this
Python, and of some calls.
"""

import importlib
import importlib.metadata
import json
import os
import platform
import subprocess
import sys
import time
from collections.abc import Callable

_CALLS, _STARTS = 20, 5


def main(module: str, function: str) -> None:
    sys.path.insert(0, os.getcwd())  # noqa: PTH109
    called = getattr(importlib.import_module(module), function)
    found = importlib.metadata.distributions()
    versions = {each.metadata["Name"].lower(): each.version for each in found}
    versions["python"] = platform.python_version()
    start_s = min(_took_s(_start) for _ in range(_STARTS))
    call_s = min(_took_s(called) for _ in range(_CALLS))
    json.dump({"versions": versions, "start_s": start_s, "call_s": call_s}, sys.stdout)


def _start() -> None:
    subprocess.run([sys.executable, "-c", "pass"], check=True)


def _took_s(function: Callable[[], object]) -> float:
    began = time.perf_counter()
    function()
    return time.perf_counter() - began


if __name__ == "__main__":
    main(*sys.argv[1:])
