"""Everything that lies in a folder, counted."""

import ast
import hashlib
import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from harness.environment.verification import census as module
from harness.environment.verification.census import census


@pytest.fixture
def prefix(tmp_path):
    """A prefix with a file, a link, and a Python of its own."""
    folder = tmp_path / "prefix"
    (folder / "bin").mkdir(parents=True)
    (folder / "bin" / "python").write_bytes(b"a Python")
    (folder / "link").symlink_to("bin/python")
    return folder


def add_wheel(prefix, name, version, files, record=True):
    site = prefix / "lib" / "python3.11" / "site-packages"
    info = site / f"{name}-{version}.dist-info"
    info.mkdir(parents=True)
    (info / "METADATA").write_text(f"Metadata-Version: 2.1\nName: {name}\nVersion: {version}\n\nName: text\n")
    (info / "INSTALLER").write_text("some\n")
    for path in files:
        (site / path).parent.mkdir(parents=True, exist_ok=True)
        (site / path).write_text(path)
    if record:
        (info / "RECORD").write_text("".join(f'"{path}",,\n' if "," in path else f"{path},,\n" for path in files))


def add_conda(prefix, name, files):
    (prefix / "conda-meta").mkdir(exist_ok=True)
    about = {"name": name, "version": "1.0", "build": "h0", "files": files}
    (prefix / "conda-meta" / f"{name}-1.0-h0.json").write_text(json.dumps(about))


def owner_of(counted, path):
    index = counted["files"][path][2]
    return counted["packages"][index]["name"] if index >= 0 else None


def test_files_have_digest_and_size_and_links_their_target(prefix):
    files = census(str(prefix))["files"]
    assert files == {
        "bin/python": [hashlib.sha256(b"a Python").hexdigest(), 8, -1, ""],
        "link": ["-> bin/python", 0, -1, ""],
    }


def test_its_own_files_are_not_counted(prefix):
    for name in (module.STAMP, module.MANIFEST):
        (prefix / name).touch()
    assert census(str(prefix))["files"].keys() == {"bin/python", "link"}


def test_files_larger_than_a_chunk_are_read_whole(prefix):
    content = os.urandom(3 * (1 << 20) + 17)
    (prefix / "large").write_bytes(content)
    assert census(str(prefix))["files"]["large"][:2] == [hashlib.sha256(content).hexdigest(), len(content)]


def test_links_to_folders_and_in_circles_are_links(prefix):
    (prefix / "lib64").symlink_to("bin")
    (prefix / "circle").symlink_to("circle")
    files = census(str(prefix))["files"]
    assert (files["lib64"][0], files["circle"][0]) == ("-> bin", "-> circle")


def test_what_is_no_file_is_said_and_not_waited_for(prefix):
    os.mkfifo(prefix / "pipe")
    assert census(str(prefix))["files"]["pipe"][0] == "no regular file"


def test_names_that_are_no_text_can_be_told(prefix):
    (Path(os.fsdecode(os.fsencode(prefix) + b"/bad\xff"))).touch()
    counted = census(str(prefix))
    assert "bad\\xff" in counted["files"]
    assert json.loads(json.dumps(counted)) == counted


def test_wheels_own_what_their_record_lists_and_what_lies_in_their_folder(prefix):
    add_wheel(prefix, "alpha", "1.0", ["alpha/a.py", "../../../bin/alpha", "alpha/b,c.py"])
    add_wheel(prefix, "beta", "2.0", ["beta.py"], record=False)
    counted = census(str(prefix))
    assert [(each["name"], each["version"], each["installer"]) for each in counted["packages"]] == [
        ("alpha", "1.0", "some"),
        ("beta", "2.0", "some"),
    ]
    site = "lib/python3.11/site-packages"
    assert owner_of(counted, f"{site}/alpha/a.py") == "alpha"
    assert owner_of(counted, f"{site}/alpha/b,c.py") == "alpha"
    assert owner_of(counted, "bin/alpha") == "alpha"
    assert owner_of(counted, f"{site}/beta-2.0.dist-info/INSTALLER") == "beta"
    assert owner_of(counted, f"{site}/beta.py") is None


def test_wheels_that_another_one_contains_are_not_packages(prefix):
    add_wheel(prefix, "alpha", "1.0", ["alpha/_vendor/gamma-1.0.dist-info/METADATA"])
    assert [each["name"] for each in census(str(prefix))["packages"]] == ["alpha"]


def test_conda_packages_own_what_they_list_before_any_wheel(prefix):
    site = "lib/python3.11/site-packages"
    add_wheel(prefix, "alpha", "1.0", ["alpha/a.py"])
    add_conda(prefix, "libalpha", [f"{site}/alpha/a.py"])
    counted = census(str(prefix))
    assert counted["packages"][0] == {
        "name": "libalpha", "version": "1.0", "build": "h0", "manager": "conda", "installer": "conda",
        "record": "conda-meta/libalpha-1.0-h0.json",
    }  # fmt: skip
    assert owner_of(counted, f"{site}/alpha/a.py") == "libalpha"
    assert owner_of(counted, "conda-meta/libalpha-1.0-h0.json") == "libalpha"


@pytest.mark.parametrize(
    "text", ["", "{", "[]", "null", '{"name": "x"}', '{"name":"x","version":"1","build":"0","files":7}']
)
def test_damaged_conda_metadata_is_no_package(prefix, text):
    (prefix / "conda-meta").mkdir()
    (prefix / "conda-meta" / "x.json").write_text(text)
    assert census(str(prefix))["packages"] == []


def test_the_python_beneath_a_virtual_environment_is_counted_with_its_library(prefix, tmp_path):
    beneath = tmp_path / "beneath"
    for path, content in {"bin/python3.11": b"program", "lib/libpython3.11.so.1.0": b"library"}.items():
        (beneath / path).parent.mkdir(parents=True, exist_ok=True)
        (beneath / path).write_bytes(content)
    (beneath / "lib" / "libpython3.12.so").touch()
    (prefix / "lib" / "python3.11").mkdir(parents=True)
    (prefix / "bin" / "python").unlink()
    (prefix / "bin" / "python").symlink_to(beneath / "bin" / "python3.11")
    assert census(str(prefix))["interpreter"] == {
        "path": str(beneath / "bin" / "python3.11"),
        "content": hashlib.sha256(b"program").hexdigest(),
        "libraries": {str(beneath / "lib" / "libpython3.11.so.1.0"): hashlib.sha256(b"library").hexdigest()},
    }


def test_an_empty_and_a_missing_folder_have_no_files(tmp_path):
    assert census(str(tmp_path))["files"] == {}
    assert census(str(tmp_path / "nowhere"))["packages"] == []


def test_its_text_alone_tells_the_same(prefix):
    add_wheel(prefix, "alpha", "1.0", ["alpha/a.py"])
    add_conda(prefix, "libalpha", ["link"])
    text = Path(module.__file__).read_text(encoding="utf-8")
    command = [sys.executable, "-I", "-S", "-c", text, str(prefix)]
    said = subprocess.run(command, capture_output=True, text=True, check=True)
    assert json.loads(said.stdout) == census(str(prefix))


def test_its_text_is_written_for_old_pythons():
    ast.parse(Path(module.__file__).read_text(encoding="utf-8"), feature_version=(3, 7))
