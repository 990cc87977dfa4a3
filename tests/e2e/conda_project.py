"""A project whose environment `base` is locked twice with the same versions: as wheels, and as conda packages."""

from __future__ import annotations

import os

from environment.channel import HERE, Channel

from harness.environment.backends.index import uv_environ

from .desk import Desk

# The same work twice, so that any two environments agree.
MATRIX_SUITE = """
import numpy
import pytest

def product():
    table = numpy.arange(10_000, dtype=float).reshape(100, 100)
    return float((table @ table.T).trace())

def summed():
    table = numpy.arange(10_000, dtype=float).reshape(100, 100)
    return float((table * table).sum())

@pytest.mark.benchmark(group="squares")
@pytest.mark.parametrize("variant", [product, summed])
def test_squares(benchmark, variant):
    benchmark.extra_info["answer"] = benchmark.pedantic(variant, rounds=24)
"""


DECLARED = """
name: conda-project
channels: [{channel}]
platforms: [{platform}]
dependencies:
  - python >=3.11
  - numpy >=2
  - pytest >=8
  - pytest-benchmark >=5
"""


def make_conda_project(desk: Desk, channel: Channel) -> dict[str, str]:
    """Declare and lock an environment at a desk; returns the variables with which it can be made."""
    desk.write("environment.yml", DECLARED.format(channel=channel.url, platform=HERE))
    desk.write("test_squares.py", MATRIX_SUITE)
    sources = {name: value for name, value in uv_environ(os.environ).items() if name.startswith(("UV_", "SSL_CERT"))}
    variables = {**sources, "HARNESS_CACHE": str(desk.folder / "cache")}
    locked = desk.harness("env", "lock", "base", **variables)
    assert locked.code == 0, locked.err
    return variables
