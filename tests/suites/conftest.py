"""What suites start ends with the file that started it: other tests look at all children of this process."""

import pytest


@pytest.fixture(scope="module", autouse=True)
def joblibs_workers_end_with_their_file():
    yield
    loky = pytest.importorskip("joblib.externals.loky")
    loky.get_reusable_executor().shutdown(wait=True, kill_workers=True)
