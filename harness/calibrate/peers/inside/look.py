"""What is installed here, and how long a call takes; runs in the peers' environment.

    python look.py MODULE FUNCTION

The module lies in the working folder. Prints JSON: versions by name, and the shortest of some calls in seconds.
"""

import importlib
import importlib.metadata
import json
import os
import sys
import time
from collections.abc import Callable

_CALLS = 20


def main(module: str, function: str) -> None:
    sys.path.insert(0, os.getcwd())  # noqa: PTH109
    called = getattr(importlib.import_module(module), function)
    found = importlib.metadata.distributions()
    versions = {each.metadata["Name"].lower(): each.version for each in found}
    json.dump({"versions": versions, "call_s": min(_call_s(called) for _ in range(_CALLS))}, sys.stdout)


def _call_s(function: Callable[[], object]) -> float:
    began = time.perf_counter()
    function()
    return time.perf_counter() - began


if __name__ == "__main__":
    main(*sys.argv[1:])
