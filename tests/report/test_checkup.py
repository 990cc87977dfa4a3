from hypothesis import given
from hypothesis import strategies as st
from strategies import TEXT

from harness.machine.doctor import Checkup, Cost, Finding, Level
from harness.report.checkup import CheckupTable
from harness.report.plain import to_text


def shown(*findings):
    checkup = Checkup(fit=not any(each.level == "bad" for each in findings), cores=(0, 1), findings=findings)
    return " ".join(to_text(CheckupTable(checkup), 100, True).split())


BAD = Finding(check="load", level=Level.BAD, what="Busy.", remedy="wait", policy="bad from 0.5 cores on")
FINE = Finding(check="swap", level=Level.OK, what="Nothing is swapped out.", remedy="nothing", policy="bad if it moves")


def test_a_fit_machine_says_so_and_nothing_to_do():
    assert shown(FINE) == "ok swap Nothing is swapped out. Fit to measure: 1 ok."


def test_a_bad_check_says_what_to_do_and_the_last_line_by_which_policy():
    assert shown(FINE, BAD).endswith(
        "bad load Busy. do: wait Not fit to measure (1 ok, 1 bad). What counts as bad is policy: load: bad from 0.5 "
        "cores on."
    )


def test_a_cost_is_a_ratio_with_how_it_was_measured():
    for ratio, said in ((2.345, "2.35 times"), (0.5, "0.500 times"), (1.0002, "1.0002 times"), (0.999, "0.9990 times")):
        cost = Cost(ratio=ratio, how="a loop")
        finding = Finding(check="load", level=Level.WARNING, what="Busy.", cost=cost)
        assert f"cost: {said} (a loop)" in shown(finding)


@given(TEXT, TEXT, st.sampled_from(Level), st.floats(allow_nan=False))
def test_any_finding_can_be_shown(what, remedy, level, ratio):
    finding = Finding(check="load", level=level, what=what, remedy=remedy, cost=Cost(ratio=ratio, how=what))
    assert "\x1b" not in shown(finding)
