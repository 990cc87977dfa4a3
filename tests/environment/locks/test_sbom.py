"""A lock as a bill of materials."""

import json
import subprocess
import sys

import pytest
from cyclonedx.schema import SchemaVersion
from cyclonedx.validation.json import JsonStrictValidator

from harness.environment.locks.sbom import bill_of
from harness.failure import HarnessError

from .check.small import SmallProject

VALIDATOR = JsonStrictValidator(SchemaVersion.V1_6)


@pytest.fixture
def small(tmp_path, monkeypatch):
    small = SmallProject(tmp_path / "small")
    monkeypatch.chdir(small.folder)
    return small


def bill(small, named):
    return json.loads(bill_of(named, small.folder))


def component(written, reference):
    (found,) = (each for each in written["components"] if each["bom-ref"] == reference)
    return found


def dependencies(written, reference):
    (found,) = (each for each in written["dependencies"] if each["ref"] == reference)
    return found.get("dependsOn", [])


@pytest.mark.parametrize(
    "named", ["base", "base@conda", "base@image", "driver", "conda-lock.yml", "envs/base.lock.txt"]
)
def test_a_bill_is_valid_cyclonedx_and_the_same_each_time(small, named):
    text = bill_of(named, small.folder)
    assert VALIDATOR.validate_str(text) is None
    assert bill_of(named, small.folder) == text
    assert "timestamp" not in text


def test_another_lock_has_another_serial_number(small):
    before = bill(small, "base")
    small.write("envs/base.lock.txt", small.text("envs/base.lock.txt").replace("alpha==1.4", "alpha==1.5"))
    assert bill(small, "base")["serialNumber"] != before["serialNumber"]


def test_a_conda_package_has_its_address_its_hashes_and_what_it_needs(small):
    written = bill(small, "base@conda")
    reference = "pkg:conda/alpha@1.4?build=py312_0&channel=forge&subdir=win-64&type=conda"
    alpha = component(written, reference)
    assert alpha["purl"] == reference
    assert alpha["hashes"] == [{"alg": "MD5", "content": "b" * 32}, {"alg": "SHA-256", "content": "a" * 64}]
    assert alpha["externalReferences"][0]["url"] == "https://conda.example/forge/win-64/alpha-1.4-py312_0.conda"
    assert [each.partition("@")[0] for each in dependencies(written, reference)] == [
        "pkg:conda/beta", "pkg:conda/python", "pkg:conda/tqdm"
    ]  # fmt: skip
    assert len(written["components"]) == 10
    assert [each.partition("@")[0] for each in dependencies(written, "environment:base")] == ["pkg:conda/alpha"] * 2


def test_a_wheel_has_the_hashes_of_all_its_files_and_nothing_is_said_of_what_it_needs(small):
    written = bill(small, "base")
    alpha = component(written, "pkg:pypi/alpha@1.4")
    assert alpha["hashes"] == [{"alg": "SHA-256", "content": "c" * 64}]
    assert [each["ref"] for each in written["dependencies"]] == ["environment:base"]
    (windows,) = (each for each in written["components"] if each["name"] == "colorama")
    assert windows["purl"] == "pkg:pypi/colorama@0.4.6"
    assert windows["properties"] == [{"name": "harness:marker", "value": 'sys_platform == "win32"'}]


def test_the_digest_of_the_lock_is_the_version_of_the_environment(small):
    about = bill(small, "driver")["metadata"]["component"]
    assert (about["name"], len(about["version"])) == ("driver", 64)


@pytest.mark.parametrize(
    ("text", "message"),
    [("", "the lock is empty"), ("version: 6\n", "schema version 6"), ("version: 1\n", "metadata")],
)
def test_a_lock_that_cannot_be_read_is_refused(small, text, message):
    small.write("conda-lock.yml", text)
    with pytest.raises(HarnessError, match=message):
        bill_of("base@conda", small.folder)


@pytest.mark.parametrize(
    ("named", "message"), [("live", "this environment has no lock"), ("nope", "no environment of")]
)
def test_what_has_no_lock_has_no_bill(small, named, message):
    with pytest.raises(HarnessError, match=message):
        bill_of(named, small.folder)


def test_an_empty_lock_of_wheels_has_an_empty_bill(small):
    small.write("envs/base.lock.txt", "")
    text = bill_of("base", small.folder)
    assert VALIDATOR.validate_str(text) is None
    assert json.loads(text).get("components", []) == []


def test_a_bill_goes_to_a_file_that_is_not_there_yet(small):
    def run():
        command = [sys.executable, "-c", "from harness.cli import main; main()", "env", "sbom", "--output", "bill.json"]
        return subprocess.run(command, capture_output=True, text=True, timeout=60, check=False)

    assert run().returncode == 0
    assert small.text("bill.json") == bill_of("base", small.folder)
    small.write("bill.json", "mine")
    again = run()
    assert (again.returncode, small.text("bill.json")) == (2, "mine")
    assert "bill.json is there already" in again.stderr
    assert not list(small.folder.glob(".bill*"))
