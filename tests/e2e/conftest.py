"""Desks for tests: a folder with suites, a store and a lock, and nothing left behind when the test has ended."""

from __future__ import annotations

import contextlib
import itertools

import psutil
import pytest
from containers import base_image, engine, forwarder, small, small_image, small_project  # noqa: F401  (fixtures)

from .desk import Desk


def left(desk):
    """End whatever still runs at a desk; says what it was."""
    found = desk.processes()
    for process in found:
        with contextlib.suppress(psutil.Error):
            process.kill()
    return found


@pytest.fixture
def desk(tmp_path):
    """A desk of this test's own."""
    made = Desk(tmp_path / "desk")
    yield made
    left(made)


@pytest.fixture
def desks(tmp_path):
    """As many desks as a test asks for."""
    made = []
    numbers = itertools.count()  # threads may ask at the same time

    def another():
        desk = Desk(tmp_path / f"desk-{next(numbers)}")
        made.append(desk)
        return desk

    yield another
    for each in made:
        left(each)


@pytest.fixture(scope="module")
def module_desk(tmp_path_factory):
    """A desk at which one run is made, which several tests look at."""
    made = Desk(tmp_path_factory.mktemp("e2e") / "desk")
    yield made
    left(made)
