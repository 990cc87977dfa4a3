"""A site built night by night is the same as one that is built anew."""

from __future__ import annotations

import shutil
import subprocess
import sys

import pytest

from harness.calibrate.year import Scenario, truth_of, write
from harness.machine.cores import available
from harness.record import Store
from harness.report.site.folder import MANIFEST
from tests.report.site.conftest import built

CUTS = (40, 41, 70, 95, 96)


def files(site):
    found = {str(path.relative_to(site)): path.read_bytes() for path in site.rglob("*") if path.is_file()}
    return {name: content for name, content in found.items() if name != MANIFEST and not name.startswith(".")}


def test_a_site_built_night_by_night_is_the_same_as_one_built_anew(tmp_path, monkeypatch):
    night_by_night(tmp_path, monkeypatch, Scenario(nights=120, cases=2, variants=2, seed=6), CUTS)


def night_by_night(tmp_path, monkeypatch, scenario, cuts):
    write(truth_of(scenario), Store(tmp_path / "store"))
    records = tmp_path / "store" / "records"
    nights = sorted(records.iterdir())
    (tmp_path / "later").mkdir()
    for path in nights:
        path.rename(tmp_path / "later" / path.name)
    monkeypatch.setenv("HARNESS_CACHE", str(tmp_path / "cache"))
    for cut in [*cuts, len(nights)]:
        for path in nights[:cut]:
            if not path.exists():
                (tmp_path / "later" / path.name).rename(path)
        assert built(tmp_path / "grown", "--store", tmp_path / "store")[0] == 0
    kept = next((tmp_path / "cache").rglob("histories.msgpack"))
    shutil.rmtree(tmp_path / "cache")
    assert built(tmp_path / "anew", "--store", tmp_path / "store")[0] == 0
    assert files(tmp_path / "grown") == files(tmp_path / "anew")
    assert kept.exists()


def test_nights_of_a_year_that_a_page_has_no_room_for_are_made_anew_where_they_changed(tmp_path, monkeypatch):
    """Which nights stand out depends on later ones."""
    monkeypatch.setattr("harness.report.site.charts.POINTS_ON_PAGE", 80)
    night_by_night(tmp_path, monkeypatch, Scenario(nights=150, cases=1, variants=2, seed=8), range(60, 150, 6))
    assert list((tmp_path / "anew" / "cases").glob("*/20*.js"))


@pytest.mark.skipif(sys.platform != "linux" or len(available()) < 2, reason="forks on Linux, with two cores")
def test_two_processes_make_the_same_site_as_one(year, tmp_path):
    place, _ = year
    shutil.copytree(place / "site", tmp_path / "site")  # the pages of its runs stay
    script = (
        "import sys\n"
        "from harness.cli.main import cli\n"
        "from harness import sharing\n"
        "may_fork = sharing._may_fork\n"
        "sharing._may_fork = lambda: (print('forks:', may_fork()), may_fork())[1]\n"
        "cli.main(sys.argv[1:], standalone_mode=False)\n"
    )
    asked = ("--store", place / "store", "--title", "a year", "--release", "2025-12-01")
    command = [sys.executable, "-c", script, "site", tmp_path / "site", *asked]
    done = subprocess.run(command, capture_output=True, text=True, check=True)
    assert done.stdout.count("forks: True") == 2  # series are judged, and pages drawn
    assert built(tmp_path / "alone", *asked)[0] == 0
    assert files(tmp_path / "site") == files(tmp_path / "alone")


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
