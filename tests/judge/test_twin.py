"""What the control costs."""

import msgspec
import pytest

from harness.judge.twin import twin_share
from harness.record.schema import Launch, Phase

from .making import a_case, a_sample, a_variant


def a_launch(number, start_s):
    return Launch(number=number, hash_seed=1, began="", start_s=start_s, phase=Phase.MEASURED)


def test_starts_and_all_turns_of_the_twin_count():
    samples = [
        a_sample("naive", 2.0, launch=1),
        a_sample("shared", 1.0, launch=1),
        a_sample("twin", 1.5, launch=1, phase=Phase.WARM_UP),
        a_sample("naive", 2.0, launch=2),
        a_sample("shared", 1.0, launch=2),
    ]
    variants = [a_variant("naive"), a_variant("shared"), a_variant("twin", twin_of="shared")]
    case = a_case(variants, samples, launches=[a_launch(1, 3.0), a_launch(2, 2.0)])
    assert twin_share(case) == pytest.approx((1.5 + 1.0) / (4.5 + 3.0 + 3.0 + 2.0))
    assert twin_share(msgspec.structs.replace(case, variants=variants[:2])) is None


def test_a_case_that_was_not_measured_has_no_share():
    assert twin_share(a_case([a_variant("naive"), a_variant("twin", twin_of="naive")])) is None
