"""What histories are told from."""

import subprocess
import sys

_WITHOUT_A_COMPILER = """
import sys
import numpy
from harness.cli.histories import known_in
from harness.record import Store
from harness.record.index import Index
for _ in range(2):
    known_in(Index(Store(sys.argv[1])))
print("scipy.special" in sys.modules, "numpy.f2py.crackfortran" in sys.modules)
print(callable(numpy.f2py.get_include), "numpy.f2py.crackfortran" in sys.modules)
"""


def test_numpys_compiler_for_fortran_is_imported_when_somebody_uses_it(tmp_path):
    """SciPy would take it along, and a history would begin later by as long as NumPy takes."""
    command = [sys.executable, "-c", _WITHOUT_A_COMPILER, str(tmp_path)]
    told = subprocess.run(command, check=True, capture_output=True, text=True).stdout
    assert told.split() == ["True", "False", "True", "True"]
