"""Modules that come from the user's working tree, where another commit's code was to be measured."""

from __future__ import annotations

import os
import sys
from typing import Dict

from harness_probe.settings import Settings


def strays(settings: Settings) -> Dict[str, str]:
    """The files of such modules by name, sorted: an editable installation, or a path, has brought them.

    What is installed in an environment that lies within the tree is none of them.
    """
    if not settings.original or not settings.checkout:
        return {}
    own = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))
    fine = [_folder(path) for path in (own, settings.checkout, sys.prefix, sys.exec_prefix, sys.base_prefix)]
    original = _folder(settings.original)
    found = {}
    for name, module in list(sys.modules.items()):
        file = getattr(module, "__file__", None)
        if not isinstance(file, str):
            continue
        path = os.path.realpath(file)
        if path.startswith(original) and not any(path.startswith(folder) for folder in fine):
            found[name] = file
    return dict(sorted(found.items()))


def _folder(path: str) -> str:
    return os.path.join(os.path.realpath(path), "")
