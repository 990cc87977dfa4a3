"""What differs between two sets of packages."""

from __future__ import annotations

from collections.abc import Mapping

import msgspec


class Difference(msgspec.Struct, frozen=True, kw_only=True):
    """From a first environment to a second one, by package, sorted.

    added: only in the second, with its version. removed: only in the first. changed: the versions in both.
    """

    added: dict[str, str]
    removed: dict[str, str]
    changed: dict[str, tuple[str, str]]

    def __bool__(self) -> bool:
        """Whether there is any."""
        return bool(self.added or self.removed or self.changed)


def difference(a: Mapping[str, str], b: Mapping[str, str]) -> Difference:
    """Compare versions by name."""
    return Difference(
        added={name: b[name] for name in sorted(b.keys() - a.keys())},
        removed={name: a[name] for name in sorted(a.keys() - b.keys())},
        changed={name: (a[name], b[name]) for name in sorted(a.keys() & b.keys()) if a[name] != b[name]},
    )
