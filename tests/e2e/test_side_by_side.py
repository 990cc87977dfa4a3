"""Two environments in one run: the command line from end to end."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from containers import base_image, engine, small_image, small_project, write_small_lock  # noqa: F401  (fixtures)
from environment.channel import SUITE_WHEELS, subset, suite_channel
from uv import find_uv_bin

from harness.environment.backends.index import uv_environ

from .desk import TWO_SUMS, Desk, case_of, judged
from .requirement import missing_requirement
from .two_locks import ADDER_SUITE, make_locks

QUICK = ("--launches", "1", "--budget", "60s")


@pytest.fixture(scope="module")
def variables(tmp_path_factory, module_desk):
    """What lets the locks `old` and `new` of the module's desk be installed, once for all desks."""
    return {**make_locks(module_desk), "HARNESS_CACHE": str(tmp_path_factory.mktemp("cache"))}


@pytest.fixture(scope="module")
def ended(module_desk, variables):
    """One run of `old` against `new`, which several tests look at."""
    module_desk.write("test_adder.py", ADDER_SUITE)
    ran = module_desk.run("test_adder.py", "--env", "old", "--against", "new", "--launches", "3", **variables)
    assert ran.code == 0, ran.err
    return ran


@pytest.fixture
def desk_with_locks(desk, module_desk, variables):
    """A desk with the same locks."""
    shutil.copytree(module_desk.folder / "envs", desk.folder / "envs")
    desk.write("test_adder.py", ADDER_SUITE)
    return desk


def test_a_test_that_counts_otherwise_in_the_new_environment_is_named(module_desk, ended):
    record = module_desk.record()
    slower = judged(record, "sums: looped")["new"]
    assert slower["answer"]["agreement"] == "differ"
    assert slower["ratio"]["estimate"] > 1.2
    assert judged(record, "sums: plain")["new"]["answer"]["agreement"] == "agree"
    text = " ".join(ended.out.split())
    assert "new gives another answer in looped" in text
    assert "adder 1.0 2.0" in text


def test_both_environments_are_in_the_record_with_their_locks(module_desk, ended):
    record = module_desk.record()
    environments = [record["environment"], *record["against"]]
    assert [(each["address"], each["verification"]["state"]) for each in environments] == [
        ("old", "verified"),
        ("new", "verified"),
    ]
    for each in environments:
        lock = module_desk.folder / "envs" / f"{each['address']}.lock.txt"
        assert (module_desk.store / "locks" / f"{each['lock_digest']}.txt").read_text() == lock.read_text()
    assert record["against"][0]["software"]["distributions"]["adder"]["version"] == "2.0"
    old, new, twin = case_of(record, "sums: looped")["variants"]
    assert [old["environment"], new["environment"]] == [0, 1]
    # Which of the two has it is for the pilot to say.
    assert twin["environment"] == {"old (twin)": 0, "new (twin)": 1}[twin["name"]]


def test_show_list_plot_and_json_know_both(module_desk, ended):
    store = ("--store", str(module_desk.store))
    run = module_desk.record()["id"]
    assert module_desk.harness("show", run, *store).out == ended.out
    assert json.loads(module_desk.harness("show", run, "--json", *store).out)["against"][0]["address"] == "new"
    assert "against new" in module_desk.harness("list", *store).out
    drawn = module_desk.folder / "run.svg"
    assert module_desk.harness("plot", run, str(drawn), *store).code == 0
    assert "time in new over that in old" in drawn.read_text()


def test_a_test_that_one_environment_does_not_have_is_told_and_the_others_are_measured(desk_with_locks, variables):
    desk = desk_with_locks
    desk.write("test_adder.py", ADDER_SUITE.replace("adder.looped]", "*[adder.looped] * (adder.VERSION == '1.0')]"))
    ended = desk.run("test_adder.py", "--env", "old", "--against", "new", *QUICK, **variables)
    assert ended.code == 3, ended.err
    assert "adder::sums, looped: there is no such test in new" in " ".join(ended.out.split())
    assert judged(desk.record(), "sums: plain")["new"]["ratio"]


def test_a_test_that_fails_in_one_environment_is_told_with_its_reason(desk_with_locks, variables):
    desk = desk_with_locks
    desk.write(
        "test_adder.py", ADDER_SUITE.replace("    benchmark", "    assert adder.VERSION == '1.0'\n    benchmark")
    )
    ended = desk.run("test_adder.py", "-k", "plain", "--env", "old", "--against", "new", *QUICK, **variables)
    assert ended.code == 3, ended.err
    text = " ".join(ended.out.split())
    assert "plain was not measured in new" in text
    assert "adder::sums: plain, new: raised: AssertionError: assert '2.0' == '1.0'" in text


def test_a_suite_that_one_environment_cannot_import_is_told_as_tests_that_fail_there(desk_with_locks, variables):
    desk_with_locks.write("test_adder.py", ADDER_SUITE + "\nassert adder.VERSION == '1.0'\n")
    ended = desk_with_locks.run("test_adder.py", "--env", "old", "--against", "new", *QUICK, **variables)
    assert ended.code == 3
    told = " ".join(ended.out.split())
    assert "test_adder.py in new: does not import: AssertionError: assert '2.0' == '1.0'" in told
    assert "plain was not measured in new: raised (AssertionError" in told


def test_the_same_environment_twice_is_refused_with_what_tells_noise(desk):
    desk.write("test_sums.py", TWO_SUMS)
    ended = desk.run("test_sums.py", "--env", "live", "--against", "live")
    assert ended.refused("live", "named twice", "twin")


def test_an_environment_that_is_not_there_is_named(desk):
    desk.write("test_sums.py", TWO_SUMS)
    assert desk.run("test_sums.py", "--against", "nosuch").refused("nosuch", "no environment of this name")


def test_another_minor_version_of_python_is_measured_beside_this_one(desk):
    other = _another_python(desk)
    desk.write("test_sums.py", TWO_SUMS)
    ended = desk.run("test_sums.py", "-k", "builtin", "--env", sys.executable, "--against", str(other), *QUICK)
    assert ended.code == 0, ended.err
    record = desk.record()
    assert record["against"][0]["python"] != record["environment"]["python"]
    assert judged(record, "sums: builtin")[str(other)]["answer"]["agreement"] == "agree"
    assert f"Python: CPython {record['environment']['python']}" in " ".join(ended.out.split())


def _another_python(desk: Desk) -> Path:
    """An environment with another Python of this machine, and what suites need."""
    folder, python = desk.folder / "other", desk.folder / "other" / "bin" / "python"
    wanted = desk.write("wanted.txt", subset(SUITE_WHEELS))
    environ = uv_environ(os.environ)
    uv = find_uv_bin()
    subprocess.run([uv, "venv", "--quiet", "--python", _found_python(), str(folder)], check=True, env=environ)
    install = [uv, "pip", "install", "--quiet", "--no-deps", "--python", str(python), "-r", str(wanted)]
    subprocess.run(install, check=True, env=environ)
    return python


def _found_python() -> str:
    """Another Python from 3.11 on, on the PATH or installed beside this one."""
    names = [f"python3.{minor}" for minor in (11, 12, 13, 14) if minor != sys.version_info[1]]
    on_path = [found for name in names if (found := shutil.which(name))]
    beside = [str(found) for name in names for found in Path(sys.base_prefix).parent.glob(f"*/bin/{name}")]
    for found in [*on_path, *beside]:
        if not subprocess.run([found, "-c", ""], check=False, capture_output=True).returncode:
            return found
    return missing_requirement("there is no other Python on this machine", "python")


def test_conda_is_measured_beside_wheels(desk, tmp_path):
    """The same packages as a conda prefix and as wheels, from a channel made on the spot."""
    suite_channel(tmp_path).lock(desk.folder / "conda-lock.yml")
    desk.write("envs/base.lock.txt", subset(SUITE_WHEELS))
    desk.write("test_sums.py", TWO_SUMS)
    ended = desk.run("test_sums.py", "--env", "base@conda", "--against", "base@wheels", *QUICK,
                     HARNESS_CACHE=str(tmp_path / "cache"))  # fmt: skip
    assert ended.code == 0, ended.err
    record = desk.record()
    assert [record["environment"]["kind"], record["against"][0]["kind"]] == ["conda", "wheels"]
    assert record["environment"]["verification"]["state"] == "verified"
    rows = [judged(record, f"sums: {test}")["base@wheels"] for test in ("loop", "builtin")]
    assert [row["answer"]["agreement"] for row in rows] == ["agree", "agree"]
    assert "B/A" in ended.out


def test_an_image_is_measured_beside_wheels(desk, tmp_path, small_image):  # noqa: F811
    write_small_lock(desk.folder)
    desk.write("test_sums.py", TWO_SUMS)
    ended = desk.run("test_sums.py", "--env", "small@wheels", "--against", "small@image", *QUICK,
                     HARNESS_CACHE=str(tmp_path / "cache"))  # fmt: skip
    assert ended.code == 0, ended.err
    record = desk.record()
    assert record["against"][0]["kind"] == "image"
    assert record["against"][0]["image"]
    rows = [judged(record, f"sums: {test}")["small@image"] for test in ("loop", "builtin")]
    assert [row["answer"]["agreement"] for row in rows] == ["agree", "agree"]
