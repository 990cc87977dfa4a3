"""Tests that one environment doesn't have, in words and back."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from harness.record.lacking import Lacking, read_lacking

WORD = st.text(st.characters(blacklist_characters=",:\n"), min_size=1)


@given(WORD, WORD, WORD)
def test_what_was_written_can_be_read_back(case, variant, address):
    told = Lacking(case, variant, address)
    assert read_lacking(str(told)) == told


@pytest.mark.parametrize("text", ["", "sums, loop: raised", "sums: there is no such test in base", "a, b"])
def test_any_other_text_is_none(text):
    assert read_lacking(text) is None
