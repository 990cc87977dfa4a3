"""What tests of searches start: joblib keeps its workers for minutes, and other tests look at all children."""

import pytest
from joblib.externals.loky import get_reusable_executor


@pytest.fixture(scope="module", autouse=True)
def joblibs_workers_end_with_their_file():
    """For each file that imports it."""
    yield
    get_reusable_executor().shutdown(wait=True, kill_workers=True)
