"""The site of a simulated year shows what was planted in it."""

from __future__ import annotations

import re
from html.parser import HTMLParser
from itertools import pairwise

import pytest

from harness.report.site.addresses import case_page

SIGNS = {"commit": ("slower", "faster"), "dependency": ("slower",), "answer": ("answer",), "counter": ("counts",)}


class Tables(HTMLParser):
    """The rows of a page's tables, as text."""

    def __init__(self, text):
        super().__init__()
        self.rows = []
        self.feed(text)

    def handle_starttag(self, tag, attrs):
        if tag == "tr":
            self.rows.append("")

    def handle_data(self, data):
        if self.rows:
            self.rows[-1] += f" {data}"


class Headings(HTMLParser):
    """The ranks of a page's headings."""

    def __init__(self, text):
        super().__init__()
        self.ranks = []
        self.feed(text)

    def handle_starttag(self, tag, attrs):
        if re.fullmatch("h[1-6]", tag):
            self.ranks.append(int(tag[1]))


def text(path):
    return path.read_text("utf-8")


def test_each_planted_change_stands_on_the_page_of_its_case(year):
    place, truth = year
    planted = [each for each in truth.planted if each.variant]
    assert {each.kind.value for each in planted} == {"commit", "dependency", "answer", "counter"}
    for each in planted:
        rows = Tables(text(place / "site" / case_page(each.case)).partition('id="changes"')[2]).rows
        near = [
            row for row in rows if f" {each.variant} " in f" {row} " and any(word in row for word in SIGNS[each.kind])
        ]
        days = [found for row in near for found in re.findall(r"\d{4}-\d\d-\d\d", row)]
        at = truth.dates.index(each.date)
        assert set(days) & set(truth.dates[at - 2 : at + 3]), each


def test_a_slower_dependency_is_named_with_both_its_versions(year):
    place, truth = year
    planted = next(each for each in truth.planted if each.kind == "dependency")
    before, after = (truth.versions[planted.night - back]["numpy"] for back in (1, 0))
    assert f"numpy {before} → {after}" in text(place / "site" / "index.html")
    assert f"numpy {before} → {after}" in text(next((place / "site" / "environments").glob("newest-*.html")))


def test_a_commit_s_range_stands_beside_what_it_changed(year):
    place, truth = year
    planted = next(each for each in truth.planted if each.kind == "answer")
    before, after = (truth.commits[planted.night - back][:8] for back in (1, 0))
    assert f"{before}..{after}" in text(place / "site" / case_page(planted.case))


def test_nights_without_a_record_and_another_machine_are_told(year):
    place, truth = year
    lists = "".join(text(path) for path in (place / "site" / "runs").glob("year-*.html"))
    for each in truth.planted:
        if each.kind == "missed night":
            assert f"{each.date}" in lists
            assert "no record" in lists
        if each.kind == "another CPU":
            assert "Platinum 8481C" in lists
            assert "AMD EPYC 7B13" in lists


def test_pages_stay_far_below_what_they_may_weigh(year):
    place, _ = year
    assert max(path.stat().st_size for path in (place / "site").rglob("*.html")) < 300_000
    assert (place / "site" / "assets" / "site.js").stat().st_size < 1_500_000


@pytest.mark.parametrize("what", ["http://", "https://", "//cdn"])
def test_no_page_names_an_address_outside(year, what):
    place, _ = year
    for path in [*(place / "site").rglob("*.html"), place / "site" / "assets" / "site.css"]:
        assert what not in text(path), path


def test_headings_begin_with_one_of_the_first_rank_and_leave_none_out(year):
    place, _ = year
    for path in (place / "site").rglob("*.html"):
        ranks = Headings(text(path)).ranks
        assert ranks.count(1) == 1, path
        assert all(below - above <= 1 for above, below in pairwise([0, *ranks])), path


def test_each_small_line_of_the_start_page_says_which_levels_it_goes_through(year):
    place, _ = year
    told = re.findall(r'class="spark"[^>]* aria-label="([^"]*)"', text(place / "site" / "index.html"))
    assert len(told) == 6
    assert len(set(told)) > 1
    assert all(re.fullmatch(r"level from [\d.]+ to [\d.]+, [\d-]{10} to [\d-]{10}", each) for each in told), told
