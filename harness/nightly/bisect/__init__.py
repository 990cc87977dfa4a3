"""Which package, or which commit, made a suite slower, faster, give another answer, or fail?"""

from harness.nightly.bisect.bench import Place
from harness.nightly.bisect.bisecting import BUDGET_S, Wish, bisect, go_on
from harness.nightly.bisect.diary import cut_bisection

__all__ = ["BUDGET_S", "Place", "Wish", "bisect", "cut_bisection", "go_on"]
