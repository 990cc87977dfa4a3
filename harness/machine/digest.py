"""The digest of a document: the same for the same content, on any machine."""

import hashlib
import json
from typing import Any


def digest(document: Any) -> str:
    """The SHA-256 of a JSON document in canonical form (sorted keys, no spaces, UTF-8), as "sha256:...".

    Raises TypeError for what JSON has no word for, and ValueError for nan and infinity.
    """
    canonical = json.dumps(document, sort_keys=True, separators=(",", ":"), ensure_ascii=False, allow_nan=False)
    return "sha256:" + hashlib.sha256(canonical.encode("utf-8", "surrogatepass")).hexdigest()
