"""How long the store takes with ten years of nights, beside tools that keep times the same way."""

from harness.calibrate.bench_store.peers import peer_timings
from harness.calibrate.bench_store.records import Size, write_records
from harness.calibrate.bench_store.timing import Timing
from harness.calibrate.bench_store.timings import store_timings

__all__ = ["Size", "Timing", "peer_timings", "store_timings", "write_records"]
