import subprocess

import pytest
from containers import base_image, engine, forwarder, small, small_image, small_project  # noqa: F401  (fixtures)
from e2e.requirement import missing_requirement

from .channel import Channel, suite_channel
from .web import serving
from .wheelhouse import Wheelhouse


@pytest.fixture
def wheelhouse(tmp_path, monkeypatch):
    """A wheelhouse that is the only source of packages, and an empty cache."""
    for name in ("UV_DEFAULT_INDEX", "UV_INDEX", "UV_INDEX_URL", "UV_EXTRA_INDEX_URL", "PYTHONPATH"):
        monkeypatch.delenv(name, raising=False)
    house = Wheelhouse(tmp_path / "wheelhouse")
    monkeypatch.setenv("UV_FIND_LINKS", str(house.folder))
    monkeypatch.setenv("UV_NO_INDEX", "1")
    monkeypatch.setenv("UV_CACHE_DIR", str(tmp_path / "uv-cache"))
    monkeypatch.setenv("HARNESS_CACHE", str(tmp_path / "cache"))
    return house


@pytest.fixture
def project(tmp_path):
    """An empty project."""
    folder = tmp_path / "project"
    (folder / "envs").mkdir(parents=True)
    return folder


@pytest.fixture(scope="session")
def packed(tmp_path_factory):
    """A channel with an interpreter, and what suites need. Not to be changed."""
    return suite_channel(tmp_path_factory.mktemp("packed"))


@pytest.fixture
def channel(packed, tmp_path, monkeypatch):
    """A channel of this test's own, with an interpreter, and an empty cache."""
    monkeypatch.delenv("PYTHONPATH", raising=False)
    monkeypatch.setenv("HARNESS_CACHE", str(tmp_path / "cache"))
    return Channel(tmp_path / "channel").take(packed, "python").index()


@pytest.fixture
def small_disk(tmp_path):
    """A disk of half a megabyte."""
    folder = tmp_path / "disk"
    folder.mkdir()
    command = ["mount", "-t", "tmpfs", "-o", "size=512k", "tmpfs", str(folder)]
    mounted = subprocess.run(command, check=False, capture_output=True, text=True)
    if mounted.returncode:
        missing_requirement(f"a small disk can't be mounted here: {mounted.stderr.strip()}")
    yield folder
    subprocess.run(["umount", "-l", str(folder)], check=True)


@pytest.fixture(scope="module")
def web():
    """A web server on this machine."""
    with serving() as served:
        yield served


@pytest.fixture
def no_proxy(monkeypatch):
    """What is asked of a server on this machine goes there."""
    for name in ("http_proxy", "HTTP_PROXY", "all_proxy", "ALL_PROXY"):
        monkeypatch.delenv(name, raising=False)
