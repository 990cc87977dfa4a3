"""Where an environment is to lie, and what it is to be made from, if not as usual."""

from __future__ import annotations

import msgspec


class Provision(msgspec.Struct, frozen=True, kw_only=True):
    """What a user asked for when making an environment. All are absolute paths, but for the name of an image.

    prefix: the folder to make it in, instead of one in the cache. mirror: a folder that holds all archives of the lock;
    nothing is taken from elsewhere. base_image, ca_bundle: for images; what to build on, and certificates to trust
    while building.
    """

    prefix: str | None = None
    mirror: str | None = None
    base_image: str | None = None
    ca_bundle: str | None = None
