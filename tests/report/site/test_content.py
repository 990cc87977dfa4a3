"""What pages say of stores that are empty, small, damaged or hostile; without a browser."""

from __future__ import annotations

import hashlib
import json
import re
from pathlib import Path

import msgspec
import pytest
from builders import Way, make_case, make_record
from hypothesis import given
from hypothesis import strategies as st

from harness.calibrate.year import Scenario, records_of, truth_of
from harness.judge.history import histories_of
from harness.record import Store
from harness.record.results import results_of, run_of
from harness.record.schema import Imported, Verdict
from harness.record.series import Point, Series, SeriesKey
from harness.report.run import RunReport, render
from harness.report.site import Content, frame
from harness.report.site.addresses import case_page, from_page, run_page
from harness.report.site.cases import files_of
from harness.report.site.charts import Marks, charts_of
from harness.report.site.frame import ASSETS, data_block
from harness.report.site.markup import markup
from harness.report.site.pages import case_page as page_of

from .conftest import built

COLUMNS = ("values", "lows", "highs", "levels")
HOSTILE = "</script><script>alert(1)</script>\"'><img src=x onerror=alert(2)> {{7*7}} \u202e../../etc"


def site_of(tmp_path, *records, code=0, **options):
    store = Store(tmp_path / "store")
    store.folder.mkdir(exist_ok=True)
    for record in records:
        store.write(record)
    more = [part for name, value in options.items() for part in (f"--{name}", value)]
    ended, said = built(tmp_path / "site", "--store", tmp_path / "store", *more)
    assert ended == code, said
    return {
        str(path.relative_to(tmp_path / "site")): path.read_text("utf-8")
        for path in (tmp_path / "site").rglob("*.html")
    }


def test_an_empty_store_is_a_site_that_says_so(tmp_path):
    pages = site_of(tmp_path)
    assert set(pages) == {"index.html", "runs/index.html", "environments/index.html"}
    assert "Nothing has been measured yet" in pages["index.html"]


def test_one_record_is_a_site_with_its_cases_and_its_page(tmp_path):
    record = make_record()
    pages = site_of(tmp_path, record)
    assert run_page(record.id) in pages
    for case in record.cases:
        assert case_page(case.id) in pages
    assert "subject@wheels" in pages["environments/index.html"]


def test_a_run_s_page_says_all_that_the_terminal_says(tmp_path):
    record = make_record()
    shown = re.sub(r"<[^>]+>", " ", markup(RunReport(record))).replace("&#39;", "'").replace("&#34;", '"')
    shown = set(re.findall(r"[\w.,]+", shown.replace("&lt;", "<").replace("&gt;", ">").replace("&amp;", "&")))
    printed = set(re.findall(r"[\w.,]+", render(record, width=10_000)))
    assert printed <= shown


def test_damaged_records_are_named_on_the_start_page_and_in_the_exit_code(tmp_path):
    store = Store(tmp_path / "store")
    store.write(make_record())
    (tmp_path / "store" / "records" / "20261124T150312Z-7f3c.json").write_text("{")
    pages = site_of(tmp_path, code=1)
    assert "20261124T150312Z-7f3c.json" in pages["index.html"]
    assert "could not be read" in pages["index.html"]
    site_of(tmp_path, code=1)


def test_names_of_others_are_text_on_every_page(tmp_path):
    case, judgement = make_case("plain", [Way("naive", 1.0), Way("x", 2.0, Verdict.SLOWER)])
    renamed = [msgspec.structs.replace(each, name=HOSTILE) if each.name == "x" else each for each in case.variants]
    case = msgspec.structs.replace(case, id=f"a.py::{HOSTILE}", group=HOSTILE, variants=renamed)
    rows = [
        msgspec.structs.replace(each, variant=HOSTILE) if each.variant == "x" else each for each in judgement.variants
    ]
    judgement = msgspec.structs.replace(judgement, case=case.id, variants=rows)
    record = make_record((case, judgement), missing=[HOSTILE])
    pages = site_of(tmp_path, record, title=HOSTILE)
    for name, page in pages.items():
        assert "<img" not in page, name
        assert "alert(1)</script>" not in page, name
        assert "{{7" not in page or "7*7" in page
        assert page.count("<script") - page.count('<script type="application/json"') == 1, name
    assert (tmp_path / "site" / case_page(case.id)).parent == tmp_path / "site" / "cases"


@given(st.text())
def test_every_name_has_a_file_of_its_own_that_any_file_system_takes(name):
    for page in (case_page(name), run_page(name)):
        file = page.partition("/")[2]
        assert re.fullmatch(r"[A-Za-z0-9_-]{1,90}\.html", file)
        assert from_page(page, "index.html") == "../index.html"
    assert case_page(name) != case_page(f"{name}x")


@given(st.recursive(st.text() | st.floats(allow_nan=False, allow_infinity=False) | st.none(), st.lists))
def test_data_in_a_page_comes_back_and_cannot_end_its_element(value):
    block = str(data_block(value))
    assert "<" not in block
    assert json.loads(block) == value


def test_a_build_writes_only_what_changed(tmp_path):
    truth = truth_of(Scenario(nights=9, cases=1, variants=2, changes=False))
    _, *others = list(records_of(truth))
    site_of(tmp_path, *others[:-1], release="2025-01-01")
    before = {path: path.stat().st_mtime_ns for path in (tmp_path / "site" / "runs").glob("2*.html")}
    assert before
    site_of(tmp_path, others[-1], release="2025-01-01")
    after = {path: path.stat().st_mtime_ns for path in (tmp_path / "site" / "runs").glob("2*.html")}
    assert len(after) == len(before) + 1
    assert {path: after[path] for path in before} == before
    _, said = built(tmp_path / "site", "--store", tmp_path / "store", "--release", "2025-01-01")
    assert "nothing was written" in said


def test_a_record_that_went_away_takes_its_page_with_it(tmp_path):
    records = list(records_of(truth_of(Scenario(nights=3, cases=1, variants=1, changes=False))))
    assert run_page(records[0].id) in site_of(tmp_path, *records)
    (tmp_path / "store" / "records" / f"{records[0].id}.json").unlink()
    assert run_page(records[0].id) not in site_of(tmp_path)


def test_what_another_tool_measured_is_shown_without_a_command_to_reproduce_it(tmp_path):
    record = make_record()
    imported = Imported(tool="pytest-benchmark", tool_version="5.2", file="0001.json", digest="ab" * 32)
    page = site_of(tmp_path, msgspec.structs.replace(record, imported=imported))[run_page(record.id)]
    assert "Made by pytest-benchmark" in page
    assert "harness reproduce" not in page


def test_a_folder_that_is_not_empty_is_refused_with_exit_code_2(tmp_path):
    (tmp_path / "site").mkdir()
    (tmp_path / "site" / "mine").write_text("")
    (tmp_path / "store").mkdir()
    code, said = built(tmp_path / "site", "--store", tmp_path / "store")
    assert code == 2
    assert "isn't empty" in said
    assert [path.name for path in (tmp_path / "site").iterdir()] == ["mine"]


def test_a_release_that_nobody_knows_is_refused(tmp_path):
    (tmp_path / "store").mkdir()
    for release in ("--upload-pack=x", "2999-01-01"):
        code, said = built(tmp_path / "site", "--store", tmp_path / "store", "--release", release)
        assert code == 2
        assert f"--release {release}" in said
    assert not (tmp_path / "site").exists()


def test_what_is_vendored_is_what_its_table_says():
    table = (ASSETS / "uplot" / "README.md").read_text("utf-8")
    for name in ("uPlot.iife.min.js", "uPlot.min.css"):
        assert hashlib.sha256((ASSETS / "uplot" / name).read_bytes()).hexdigest() in table
    assert "MIT" in (ASSETS / "uplot" / "LICENSE").read_text("utf-8")


def test_pages_forbid_whatever_comes_from_elsewhere():
    base = (Path(frame.TEMPLATES) / "base.html").read_text("utf-8")
    assert "default-src 'none'" in base
    assert "unsafe" not in base


@pytest.fixture(scope="module")
def flat():
    """A night a day for ten years that found the same, and its record."""
    (record,) = records_of(truth_of(Scenario(nights=1, cases=1, variants=1, changes=False)))
    run, result = run_of(record), next(each for each in results_of(record) if each.of is None)
    days = [
        f"{year}-{month:02}-{day:02}" for year in range(2016, 2026) for month in range(1, 13) for day in range(1, 29)
    ]
    points = [
        Point(
            run=msgspec.structs.replace(
                run,
                id=f"{day.replace('-', '')}T020000Z-0000",
                night=day,
                began=f"{day}T02:00:00+00:00",
                commit=hashlib.sha1(day.encode()).hexdigest(),
            ),
            result=result,
        )
        for day in days
    ]
    key = SeriesKey(case=result.case, variant="variant", measure=result.measure, against="", scale="s", cpu_model="c")
    return histories_of([Series(key=key, points=points)])[0], record


def content_of(histories, record):
    runs = {point.run.id: point.run for history in histories for point in history.series.points}
    return Content(
        title="", runs=runs, judged=lambda: histories, versions={}, record=lambda _: record, today="2026-01-01"
    )


def with_variant(history, number):
    key = msgspec.structs.replace(history.series.key, variant=f"variant {number}")
    return msgspec.structs.replace(history, series=msgspec.structs.replace(history.series, key=key))


def test_a_case_of_many_variants_and_ten_years_stays_below_what_a_page_may_weigh(flat):
    history, record = flat
    histories = [with_variant(history, number) for number in range(12)]
    content = content_of(histories, record)
    assert len(page_of(content, history.series.key.case, charts_of(histories), Marks())) < 300_000


def inputs_of_years(history, record):
    """What the files of years say that they were made from, if all of them are there."""
    histories = [with_variant(history, number) for number in range(12)]
    files = files_of(content_of(histories, record), lambda *_: True, Marks(), history.series.key.case)
    return {file.address[-7:-3]: file.inputs for file in files if file.content is None}


def test_a_year_is_made_anew_where_another_night_stands_out_or_another_came_before_it(flat):
    history, record = flat
    usual = inputs_of_years(history, record)
    assert list(usual) == [str(year) for year in range(2016, 2026)]
    later = history.series.points.index(next(p for p in history.series.points if p.run.night == "2019-05-05"))
    spiked = inputs_of_years(msgspec.structs.replace(history, spikes=[later]), record)
    assert {year for year in usual if usual[year] != spiked[year]} == {"2019"}
    last = next(place for place, p in enumerate(history.series.points) if p.run.night == "2018-12-28")
    missed = {name: [*getattr(history, name)[:last], *getattr(history, name)[last + 1 :]] for name in COLUMNS}
    points = [*history.series.points[:last], *history.series.points[last + 1 :]]
    missed["series"] = msgspec.structs.replace(history.series, points=points)
    without = inputs_of_years(msgspec.structs.replace(history, **missed), record)
    assert {year for year in usual if usual[year] != without[year]} == {"2018", "2019"}


@pytest.mark.parametrize("folder", ["templates", "assets"])
def test_a_wheel_would_hold_the_templates_and_assets(folder):
    assert any((Path(frame.HERE) / folder).iterdir())
