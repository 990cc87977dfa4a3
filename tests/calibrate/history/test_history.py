import json
import subprocess
import sys

import msgspec
import numpy as np
import pytest
from click.testing import CliRunner

from harness.calibrate.findings import SeriesTrials, YearTrial, read
from harness.calibrate.history import HARNESS, made_up, of_twins, summary
from harness.calibrate.history.detectors import INSIDE, shown, told
from harness.calibrate.history.kinds import TWINS
from harness.calibrate.history.series import by_harness, pool_of, trials_of
from harness.calibrate.history.years import judged_year
from harness.calibrate.year import Kind, Scenario, truth_of
from harness.cli.main import cli
from harness.failure import HarnessError
from harness.report.calibration.history_page import page
from tests.calibrate.making import comparison, trial

KINDS = {kind.name: kind for kind in made_up()}
QUICK = ["--trials", "4", "--peer-trials", "0", "--years", "1", "--nights", "60", "--detector", "harness"]


def invoke(*arguments):
    return CliRunner().invoke(cli, [*map(str, arguments)], standalone_mode=False)


@pytest.mark.parametrize("name", list(KINDS))
def test_series_of_a_kind_have_its_spread_and_its_step(name):
    kind = KINDS[name]
    rows = np.array([kind.series(1, number).logs for number in range(300)])
    assert np.array_equal(rows[3], kind.series(1, 3).logs)
    middle = np.median(rows[:, 50:]) - np.median(rows[:, :50])
    assert middle == pytest.approx(np.log1p(kind.step), abs=kind.noise.night_sd / 5)
    plain = rows[:, :50][np.abs(rows[:, :50]) < 0.2] if kind.noise.shape == "spikes" else rows[:, :50]
    assert np.std(plain) == pytest.approx(kind.noise.night_sd, rel=0.1)


def test_nights_of_twins_are_real_trials_ten_that_followed_each_other_at_a_time():
    trials = [
        trial(number, noise="quiet", comparisons={"twin": comparison([number - 2], [number], [number + 2])})
        for number in range(30)
    ]
    (kind,) = of_twins(trials)
    assert kind.name == "twins, quiet"
    rows = [kind.series(1, number) for number in range(200)]
    places = np.rint(np.array([nights.logs for nights in rows]) * 1e4).astype(int)
    assert np.all(np.diff(places.reshape(-1, 10), axis=1) % 30 == 1)
    assert len(np.unique(places)) == 30
    assert np.allclose(np.array([nights.launch for nights in rows]), np.var([-2e-4, 0, 2e-4], ddof=1) / 3)


def test_what_twins_are_drawn_from_is_told_with_its_spread_and_what_is_told_of_it_in_order():
    steps = [trial(at, noise="quiet", comparisons={"twin": comparison(*[[100 * (at >= 30) + at % 5]] * 3)})
             for at in range(60)]  # fmt: skip
    (kind,) = of_twins(steps)
    pool = pool_of(kind)
    assert (pool.trials, pool.told) == (60, 1)
    assert pool.sd == pytest.approx(np.std(kind.noise.trials.logs, ddof=1))
    assert pool.usual_sd == pytest.approx(1.4826 * np.median(np.abs(kind.noise.trials.logs - 0.0052)), rel=0.05)
    others = of_twins(steps[:59])[0]
    assert pool_of(others).digest != pool.digest
    assert pool_of(KINDS["flat, normal"]) is None


def test_trials_of_a_sitting_stand_together_and_those_of_a_fixed_plan_are_left_out():
    places = [("a", 1), ("b", 2), ("a", 3)]
    mixed = [trial(at, sitting=sitting, noise="quiet", comparisons={"twin": comparison(*[[at]] * 3)})
             for sitting, at in places]  # fmt: skip
    fixed = msgspec.structs.replace(mixed[0], fixed_launches=40)
    (kind,) = of_twins([*mixed, fixed])
    assert np.rint(kind.noise.trials.logs * 1e4).tolist() == [1, 3, 2]


def test_a_trial_that_could_not_call_its_twin_different_is_no_night():
    few = trial(0, noise="quiet", comparisons={"twin": comparison([500], [500])})
    (kind,) = of_twins([few, trial(1, noise="quiet"), trial(2, noise="quiet", comparisons={})])
    assert np.all(kind.series(1, 0).logs < 0.01)
    with pytest.raises(HarnessError, match="no real trials of identical code"):
        of_twins([few])


def test_a_detector_is_asked_for_what_has_grown_so_far():
    asked = []

    def find(series):
        asked.append([nights.logs.size for nights in series])
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
    nights = KINDS["+5 %, night sd 0.5 %"].series(1, 0)
    assert shown(nights) == [told(nights)[0].at] == [50]


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
    assert {line.kind for line in lines.series} == {*KINDS, *TWINS.values()}
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
