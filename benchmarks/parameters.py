"""The parameter that all suites have in common."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pytest


def variants(named: Mapping[str, Any], baseline: str) -> pytest.MarkDecorator:
    """The parameter `variant`, with these names as ids, one of which is the baseline."""
    return pytest.mark.parametrize(
        "variant",
        [
            pytest.param(variant, id=name, marks=[pytest.mark.baseline] if name == baseline else [])
            for name, variant in named.items()
        ],
    )
