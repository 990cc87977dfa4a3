"""What a bisection has done is read back, whatever cut it."""

from __future__ import annotations

import pytest

from harness.failure import HarnessError
from harness.nightly.bisect.diary import NAME, Diary, Judged, Refused, RunMade, RunPlanned, read
from harness.record.bisection import Side, Weighed

PLANNED = RunPlanned(step=2, look=0, seed=7, launches=4, mixes=[[], ["a"], ["a", "b"]])
MADE = RunMade(step=2, look=0, seed=7, run="20261129T000000Z-0000", took_s=1.5)
EVENTS = [
    PLANNED,
    Refused(taken=["a"], why="no wheel"),
    MADE,
    Judged(weighed=Weighed(step=2, taken=["a"], side=Side.GOOD, position=0.1, low=0.0, high=0.2, launches=4)),
]


@pytest.fixture
def path(tmp_path):
    diary = Diary(tmp_path / NAME)
    for event in EVENTS:
        diary.write(event)
    diary.close()
    return tmp_path / NAME


def test_what_is_written_is_read_back(path):
    assert read(path) == EVENTS
    diary = Diary(path)
    assert diary.made(diary.planned(2, 0, PLANNED.mixes)) == MADE
    assert diary.planned(2, 0, [[], ["b"]]) is None
    assert diary.refused() == {frozenset("a"): "no wheel"}
    assert diary.measured() == {frozenset(), frozenset("a"), frozenset("ab")}
    assert diary.found() is None


def test_cut_at_any_byte_it_goes_on_with_the_events_that_are_whole(path):
    content = path.read_bytes()
    for end in [*range(0, len(content), 7), len(content)]:
        path.write_bytes(content[:end])
        diary = Diary(path)
        whole = content[:end].count(b"\n")
        assert diary.events == EVENTS[:whole]
        diary.write(EVENTS[-1])
        diary.close()
        assert read(path) == [*EVENTS[:whole], EVENTS[-1]]


def test_damage_in_the_middle_is_told_with_its_line(path):
    path.write_bytes(path.read_bytes().replace(b'"refused"', b'"refusal"'))
    with pytest.raises(HarnessError, match=f"{NAME}:2: this line is damaged"):
        read(path)
