"""What launches have cost, read from the events."""

from __future__ import annotations

import msgspec

from harness.conduct.events import CasePlanned, LaunchEnded, ProbesReady
from harness.conduct.ledger import Ledger
from harness.record.schema import Phase

from .making import CASE, block_ended, launch_began, sampled


def planned():
    return CasePlanned(case=CASE, blocks_per_launch=3, fresh=False, twin_of=None)


def a_launch(number, at_s, *, start_s=1.0, block_s=0.5, blocks=3, end_s=0.25, phase=Phase.MEASURED, pilot=False):
    """The events of a launch: a start, a warm-up block and measured ones, and an end."""
    moments, now_s = [(launch_began(number), at_s)], at_s + start_s
    moments.append((ProbesReady(case=CASE, launch=number, start_s=0.0), now_s))
    if pilot:
        moments.append((planned(), 0.0))
    for block in range(blocks + 1):
        now_s += block_s
        moments.append((sampled("a", number, block, Phase.MEASURED if block else Phase.WARM_UP), now_s))
        moments.append((block_ended(number, block), now_s))
    moments.append((LaunchEnded(case=CASE, launch=number, phase=phase), now_s + end_s))
    return [msgspec.structs.replace(event, at_s=moment_s) for event, moment_s in moments]


def ledger(*launches):
    kept = Ledger()
    for event in (event for events in launches for event in events):
        kept.take(event)
    return kept


def test_before_the_pilot_nothing_is_known():
    assert ledger().launch_s(CASE) is None
    assert ledger().predicted_s(CASE, 4) is None
    assert ledger().block_s(CASE) is None
    assert ledger([planned()]).launch_s(CASE) is None


def test_a_pilot_lets_one_predict_and_is_no_launch_as_the_others():
    kept = ledger(a_launch(1, 10.0, pilot=True))
    assert kept.launch_s(CASE) is None
    assert kept.block_s(CASE) == 0.5
    assert kept.end_s(CASE) == 0.25
    assert kept.predicted_s(CASE, 10) == 1.0 + 10 * 0.5 + 0.25


def test_launches_cost_what_the_last_ones_took():
    launches = [a_launch(number, 10.0 * number, start_s=float(number)) for number in range(1, 7)]
    assert ledger(*launches).launch_s(CASE) == 4 * 0.5 + 0.25 + (3 + 4 + 5 + 6) / 4


def test_a_launch_that_was_cut_or_is_void_costs_nothing():
    void, cut = a_launch(2, 50.0, start_s=9.0, phase=Phase.VOID), a_launch(3, 90.0, start_s=9.0)[:-1]
    assert ledger(a_launch(1, 0.0), void, cut).launch_s(CASE) == ledger(a_launch(1, 0.0)).launch_s(CASE)


def test_a_case_that_was_planned_beforehand_has_no_pilot():
    assert ledger([planned()], a_launch(1, 0.0)).launch_s(CASE) == 3.25
