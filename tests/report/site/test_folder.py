"""The folder that a site lies in: ours or refused, and whole at any moment."""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from harness.failure import HarnessError
from harness.report.site import SiteFolder
from harness.report.site.folder import MANIFEST


def names(folder):
    return sorted(str(path.relative_to(folder)) for path in folder.rglob("*") if path.is_file() and path.name[0] != ".")


def test_what_is_written_is_there_and_what_is_the_same_is_left_alone(tmp_path):
    with SiteFolder(tmp_path / "site") as folder:
        folder.write("a/b.html", b"one")
        folder.finish("first")
    stamp = (tmp_path / "site" / "a" / "b.html").stat().st_mtime_ns
    with SiteFolder(tmp_path / "site") as folder:
        assert folder.whole == "first"
        folder.write("a/b.html", b"one")
        folder.write("c.html", b"two")
        folder.finish("second")
        assert (folder.written, folder.kept) == (1, 1)
    assert (tmp_path / "site" / "a" / "b.html").stat().st_mtime_ns == stamp
    assert names(tmp_path / "site") == ["a/b.html", "c.html", MANIFEST]


def test_pages_that_a_build_has_no_more_are_removed_and_what_others_put_there_stays(tmp_path):
    with SiteFolder(tmp_path) as folder:
        folder.write("old.html", b"")
        folder.write("kept.html", b"")
        folder.finish("first")
    (tmp_path / "CNAME").write_text("of the host")
    with SiteFolder(tmp_path) as folder:
        folder.write("kept.html", b"")
        folder.finish("second")
    assert names(tmp_path) == ["CNAME", MANIFEST, "kept.html"]


def test_a_page_made_from_the_same_is_current_unless_it_is_gone(tmp_path):
    with SiteFolder(tmp_path) as folder:
        folder.write("a.html", b"", "inputs")
        folder.finish("")
    with SiteFolder(tmp_path) as folder:
        assert folder.is_current("a.html", "inputs")
        assert not folder.is_current("a.html", "others")
        assert not folder.is_current("b.html", "inputs")
        (tmp_path / "a.html").unlink()
        assert not folder.is_current("a.html", "inputs")


def test_a_page_that_is_kept_is_there_after_the_build(tmp_path):
    with SiteFolder(tmp_path) as folder:
        folder.write("a.html", b"", "inputs")
        folder.finish("")
    with SiteFolder(tmp_path) as folder:
        folder.keep("a.html")
        folder.finish("")
        assert (folder.kept, folder.removed) == (1, 0)
    assert names(tmp_path) == ["a.html", MANIFEST]


def test_a_build_anew_writes_also_what_is_the_same_and_is_not_whole_until_it_has_ended(tmp_path):
    with SiteFolder(tmp_path) as folder:
        folder.write("a.html", b"one", "inputs")
        folder.finish("first")
    (tmp_path / "a.html").write_bytes(b"edited")
    with SiteFolder(tmp_path) as folder:
        folder.begin(anew=True)
        assert b'"whole":""' in (tmp_path / MANIFEST).read_bytes()
        assert not folder.is_current("a.html", "inputs")
        folder.write("a.html", b"one", "inputs")
        folder.finish("second")
    assert (tmp_path / "a.html").read_bytes() == b"one"


@pytest.mark.parametrize("harm", [lambda page: page.unlink(), lambda page: page.write_bytes(b"edited")])
def test_a_site_of_which_a_page_is_gone_or_another_is_not_whole_and_is_mended(tmp_path, harm):
    with SiteFolder(tmp_path) as folder:
        folder.write("a.html", b"one", "inputs")
        folder.write("b.html", b"two", "inputs")
        folder.finish("first")
    harm(tmp_path / "a.html")
    with SiteFolder(tmp_path) as folder:
        assert folder.whole == ""
        assert [folder.is_current(page, "inputs") for page in ("a.html", "b.html")] == [False, True]
        folder.write("a.html", b"one", "inputs")
        folder.keep("b.html")
        folder.finish("first")
    assert (tmp_path / "a.html").read_bytes() == b"one"
    shutil.copytree(tmp_path, tmp_path / "copy")
    with SiteFolder(tmp_path / "copy") as folder:
        assert folder.whole == "first"


def test_a_folder_in_place_of_a_page_is_named(tmp_path):
    (tmp_path / MANIFEST).write_bytes(b'{"made_by": "scaling-harness"}')
    (tmp_path / "a.html").mkdir()
    with SiteFolder(tmp_path) as folder, pytest.raises(HarnessError, match=f"{tmp_path / 'a.html'} can't be written"):
        folder.write("a.html", b"one")


def test_what_a_killed_build_left_half_written_is_removed(tmp_path):
    with SiteFolder(tmp_path) as folder:
        folder.write("cases/sums/2029.js", b"")
        folder.finish("")
    left = [tmp_path / name for name in (".index.html.1.part", "cases/sums/.2029.js.1.part")]
    for path in left:
        path.write_bytes(b"half")
    with SiteFolder(tmp_path):
        assert not any(path.exists() for path in left)


def test_a_folder_with_anything_else_is_refused_and_stays_as_it_is(tmp_path):
    (tmp_path / "thesis.tex").write_text("years of work")
    with pytest.raises(HarnessError, match=r"isn't empty, and no site .*Nothing was written"), SiteFolder(tmp_path):
        pytest.fail("it was opened")
    assert [path.name for path in tmp_path.iterdir()] == ["thesis.tex"]


@pytest.mark.parametrize(
    ("manifest", "said"), [(b"{", "damaged"), (b'{"made_by": "another"}', "another program"), (b"\xff", "damaged")]
)
def test_a_manifest_that_is_none_of_ours_is_refused(tmp_path, manifest, said):
    (tmp_path / MANIFEST).write_bytes(manifest)
    with pytest.raises(HarnessError, match=said), SiteFolder(tmp_path):
        pytest.fail("it was opened")
    assert (tmp_path / MANIFEST).read_bytes() == manifest


def test_two_builds_at_once_are_one_too_many(tmp_path):
    with SiteFolder(tmp_path) as folder:
        second = SiteFolder(tmp_path)
        with pytest.raises(HarnessError, match="being written by another"):
            second.__enter__()
        folder.write("a.html", b"")
        folder.finish("")
    with SiteFolder(tmp_path) as folder:
        assert folder.whole == ""


def test_a_file_in_place_of_the_folder_is_said(tmp_path):
    (tmp_path / "site").write_text("")
    with pytest.raises(HarnessError, match="can't be written"), SiteFolder(tmp_path / "site"):
        pytest.fail("it was opened")


@pytest.mark.skipif(not Path("/proc/version").exists(), reason="needs a folder that nobody may write")
def test_a_folder_that_may_not_be_written_is_said():
    with pytest.raises(HarnessError, match=r"can't be written: .*name another folder"), SiteFolder("/proc/site"):
        pytest.fail("it was opened")


def test_a_full_disk_is_said_and_what_was_there_stays(tmp_path):
    place = tmp_path / "small"
    place.mkdir()
    command = ["mount", "-t", "tmpfs", "-o", "size=64k", "tmpfs", str(place)]
    if subprocess.run(command, check=False, capture_output=True).returncode:
        pytest.skip("no file system can be mounted here")
    try:
        with SiteFolder(place / "site") as folder:
            folder.write("a.html", b"small")
            folder.finish("first")
        with SiteFolder(place / "site") as folder:
            folder.begin()
            with pytest.raises(HarnessError, match=r"no room .*goes on from here"):
                folder.write("a.html", b"x" * 200_000)
        assert (place / "site" / "a.html").read_bytes() == b"small"
        assert names(place / "site") == ["a.html", MANIFEST]
        with SiteFolder(place / "site") as folder:
            assert folder.whole == ""
            folder.write("a.html", b"smaller")
            folder.finish("second")
    finally:
        subprocess.run(["umount", str(place)], check=True)


def test_a_build_that_is_killed_leaves_whole_pages_and_the_next_one_goes_on(tmp_path):
    code = (
        "import sys; from harness.report.site import SiteFolder\n"
        "with SiteFolder(sys.argv[1]) as folder:\n"
        "    folder.begin()\n"
        "    for number in range(10**6):\n"
        "        folder.write(f'runs/{number % 50}.html', b'%d;' % number * 5000)\n"
    )
    writer = subprocess.Popen([sys.executable, "-c", code, tmp_path / "site"])
    deadline = time.monotonic() + 60
    while not (tmp_path / "site" / "runs" / "40.html").exists() and time.monotonic() < deadline:
        time.sleep(0.01)
    os.kill(writer.pid, signal.SIGKILL)
    writer.wait()
    pages = list((tmp_path / "site" / "runs").glob("[!.]*.html"))
    assert len(pages) > 40
    for page in pages:
        first = page.read_bytes().partition(b";")[0]
        assert page.read_bytes() == first + b";" + (first + b";") * 4999
    with SiteFolder(tmp_path / "site") as folder:
        assert folder.whole == ""
        folder.write("runs/0.html", b"again")
        folder.finish("whole")
    assert not list((tmp_path / "site").rglob(".*.part"))
