"""The digest of a document."""

import hashlib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from harness.machine.digest import digest


def test_it_is_the_sha256_of_the_canonical_form():
    expected = hashlib.sha256('{"a":[1,null],"b":"ä"}'.encode()).hexdigest()
    assert digest({"b": "ä", "a": [1, None]}) == f"sha256:{expected}"


@given(st.dictionaries(st.text(), st.integers()))
def test_the_order_of_keys_is_nothing(document):
    assert digest(document) == digest(dict(reversed(document.items())))


def test_what_json_has_no_word_for_is_refused():
    with pytest.raises(ValueError, match="JSON"):
        digest({"a": float("nan")})
    with pytest.raises(TypeError):
        digest({"a": object()})
