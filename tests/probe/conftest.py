import pytest

from .driver import Suite, copy_probe


@pytest.fixture(scope="session")
def start_script(tmp_path_factory):
    return copy_probe(tmp_path_factory.mktemp("copy") / "probe")


@pytest.fixture
def suite(start_script, tmp_path):
    made = Suite(start_script, tmp_path)
    yield made
    made.close()
