"""The peers' environment, made once, in the user's cache."""

import pytest

from harness.calibrate.peers import prepared
from harness.failure import HarnessError
from tests.e2e.requirement import missing_requirement


@pytest.fixture(scope="session")
def place():
    try:
        return prepared()
    except HarnessError as reason:
        missing_requirement(f"the environment 'peers' can't be made here: {reason}", "peers")
