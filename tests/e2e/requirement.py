"""What a test needs of the machine, and may not find."""

from __future__ import annotations

import os
from typing import NoReturn

import pytest


def missing_requirement(reason: str, what: str = "") -> NoReturn:
    """Skip with the reason, or fail where nothing may be skipped.

    what: the name of what is missing. HARNESS_REQUIRE is `all`, or names with commas between them: what must be there.
    """
    required = os.environ.get("HARNESS_REQUIRE", "").replace(",", " ").split()
    if "all" in required or what in required:
        pytest.fail(reason)
    pytest.skip(reason)
