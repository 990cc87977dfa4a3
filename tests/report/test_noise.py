"""The table of a machine's noise, and the command that prints it."""

from __future__ import annotations

import json

import pytest
from click.testing import CliRunner

from harness.cli.main import cli
from harness.machine.digest import digest
from harness.machine.identity import machine
from harness.record import Store
from harness.record.variances import CaseVariances, PairVariances, RunVariances


def seen(run, machine_digest, scale="quick", fresh=False):
    common = {"launches": 6, "blocks": 48, "of_launches": 0.0009, "within": 0.0016, "per_block": 0.125}
    pairs = [
        PairVariances(variant="shared", against="naive", **common),
        PairVariances(variant="shared (twin)", against="shared", twin=True, **common),
    ]
    case = CaseVariances(case="sums.py::sum", scale=scale, fresh=fresh, launch_s=1.0, block_s=0.02, pairs=pairs)
    return RunVariances(run=run, machine_digest=machine_digest, software_digest="s", cases=[case])


@pytest.fixture
def store(tmp_path):
    store = Store(tmp_path / "results")
    here = digest(machine())
    store.keep_variances(seen("20261122T000000Z-0001", here))
    store.keep_variances(seen("20261123T000000Z-0002", here))
    store.keep_variances(seen("20261124T000000Z-0003", here, scale="lecture", fresh=True))
    store.keep_variances(seen("20261124T000000Z-0004", "sha256:another"))
    return store


def floors(store, *arguments):
    return CliRunner().invoke(
        cli, ["machine", "floors", "--store", str(store.folder), *arguments], standalone_mode=False
    )


def test_the_floors_of_this_machine_are_printed_case_by_case(store):
    ended = floors(store)
    text = " ".join(ended.output.split())
    assert "sums.py::sum, quick " in text
    assert "sums.py::sum, lecture, fresh processes" in text
    assert "shared against naive 4.4 % 6 8.000 2.6 % 4.0 % 2" in text
    assert ended.return_value == 0


def test_the_same_as_json(store):
    told = json.loads(floors(store, "--json").output)
    assert told["machine_digest"] == digest(machine())
    assert [(each["variant"], each["runs"]) for each in told["floors"]] == [
        ("shared", 2),
        ("shared (twin)", 2),
        ("shared", 1),
        ("shared (twin)", 1),
    ]
    assert told["damaged"] == []


def test_damaged_files_are_named_and_break_the_exit_code(store):
    path = store.variances / digest(machine()).removeprefix("sha256:") / "20261122T000000Z-0001.json"
    path.write_text("{")
    ended = floors(store)
    assert ended.return_value == 1
    assert f"left out: {path}" in "".join(ended.output.split()).replace("leftout:", "left out: ")
    assert json.loads(floors(store, "--json").output)["damaged"][0]["path"] == str(path)


def test_a_store_that_knows_nothing_says_so(tmp_path):
    ended = floors(Store(tmp_path))
    assert ended.output == "Nothing is known of this machine's noise yet: each `harness run` adds to it.\n"
    assert list(tmp_path.iterdir()) == []
