import pytest

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
