from datetime import UTC, datetime

from hypothesis import given
from hypothesis import strategies as st

from harness.record.index import Needs
from harness.record.pruning import Wish, chosen
from harness.record.schema import Anchor

DAYS = [f"2026-11-{day:02}T03:00:00+00:00" for day in range(1, 7)]
RUNS = {f"run-{number}": day for number, day in enumerate(DAYS, start=1)}
FIFTH = datetime(2026, 11, 5, tzinfo=UTC)


def needs(reproduces=None, locks=None):
    return Needs(began=RUNS, reproduces=reproduces or {}, locks=locks or {})


def anchor(digest):
    return Anchor(number=1, commit="c", tag="t", address="a", lock_digest=digest, made=DAYS[0], why="w")


def test_nothing_goes_unless_it_is_asked_for():
    found = chosen(Wish(), needs(), [], [], damaged=False)
    assert (found.records, found.locks, found.kept) == ([], [], {})


def test_all_but_the_newest_go():
    assert chosen(Wish(keep_last=4), needs(), [], [], damaged=False).records == ["run-1", "run-2"]
    assert chosen(Wish(keep_last=10), needs(), [], [], damaged=False).records == []
    assert len(chosen(Wish(keep_last=0), needs(), [], [], damaged=False).records) == 6


def test_what_began_before_a_day_goes_and_both_wishes_have_to_be_met():
    assert chosen(Wish(before=FIFTH), needs(), [], [], damaged=False).records == ["run-1", "run-2", "run-3", "run-4"]
    assert chosen(Wish(before=FIFTH, keep_last=5), needs(), [], [], damaged=False).records == ["run-1"]


def test_a_record_that_another_one_was_made_to_reproduce_stays_and_what_that_one_needs_too():
    found = chosen(Wish(keep_last=1), needs({"run-6": "run-3", "run-3": "run-1"}), [], [], damaged=False)
    assert found.records == ["run-2", "run-4", "run-5"]
    assert found.kept == {"run-3": "run-6 was made to reproduce it", "run-1": "run-3 was made to reproduce it"}


def test_locks_go_that_neither_a_record_nor_an_anchor_names():
    wish = Wish(keep_last=5, locks=True)
    locks = {"run-1": {"old"}, "run-2": {"kept"}}
    found = chosen(wish, needs(locks=locks), [anchor("anchored")], ["old", "kept", "anchored", "stray"], damaged=False)
    assert found.locks == ["old", "stray"]


def test_locks_stay_as_long_as_a_damaged_record_may_name_them():
    found = chosen(Wish(locks=True), needs(), [], ["stray"], damaged=True)
    assert found.locks == []
    assert "damaged" in found.kept["stray"]


def test_a_record_whose_moment_cannot_be_read_counts_as_new():
    strange = Needs(began=RUNS | {"run-7": "yesterday"}, reproduces={}, locks={})
    assert "run-7" not in chosen(Wish(keep_last=1), strange, [], [], damaged=False).records


@given(
    st.dictionaries(st.sampled_from(list(RUNS)), st.sampled_from(list(RUNS)), max_size=6),
    st.dictionaries(st.sampled_from(list(RUNS)), st.sets(st.sampled_from("abc"), max_size=3), max_size=6),
    st.integers(0, 7),
)
def test_whatever_goes_nothing_that_stays_needs(reproduces, locks, keep_last):
    found = chosen(Wish(keep_last=keep_last, locks=True), needs(reproduces, locks), [], ["a", "b", "c"], damaged=False)
    staying = RUNS.keys() - set(found.records)
    assert all(reproduces.get(run) in {None, *staying} for run in staying)
    assert all(locks.get(run, set()).isdisjoint(found.locks) for run in staying)
