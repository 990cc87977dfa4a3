import json
import subprocess
import sys

import msgspec
import numpy as np
import pytest
from click.testing import CliRunner

from harness.calibrate.findings import SeriesTrials, YearTrial, read
from harness.calibrate.history import HARNESS, KINDS, summary
from harness.calibrate.history.detectors import INSIDE, shown, told
from harness.calibrate.history.series import by_harness, trials_of
from harness.calibrate.history.years import judged_year
from harness.calibrate.year import Kind, Scenario, truth_of
from harness.cli.main import cli
from harness.report.calibration.history_page import page

QUICK = ["--trials", "4", "--peer-trials", "0", "--years", "1", "--nights", "60", "--detector", "harness"]


def invoke(*arguments):
    return CliRunner().invoke(cli, [*map(str, arguments)], standalone_mode=False)


@pytest.mark.parametrize("name", list(KINDS))
def test_series_of_a_kind_have_its_spread_and_its_step(name):
    kind = KINDS[name]
    rows = np.array([kind.series(1, number) for number in range(300)])
    assert np.array_equal(rows[3], kind.series(1, 3))
    middle = np.median(rows[:, 50:]) - np.median(rows[:, :50])
    assert middle == pytest.approx(np.log1p(kind.step), abs=kind.night_sd / 5)
    plain = rows[:, :50][np.abs(rows[:, :50]) < 0.2] if kind.noise == "spikes" else rows[:, :50]
    assert np.std(plain) == pytest.approx(kind.night_sd, rel=0.1)


def test_a_detector_is_asked_for_what_has_grown_so_far():
    asked = []

    def find(series):
        asked.append([values.size for values in series])
        return [[50] for _ in series]

    found = trials_of("x", "1", KINDS["+5 %, night sd 1 %"], 1, range(3), find)
    assert asked == [[53] * 3, [57] * 3]
    assert found.within == {"3": 3, "7": 3}
    found = trials_of("x", "1", KINDS["flat, normal"], 1, range(2), lambda series: [[], [20]])
    assert (found.at_the_end, found.at_any_look) == (1, 1)


def test_the_harness_is_asked_night_for_night():
    found = by_harness(KINDS["+5 %, night sd 0.5 %"], 1, range(10))
    assert found.within["3"] >= 9
    assert found.every_night == 0
    values = KINDS["+5 %, night sd 0.5 %"].series(1, 0)
    assert shown(values) == [told(values)[0].at] == [50]


def test_a_year_is_judged_by_what_was_planted():
    scenario = Scenario(seed=2, nights=200, cases=2, variants=3)
    found = judged_year(scenario)
    planted = [each.kind for each in truth_of(scenario).planted]
    assert found.planted == {kind.value: planted.count(kind) for kind in Kind if kind.value in found.planted}
    assert sum(found.planted.values()) >= 5
    assert found.found == found.planted
    assert found.false == 0
    assert all(2 <= late <= 6 for late in found.late)


def test_a_calibration_goes_on_where_it_was_cut_and_prints_a_page(tmp_path):
    file, out = tmp_path / "found.jsonl", tmp_path / "page.md"
    cut = invoke("calibrate", "history", *QUICK, "--file", file, "--budget", "0.01s")
    assert cut.return_value in {0, 1}
    before = file.read_bytes()
    done = invoke("calibrate", "history", *QUICK, "--file", file, "--out", out)
    assert done.return_value in {0, 1}
    assert file.read_bytes().startswith(before)
    lines = read([file])
    assert len(lines.years) == 1
    assert {line.kind for line in lines.series} == set(KINDS)
    again = invoke("calibrate", "history", *QUICK, "--file", file)
    assert len(read([file]).series) == len(lines.series)
    assert out.read_text("utf-8").partition("```")[0] == again.output.partition("```")[0]
    assert "## Flat series" in again.output
    assert "## Simulated years" in again.output


def test_the_page_has_each_detector_s_row_and_says_what_doesn_t_hold():
    flat = SeriesTrials(
        detector=HARNESS, version="", kind="flat, normal", seed=1, first=0, trials=100, at_the_end=3, at_any_look=4,
        every_night=5,
    )  # fmt: skip
    other = SeriesTrials(
        detector="otava",
        version="0.8.0",
        kind="flat, normal",
        seed=1,
        first=0,
        trials=100,
        at_the_end=30,
        at_any_look=40,
    )
    year = YearTrial(
        seed=1, nights=365, series=3, planted={"commit": 2}, found={"commit": 1}, false=1, shown_false=0, late=[2]
    )
    found = summary(msgspec.structs.replace(read([]), series=[flat, other], years=[year]))
    text = page(found, "the command")
    assert "| flat, normal | otava 0.8.0 | 100 | 30.0 %" in text
    assert "5 of 100 (5.0 %) | **no** |" in text
    assert "| commit | 1 of 2 |" in text
    assert "1.00 a year" in text


def test_the_script_for_other_detectors_says_which_it_knows(tmp_path):
    done = subprocess.run(
        [sys.executable, str(INSIDE / "detect.py"), "unheard", "a", "b"], capture_output=True, text=True, check=False
    )
    assert done.returncode != 0
    assert "unheard" in done.stderr


def test_a_year_is_written_once_and_its_truth_beside_it(tmp_path):
    store, truth = tmp_path / "year", tmp_path / "truth.json"
    arguments = ["calibrate", "year", "--out", store, "--nights", 30, "--cases", 1, "--variants", 2]
    assert invoke(*arguments, "--truth", truth).exception is None
    planted = json.loads(truth.read_text("utf-8"))
    assert {each["kind"] for each in planted} >= {"another CPU", "noisy machine"}
    assert len(list((store / "records").iterdir())) > 20
    assert "holds records already" in str(invoke(*arguments).exception)


def test_a_flat_year_has_nothing_planted(tmp_path):
    printed = invoke("calibrate", "year", "--out", tmp_path / "flat", "--nights", 5, "--flat").output
    assert printed == f"5 nights in {tmp_path / 'flat'}: 4 cases, 3 variants each.\n"
