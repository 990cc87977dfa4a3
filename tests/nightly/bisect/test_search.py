"""The search for culprits, with oracles that know them."""

from __future__ import annotations

import itertools
import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from harness.nightly.bisect.lattice import Lattice
from harness.nightly.bisect.line import first_bad, that_matter
from harness.nightly.bisect.purse import Purse
from harness.nightly.bisect.search import decisions, search
from harness.record.bisection import Side


def closed(taken, needs):
    return all(needs[name] <= taken for name in taken)


@st.composite
def dependencies(draw, most=9):
    """Changes, and for each those that it needs: cycles included."""
    names = [f"p{number}" for number in range(draw(st.integers(1, most)))]
    return {name: frozenset(draw(st.sets(st.sampled_from(names), max_size=3))) for name in names}


class Knowing:
    """An oracle that knows the culprits. It counts what it is asked, and asks for closed sets only."""

    def __init__(self, needs, planted):
        self.needs, self.planted, self.asked = needs, planted, []

    def __call__(self, wanted, beside, purse):
        assert all(closed(each, self.needs) for each in [*wanted, *beside])
        self.asked += wanted
        return {each: Side.BAD if self.planted <= each else Side.GOOD for each in wanted}


def minimal(planted, needs):
    """The smallest closed set with all that is planted, less what comes along with others of it. Literally."""
    names = sorted(needs)
    sets = (frozenset(each) for size in range(len(names) + 1) for each in itertools.combinations(names, size))
    smallest = next(each for each in sets if planted <= each and closed(each, needs))
    lattice = Lattice(needs)
    return smallest, frozenset(
        name for name in planted if not any(name in lattice.closure([other]) and other not in lattice.closure([name])
                                            for other in planted if other != name)
    )  # fmt: skip


@settings(deadline=None)
@given(needs=dependencies(), data=st.data())
def test_one_or_two_planted_culprits_are_found_in_any_dependency_structure(needs, data):
    planted = frozenset(data.draw(st.sets(st.sampled_from(sorted(needs)), min_size=1, max_size=2)))
    found = search(Lattice(needs), Knowing(needs, planted), 0.05)
    smallest, tops = minimal(planted, needs)
    assert found.sure
    assert found.held == smallest
    assert tops <= found.culprits
    # What else is named only moves together with one of them.
    assert all(any(name in group and group & tops for group in Lattice(needs).groups) for name in found.culprits)


@settings(deadline=None)
@given(count=st.integers(1, 40), data=st.data())
def test_without_dependencies_exactly_the_planted_set_is_found_whatever_its_size(count, data):
    needs = {f"p{number:02}": frozenset() for number in range(count)}
    planted = frozenset(data.draw(st.sets(st.sampled_from(sorted(needs)), min_size=1, max_size=4)))
    found = search(Lattice(needs), Knowing(needs, planted), 0.05)
    assert found.culprits == planted
    assert len(found.parts) == len(planted)


def test_groups_that_only_move_together_stand_after_what_they_need():
    groups = Lattice({"a": {"b"}, "b": {"a", "z"}, "c": {"a"}, "z": ()}).groups
    assert groups == (frozenset("z"), frozenset("ab"), frozenset("c"))


def test_what_goes_with_a_change_are_all_that_need_it():
    lattice = Lattice({"a": {"b"}, "b": (), "c": {"a"}, "d": ()})
    assert lattice.closure(["c"]) == frozenset("abc")
    assert lattice.followers(["b"]) == frozenset("abc")


def test_one_culprit_among_sixteen_takes_two_questions_of_three_mixes():
    needs = {f"p{number:02}": frozenset() for number in range(16)}
    oracle = Knowing(needs, frozenset(["p05"]))
    search(Lattice(needs), oracle, 0.05)
    assert len(oracle.asked) == 2 * 3 + 1 == decisions(16)


def test_a_line_with_mixes_that_cannot_be_told_gives_the_narrowest_range():
    def ask(positions):
        return {each: Side.UNKNOWN if each in {4, 5, 6} else Side.BAD if each >= 6 else Side.GOOD for each in positions}

    place = first_bad(20, ask, 3)
    assert (place.low, place.high) == (3, 7)


def test_a_line_of_which_nothing_can_be_told_is_the_range():
    place = first_bad(5, lambda positions: dict.fromkeys(positions, Side.UNKNOWN), 3)
    assert (place.low, place.high) == (0, 5)


@settings(deadline=None)
@given(length=st.integers(1, 200), cuts=st.integers(1, 6), data=st.data())
def test_the_first_bad_mix_of_a_line_is_found_in_as_many_steps_as_it_takes(length, cuts, data):
    planted = data.draw(st.integers(1, length))
    steps = []

    def ask(positions):
        steps.append(positions)
        assert 0 < len(positions) <= cuts
        return {each: Side.BAD if each >= planted else Side.GOOD for each in positions}

    place = first_bad(length, ask, cuts)
    assert (place.low, place.high) == (planted - 1, planted)
    assert len(steps) <= math.ceil(math.log(length, cuts + 1) + 1e-9) + 1


class Sparing(Knowing):
    """Tells one of the mixes that it is asked for, any that the test draws, and then only what still matters."""

    def __init__(self, needs, planted, draw):
        super().__init__(needs, planted)
        self.draw = draw

    def __call__(self, wanted, beside, purse):
        sides = super().__call__(wanted, beside, purse)
        told = {}
        while open_ := sorted(that_matter(wanted, told) - told.keys(), key=len):
            first = self.draw(st.sampled_from(open_))
            told[first] = sides[first]
        return told


@settings(deadline=None)
@given(needs=dependencies(), data=st.data())
def test_mixes_that_do_not_matter_any_more_need_not_be_told(needs, data):
    planted = frozenset(data.draw(st.sets(st.sampled_from(sorted(needs)), min_size=1, max_size=2)))
    sparing = search(Lattice(needs), Sparing(needs, planted, data.draw), 0.05)
    assert sparing == search(Lattice(needs), Knowing(needs, planted), 0.05)


def test_of_a_line_only_what_lies_between_good_and_bad_matters():
    line = [frozenset("abcdef"[:size]) for size in range(1, 6)]
    assert that_matter(line, {}) == set(line)
    assert that_matter(line, {line[1]: Side.GOOD, line[3]: Side.BAD}) == {line[2]}
    assert that_matter(line, {line[3]: Side.GOOD, line[1]: Side.BAD}) == {line[0]}
    assert that_matter(line, {line[2]: Side.UNKNOWN}) == set(line)


def test_a_purse_is_never_overdrawn():
    purse = Purse(0.05, 4)
    first = [purse.take() for _ in range(4)]
    assert first == pytest.approx([0.9 * 0.05 / 4] * 4)
    assert sum(first) + sum(purse.take() for _ in range(50)) <= 0.05 + 1e-12


@pytest.mark.parametrize("size", [1, 2])
def test_an_oracle_that_errs_as_often_as_it_may_misleads_in_at_most_one_of_twenty_searches(size):
    rng = np.random.default_rng(size)
    needs = {f"p{number:02}": frozenset() for number in range(15)}
    names = sorted(needs)
    wrong = 0
    for _ in range(2_000):
        planted = frozenset(rng.choice(names, size, replace=False).tolist())

        def errs(wanted, _beside, purse, planted=planted):
            sides = {}
            for each in wanted:
                truth = planted <= each
                sides[each] = Side.BAD if truth != (rng.random() < purse.take()) else Side.GOOD
            return sides

        wrong += search(Lattice(needs), errs, 0.05).culprits != planted
    assert wrong / 2_000 < 0.05 + 2 * math.sqrt(0.05 * 0.95 / 2_000)
