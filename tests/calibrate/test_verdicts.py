"""Findings of a calibration, kept and counted."""

import msgspec
import pytest

from harness.calibrate.bench import Trial
from harness.calibrate.verdicts import Finding, appendable, kept, tally
from harness.failure import HarnessError
from harness.record.schema import Verdict

TRIAL = Trial(launches=3, blocks=10)


def finding(number, *, noise="hog", different=False, verdict=Verdict.INCONCLUSIVE, trial=TRIAL):
    return Finding(
        noise=noise, number=number, trial=trial, launch_ratios=[1.0, 1.01, 0.99], verdict=verdict, different=different
    )


def keep(path, *findings):
    with appendable(path) as file:
        for each in findings:
            file.write(msgspec.json.encode(each) + b"\n")


def test_findings_are_read_back_as_they_were_kept(tmp_path):
    path = tmp_path / "results" / "findings.jsonl"
    keep(path, finding(0), finding(1, different=True))
    assert kept(path, "hog", TRIAL) == [finding(0), finding(1, different=True)]


def test_other_noises_and_other_plans_are_other_calibrations(tmp_path):
    path = tmp_path / "findings.jsonl"
    keep(path, finding(0, noise="quiet"), finding(0, trial=Trial(launches=6, blocks=10)), finding(0))
    assert kept(path, "hog", TRIAL) == [finding(0)]


def test_a_line_torn_by_a_kill_is_cut_off_before_more_is_kept(tmp_path):
    path = tmp_path / "findings.jsonl"
    keep(path, finding(0))
    with path.open("ab") as file:
        file.write(b'{"noise":"ho')
    keep(path, finding(1))
    assert kept(path, "hog", TRIAL) == [finding(0), finding(1)]


def test_a_file_that_is_something_else_is_named_with_its_line(tmp_path):
    path = tmp_path / "findings.jsonl"
    path.write_text('{"noise": 1}\n')
    with pytest.raises(HarnessError, match=r"findings\.jsonl:1"):
        kept(path, "hog", TRIAL)


def test_a_file_that_cannot_be_written_is_named(tmp_path):
    (tmp_path / "file").write_text("")
    with pytest.raises(HarnessError, match="--file"), appendable(tmp_path / "file" / "findings.jsonl"):
        pass


def test_alarms_are_counted_with_and_without_the_margin():
    found = tally("hog", [finding(0), finding(1, different=True), finding(2, different=True, verdict=Verdict.SLOWER)])
    assert (found.trials, found.different, found.beyond_margin) == (3, 2, 1)
