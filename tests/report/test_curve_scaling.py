"""What workers bring, in words."""

from harness.judge.curves import scaling_laws
from harness.report import curve_scaling


def test_as_many_points_are_asked_for_as_the_laws_need():
    """The report doesn't import the judge, which takes a second."""
    assert curve_scaling.FEWEST_FOR_AMDAHL == scaling_laws.FEWEST_FOR_AMDAHL
    assert curve_scaling.FEWEST_FOR_UNIVERSAL == scaling_laws.FEWEST_FOR_UNIVERSAL
