"""Transparent huge pages."""

import pytest

from harness.machine.doctor import Measured
from harness.machine.doctor.checks.huge_pages import huge_pages

from ..making import a_patient

FILE = "sys/kernel/mm/transparent_hugepage/enabled"


@pytest.mark.parametrize(
    ("said", "level"),
    [
        ("[always] madvise never\n", "warning"),
        ("always [madvise] never\n", "ok"),
        ("always madvise [never]\n", "ok"),
        ("nonsense\n", "unknown"),
    ],
)
def test_the_mode_decides(tmp_path, said, level):
    finding = huge_pages(a_patient(tmp_path, {FILE: said}, measured=Measured(small_pages=4.0)))
    assert finding.level == level
    assert finding.remedy.startswith("echo madvise ") == (level == "warning")
    assert (finding.cost is None) == (level == "unknown")
