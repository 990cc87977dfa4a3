"""The quick way of reading a conda lock says what the slow one says, or nothing."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from harness.environment.locks import conda_lock
from harness.environment.locks.conda_lock import read_conda_lock, write_conda_lock
from harness.failure import HarnessError

from .check.small import conda_lock as small_lock
from .test_conda_lock import locks

PIECES = ["", " ", "'", "\n", "- ", "#", ": ", "{}", "true", "1", "\t", "\r\n", "é", "\n- name: x"]


def outcome(read, text):
    try:
        return read(text, "conda-lock.yml")
    except HarnessError as refused:
        return str(refused)


@settings(max_examples=20)
@given(locks)
def test_both_ways_of_reading_agree_on_what_was_written(lock):
    text = write_conda_lock(lock)
    assert outcome(read_conda_lock, text) == outcome(conda_lock._by_yaml, text)


@given(st.data())
def test_both_agree_on_what_was_edited(data):
    text = write_conda_lock(small_lock())
    start = data.draw(st.integers(0, len(text)))
    end = data.draw(st.integers(start, min(len(text), start + 40)))
    put = data.draw(
        st.sampled_from(["", " ", "'", "\n", "- ", "#", ": ", "{}", "true", "1", "\t", "\r\n", "é", "\n- name: x"])
    )
    edited = text[:start] + put + text[end:]
    assert outcome(read_conda_lock, edited) == outcome(conda_lock._by_yaml, edited)


def test_what_the_harness_wrote_needs_no_yaml(monkeypatch):
    def never(*_arguments):
        raise AssertionError("YAML was asked")

    monkeypatch.setattr(conda_lock, "compose", never)
    assert read_conda_lock(write_conda_lock(small_lock()), "x").platforms == ("linux-64", "win-64")
    with pytest.raises(AssertionError):
        read_conda_lock(write_conda_lock(small_lock()) + "# a comment\n", "x")
