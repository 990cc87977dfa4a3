"""The command in real conditions: a process that takes a core, a quota, libraries with too many threads."""

import json
import os
import platform
import subprocess
import sys
import uuid
from pathlib import Path
from subprocess import PIPE

import pytest
from e2e.requirement import missing_requirement

from harness.machine.cores import available
from harness.machine.pseudofile import text

pytestmark = pytest.mark.skipif(platform.system() != "Linux", reason="conditions are made with Linux's means")

HARNESS = Path(sys.executable).with_name("harness")
V1 = Path("/sys/fs/cgroup/cpu")
V2 = Path("/sys/fs/cgroup")


def run(tmp_path, *arguments, group=None, **settings):
    """Run the command, in a control group."""

    def join():
        (group / "cgroup.procs").write_text(str(os.getpid()))

    return subprocess.run(
        [HARNESS, "machine", "doctor", *arguments],
        capture_output=True,
        check=False,
        text=True,
        cwd=tmp_path,
        env=os.environ | {"HARNESS_LOCK": str(tmp_path / "lock")} | settings,
        preexec_fn=join if group else None,
        timeout=120,
    )


def doctor(tmp_path, *arguments, group=None, **settings):
    """Its exit code, and the findings by check."""
    done = run(tmp_path, "--json", *arguments, group=group, **settings)
    assert done.stdout, done.stderr
    return done.returncode, {finding["check"]: finding for finding in json.loads(done.stdout)["findings"]}


@pytest.fixture
def hog():
    with subprocess.Popen([sys.executable, "-c", "while True: pass"]) as process:
        yield process
        process.kill()


@pytest.fixture
def half_a_core():
    """A control group that may use half a core: of version 1 or 2, whichever counts CPU time here."""
    name = f"harness-{uuid.uuid4().hex[:8]}"
    if (V1 / "cpu.cfs_period_us").exists():
        group, limits = V1 / name, {"cpu.cfs_period_us": "100000", "cpu.cfs_quota_us": "50000"}
    elif "cpu" in (text(V2 / "cgroup.subtree_control") or "").split():
        group, limits = V2 / name, {"cpu.max": "50000 100000"}
    else:
        missing_requirement("no control group for CPU time can be made here", "cgroup")
    try:
        group.mkdir()
        for file, limit in limits.items():
            (group / file).write_text(limit)
    except OSError as error:
        missing_requirement(f"a control group can't be made here: {error.strerror}", "cgroup")
    yield group
    group.rmdir()


def test_a_process_that_takes_a_core_is_bad_and_named(tmp_path, hog):
    code, findings = doctor(tmp_path)
    assert code == 1
    assert findings["load"]["level"] == "bad"
    assert f"(process {hog.pid})" in findings["load"]["what"]
    assert findings["load"]["cost"]["ratio"] > 0


def test_a_process_that_waits_is_not_named_and_without_a_quota_none_is_found(tmp_path):
    with subprocess.Popen([sys.executable, "-c", "input()"], stderr=PIPE, stdin=PIPE) as waiting:
        _, findings = doctor(tmp_path)
        assert f"(process {waiting.pid})" not in findings["load"]["what"]
        assert "0.5 cores" not in findings["quota"]["what"]


def test_a_quota_is_bad_and_what_it_costs_is_measured(tmp_path, half_a_core):
    code, findings = doctor(tmp_path, group=half_a_core)
    assert code == 1
    assert findings["quota"]["level"] == "bad"
    assert "0.5 cores" in findings["quota"]["what"]
    assert findings["quota"]["cost"]["ratio"] > 0
    assert findings["threads"]["level"] == "bad"


def test_libraries_with_more_threads_than_cores_are_bad(tmp_path):
    many = str(4 * len(available()))
    code, findings = doctor(tmp_path, "--env", "live", OMP_NUM_THREADS=many)
    assert code == 1
    assert findings["threads"]["level"] == "bad"
    assert f"OMP_NUM_THREADS={many}" in findings["threads"]["what"]
    if len(available()) > 1:
        assert findings["jobs"]["level"] == "bad"
        assert f"{len(available())} x {many} = " in findings["jobs"]["what"]
        assert findings["jobs"]["cost"]["ratio"] > 0


def test_people_read_it_as_a_table_with_a_last_word(tmp_path):
    done = run(tmp_path, OMP_NUM_THREADS="64")
    assert done.returncode == 1, done.stderr
    assert "OMP_NUM_THREADS=64" in done.stdout
    assert "Not fit to measure" in done.stdout
    assert "is policy" in done.stdout


def test_a_machine_that_is_being_measured_is_left_alone(tmp_path):
    holding = (
        "import pathlib, sys\nfrom harness.machine.lock import hold\n"
        "with hold(place=pathlib.Path(sys.argv[1])): print('held', flush=True); sys.stdin.read()"
    )
    with subprocess.Popen([sys.executable, "-c", holding, tmp_path / "lock"], stdin=PIPE, stdout=PIPE) as holder:
        holder.stdout.readline()
        done = run(tmp_path)
    assert done.returncode == 2
    assert f"process {holder.pid}" in done.stderr


def test_an_environment_that_is_none_is_said_before_anything_is_measured(tmp_path):
    done = run(tmp_path, "--env", "nowhere")
    assert done.returncode == 2
    assert "nowhere" in done.stderr
    assert "Traceback" not in done.stderr
