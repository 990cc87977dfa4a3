"""What differs between two sets of packages."""

from hypothesis import given
from hypothesis import strategies as st

from harness.difference import difference

VERSIONS = st.dictionaries(st.sampled_from("abcdefgh"), st.sampled_from(["1.0", "1.1", "2.0"]))


def test_what_came_went_and_changed_is_told_by_name():
    told = difference({"kept": "1", "newer": "1", "gone": "1"}, {"newer": "2", "kept": "1", "come": "3"})
    assert (told.added, told.removed, told.changed) == ({"come": "3"}, {"gone": "1"}, {"newer": ("1", "2")})
    assert told


def test_equal_environments_have_no_difference():
    assert not difference({"a": "1"}, {"a": "1"})
    assert not difference({}, {})


@given(VERSIONS, VERSIONS)
def test_a_difference_turns_the_first_into_the_second(a, b):
    told = difference(a, b)
    made = {name: version for name, version in a.items() if name not in told.removed}
    made |= told.added | {name: after for name, (_before, after) in told.changed.items()}
    assert made == b
    for part in (told.added, told.removed, told.changed):
        assert list(part) == sorted(part)


@given(VERSIONS, VERSIONS)
def test_seen_from_the_other_side_it_is_the_same_difference(a, b):
    there, back = difference(a, b), difference(b, a)
    assert (there.added, there.removed) == (back.removed, back.added)
    assert there.changed == {name: (after, before) for name, (before, after) in back.changed.items()}
