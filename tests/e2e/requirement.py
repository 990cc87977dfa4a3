"""What a test needs of the machine, and may not find."""

from __future__ import annotations

import os
from typing import NoReturn

import pytest


def missing_requirement(reason: str, what: str = "") -> NoReturn:
    """Skip with the reason, or fail where nothing may be skipped.

    what: the name of what is missing. HARNESS_REQUIRE says what must be there: names, or `all`, and `-NAME` for what
    may be missing nevertheless.
    """
    required = os.environ.get("HARNESS_REQUIRE", "").split()
    if f"-{what}" not in required and ("all" in required or what in required):
        pytest.fail(reason)
    pytest.skip(reason)
