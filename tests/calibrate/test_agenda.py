"""Which trial comes next."""

from hypothesis import given
from hypothesis import strategies as st

from harness.calibrate.agenda import Agenda, Kind

HOG, QUIET = Kind("same", "hog"), Kind("same", "quiet")
PEER = Kind("same", "hog", "pyperf")


def all_of(agenda):
    found = []
    while (noise := agenda.noise()) is not None:
        for kind, number in agenda.round(noise):
            found.append((kind, number))
            agenda.finish(kind, number)
    return found


@given(
    st.dictionaries(st.sampled_from([HOG, QUIET, PEER]), st.integers(0, 12)),
    st.dictionaries(st.sampled_from([HOG, QUIET, PEER]), st.sets(st.integers(0, 20))),
)
def test_each_trial_that_is_missing_comes_once(wanted, done):
    missing = {(kind, number) for kind, count in wanted.items() for number in set(range(count)) - done.get(kind, set())}
    found = all_of(Agenda(wanted, done))
    assert len(found) == len(missing)
    assert set(found) == missing


def test_what_has_fewer_trials_is_spread_over_the_rounds():
    agenda = Agenda({HOG: 9, PEER: 3}, {})
    rounds = []
    while trials := agenda.round("hog"):
        rounds.append([kind.tool for kind, _ in trials])
        for kind, number in trials:
            agenda.finish(kind, number)
    assert [sorted(each) for each in rounds] == 3 * [["harness"], ["harness"], ["harness", "pyperf"]]


def test_the_order_within_a_round_is_random_and_always_the_same():
    def orders():
        agenda = Agenda({HOG: 20, PEER: 20}, {})
        return [kind.tool for kind, _ in all_of(agenda)]

    assert orders() == orders()
    assert {tuple(orders()[at : at + 2]) for at in range(0, 40, 2)} == {("harness", "pyperf"), ("pyperf", "harness")}


def test_the_noise_with_the_most_left_comes_first():
    agenda = Agenda({QUIET: 10, HOG: 10}, {QUIET: range(6), HOG: range(3)})
    assert agenda.noise() == "hog"
    assert agenda.missing() == {QUIET: 4, HOG: 7}


def test_nothing_is_left_when_all_is_done():
    agenda = Agenda({QUIET: 1}, {QUIET: [0, 7]})
    assert agenda.noise() is None
    assert agenda.round("quiet") == []
    assert agenda.round("never asked for") == []
