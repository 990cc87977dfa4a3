"""What a test needs of the machine: without it the test skips, or fails where everything is required."""

import importlib.util
import os

import pytest


def needs_module(name):
    """A mark for tests that need an importable module.

    With HARNESS_REQUIRE=all, as the continuous integration sets it, nothing is skipped: the test fails by itself.
    """
    missing = importlib.util.find_spec(name) is None
    return pytest.mark.skipif(missing and os.environ.get("HARNESS_REQUIRE") != "all", reason=name + " isn't installed")
