"""Curves: what cases that differ in one parameter say together."""

from harness.judge.curves.axis import Family, families
from harness.judge.curves.curve import judge_curves
from harness.judge.curves.focus import focus

__all__ = ["Family", "families", "focus", "judge_curves"]
