"""Pages in a real browser, opened from the disk."""

from __future__ import annotations

import json
import re
import time

import pytest

from harness.report.site.addresses import case_page


def case_of(year, kind):
    """The page and the planted change of the first of a kind."""
    place, truth = year
    planted = next(each for each in truth.planted if each.kind == kind)
    return place / "site" / case_page(planted.case), planted


def chart(page, name):
    return page.locator("figure[data-chart]").filter(has=page.locator(f"figcaption b:text-is('{name}')"))


def wait_until(page, expression):
    """Playwright's own `wait_for_function` asks a second time within the page, whose policy forbids that."""
    until = time.monotonic() + 20.0
    while not page.evaluate(expression):
        assert time.monotonic() < until, expression
        page.wait_for_timeout(50)


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


MARKED = (
    """Site.all.charts.map(({ plot }) => plot.cursor.idxs.map((at) => at == null ? null : plot.data[0][at])).flat()"""
)
STRETCH = "[Site.all.from, Site.all.to]"


def test_zooming_by_keys_stays_within_the_data_and_on_the_same_night_in_all_plots(year, opened):
    path, planted = case_of(year, "commit")
    page = opened(path)
    first, last = page.evaluate("[Site.all.first, Site.all.last]")
    chart(page, planted.variant).focus()
    for key in ("Home", "ArrowRight", "+", "+", "-", "PageDown", "End", "+", "ArrowLeft"):
        page.keyboard.press(key)
        begin, end = page.evaluate(STRETCH)
        assert first <= begin < end <= last + 1, key
        assert page.evaluate("Site.all.charts.every(({ plot }) => plot.scales.x.min === Site.all.from)")
        marked = {time for time in page.evaluate(MARKED) if time is not None}
        assert len(marked) == 1, key
        day = page.evaluate(f"new Date({marked.pop()} * 1000).toISOString().slice(0, 10)")
        assert page.locator("#readout b").first.inner_text() == day
        lines = page.evaluate("Site.all.charts.map(({ plot }) => Math.round(plot.cursor.left))")
        assert len(set(lines)) == 1, key


def test_a_night_under_the_pointer_is_marked_in_all_plots(year, opened):
    path, planted = case_of(year, "commit")
    page = opened(path)
    chart(page, planted.variant).locator(".u-over").hover(position={"x": 400, "y": 60})
    marked = page.evaluate(MARKED)
    assert len(marked) >= 4
    assert set(marked) == {page.evaluate("Site.all.time")}
    page.locator("h1").hover()
    assert page.evaluate(MARKED) == marked


def test_only_the_button_of_what_is_shown_is_pressed(year, opened):
    path, planted = case_of(year, "commit")
    page = opened(path)
    pressed = page.locator("[data-span][aria-pressed=true]")
    assert pressed.all_inner_texts() == ["all"]
    page.get_by_role("button", name="30 days").click()
    assert pressed.all_inner_texts() == ["30 days"]
    chart(page, planted.variant).focus()
    page.keyboard.press("+")
    assert pressed.count() == 0
    for key in "-" * 4:
        page.keyboard.press(key)
    assert pressed.all_inner_texts() == ["all"]
    over = page.locator(".u-over").first
    over.drag_to(over, source_position={"x": 100, "y": 50}, target_position={"x": 300, "y": 50})
    assert pressed.count() == 0
    page.keyboard.press("0")
    assert pressed.all_inner_texts() == ["all"]


def test_the_stretch_that_is_shown_is_in_the_address_and_opens_again(year, opened):
    path, planted = case_of(year, "commit")
    page = opened(path)
    page.get_by_role("button", name="30 days").click()
    shown = page.evaluate(STRETCH)
    assert re.search(r"#from=\d{4}-\d\d-\d\d&to=\d{4}-\d\d-\d\d$", page.url)
    other = opened(path)
    other.goto(page.url)
    assert other.evaluate(STRETCH) == pytest.approx(shown, abs=86400)
    address = other.url
    other.reload()
    assert other.url == address
    chart(other, planted.variant).focus()
    other.keyboard.press("0")
    assert "#" not in other.url


@pytest.mark.parametrize("named", ["#changes", "#from=x&to=y", "#from=1999-01-01&to=1999-02-01", "#from=2026-01-01"])
def test_an_address_that_names_no_stretch_of_the_data_shows_all(year, opened, named):
    path, _ = case_of(year, "commit")
    page = opened(path)
    page.goto(page.url + named)
    page.reload()
    assert page.evaluate("Site.all.from === Site.all.first && Site.all.to === Site.all.last")


def test_on_a_narrow_screen_the_readout_stands_below_its_plot_until_it_is_closed(year, opened):
    path, planted = case_of(year, "commit")
    page = opened(path, viewport={"width": 400, "height": 800}, has_touch=True)
    over = chart(page, planted.variant).locator(".u-over")
    readout = page.locator("#readout")
    over.tap(position={"x": 100, "y": 60})
    plot, told = over.bounding_box(), readout.bounding_box()
    assert told["y"] >= plot["y"] + plot["height"]
    page.locator("h1").tap()
    assert not readout.is_visible()
    assert set(page.evaluate("Site.all.charts.map(({ plot }) => plot.cursor.left)")) == {-10}
    over.tap(position={"x": 120, "y": 60})
    assert readout.is_visible()
    page.keyboard.press("Escape")
    assert not readout.is_visible()


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


def test_a_filter_that_nothing_fits_says_so_and_where_older_records_are(year, opened):
    page = opened(year[0] / "site" / "runs" / "index.html")
    nothing = page.locator("[data-nothing]")
    assert not nothing.is_visible()
    page.get_by_label("Filter").fill(year[1].dates[0])
    assert page.locator("output").inner_text() == "0 of 60"
    assert "None of the newest 60 records fits" in nothing.inner_text()
    nothing.get_by_role("link", name=year[1].dates[0][:4]).click()
    page.get_by_label("Filter").fill(year[1].dates[0])
    assert page.locator("#runs-table tbody tr:visible").count() == 1
    page = opened(year[0] / "site" / "index.html")
    page.get_by_label("Filter").fill("nobody")
    assert page.get_by_text("No row fits the filter.").is_visible()


def test_a_run_takes_one_line_of_a_narrow_screen_too(year, opened):
    page = opened(year[0] / "site" / "runs" / "index.html", viewport={"width": 400, "height": 800})
    heights = page.evaluate("[...document.querySelectorAll('#runs-table tbody tr')].map((row) => row.offsetHeight)")
    assert max(heights) < 45


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
    assert not page.locator("figure:visible").count()
    assert "drawn by JavaScript" in page.locator("#history").inner_text()
    page.locator("#history summary").click()
    levels = page.locator("#levels tbody tr").filter(has_text=planted.variant).filter(has_text="%").all_inner_texts()
    assert any(planted.date in level for level in levels)
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
    wait_until(page, "document.querySelector('[data-copy]').textContent === 'copied'")
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
    wait_until(page, f"{count} > {thin}")
    wait_until(page, f"{count} === {2 * int(truth.measured.sum())}")
    data = json.loads(page.locator("#page-data").text_content())
    assert data["years"] == ["2025", "2026"]
