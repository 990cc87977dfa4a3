import pytest

from .making import make_bundle_of, make_suite


@pytest.fixture
def cache(tmp_path, monkeypatch):
    """An empty cache."""
    monkeypatch.setenv("HARNESS_CACHE", str(tmp_path / "cache"))
    return tmp_path / "cache"


@pytest.fixture
def project(tmp_path):
    return make_suite(tmp_path / "project")


@pytest.fixture(scope="session")
def bundle(tmp_path_factory):
    """A bundle that no test changes."""
    folder = tmp_path_factory.mktemp("bundle")
    return make_bundle_of(make_suite(folder / "project"), folder / "bundle.zip")
