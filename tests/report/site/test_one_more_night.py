"""A site built night by night is the same as one that is built anew."""

from __future__ import annotations

import shutil

from harness.calibrate.year import Scenario, truth_of, write
from harness.record import Store
from harness.report.site.folder import MANIFEST
from tests.report.site.conftest import built

CUTS = (40, 41, 70, 95, 96)


def files(site):
    found = {str(path.relative_to(site)): path.read_bytes() for path in site.rglob("*") if path.is_file()}
    return {name: content for name, content in found.items() if name != MANIFEST and not name.startswith(".")}


def test_a_site_built_night_by_night_is_the_same_as_one_built_anew(tmp_path, monkeypatch):
    write(truth_of(Scenario(nights=120, cases=2, variants=2, seed=6)), Store(tmp_path / "store"))
    records = tmp_path / "store" / "records"
    nights = sorted(records.iterdir())
    (tmp_path / "later").mkdir()
    for path in nights:
        path.rename(tmp_path / "later" / path.name)
    monkeypatch.setenv("HARNESS_CACHE", str(tmp_path / "cache"))
    for cut in [*CUTS, len(nights)]:
        for path in nights[:cut]:
            if not path.exists():
                (tmp_path / "later" / path.name).rename(path)
        assert built(tmp_path / "grown", "--store", tmp_path / "store")[0] == 0
    kept = next((tmp_path / "cache").rglob("histories.msgpack"))
    shutil.rmtree(tmp_path / "cache")
    assert built(tmp_path / "anew", "--store", tmp_path / "store")[0] == 0
    assert files(tmp_path / "grown") == files(tmp_path / "anew")
    assert kept.exists()


def test_what_was_kept_counts_for_nothing_once_it_is_damaged_or_a_record_is_gone(tmp_path, monkeypatch):
    write(truth_of(Scenario(nights=40, cases=1, variants=2, seed=6)), Store(tmp_path / "store"))
    monkeypatch.setenv("HARNESS_CACHE", str(tmp_path / "cache"))
    assert built(tmp_path / "site", "--store", tmp_path / "store")[0] == 0
    nights = sorted((tmp_path / "store" / "records").iterdir())
    nights[20].unlink()
    assert built(tmp_path / "site", "--store", tmp_path / "store")[0] == 0
    kept = next((tmp_path / "cache").rglob("histories.msgpack"))
    kept.write_bytes(kept.read_bytes()[:1000])
    nights[3].unlink()
    assert built(tmp_path / "site", "--store", tmp_path / "store")[0] == 0
    monkeypatch.setenv("HARNESS_CACHE", str(tmp_path / "other"))
    assert built(tmp_path / "anew", "--store", tmp_path / "store")[0] == 0
    assert files(tmp_path / "site") == files(tmp_path / "anew")
