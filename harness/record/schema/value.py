"""Values: what all parts of a record are."""

from __future__ import annotations

import msgspec


class Value(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Base of all parts of a record: immutable, unknown fields are errors (msgspec inherits these, but not kw_only)."""
