"""What a suite said of its data, in words."""

from __future__ import annotations

from typing import Any

from harness.report.environments import DIGEST_SHOWN


def data_in_words(about: Any) -> str:
    """Where data came from and their digest, however the suite put it."""
    if not isinstance(about, dict):
        return _short(about)
    source = about.get("source") or about.get("kind")
    digest = about.get("digest") or about.get("sha256")
    rest = {key: value for key, value in about.items() if key not in {"source", "kind", "digest", "sha256"}}
    told = [str(source)] if source else []
    told += [f"digest {_short(digest)}"] if digest else []
    told += [f"{key} {_short(value)}" for key, value in rest.items()]
    return ", ".join(told) or "nothing is recorded"


def _short(value: Any) -> str:
    """A value in a few words: digests are cut."""
    text = str(value).removeprefix("sha256:")
    is_digest = len(text) > 2 * DIGEST_SHOWN and all(character in "0123456789abcdef" for character in text)
    return text[:DIGEST_SHOWN] if is_digest else str(value)
