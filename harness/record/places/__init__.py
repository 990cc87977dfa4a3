"""Where stores lie."""

from harness.record.places.entry import Entry

__all__ = ["Entry"]
