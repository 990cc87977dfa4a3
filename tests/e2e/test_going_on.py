"""Runs that were interrupted, and runs that meet another one on the same machine."""

from __future__ import annotations

import os
import shlex
import shutil
import signal
import subprocess
import sys
import time

import psutil

from .desk import TRACEBACK, TWO_SUMS, Desk, came_true, events_of

LAUNCHES = ("--launches", "3", "--budget", "150s")


def begin(desk, *arguments, **variables):
    """A run that has measured something, and has not ended yet."""
    desk.write("test_sums.py", TWO_SUMS)
    before = runs_with_samples(desk)
    process = desk.start_run("test_sums.py", *LAUNCHES, *arguments, **variables)
    assert came_true(lambda: process.poll() is not None or runs_with_samples(desk) > before)
    assert process.poll() is None, desk.wait(process)
    return process


def runs_with_samples(desk):
    return sum(any(event["event"] == "sampled" for event in events_of(path)) for path in desk.journals())


def cut(desk, *arguments, **variables):
    """A run that was killed after it had measured something."""
    process = begin(desk, *arguments, **variables)
    process.kill()
    process.wait()
    return desk


def test_ctrl_c_ends_a_run_within_seconds_and_the_command_that_it_prints_goes_on(tmp_path):
    desk = Desk(tmp_path / "a desk with spaces")
    process = begin(desk)
    began = time.monotonic()
    os.killpg(process.pid, signal.SIGINT)
    ended = desk.wait(process, 30)
    assert ended.code == 130
    assert time.monotonic() - began < 10
    assert TRACEBACK not in ended.err
    assert desk.is_deserted()
    command = ended.err.rpartition("Go on with:")[2].strip()
    words = shlex.split(command)
    assert words[:3] == ["harness", "run", "--resume"]
    went_on = desk.harness(*words[1:])
    assert went_on.code == 0, went_on.err
    assert "interrupted once and resumed" in " ".join(went_on.out.split())


def test_ctrl_c_before_anything_was_measured_says_so(desk):
    desk.write("test_sums.py", TWO_SUMS + "\nimport time\ntime.sleep(60)\n")
    process = desk.start_run("test_sums.py", *LAUNCHES)
    assert came_true(lambda: "collecting" in desk.said(process))
    os.killpg(process.pid, signal.SIGINT)
    ended = desk.wait(process, 30)
    assert ended.code == 130
    assert "before anything was measured" in ended.err
    assert TRACEBACK not in ended.err
    assert desk.is_deserted()


def test_ctrl_c_before_anything_was_measured_names_no_other_run(desk):
    cut(desk)
    desk.write("test_slow.py", TWO_SUMS + "\nimport time\ntime.sleep(60)\n")
    process = desk.start_run("test_slow.py", *LAUNCHES)
    assert came_true(lambda: "collecting" in desk.said(process))
    os.killpg(process.pid, signal.SIGINT)
    ended = desk.wait(process, 30)
    assert "before anything was measured" in ended.err
    assert desk.journals()[0].parent.name not in ended.err


def test_a_second_run_waits_and_says_for_whom(desk):
    first = begin(desk)
    second = desk.start_run("test_sums.py", "--launches", "1", "--budget", "120s")
    assert came_true(lambda: "waiting for" in desk.said(second), 30)
    assert f"process {first.pid}" in desk.said(second)
    assert "harness run test_sums.py --launches 3" in desk.said(second)
    assert first.poll() is None
    assert desk.wait(first).code == 0
    assert desk.wait(second).code == 0
    assert len(desk.record_files()) == 2


def test_runs_with_locks_of_their_own_do_not_wait_for_each_other(desk):
    first = begin(desk)
    first.send_signal(signal.SIGSTOP)
    try:
        second = desk.run("test_sums.py", "--launches", "1", "--budget", "120s", HARNESS_LOCK=str(desk.folder / "mine"))
        assert first.poll() is None
    finally:
        first.send_signal(signal.SIGCONT)
        first.kill()
        first.wait()
    assert second.code == 0
    assert "waiting" not in second.err


def test_the_lock_of_a_killed_run_is_no_obstacle(desk):
    cut(desk)
    assert (desk.folder / "lock").exists()
    ended = desk.run("test_sums.py", "--launches", "1", "--budget", "120s")
    assert ended.code == 0
    assert "waiting" not in ended.err


def test_resume_refuses_when_the_code_of_the_suite_changed(desk):
    cut(desk)
    desk.write("test_sums.py", TWO_SUMS.replace("20_000", "30_000"))
    assert desk.resume().refused("code", "Start a new run")
    desk.write("test_sums.py", TWO_SUMS)
    assert desk.resume().code == 0


def test_resume_refuses_when_a_variable_that_changes_results_changed(desk):
    cut(desk)
    assert desk.resume(MALLOC_ARENA_MAX="1").refused("software", "settings")


def test_resume_refuses_when_a_package_changed_its_version(desk):
    python = environment_beside(desk)
    distribution = install(desk, "1.0")
    cut(desk, "--env", str(python))
    shutil.rmtree(distribution)
    install(desk, "1.1")
    assert desk.resume().refused("software", "distributions")


def environment_beside(desk):
    """A virtual environment that sees the packages of this one, and can have one of its own."""
    folder = desk.folder / "environment"
    subprocess.run([sys.executable, "-m", "venv", "--without-pip", str(folder)], check=True)
    here = next(path for path in sys.path if path.endswith("site-packages"))
    (packages,) = folder.glob("lib/python*/site-packages")
    (packages / "beside.pth").write_text(f"{here}\n")
    return folder / "bin" / "python"


def install(desk, version):
    (packages,) = (desk.folder / "environment").glob("lib/python*/site-packages")
    folder = packages / f"made_up-{version}.dist-info"
    folder.mkdir()
    (folder / "METADATA").write_text(f"Metadata-Version: 2.1\nName: made-up\nVersion: {version}\n")
    (folder / "RECORD").write_text("")
    return folder


def test_resume_refuses_when_there_is_nothing_to_go_on_with(desk):
    assert desk.resume().refused(str(desk.store), "no interrupted run")
    assert not desk.store.exists()


def test_resume_refuses_a_run_that_is_complete(desk):
    desk.write("test_sums.py", TWO_SUMS)
    assert desk.run("test_sums.py", "--launches", "1", "--budget", "120s").code == 0
    (record,) = desk.record_files()
    refused = desk.harness("run", "--resume", record.stem, "--store", str(desk.store))
    assert refused.refused(record.stem, "complete", "harness show")


def test_resume_takes_the_run_that_is_named(desk):
    cut(desk)
    older = desk.journals()[0].parent.name
    cut_again = begin(desk)
    cut_again.kill()
    cut_again.wait()
    ended = desk.harness("run", "--resume", older, "--store", str(desk.store))
    assert ended.code == 0, ended.err
    assert desk.record()["id"] == older
    assert len(desk.journals()) == 1


def test_a_damaged_journal_is_named_with_its_line(desk):
    cut(desk)
    (journal,) = desk.journals()
    lines = journal.read_bytes().splitlines(keepends=True)
    lines[2] = b'{"event": "sampled", "ca\n'
    journal.write_bytes(b"".join(lines))
    assert desk.resume().refused("journal.jsonl:3", "damaged")


def test_a_torn_last_line_of_a_journal_is_ignored(desk):
    cut(desk)
    (journal,) = desk.journals()
    with journal.open("ab") as file:
        file.write(b'{"event":"sampled","case":"su')
    ended = desk.resume()
    assert ended.code == 0, ended.err
    assert not desk.record()["missing"]


WITH_A_FILE = """
import tempfile
import time

import psutil

import pytest

@pytest.mark.benchmark(group="files")
@pytest.mark.parametrize("variant", ["one", "other"])
def test_file(benchmark, variant):
    def call():
        with tempfile.TemporaryFile():
            time.sleep(0.05)
    benchmark.pedantic(call, rounds=24)
"""


def test_the_late_end_of_a_killed_sitting_takes_nothing_from_the_one_that_goes_on(desk):
    desk.write("test_files.py", WITH_A_FILE)
    run = desk.start_run("test_files.py", "--launches", "2")
    assert came_true(lambda: any(event["event"] == "sampled" for event in desk.journal()))
    children = psutil.Process(run.pid).children()
    guard = next(child for child in children if any("shutil.rmtree" in word for word in child.cmdline()))
    guard.suspend()
    run.kill()
    run.wait()
    before = len(desk.journal())
    resumed = desk.start("run", "--resume", "--store", str(desk.store))
    assert came_true(lambda: any(event["event"] == "sampled" for event in desk.journal()[before:]))
    guard.resume()
    guard.wait(10)
    ended = desk.wait(resumed)
    assert ended.code == 0, ended.err + ended.out
