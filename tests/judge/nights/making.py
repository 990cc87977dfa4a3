"""Made-up 2 x 2s and nights with known effects."""

from __future__ import annotations

import msgspec
from builders import RUN_ID, make_record

from harness.judge.nights import Cell
from harness.judge.run import judge_run
from harness.record.results import results_of, run_of
from harness.record.schema import EnvironmentRecord, Night, Verification
from harness.record.series import series_of
from judge.making import a_case, a_variant, noisy_samples

CELLS = {
    Cell.NEITHER: "base-old:old",
    Cell.CODE: "base-old:new",
    Cell.PACKAGES: "base-new:old",
    Cell.BOTH: "base-new:new",
}


def two_by_two(code=1.0, packages=1.0, both=1.0, *, launches=8, launch_sd=0.01, seed=0, without=(), **fields):
    """A test in all four cells. code, packages: what each alone makes of the time; both: beyond the product."""
    ratios = {Cell.NEITHER: 1.0, Cell.CODE: code, Cell.PACKAGES: packages, Cell.BOTH: code * packages * both}
    ratios = {CELLS[cell]: ratio for cell, ratio in ratios.items() if cell not in without}
    return a_case(
        [a_variant(name, environment=number) for number, name in enumerate(CELLS.values())],
        noisy_samples(ratios, launches=launches, blocks=4, launch_sd=launch_sd, block_sd=0.01, seed=seed),
        baseline=CELLS[Cell.NEITHER],
        **({"id": "sums: loop", "of": "sums", "variant": "loop"} | fields),
    )


def a_night(
    day, ratio=1.0, *, anchors=(1,), link=1.0, answers=None, counts=None, fields=None, seed=0, sd=0.01, margin=0.02
):
    """The record of a night in which today took `ratio` times the newest anchor's time.

    link: of the second anchor over the first. answers, counts (of fits): of each environment, anchors first. fields: of
    today's variant.
    """
    names = [f"base:v{number}" for number in anchors] + ["base:HEAD"]
    times = [link**at for at in range(len(anchors))]
    times.append(ratio * times[-1])
    record = make_record(run=f"202611{day:02}T020000Z-{day:04x}")
    variants = [a_variant(name, environment=at) for at, name in enumerate(names)]
    if answers is not None:
        variants = [msgspec.structs.replace(each, answers=own) for each, own in zip(variants, answers, strict=True)]
    if counts is not None:
        counted = zip(variants, counts, strict=True)
        variants = [msgspec.structs.replace(each, counters=[{"fits": fits}] * 8) for each, fits in counted]
    variants[-1] = msgspec.structs.replace(variants[-1], **(fields or {}))
    samples = noisy_samples(
        dict(zip(names, times, strict=True)), launches=8, blocks=4, launch_sd=sd, block_sd=sd / 2, seed=(seed, day)
    )
    case = a_case(variants, samples, baseline=names[0], id="sums: loop", of="sums", variant="loop")
    environments = [
        EnvironmentRecord(
            address=name, kind="wheels", python="3.11.7", lock_digest="ab" * 32, software_digest=name,
            verification=Verification(state="verified"), code={"commit": "c" * 40}, code_digest="code",
        )
        for name in names
    ]  # fmt: skip
    night = Night(date=f"2026-11-{day:02}", anchors=list(anchors))
    return msgspec.structs.replace(
        record,
        plan=msgspec.structs.replace(record.plan, night=night, margin=margin),
        environment=environments[0],
        against=environments[1:],
        cases=[case],
        judgements=judge_run([case], margin, lambda _name: None),
    )


def series_of_nights(records):
    """The only series that these nights make."""
    runs = {record.id: run_of(record) for record in records}
    (series,) = series_of(runs, [result for record in records for result in results_of(record)])
    return series


__all__ = ["CELLS", "RUN_ID", "a_night", "series_of_nights", "two_by_two"]
