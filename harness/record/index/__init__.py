"""What all records of a store say, without their samples: tables in the user's cache, made from the records."""

from harness.record.index.index import Answer, Index, Needs, without_collections

__all__ = ["Answer", "Index", "Needs", "without_collections"]
