"""Tests of the suites under benchmarks/. They run in the subject's environment, where the measured libraries are."""

import sys
from pathlib import Path

import pytest

for library in ("sklearn", "dask_ml", "pytest_benchmark"):
    pytest.importorskip(library, reason=f"the suites need the subject's environment: {library} isn't here")

# Appended, so that it hides nothing; worker processes get the same path.
sys.path.append(str(Path(__file__).parents[2]))
