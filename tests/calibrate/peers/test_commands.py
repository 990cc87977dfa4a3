"""Commands that fail, hang or are killed; and how many calls they are asked for."""

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest
from ended import gone
from packaging.markers import default_environment

from harness.calibrate.peers import PEERS, asv, hyperfine, pyperf, pytest_benchmark
from harness.calibrate.peers.commands import run
from harness.calibrate.peers.place import Place
from harness.environment import pins
from harness.failure import HarnessError

# Starts a process in a session of its own, as asv does, says its number, and sleeps with it.
RUNAWAY = """
import subprocess, sys, time
child = subprocess.Popen([sys.executable, "-c", "import time; time.sleep(60)"], start_new_session=True)
open(sys.argv[1], "w").write(str(child.pid))
time.sleep(60)
"""
FAST = Place(python="python", lock_digest="", versions={}, start_s=0.02, call_s=0.01)


def number_in(path):
    deadline = time.monotonic() + 20
    while not (path.is_file() and path.read_text()):
        assert time.monotonic() < deadline
        time.sleep(0.05)
    return int(path.read_text())


def option(command, name):
    (found,) = [part.partition("=")[2] for part in command if part.startswith(f"--{name}=")]
    return float(found)


def test_a_command_that_fails_is_named_with_its_last_words(tmp_path):
    done = run(sys.executable, [sys.executable, "-c", "print('it is'); exit('too late')"], tmp_path, 20)
    with pytest.raises(
        HarnessError, match=r"exit\('too late'\)`? failed with exit code 1; .*: it is too late$|too late"
    ):
        done.checked()
    assert done.code == 1


def test_a_command_that_is_nowhere_is_named(tmp_path):
    with pytest.raises(HarnessError, match=r"`no-such-program` failed .*No such file"):
        run(sys.executable, ["no-such-program"], tmp_path, 20).checked()


def test_what_a_command_writes_for_a_while_goes_into_the_folder_of_its_trial(tmp_path, monkeypatch):
    monkeypatch.setenv("PYTHONSTARTUP", "ours alone")
    said = "import os, tempfile; print(tempfile.gettempdir(), os.environ.get('PYTHONSTARTUP'))"
    done = run(sys.executable, [sys.executable, "-c", said], tmp_path, 20)
    assert done.checked().output.split() == [str(tmp_path), "None"]


def test_a_command_that_hangs_is_ended_with_all_that_it_started(tmp_path):
    seen = tmp_path / "pid"
    with pytest.raises(HarnessError, match="was not done after 2 s"):
        run(sys.executable, [sys.executable, "-c", RUNAWAY, str(seen)], tmp_path, 2)
    assert gone([number_in(seen)], patience_s=10)
    assert tmp_path.is_dir()


def test_nothing_outlives_a_command_that_has_ended(tmp_path):
    seen = tmp_path / "pid"
    script = RUNAWAY.rpartition("time.sleep(60)")[0]
    assert run(sys.executable, [sys.executable, "-c", script, str(seen)], tmp_path, 20).code == 0
    assert gone([number_in(seen)], patience_s=10)


def test_when_we_are_killed_neither_processes_nor_the_folder_of_the_trial_stay(tmp_path):
    seen, scratch = tmp_path / "pid", tmp_path / "scratch"
    scratch.mkdir()
    ours = "import sys; from pathlib import Path; from harness.calibrate.peers.commands import run; "
    ours += f"run(sys.executable, [sys.executable, '-c', {RUNAWAY!r}, {str(seen)!r}], Path({str(scratch)!r}), 60)"
    with subprocess.Popen([sys.executable, "-c", ours]) as process:
        child = number_in(seen)
        os.kill(process.pid, signal.SIGKILL)
    assert gone([child], patience_s=10)
    deadline = time.monotonic() + 10
    while scratch.exists() and time.monotonic() < deadline:
        time.sleep(0.05)
    assert not scratch.exists()


@pytest.mark.parametrize("measuring_s", [4.0, 6.0, 60.0])
def test_both_versions_together_are_called_as_long_as_was_asked(measuring_s):
    calls = {}
    first, second = pytest_benchmark.commands(FAST, measuring_s)
    calls["pytest-benchmark"] = option(first, "benchmark-max-time") + option(second, "benchmark-max-time")
    first, second, _ = pyperf.commands(FAST, measuring_s)
    assert first[:-1] == second[:-1]
    values = option(first, "values") + option(first, "warmups")
    calls["pyperf"] = 2 * option(first, "processes") * values * option(first, "loops") * FAST.call_s
    command = hyperfine.command(FAST, measuring_s)
    runs = option(command, "runs") + option(command, "warmup")
    calls["hyperfine"] = 2 * runs * (FAST.start_s + 10 * FAST.call_s)
    sampling_s = float(asv.command(FAST, measuring_s)[-1].rstrip(")").rpartition(",")[2])
    calls["asv"] = 4 * (sampling_s + 0.1)
    assert set(calls) == set(PEERS)
    for name, called_s in calls.items():
        assert called_s == pytest.approx(measuring_s, rel=0.2), name


def test_pyperf_gets_its_usual_processes_before_it_gets_longer_values():
    short, long = (pyperf.commands(FAST, measuring_s)[0] for measuring_s in (6.0, 60.0))
    assert (option(short, "processes"), option(short, "loops")) == (20, 4)
    assert (option(long, "processes"), option(long, "loops")) == (75, 10)


def test_where_hyperfine_is_missing_it_says_how_to_get_it(monkeypatch):
    monkeypatch.setenv("PATH", "")
    assert "apt-get install hyperfine" in hyperfine.missing()


def test_the_page_about_peers_has_all_that_is_run():
    page = (Path(__file__).parents[3] / "docs" / "peers.md").read_text()
    commands = [
        *pytest_benchmark.commands(FAST, 6.0), *pyperf.commands(FAST, 6.0), asv.command(FAST, 6.0),
        hyperfine.command(FAST, 6.0),
    ]  # fmt: skip
    for part in {part for command in commands for part in command}:
        assert part in page
    lock = (Path(__file__).parents[3] / "envs" / "peers.lock.txt").read_text()
    for name in ("asv", "pyperf", "pytest-benchmark"):
        assert f"| {name} | {pins(lock, default_environment())[name]} |" in page
