"""An environment that exists."""

from __future__ import annotations

import msgspec

from harness.environment.address import Kind


class Realized(msgspec.Struct, frozen=True, kw_only=True):
    """An environment that can run a Python. python, prefix, lock_path: absolute paths.

    lock_path: the copy of the lock that it was made from, which lies in it. lock_digest: its SHA-256, in hex.
    image: the engine's id of the image that it lies in; then python and prefix are paths inside, and lock_path is the
    lock it was made from, here.
    """

    address: str
    kind: Kind
    python: str
    prefix: str
    lock_path: str | None = None
    lock_digest: str | None = None
    image: str | None = None
