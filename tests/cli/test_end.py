"""How a command ends when what it prints can't be taken."""

import subprocess
import sys
from pathlib import Path

import pytest
from builders import make_record

from harness.record import Store

HARNESS = [sys.executable, "-c", "from harness.cli import main; main()"]


@pytest.fixture
def showing(tmp_path):
    Store(tmp_path / "results").write(make_record())
    # Not through click, which empties its buffers itself.
    return [*HARNESS, "show", make_record().id, "--json", "--store", str(tmp_path / "results")]


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="no /dev/full on this system")
def test_a_full_disk_under_the_output_is_said_in_a_line_and_the_exit_code_is_2(showing):
    with Path("/dev/full").open("w") as full:
        done = subprocess.run(showing, stdout=full, stderr=subprocess.PIPE, text=True, timeout=120, check=False)
    assert (done.returncode, done.stderr.count("\n")) == (2, 1)
    assert done.stderr.startswith("harness: No space left on device.")


def test_who_has_read_enough_gets_no_complaint_and_no_verdict(showing):
    with subprocess.Popen(showing, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True) as reading:
        reading.stdout.close()
        assert reading.stderr.read() == ""
    assert reading.returncode == 141


def test_all_that_was_printed_arrives(showing):
    done = subprocess.run(showing, capture_output=True, text=True, timeout=120, check=True)
    assert make_record().id in done.stdout
