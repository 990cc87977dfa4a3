"""The record of a run and the store that keeps it."""

from harness.record.identity import new_id, resolve
from harness.record.json_schema import schema
from harness.record.store import Store
from harness.record.summary import Damaged, Summary, summarize

__all__ = ["Damaged", "Store", "Summary", "new_id", "resolve", "schema", "summarize"]
