"""Mirrors: all archives of a lock in a folder, from which environments are made without a network."""

import json
import shutil
import subprocess
from pathlib import Path

import pytest

from harness.environment import Provision, mirror, parse_address, realize, remove, verify
from harness.failure import HarnessError

from ..channel import HERE, leave_to_pip


def quietly(_line):
    pass


@pytest.fixture
def both(channel, wheelhouse, project):
    """A project with a lock of wheels and one of conda packages."""
    wheelhouse.add("alpha")
    wheelhouse.add("beta", "2.1", needs=("alpha",))
    wheelhouse.lock(project / "envs" / "base.lock.txt")
    channel.add("hello", noarch="python", depends=["python"], files={"site-packages/hello.py": "A = 1\n"})
    channel.add("native", files={"lib/native.txt": "native"})
    channel.index().lock(project / "conda-lock.yml")
    return project


@pytest.fixture
def folder(tmp_path):
    return tmp_path / "mirror"


def mirrored(project, folder, address="base", platforms=()):
    return mirror(parse_address(address, project), project, folder, platforms, quietly)


def made(project, folder, address):
    return realize(parse_address(address, project), quietly, Provision(mirror=str(folder)))


def archives_in(folder):
    return sorted(
        str(path.relative_to(folder)) for path in folder.rglob("*") if path.suffix in {".whl", ".bz2", ".conda"}
    )


def flip(path):
    """Damage a file that other names may share."""
    content = bytearray(path.read_bytes())
    content[len(content) // 2] ^= 1
    path.unlink()
    path.write_bytes(content)


def test_a_folder_that_holds_something_else_is_left_alone(both, folder):
    (folder / "envs").mkdir(parents=True)
    (folder / "envs" / "base.lock.txt").write_text("of another project\n")
    (folder / "environment.yml").touch()
    with pytest.raises(HarnessError, match=r"this is no mirror: it holds 'environment\.yml'"):
        mirrored(both, folder)
    assert (folder / "envs" / "base.lock.txt").read_text() == "of another project\n"


def test_a_mirror_holds_all_archives_their_indexes_and_the_locks(both, folder):
    told = [(each.lock, each.archives) for each in mirrored(both, folder)]
    assert told == [("envs/base.lock.txt", 2), ("conda-lock.yml", 3)]
    assert [Path(each).name for each in archives_in(folder) if "python" not in each] == [
        "native-1.0-0.tar.bz2",
        "hello-1.0-0.tar.bz2",
        "alpha-1.0-py3-none-any.whl",
        "beta-2.1-py3-none-any.whl",
    ]
    for lock in ("envs/base.lock.txt", "conda-lock.yml"):
        assert (folder / lock).read_bytes() == (both / lock).read_bytes()
    offered = json.loads((folder / "conda" / "noarch" / "repodata.json").read_text())
    assert list(offered["packages"]) == ["hello-1.0-0.tar.bz2"]
    subprocess.run(["sha256sum", "--check", "--strict", "--quiet", "SHA256SUMS"], cwd=folder / "wheels", check=True)
    assert 'href="alpha-1.0-py3-none-any.whl#sha256=' in (folder / "wheels" / "index.html").read_text()


@pytest.mark.parametrize("address", ["base@wheels", "base@conda"])
def test_an_environment_is_made_from_a_mirror_alone(both, folder, channel, wheelhouse, monkeypatch, address):
    mirrored(both, folder, address)
    shutil.rmtree(channel.folder)
    shutil.rmtree(wheelhouse.folder)
    for name in ("UV_FIND_LINKS", "UV_NO_INDEX"):
        monkeypatch.delenv(name)
    for name in ("http_proxy", "https_proxy", "ALL_PROXY", "HTTP_PROXY", "HTTPS_PROXY"):
        monkeypatch.setenv(name, "http://127.0.0.1:9")
    assert verify(made(both, folder, address)).state == "verified"
    # The mirror is a project itself: it has the lock.
    remove(made(both, folder, address))
    assert verify(made(folder, folder, address)).state == "verified"


def test_what_is_there_and_right_is_not_fetched_again_and_what_is_damaged_is(both, folder, channel):
    mirrored(both, folder, "base@conda")
    before = {path: (folder / path).stat().st_mtime_ns for path in archives_in(folder)}
    flip(folder / "conda" / "noarch" / "hello-1.0-0.tar.bz2")
    channel.archive("native").unlink()  # nobody may need it
    mirrored(both, folder, "base@conda")
    after = {path: (folder / path).stat().st_mtime_ns for path in archives_in(folder)}
    assert [path for path in before if before[path] != after[path]] == ["conda/noarch/hello-1.0-0.tar.bz2"]
    assert verify(made(both, folder, "base@conda")).state == "verified"


def test_all_that_cannot_be_had_is_named_and_the_rest_stays_for_the_next_time(both, folder, channel):
    archive = channel.archive("hello")
    archive.rename(archive.with_suffix(".aside"))
    flip(channel.archive("native"))
    with pytest.raises(HarnessError) as refused:
        mirrored(both, folder, "base@conda")
    assert "2 of 3 archives can't be had" in str(refused.value)
    assert "hello-1.0-0.tar.bz2: it can't be read" in str(refused.value)
    assert "native-1.0-0.tar.bz2: what is offered isn't what was locked" in str(refused.value)
    assert len(archives_in(folder)) == 1
    assert not (folder / "conda-lock.yml").exists()


def test_all_that_is_damaged_or_missing_in_a_mirror_of_conda_packages_is_named(both, folder, tmp_path):
    mirrored(both, folder, "base@conda")
    flip(folder / "conda" / HERE / "native-1.0-0.tar.bz2")
    (folder / "conda" / "noarch" / "hello-1.0-0.tar.bz2").unlink()
    with pytest.raises(HarnessError) as refused:
        made(both, folder, "base@conda")
    assert "2 of 3 archives of this lock aren't as they should be" in str(refused.value)
    assert "- conda/noarch/hello-1.0-0.tar.bz2: missing" in str(refused.value)
    assert f"- conda/{HERE}/native-1.0-0.tar.bz2: damaged: its SHA-256 is" in str(refused.value)
    assert list((tmp_path / "cache" / "envs").iterdir()) == []


def test_all_that_is_damaged_or_missing_in_a_mirror_of_wheels_is_named_even_if_uv_has_it(both, folder):
    mirrored(both, folder, "base@wheels")
    remove(made(both, folder, "base@wheels"))  # now uv has all wheels in its cache
    flip(folder / "wheels" / "alpha-1.0-py3-none-any.whl")
    (folder / "wheels" / "beta-2.1-py3-none-any.whl").unlink()
    with pytest.raises(HarnessError) as refused:
        made(both, folder, "base@wheels")
    assert "2 wheels of this lock aren't as they should be" in str(refused.value)
    assert "- wheels/alpha-1.0-py3-none-any.whl: damaged: its SHA-256 is" in str(refused.value)
    assert "- beta 2.1: no wheel for this Python" in str(refused.value)


def test_a_package_of_which_no_index_has_a_locked_wheel_is_named(both, folder, wheelhouse):
    wheelhouse.wheels["nowhere"] = ("1.0", "0" * 64)
    wheelhouse.lock(both / "envs" / "base.lock.txt")
    with pytest.raises(HarnessError, match=r"No package index .* has a locked wheel for .* of: nowhere 1\.0"):
        mirrored(both, folder, "base@wheels")


def test_a_mirror_keeps_what_other_locks_need(both, folder, wheelhouse):
    mirrored(both, folder, "base@wheels")
    wheelhouse.add("alpha", "3.0")
    wheelhouse.lock(both / "envs" / "newest.lock.txt")
    mirrored(both, folder, "newest@wheels")
    sums = (folder / "wheels" / "SHA256SUMS").read_text()
    assert [line.split()[1] for line in sums.splitlines()] == [
        "alpha-1.0-py3-none-any.whl",
        "alpha-3.0-py3-none-any.whl",
        "beta-2.1-py3-none-any.whl",
    ]
    assert verify(made(both, folder, "base@wheels")).state == "verified"


def test_what_is_left_to_pip_is_in_the_mirror_too(both, folder, wheelhouse, channel, monkeypatch):
    leave_to_pip(both / "conda-lock.yml", wheelhouse, "alpha")
    mirrored(both, folder, "base@conda")
    monkeypatch.delenv("UV_FIND_LINKS")
    shutil.rmtree(channel.folder)
    assert verify(made(both, folder, "base@conda")).state == "verified"


def test_a_platform_that_the_lock_lacks_is_refused_and_all_means_those_that_it_has(both, folder):
    other = "osx-64" if HERE != "osx-64" else "linux-64"
    with pytest.raises(HarnessError, match=rf"conda-lock\.yml: the lock doesn't hold for {other}\. It does for {HERE}"):
        mirrored(both, folder, "base@conda", [other])
    assert mirrored(both, folder, "base@conda", ["all"])[0].archives == 3


def test_what_has_no_lock_cannot_be_mirrored(both, folder):
    for text in ("live", "base@image"):
        with pytest.raises(HarnessError, match="only what has a lock can be mirrored"):
            mirrored(both, folder, text)


def test_a_folder_that_cannot_be_written_is_named(both, tmp_path):
    (tmp_path / "file").touch()
    with pytest.raises(HarnessError, match=r"file: the mirror can't be made here: (Not a directory|File exists)"):
        mirrored(both, tmp_path / "file")
