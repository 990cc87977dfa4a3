"""Findings of a calibration, kept as they are found."""

import errno
import os
import subprocess
import sys

import pytest

from harness.calibrate.findings import appendable, read
from harness.failure import HarnessError
from tests.calibrate.making import sitting, trial


def keep(path, *lines):
    with appendable(path) as (_, keeper):
        for line in lines:
            keeper.keep(line)


def test_findings_are_read_back_as_they_were_kept(tmp_path):
    path = tmp_path / "results" / "findings.jsonl"
    keep(path, sitting(), trial(0), trial(1, different=True))
    found = read([path])
    assert found.sittings == [sitting()]
    assert found.harness == [trial(0), trial(1, different=True)]


def test_findings_of_several_files_come_together(tmp_path):
    keep(tmp_path / "one.jsonl", trial(0))
    keep(tmp_path / "other.jsonl", trial(1))
    assert [each.number for each in read([tmp_path / "one.jsonl", tmp_path / "other.jsonl"]).harness] == [0, 1]


def test_what_a_file_has_is_told_to_who_goes_on_with_it(tmp_path):
    keep(tmp_path / "findings.jsonl", trial(0))
    with appendable(tmp_path / "findings.jsonl") as (before, _):
        assert before.harness == [trial(0)]


@pytest.mark.parametrize("torn", [b'{"is":"har', b"{", b'{"is":"sitting","id":1}'])
def test_a_line_torn_by_a_kill_is_cut_off_before_more_is_kept(tmp_path, torn):
    path = tmp_path / "findings.jsonl"
    keep(path, trial(0))
    with path.open("ab") as file:
        file.write(torn)
    assert read([path]).harness == [trial(0)]
    keep(path, trial(1))
    assert read([path]).harness == [trial(0), trial(1)]


def test_a_first_line_torn_by_a_kill_leaves_an_empty_file(tmp_path):
    path = tmp_path / "findings.jsonl"
    path.write_bytes(b'{"i')
    keep(path, trial(0))
    assert read([path]).harness == [trial(0)]


@pytest.mark.parametrize("content", [b'{"is": 1}\n', b"no finding", b"\xff\n", b'{"is":"harness"}\n', b"[]\n"])
def test_a_file_that_is_something_else_is_named_with_its_line_and_stays_as_it_is(tmp_path, content):
    path = tmp_path / "findings.jsonl"
    path.write_bytes(content)
    with pytest.raises(HarnessError, match=r"findings\.jsonl:1: .*Choose another file"), appendable(path):
        pass
    assert path.read_bytes() == content


def test_a_damaged_line_in_the_middle_is_named(tmp_path):
    path = tmp_path / "findings.jsonl"
    keep(path, trial(0))
    path.write_bytes(path.read_bytes() + b"{\n" + path.read_bytes())
    with pytest.raises(HarnessError, match=r"findings\.jsonl:2"):
        read([path])


def test_a_file_that_cannot_be_written_is_named(tmp_path):
    (tmp_path / "file").write_text("")
    with pytest.raises(HarnessError, match="--file"), appendable(tmp_path / "file" / "findings.jsonl"):
        pass


def test_a_file_that_is_not_there_cannot_be_read(tmp_path):
    with pytest.raises(HarnessError, match="cannot be read"):
        read([tmp_path / "findings.jsonl"])


def test_a_full_disk_is_told(tmp_path, monkeypatch):
    def full(*_):
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    with appendable(tmp_path / "findings.jsonl") as (_, keeper):
        monkeypatch.setattr(os, "write", full)
        with pytest.raises(HarnessError, match="No space left"):
            keeper.keep(trial(0))


def test_two_calibrations_at_once_do_not_share_a_file(tmp_path):
    path = tmp_path / "findings.jsonl"
    script = (
        "import sys; from pathlib import Path; from harness.calibrate.findings import appendable\n"
        f"with appendable(Path({str(path)!r})): print('here', flush=True); sys.stdin.read()"
    )
    other = subprocess.Popen([sys.executable, "-c", script], stdin=subprocess.PIPE, stdout=subprocess.PIPE)
    try:
        assert other.stdout.readline() == b"here\n"
        with pytest.raises(HarnessError, match="another calibration"), appendable(path):
            pass
    finally:
        other.communicate()
    with appendable(path):
        pass
