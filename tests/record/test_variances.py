"""Variances in the store: small files that accumulate, and are never in the way."""

from __future__ import annotations

import json
import os
import re
import resource
import subprocess
import sys

import pytest
from hypothesis import given
from hypothesis import strategies as st

from harness.failure import HarnessError
from harness.record import Store
from harness.record.variances import CaseVariances, PairVariances, RunVariances, from_bytes, to_bytes

COUNT = st.integers(1, 60)
VARIANCE = st.floats(0, 10)
PAIRS = st.builds(
    lambda launches, blocks, **fields: PairVariances(launches=launches, blocks=launches * blocks, **fields),
    variant=st.text(),
    against=st.text(),
    twin=st.booleans(),
    launches=COUNT,
    blocks=COUNT,
    of_launches=VARIANCE,
    within=VARIANCE,
    per_block=st.floats(0.01, 1),
)


def seen(run="20261122T150312Z-7f3a", machine="sha256:" + "a1" * 32, **fields):
    pair = {"variant": "shared", "against": "naive", "launches": 6, "blocks": 48, "of_launches": 0.001}
    pair |= {"within": 0.0004, "per_block": 0.125} | fields
    case = CaseVariances(
        case="sorts", scale="quick", fresh=False, launch_s=1.0, block_s=0.02, pairs=[PairVariances(**pair)]
    )
    return RunVariances(run=run, machine_digest=machine, software_digest="s", cases=[case])


@pytest.fixture
def store(tmp_path):
    return Store(tmp_path / "results")


@given(st.lists(PAIRS))
def test_what_is_written_is_read(pairs):
    case = CaseVariances(case="sorts", scale="quick", fresh=True, launch_s=0.0, block_s=0.0, pairs=pairs)
    told = RunVariances(run="r", machine_digest="m", software_digest="s", cases=[case])
    assert from_bytes(to_bytes(told), "here") == told


@given(st.binary(max_size=200))
def test_bytes_that_are_no_variances_are_named_and_never_a_traceback(raw):
    with pytest.raises(HarnessError, match="here: "):
        from_bytes(raw, "here")


@pytest.mark.parametrize(
    "wrong",
    [{"of_launches": -1e-9}, {"within": -1.0}, {"launches": 0}, {"blocks": 5}, {"per_block": 0.0}, {"blocks": 10**30}],
)
def test_figures_that_cannot_be_are_damage(wrong):
    with pytest.raises(HarnessError, match="can't be"):
        from_bytes(to_bytes(seen(**wrong)), "here")


@pytest.mark.parametrize("figure", ["of_launches", "within", "per_block", "launch_s", "block_s"])
@pytest.mark.parametrize("value", ["1e999", "1e300", "-1", "null"])
def test_no_figure_that_could_spoil_a_floor_is_read(figure, value):
    raw = re.sub(rf'"{figure}":[0-9.e+-]+', f'"{figure}":{value}', to_bytes(seen()).decode())
    assert value in raw
    with pytest.raises(HarnessError, match="here: damaged"):
        from_bytes(raw.encode(), "here")


def test_variances_of_a_newer_harness_are_left_to_it():
    told = json.loads(to_bytes(seen())) | {"version": 2}
    with pytest.raises(HarnessError, match=r"version 2.*upgrade"):
        from_bytes(json.dumps(told).encode(), "here")


def test_runs_accumulate_by_machine_oldest_first(store):
    kept = [seen("20261123T000000Z-0001"), seen("20261122T000000Z-0002")]
    for each in (*kept, seen(machine="sha256:" + "b2" * 32)):
        store.keep_variances(each)
    assert store.variances_of("sha256:" + "a1" * 32) == ([kept[1], kept[0]], [])


def test_a_store_of_earlier_versions_has_none(store):
    assert store.variances_of("sha256:" + "a1" * 32) == ([], [])
    store.keep_lock("text")
    assert store.variances_of("sha256:" + "a1" * 32) == ([], [])


def test_stores_are_merged_by_copying_files(store, tmp_path):
    other = Store(tmp_path / "other")
    first, second = seen("20261122T000000Z-0001"), seen("20261122T000000Z-0002")
    store.keep_variances(first)
    copied = other.keep_variances(second)
    copied.rename(store.variances / ("a1" * 32) / copied.name)
    assert store.variances_of("sha256:" + "a1" * 32) == ([first, second], [])


@pytest.mark.parametrize("damage", [b"", b"{", b"[]", b'{"version": 1}', b"\xff\xfe"])
def test_a_damaged_file_is_named_and_the_others_are_read(store, damage):
    whole = seen("20261122T000000Z-0001")
    store.keep_variances(whole)
    path = store.keep_variances(seen("20261122T000000Z-0002"))
    path.write_bytes(damage)
    found, (damaged,) = store.variances_of("sha256:" + "a1" * 32)
    assert found == [whole]
    assert damaged.path == path
    assert damaged.why


def test_a_file_under_another_name_or_machine_is_damage(store):
    path = store.keep_variances(seen())
    renamed = path.rename(path.with_name("20261122T000000Z-0002.json"))
    found, (damaged,) = store.variances_of("sha256:" + "a1" * 32)
    assert (found, damaged.path) == ([], renamed)
    assert "it says that it is of run" in damaged.why


def test_hidden_and_foreign_files_are_not_looked_at(store):
    path = store.keep_variances(seen())
    path.with_name(".half.json.part").write_text("{")
    path.with_name(".half.json").write_text("{")
    path.with_name("notes.txt").write_text("{")
    assert store.variances_of("sha256:" + "a1" * 32) == ([seen()], [])


def test_two_runs_that_write_at_once_both_are_kept(store):
    code = (
        "import sys; from harness.record import Store; from harness.record.variances import from_bytes\n"
        "Store(sys.argv[1]).keep_variances(from_bytes(sys.stdin.buffer.read(), 'in'))"
    )
    runs = [seen(f"20261122T000000Z-000{number}") for number in range(4)]
    writers = [subprocess.Popen([sys.executable, "-c", code, store.folder], stdin=-1) for _ in runs]
    for writer, run in zip(writers, runs, strict=True):
        writer.stdin.write(to_bytes(run))
        writer.stdin.close()
    assert [writer.wait() for writer in writers] == [0] * 4
    assert store.variances_of("sha256:" + "a1" * 32) == (runs, [])


def test_a_full_disk_is_said_and_leaves_nothing(store):
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (10, hard))
    try:
        with pytest.raises(HarnessError, match="is full"):
            store.keep_variances(seen())
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))
    assert [name for _, _, names in os.walk(store.folder) for name in names] == []
