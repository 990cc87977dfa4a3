"""A short year with planted changes as a site, made once, and a browser that may reach nothing."""

from __future__ import annotations

from pathlib import Path

import pytest
from click.testing import CliRunner
from e2e.requirement import missing_requirement

from harness.calibrate.year import Scenario, truth_of, write
from harness.cli.main import cli
from harness.failure import HarnessError
from harness.record import Store

CHROMIUM = Path("/usr/bin/chromium")
YEAR = Scenario(nights=120, cases=3, variants=2, seed=6)


def built(*arguments):
    """`harness site` as its user calls it: exit code and what it said."""
    done = CliRunner().invoke(cli, ["site", *map(str, arguments)], standalone_mode=False)
    if isinstance(done.exception, HarnessError):
        return done.exception.exit_code, str(done.exception)
    if done.exception is not None:
        raise done.exception
    return done.return_value or 0, done.output


@pytest.fixture(scope="session")
def year(tmp_path_factory):
    """A year's store, its site, and what was planted."""
    place = tmp_path_factory.mktemp("year")
    truth = truth_of(YEAR)
    write(truth, Store(place / "store"))
    code, said = built(place / "site", "--store", place / "store", "--title", "a year", "--release", "2025-11-01")
    assert code == 0, said
    return place, truth


# Of each file, not of all: as long as Playwright runs, its event loop does, and no other test could start one.
@pytest.fixture(scope="module")
def chromium():
    """A headless browser."""
    sync_playwright = pytest.importorskip("playwright.sync_api").sync_playwright
    if not CHROMIUM.exists():
        missing_requirement("no chromium is installed", "browser")
    with sync_playwright() as driver:
        browser = driver.chromium.launch(executable_path=str(CHROMIUM), args=["--no-sandbox"])
        yield browser
        browser.close()


@pytest.fixture
def opened(chromium):
    """Opens a page from the disk; at the end, nothing may have been said on the console or asked of another place."""
    contexts, said, asked = [], [], []

    def open_page(path, **context):
        made = chromium.new_context(**{"viewport": {"width": 1100, "height": 800}, **context})
        contexts.append(made)
        made.route("http*://**", lambda route: (asked.append(route.request.url), route.abort()))
        made.route("ws*://**", lambda route: (asked.append(route.request.url), route.abort()))
        page = made.new_page()
        page.set_default_timeout(20_000)  # of a machine that does other things, too
        page.on("console", lambda message: said.append(f"{message.type}: {message.text}"))
        page.on("pageerror", lambda error: said.append(str(error)))
        page.goto(Path(path).absolute().as_uri())
        return page

    yield open_page
    for each in contexts:
        each.close()
    assert said == []
    assert asked == []
