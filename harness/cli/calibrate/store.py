"""`harness calibrate store`: how long the store takes with ten years of nights."""

from __future__ import annotations

import tempfile
from collections.abc import Iterable
from pathlib import Path

import click

from harness.calibrate.bench_store import Size, Timing, peer_timings, store_timings, write_records
from harness.cli.codes import BROKEN_POLICY
from harness.cli.terminal import tell

_WIDTH = 52


@click.command(short_help="How long does a store with ten years of nights take?")
@click.option("--records", type=click.IntRange(2), default=10_000, show_default=True, help="How many records.")
@click.option("--cases", type=click.IntRange(1), default=20, show_default=True, help="Cases of each, of 4 variants.")
@click.option("--blocks", type=click.IntRange(6), default=30, show_default=True, help="Blocks of each case.")
@click.option("--repetitions", type=click.IntRange(1), default=3, show_default=True, help="The shortest time counts.")
@click.option("--peers/--no-peers", default=True, show_default=True, help="Time asv and pytest-benchmark as well.")
@click.option("--patience", type=click.FloatRange(1), default=600, show_default=True, help="Seconds for each of them.")
@click.option("--folder", type=click.Path(path_type=Path), help="Where records are made, or lie already, and stay.")
def store(
    records: int, cases: int, blocks: int, repetitions: int, peers: bool, patience: float, folder: Path | None
) -> int:
    """Make records of made-up nights, and time the index, the commands that read it, and on the same figures `asv
    publish` and `pytest-benchmark compare`, in environments of their own.

    Beside the wall time stands the processors' time: where other programs run, the first one says more of these.

    Exit code 1 if one of them failed.
    """
    size = Size(records=records, cases=cases, blocks=blocks)
    with tempfile.TemporaryDirectory(prefix="harness-store-") as scratch:
        room = Path(scratch)
        kept = folder or room / "store"
        if not kept.exists():
            tell(f"Making {records} records")
            write_records(kept, size)
        weight = sum(path.stat().st_size for path in (kept / "records").iterdir())
        click.echo(
            f"{records} records of {cases} cases x 4 variants x {blocks} blocks, {weight / records / 1000:.0f} kB each"
        )
        click.echo(f"{'':{_WIDTH}}  {'wall':>10}  {'CPU':>10}")
        sound = _print(store_timings(kept, size, room / "cache", repetitions))
        if peers:
            sound &= _print(peer_timings(room / "peers", Path.cwd(), kept, room / "cache", patience, tell))
    return 0 if sound else BROKEN_POLICY


def _print(timings: Iterable[Timing]) -> bool:
    """A line for each as soon as it is there; returns whether none failed."""
    sound = True
    for each in timings:
        sound &= not each.ended.startswith("failed")
        told = each.ended or f"{each.wall_s:8.2f} s  {each.cpu_s:8.2f} s"
        click.echo(f"{each.what:{_WIDTH}}  {told}")
    return sound
