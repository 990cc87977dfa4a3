"""Which cores a user asks for."""

import subprocess
import sys

import pytest

from harness.failure import HarnessError
from harness.machine.cores import available, chosen, named


@pytest.mark.parametrize(
    ("asked", "cores"),
    [
        ("2", [0, 1]),
        ("4", [0, 1, 2, 5]),
        ("0,1", [0, 1]),
        ("5,0", [0, 5]),
        ("0-2", [0, 1, 2]),
        ("0, 1-2", [0, 1, 2]),
        ("2-2", [2]),
        (" 1 ", [0]),
        ("1,1", [1]),
    ],
)
def test_numbers_lists_and_ranges(asked, cores):
    assert chosen(asked, [0, 1, 2, 5]) == cores


@pytest.mark.parametrize(
    ("asked", "words"),
    [
        ("0", "at least one"),
        ("9", "only 4 are available: 0-2, 5"),
        ("0,7", "core 7 is not available here. Available: 0-2, 5"),
        ("2-5", "core 3-4 is not available"),
        ("two", "'two' is no core"),
        ("", "'' is no core"),
        ("0,,1", "'' is no core"),
        ("-1", "'-1' is no core"),
        ("1.5", "'1.5' is no core"),
        ("2-0", "Write 0-2"),
    ],
)
def test_what_cannot_be_had_is_said(asked, words):
    with pytest.raises(HarnessError, match=words.replace(".", r"\.")):
        chosen(asked, [0, 1, 2, 5])


def test_a_huge_range_is_refused_at_once():
    with pytest.raises(HarnessError):
        chosen("0-99999999999", [0, 1])


def test_this_process_may_run_somewhere():
    assert available()
    assert chosen("1") == available()[:1]


@pytest.mark.skipif(not sys.platform.startswith("linux"), reason="reads /proc")
def test_a_thread_knows_its_core():
    code = (
        "import os, sys; from harness.machine.cores import current; os.sched_setaffinity(0, {{{0}}}); print(current())"
    )
    for core in available():
        command = [sys.executable, "-c", code.format(core)]
        assert int(subprocess.run(command, check=True, capture_output=True, text=True).stdout) == core


@pytest.mark.parametrize("cores", [[0], [3], [0, 1], [1, 4, 5]])
def test_cores_that_are_named_for_a_user_are_chosen_by_what_is_named(cores):
    assert chosen(named(cores), range(8)) == cores
