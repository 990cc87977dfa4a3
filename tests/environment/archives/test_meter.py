"""How far a download is."""

from harness.environment.archives.meter import Meter, state


class Clock:
    now_s = 0.0

    def __call__(self):
        return self.now_s


def test_sizes_that_are_known_give_the_time_that_is_left():
    assert state(3, 10, 25_000_000, 100_000_000, 10.0) == "Fetched 3 of 10 archives, 25 of 100 MB, about 30 s left"
    assert state(3, 10, 1_500_000, 9_000_000, 100.0) == "Fetched 3 of 10 archives, 1.5 of 9.0 MB, about 8 min left"


def test_sizes_that_nobody_told_are_taken_to_be_like_those_before():
    assert state(5, 10, 25_000_000, None, 10.0) == "Fetched 5 of 10 archives, 25 MB, about 10 s left"


def test_at_the_beginning_and_at_the_end_no_time_is_left_to_tell():
    assert state(0, 10, 0, None, 0.0) == "Fetched 0 of 10 archives, 0.0 MB"
    assert state(10, 10, 10_000_000, None, 9.0) == "Fetched 10 of 10 archives, 10 MB"
    assert state(0, 1, 0, 0, 1.0) == "Fetched 0 of 1 archives, 0.0 MB"


def test_it_says_something_every_few_seconds_and_nothing_in_between():
    said, clock = [], Clock()
    meter = Meter([1_000_000, 3_000_000], said.append, clock)
    meter.add(500_000)
    assert said == []
    clock.now_s = 4.0
    meter.add(500_000)
    meter.end()
    assert said == ["Fetched 0 of 2 archives, 1.0 of 4.0 MB, about 12 s left"]
    clock.now_s = 8.0
    meter.add(1_000_000)
    assert said[1] == "Fetched 1 of 2 archives, 2.0 of 4.0 MB, about 8 s left"
