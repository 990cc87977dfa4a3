"""How long a site of many nights takes to build and to show, and what its pages weigh."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import msgspec

from harness.calibrate.year import Scenario, truth_of, write
from harness.failure import HarnessError
from harness.record import Store

CHROMIUM = ("chromium", "chromium-browser", "google-chrome")
_HELD_BACK = "held-back.json"
_LOOKS = 5


class Build(msgspec.Struct, frozen=True, kw_only=True):
    """One build: seconds on the clock, and of processor time in all its processes."""

    name: str
    wall_s: float
    cpu_s: float


class Weight(msgspec.Struct, frozen=True, kw_only=True):
    """The heaviest file of a kind."""

    name: str
    file: str
    size_bytes: int


def store_of(place: Path, scenario: Scenario) -> Store:
    """The store that is measured with, made where it isn't there yet. Raises HarnessError for one of other nights."""
    store = Store(place / "store")
    known, wanted = place / "scenario.json", msgspec.json.encode(scenario)
    if not known.exists():
        if store.ids():
            raise HarnessError(f"{place} holds records that no earlier measurement made: name another folder.")
        write(truth_of(scenario), store)
        known.write_bytes(wanted)
    if known.read_bytes() != wanted:
        raise HarnessError(f"{place} holds nights of another number or suite: name another folder.")
    return store


def builds(place: Path, store: Store) -> Iterator[Build]:
    """The index, and builds of a site: all of it, none of it, and one more night."""
    site, cache, records, aside = place / "site", place / "cache", store.records, place / _HELD_BACK
    if aside.exists():  # of a measurement that was cut
        _put_back(aside, records)
    build = ("site", str(site), "--store", str(store.folder))
    newest = records / f"{store.ids()[-1]}.json"
    # A cache of its own: the user's may have the index of an earlier call.
    for made in (site, cache):
        shutil.rmtree(made, ignore_errors=True)
    newest.rename(aside)
    try:
        yield _timed("the index, where it isn't there", cache, "list", "--store", str(store.folder))
        yield _timed("in full", cache, *build)
        yield _timed("again, nothing new", cache, *build)
    finally:
        _put_back(aside, records)
    yield _timed("one more night", cache, *build)


def weights(place: Path) -> list[Weight]:
    """What the heaviest page of each kind weighs, and what all pages share."""
    site = place / "site"
    kinds = {
        "start page": [site / "index.html"],
        "case": list((site / "cases").glob("*.html")),
        "run": list((site / "runs").glob("2*.html")),
        "list of runs": [*(site / "runs").glob("year-*.html"), site / "runs" / "index.html"],
        "environment": list((site / "environments").glob("*.html")),
        "nights of a year, on demand": list((site / "cases").glob("*/*.js")),
        "shared script": [site / "assets" / "site.js"],
        "shared style": [site / "assets" / "site.css"],
    }
    found = []
    for name, files in kinds.items():
        if files:
            heaviest = max(files, key=lambda file: file.stat().st_size)
            size = heaviest.stat().st_size
            found.append(Weight(name=name, file=str(heaviest.relative_to(site)), size_bytes=size))
    return found


def time_to_plot(page: Path) -> list[float] | None:
    """Seconds from the opening of a page to its plots being drawn, in headless Chromium; None where there is none."""
    program = next((found for name in CHROMIUM if (found := shutil.which(name))), None)
    try:
        from playwright.sync_api import sync_playwright
    except ImportError:
        return None
    if program is None:
        return None
    drawn = "() => Number(document.documentElement.dataset.drawn)"
    with sync_playwright() as driver:
        browser = driver.chromium.launch(executable_path=program, args=["--no-sandbox"])
        try:
            taken = []
            for _ in range(_LOOKS):
                tab = browser.new_context(viewport={"width": 1200, "height": 900}).new_page()
                tab.goto(page.absolute().as_uri())
                taken.append(float(tab.evaluate(drawn)) / 1000)
            return taken
        finally:
            browser.close()


def _timed(name: str, cache: Path, *arguments: str) -> Build:
    command = [sys.executable, "-c", "from harness.cli import main; main()", *arguments]
    began, before = time.perf_counter(), _children_s()
    environ = {**os.environ, "HARNESS_CACHE": str(cache)}
    done = subprocess.run(command, capture_output=True, check=False, env=environ)
    wall_s = time.perf_counter() - began
    if done.returncode:
        raise HarnessError(f"{arguments[0]} failed: {done.stderr.decode('utf-8', 'replace').strip()}")
    return Build(name=name, wall_s=wall_s, cpu_s=_children_s() - before)


def _children_s() -> float:
    taken = os.times()
    return taken.children_user + taken.children_system


def _put_back(aside: Path, records: Path) -> None:
    record = msgspec.json.decode(aside.read_bytes())
    aside.rename(records / f"{record['id']}.json")
