"""`harness env verify`, `list`, `remove` and `create --prefix`, as they are typed."""

import json
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from click.testing import CliRunner

from harness.cli.main import cli
from harness.failure import HarnessError


@pytest.fixture
def harness(wheelhouse, project, monkeypatch):
    """Runs a command in a project with a lock of two packages; returns exit code and output."""
    wheelhouse.add("alpha")
    wheelhouse.add("beta", "2.1", needs=("alpha",))
    wheelhouse.lock(project / "envs" / "base.lock.txt")
    wheelhouse.lock(project / "envs" / "other.lock.txt")
    (project / "envs" / "other.lock.txt").write_text("# other\n" + (project / "envs" / "other.lock.txt").read_text())
    monkeypatch.chdir(project)

    def run(*arguments):
        ran = CliRunner().invoke(cli, ["env", *arguments], standalone_mode=False)
        if isinstance(ran.exception, HarnessError):
            raise ran.exception
        assert ran.exception is None, ran.exception
        return ran.return_value or 0, ran.stdout

    return run


def without_network(monkeypatch):
    """Neither the index nor uv can be had any more."""
    monkeypatch.delenv("UV_FIND_LINKS")
    monkeypatch.setattr("uv.find_uv_bin", lambda: "/no/such/uv")


def test_what_was_made_is_verified_without_network(harness, monkeypatch):
    harness("create", "base")
    without_network(monkeypatch)
    code, said = harness("verify", "base")
    assert code == 0
    assert said.startswith("verified: base, lock ")
    assert "2 packages, " in said


def test_drift_exits_with_1_and_names_what_it_is(harness):
    python = Path(harness("create", "base")[1].strip())
    (python.parent.parent / "extra").touch()
    code, said = harness("verify", "base")
    assert code == 1
    assert said.splitlines()[0].startswith("drifted: base")
    assert said.splitlines()[1:] == ["- added: extra"]
    code, said = harness("verify", "base", "--json")
    told = json.loads(said)
    assert (code, told["address"], told["verification"]["findings"]) == (1, "base", ["added: extra"])


def test_many_findings_are_cut_for_people(harness):
    prefix = Path(harness("create", "base")[1].strip()).parent.parent
    for number in range(30):
        (prefix / f"extra{number:02}").touch()
    lines = harness("verify")[1].splitlines()
    assert (len(lines), lines[-1]) == (22, "- and 10 more")


def test_what_is_not_made_is_not_made_by_verifying(harness, tmp_path):
    with pytest.raises(HarnessError, match=r"base: this environment isn't made\. Make it: harness env create base"):
        harness("verify", "base")
    assert not (tmp_path / "cache").exists()


def test_what_has_no_lock_is_never_called_verified(harness):
    for address in ("live", sys.executable):
        with pytest.raises(HarnessError, match="no lock says what this environment should hold"):
            harness("verify", address)


def test_the_list_tells_what_is_made_of_which_lock(harness, wheelhouse, project, monkeypatch):
    prefix = Path(harness("create", "base")[1].strip()).parent.parent
    wheelhouse.add("gamma")
    wheelhouse.lock(project / "envs" / "base.lock.txt")
    newer = Path(harness("create", "base")[1].strip()).parent.parent
    (newer / "bin" / "python").unlink()
    without_network(monkeypatch)
    lines = harness("list")[1].splitlines()
    assert [line.split("  ")[0] for line in lines] == ["environment", "base@wheels", "base@wheels", "other@wheels"]
    assert "its Python is gone" in lines[1]
    assert "complete, of another lock" in lines[2]
    assert "not made" in lines[3]

    told = json.loads(harness("list", "--json")[1])
    assert [each["prefix"] for each in told] == [str(newer), str(prefix), None]
    assert [each["current"] for each in told] == [True, False, True]
    assert all(each["size_bytes"] > 10_000 for each in told[:2])


def test_what_was_left_unfinished_is_listed(harness, tmp_path):
    (tmp_path / "cache" / "envs" / ".harness-making-base-0123").mkdir(parents=True)
    lines = harness("list")[1].splitlines()
    assert any(line.startswith("base-0123 ") and "unfinished" in line for line in lines)


def test_a_list_of_nothing_says_so(harness, project):
    shutil.rmtree(project / "envs")
    assert harness("list")[1].startswith("There is no lock in envs/, and no environment in the cache.")


def test_environments_are_removed_by_address_and_by_path(harness, tmp_path, monkeypatch):
    harness("create", "base")
    harness("create", "other", "--prefix", str(tmp_path / "mine"))
    without_network(monkeypatch)
    harness("remove", "base", str(tmp_path / "mine"))
    assert not (tmp_path / "mine").exists()
    assert list((tmp_path / "cache" / "envs").iterdir()) == []
    harness("remove", "base")


def test_what_the_harness_did_not_make_is_not_removed(harness, tmp_path):
    (tmp_path / "mine" / "bin").mkdir(parents=True)
    (tmp_path / "mine" / "bin" / "python").symlink_to(sys.executable)
    for address in ("live", sys.executable):
        with pytest.raises(HarnessError, match="the harness didn't make this environment"):
            harness("remove", address)
    with pytest.raises(HarnessError, match="no/such"):
        harness("remove", str(tmp_path / "no" / "such"))


def test_a_prefix_that_is_somebody_elses_is_left_alone(harness, tmp_path):
    (tmp_path / "mine").mkdir()
    (tmp_path / "mine" / "precious").touch()
    with pytest.raises(HarnessError, match="didn't make what lies here"):
        harness("create", "base", "--prefix", str(tmp_path / "mine"))
    assert [path.name for path in (tmp_path / "mine").iterdir()] == ["precious"]


def test_a_prefix_may_be_relative(harness, project):
    assert harness("create", "base", "--prefix", "mine")[1].strip() == str(project / "mine" / "bin" / "python")
    assert harness("verify", "./mine")[0] == 0


def test_options_for_images_are_refused_for_others(harness):
    with pytest.raises(HarnessError, match="--base-image and --ca-bundle are for images"):
        harness("create", "base", "--base-image", "debian")


def test_what_is_there_already_takes_no_prefix(harness, tmp_path):
    with pytest.raises(HarnessError, match="it is there already"):
        harness("create", "live", "--prefix", str(tmp_path / "mine"))


@pytest.mark.parametrize("command", ["verify", "remove"])
def test_what_the_harness_did_not_make_is_refused_as_such_whether_suites_could_run_in_it_or_not(
    harness, tmp_path, command
):
    subprocess.run([sys.executable, "-m", "venv", "--without-pip", str(tmp_path / "theirs")], check=True)
    with pytest.raises(HarnessError, match=r"no lock says what|the harness didn't make this environment"):
        harness(command, str(tmp_path / "theirs"))


def test_a_mirror_that_is_not_there_is_said_to_be_none(harness):
    ran = CliRunner().invoke(cli, ["env", "create", "base", "--mirror", "no-mirror"])
    assert (ran.exit_code, "'no-mirror' does not exist" in ran.stderr) == (2, True)
