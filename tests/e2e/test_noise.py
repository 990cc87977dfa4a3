"""What a run shows of its machine's noise is there for the next one."""

from __future__ import annotations

import json

from .desk import TWO_SUMS


def test_a_run_rests_on_the_noise_of_earlier_ones_and_says_which_file_it_left_out(desk):
    desk.write("test_sums.py", TWO_SUMS)
    assert desk.run("test_sums.py", "--launches", "3", "--budget", "90s", "--quiet").code == 0
    (kept,) = (desk.store / "variances").glob("*/*.json")
    assert kept.name == desk.record_files()[0].name
    damaged = kept.with_name("20200101T000000Z-dead.json")
    damaged.write_text("{")
    second = desk.run("test_sums.py", "--launches", "3", "--budget", "90s", "--quiet", "--json")
    assert second.code == 0, second.err
    record = json.loads(second.out)
    (floor,) = [each["floor"] for each in record["judgements"][0]["variants"] if each["floor"]]
    assert (floor["runs"], floor["launches"]) == (2, 3)
    (remark,) = record["remarks"]
    assert str(damaged) in remark
    assert "left out" in remark


PADDED = """
import os
from pathlib import Path
import pytest

@pytest.mark.parametrize("variant", ["one", "other"])
def test_padded(benchmark, variant):
    benchmark(sum, range(1000))
    with Path(__file__).with_name("padding.txt").open("a") as file:
        file.write(f"{variant} {os.getpid()} {len(os.environ['HARNESS_PADDING'])}\\n")
"""


def test_each_process_of_each_launch_has_a_heap_of_its_own_layout(desk):
    desk.write("test_padded.py", PADDED)
    assert desk.run("test_padded.py", "--launches", "3", "--budget", "90s", "--quiet").code == 0
    lines = [line.split() for line in (desk.folder / "padding.txt").read_text().splitlines()]
    by_process = {process: length for _, process, length in lines}
    assert len(by_process) >= 8, "two variants and a twin, in three launches"
    assert len(set(by_process.values())) >= 6
