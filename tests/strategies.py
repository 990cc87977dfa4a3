"""Hypothesis strategies made from the record's types: any record that the schema allows."""

from __future__ import annotations

import types
from enum import Enum
from typing import Any, Union, get_args, get_origin, get_type_hints

import msgspec
from hypothesis import strategies as st

FINITE = st.floats(allow_nan=False, allow_infinity=False)
INTEGERS = st.integers(-(2**63), 2**63 - 1)
# A few names are drawn often, so that cases, variants and judgements find each other.
NAMES = st.sampled_from(["naive", "shared", "naive (twin)", "a[b]-1", "cluster start", "computation"])
TEXT = (
    NAMES | st.text(max_size=20) | st.sampled_from(["\x1b[31mred\x1b[0m", "[bold]x[/bold]", "\u202eabc", "日本語" * 20])
)
JSON = st.recursive(
    st.none() | st.booleans() | INTEGERS | FINITE | TEXT,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(TEXT, inner, max_size=3),
    max_leaves=6,
)


def any_of(kind: Any) -> st.SearchStrategy[Any]:
    """Values of a type of the record: a struct, an enumeration, a list, a dictionary, or a plain one."""
    origin, arguments = get_origin(kind), get_args(kind)
    if origin is list:
        return st.lists(any_of(arguments[0]), max_size=3)
    if origin is dict:
        return st.dictionaries(TEXT, any_of(arguments[1]), max_size=3)
    if origin in {types.UnionType, Union}:
        return st.one_of(*map(any_of, arguments))
    if isinstance(kind, type) and issubclass(kind, msgspec.Struct):
        return _struct(kind)
    if isinstance(kind, type) and issubclass(kind, Enum):
        return st.sampled_from(kind)
    plain = {Any: JSON, str: TEXT, int: INTEGERS, float: FINITE, bool: st.booleans(), type(None): st.none()}
    return plain[kind]


def _struct(kind: type[msgspec.Struct]) -> st.SearchStrategy[Any]:
    hints = get_type_hints(kind)
    fields = {field.name: any_of(hints[field.name]) for field in msgspec.structs.fields(kind)}
    fields.pop("schema_version", None)
    return st.deferred(lambda: st.builds(kind, **fields))
