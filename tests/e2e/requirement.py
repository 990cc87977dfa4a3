"""What a test needs of the machine, and may not find."""

from __future__ import annotations

import os
from typing import NoReturn

import pytest


def missing_requirement(reason: str) -> NoReturn:
    """Skip with the reason, or fail where nothing may be skipped (HARNESS_REQUIRE=all)."""
    if os.environ.get("HARNESS_REQUIRE") == "all":
        pytest.fail(reason)
    pytest.skip(reason)
