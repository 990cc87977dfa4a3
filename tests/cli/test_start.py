"""What a command imports: libraries that take long to import are waited for only where they are needed."""

import subprocess
import sys

import pytest
from builders import make_record

from harness.record import Store

HEAVY = ("docker", "harness.conduct", "harness.environment", "matplotlib", "numpy", "scipy")


def imported(arguments):
    """Those of the heavy ones that a command has imported by its end."""
    program = (
        "import sys\nfrom harness.cli.main import cli\n"
        f"cli({arguments!r}, standalone_mode=False)\n"
        f"print([name for name in {HEAVY!r} if name in sys.modules])"
    )
    command = [sys.executable, "-c", program]
    done = subprocess.run(command, capture_output=True, text=True, timeout=120, check=True)
    return done.stdout.splitlines()[-1]


@pytest.mark.parametrize(
    "command",
    [["list"], ["store", "query", "select variant, median(ratio) from results group by variant"]],
    ids=["list", "query"],
)
def test_what_reading_the_store_does_not_need_is_not_imported(tmp_path, monkeypatch, command):
    monkeypatch.setenv("HARNESS_CACHE", str(tmp_path / "cache"))
    Store(tmp_path / "results").write(make_record())
    assert imported([*command, "--store", str(tmp_path / "results")]) == "[]"


def test_a_record_is_shown_without_waiting_for_the_judges_libraries(tmp_path):
    made = make_record()
    Store(tmp_path / "results").write(made)
    assert imported(["show", made.id, "--store", str(tmp_path / "results")]) == "[]"


def test_comparing_waits_for_scipy_and_nothing_else(tmp_path):
    made = make_record()
    later = make_record(run="20261123T150312Z-7f3b")
    for each in (made, later):
        Store(tmp_path / "results").write(each)
    arguments = ["compare", made.id, later.id, "--store", str(tmp_path / "results")]
    assert imported(arguments) == "['numpy', 'scipy']"
