"""All samples of a record as a table that any program reads."""

from __future__ import annotations

import csv
import io

from harness.record.schema import Record

HEADER = ("case", "variant", "launch", "block", "phase", "calls", "wall [s]", "CPU [s]")


def samples_csv(record: Record) -> str:
    """A line for each sample, in the order in which they were taken; times are of the whole turn, of all its calls."""
    text = io.StringIO()
    table = csv.writer(text, lineterminator="\n")
    table.writerow(HEADER)
    for case in record.cases:
        for sample in case.samples:
            table.writerow(
                [
                    case.id, sample.variant, sample.launch, sample.block, sample.phase.value, sample.calls,
                    repr(sample.wall_s), repr(sample.cpu_s),
                ]
            )  # fmt: skip
    return text.getvalue()
