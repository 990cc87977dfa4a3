"""Pages in a real browser, opened from the disk."""

from __future__ import annotations

import json
import re

import pytest

from harness.report.site.addresses import case_page


def case_of(year, kind):
    """The page and the planted change of the first of a kind."""
    place, truth = year
    planted = next(each for each in truth.planted if each.kind == kind)
    return place / "site" / case_page(planted.case), planted


def chart(page, name):
    return page.locator("figure[data-chart]").filter(has=page.locator(f"figcaption b:text-is('{name}')"))


def brightness(colour):
    return sum(map(int, re.findall(r"\d+", colour)[:3]))


def test_a_night_under_the_pointer_says_its_figure_commit_packages_and_machine(year, opened):
    path, planted = case_of(year, "commit")
    page = opened(path)
    drawn = chart(page, planted.variant)
    drawn.locator(".u-over").hover(position={"x": 400, "y": 60})
    readout = page.locator("#readout")
    readout.wait_for(state="visible")
    told = readout.inner_text()
    assert re.search(r"20\d\d-\d\d-\d\d", told)
    assert planted.variant in told
    assert re.search(r"\d\.\d+ \(\d\.\d+ to \d\.\d+\)", told)
    assert "commit" in told
    assert "packages" in told
    assert "AMD EPYC" in told or "Xeon" in told
    readout.locator("a").click()
    page.locator("#report table").first.wait_for()
    assert "/runs/" in page.url


def test_dragging_zooms_all_plots_and_a_double_click_shows_all_again(year, opened):
    path, _ = case_of(year, "commit")
    page = opened(path)
    spans = "Site.all.charts.map((chart) => [chart.plot.scales.x.min, chart.plot.scales.x.max])"
    whole = page.evaluate(spans)
    over = page.locator(".u-over").first
    box = over.bounding_box()
    page.mouse.move(box["x"] + 200, box["y"] + 50)
    page.mouse.down()
    page.mouse.move(box["x"] + 500, box["y"] + 60, steps=5)
    page.mouse.up()
    zoomed = page.evaluate(spans)
    assert len({tuple(each) for each in zoomed}) == 1
    assert zoomed[0][1] - zoomed[0][0] < 0.5 * (whole[0][1] - whole[0][0])
    over.dblclick(position={"x": 300, "y": 50})
    again = page.evaluate(spans)
    assert again[0] == pytest.approx(whole[0])
    page.get_by_role("button", name="30 days").click()
    month = page.evaluate(spans)
    assert month[0][1] - month[0][0] == pytest.approx(30 * 86400, rel=0.1)


def test_all_works_with_the_keyboard_alone(year, opened):
    path, planted = case_of(year, "commit")
    page = opened(path)
    drawn = chart(page, planted.variant)
    drawn.focus()
    page.keyboard.press("End")
    newest = page.locator("#readout b").first.inner_text()
    page.keyboard.press("ArrowLeft")
    before = page.locator("#readout b").first.inner_text()
    assert before < newest
    page.keyboard.press("Home")
    assert page.locator("#readout b").first.inner_text() == year[1].dates[0]
    page.keyboard.press("End")
    width = "Site.all.charts[0].plot.scales.x.max - Site.all.charts[0].plot.scales.x.min"
    whole = page.evaluate(width)
    page.keyboard.press("+")
    assert page.evaluate(width) < whole
    page.keyboard.press("0")
    assert page.evaluate(width) == pytest.approx(whole)
    page.keyboard.press("Enter")
    page.wait_for_url("**/runs/**")
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.className") == "skip"


@pytest.mark.parametrize(
    ("values", "told"),
    [
        ([0.35, 0.3525, 0.355, 0.3575], ["350.0 ms", "352.5 ms", "355.0 ms", "357.5 ms"]),
        ([0.9e-3, 1e-3, 1.1e-3], ["0.9 ms", "1.0 ms", "1.1 ms"]),
        ([0, 200, 400], ["0 s", "200 s", "400 s"]),
        ([2e-9], ["2.00 ns"]),
    ],
)
def test_labels_of_an_axis_have_the_digits_that_their_distance_needs(year, opened, values, told):
    page = opened(year[0] / "site" / "index.html")
    assert page.evaluate(f"Site.times(null, {values})") == told


def test_ratios_at_a_distance_of_a_fortieth_are_told_to_three_digits(year, opened):
    page = opened(year[0] / "site" / "index.html")
    assert page.evaluate("Site.ratios(null, [1, 1.025, 1.05])") == ["1.000", "1.025", "1.050"]


def test_the_list_of_variants_is_filtered_by_words_and_by_state(year, opened):
    page = opened(year[0] / "site" / "index.html")
    rows = page.locator("#standings-table tbody tr:not(.group):visible")
    assert rows.count() == 6
    page.get_by_label("Filter").fill("kmeans")
    assert rows.count() == 2
    page.get_by_label("Filter").fill("")
    page.get_by_role("button", name="another answer").click()
    assert rows.count() == 1
    assert "another answer" in rows.first.inner_text()


def test_light_and_dark_follow_the_system_until_the_reader_chooses(year, opened):
    page = opened(year[0] / "site" / "index.html", color_scheme="dark")
    background = "getComputedStyle(document.body).backgroundColor"
    dark = page.evaluate(background)
    page.get_by_role("button", name="light colours").click()
    light = page.evaluate(background)
    assert brightness(dark) < 200
    assert brightness(light) > 600
    page.reload()
    assert page.evaluate(background) == light


@pytest.mark.parametrize("name", ["index.html", "runs/index.html", "environments/index.html"])
def test_narrow_screens_scroll_in_one_direction_only(year, opened, name):
    page = opened(year[0] / "site" / name, viewport={"width": 380, "height": 700})
    assert page.evaluate("document.documentElement.scrollWidth") <= 380


def test_a_case_fits_a_narrow_screen_too(year, opened):
    path, _ = case_of(year, "commit")
    page = opened(path, viewport={"width": 380, "height": 700}, has_touch=True)
    assert page.evaluate("document.documentElement.scrollWidth") <= 380
    assert page.locator("canvas").first.bounding_box()["width"] <= 380


def test_without_scripts_everything_is_there_as_tables(year, opened):
    path, planted = case_of(year, "commit")
    page = opened(path, java_script_enabled=False)
    assert planted.date in page.locator("#changes table").first.inner_text()
    assert page.locator("#nights tbody tr").count() == 40
    assert not page.locator("[data-toolbar]").is_visible()
    page = opened(year[0] / "site" / "index.html", java_script_enabled=False)
    assert page.locator("#standings-table tbody tr:not(.group)").count() == 6


def test_every_page_of_a_kind_is_drawn_and_says_nothing_on_the_console(year, opened):
    site = year[0] / "site"
    pages = [site / "index.html", *sorted((site / "cases").glob("*.html")), *sorted((site / "environments").glob("*"))]
    for path in [*pages, *sorted((site / "runs").glob("*.html"))[::60]]:
        page = opened(path)
        assert page.evaluate("document.documentElement.dataset.drawn") is not None
        assert page.locator("h1").count() == 1
        plots = page.locator("figure[data-chart], figure[data-scatter]").count()
        assert page.locator("figure canvas").count() == plots


def test_a_command_is_copied(year, opened):
    page = opened(
        next((year[0] / "site" / "runs").glob("2025*.html")), permissions=["clipboard-read", "clipboard-write"]
    )
    button = page.locator("[data-copy]").first
    button.click()
    page.wait_for_function("document.querySelector('[data-copy]').textContent === 'copied'")
    assert page.evaluate("navigator.clipboard.readText()").startswith("harness show 2025")


def test_a_printed_page_is_black_on_white_without_its_controls(year, opened):
    page = opened(year[0] / "site" / "index.html", color_scheme="dark")
    page.emulate_media(media="print", color_scheme="dark")
    assert page.evaluate("getComputedStyle(document.body).backgroundColor") == "rgb(255, 255, 255)"
    assert not page.locator("[data-filters]").first.is_visible()


def test_nights_that_a_page_leaves_out_are_loaded_when_they_are_asked_for(year, opened, tmp_path, monkeypatch):
    from harness.report.site import charts as module

    from .conftest import built

    monkeypatch.setattr(module, "POINTS_ON_PAGE", 0)
    place, truth = year
    assert built(tmp_path / "thin", "--store", place / "store")[0] == 0
    page = opened(tmp_path / "thin" / case_page(truth.tests[0][0]))
    count = "Site.all.points.flat(2).length"
    thin = page.evaluate(count)
    page.get_by_role("button", name="load every night").click()
    page.wait_for_function(f"{count} > {thin}")
    page.wait_for_function(f"{count} === {2 * int(truth.measured.sum())}")
    data = json.loads(page.locator("#page-data").text_content())
    assert data["years"] == ["2025", "2026"]
