"""Bundles from strangers: nothing but what they say they hold, and nothing outside of their folder."""

import contextlib
import stat
import struct
import threading
import time
import zipfile

import pytest

from harness.failure import HarnessError
from harness.reproduce import unpack
from harness.reproduce.unpack import unpacked

from .making import rewritten

pytestmark = pytest.mark.usefixtures("cache")


def silent(_line):
    pass


def refusal(bundle):
    with pytest.raises(HarnessError) as refused, unpacked(bundle, silent):
        pytest.fail("it was unpacked")
    assert str(bundle) in str(refused.value)
    return str(refused.value)


def with_zeros(bundle, target):
    return rewritten(bundle, target, lambda entries: entries | {"source/zeros": bytes(3_000_000)})


def leftovers(cache):
    return list((cache / "bundles").iterdir())


def test_a_bundle_lies_in_a_private_folder_while_it_is_needed(bundle, cache):
    with unpacked(bundle, silent) as folder:
        assert (folder / "source" / "suite" / "test_it.py").is_file()
        assert stat.S_IMODE(folder.stat().st_mode) == 0o700
        assert folder.is_relative_to(cache)
    assert leftovers(cache) == []


def interrupted(bundle, change=None):
    """Where a bundle was unpacked to by somebody who changed something there and was interrupted."""
    places = []
    with contextlib.suppress(KeyboardInterrupt), unpacked(bundle, silent) as folder:
        places.append(folder)
        if change:
            change(folder)
        raise KeyboardInterrupt
    return places[0]


def test_an_interruption_leaves_the_folder_for_the_run_that_goes_on(bundle):
    first = interrupted(bundle)
    said = []
    with unpacked(bundle, said.append) as second:
        assert second == first
    assert said == []


def test_a_folder_that_was_changed_meanwhile_is_unpacked_anew(bundle):
    interrupted(bundle, lambda folder: (folder / "record.json").write_text("changed"))
    with unpacked(bundle, silent) as folder:
        assert (folder / "record.json").read_text() != "changed"


def test_a_folder_that_something_was_put_into_is_unpacked_anew(bundle):
    interrupted(bundle, lambda folder: (folder / "source" / "conftest.py").write_text("evil()"))
    with unpacked(bundle, silent) as folder:
        assert not (folder / "source" / "conftest.py").exists()


def test_who_needs_a_bundle_that_somebody_works_with_waits_for_it(bundle):
    said = []

    def second():
        with unpacked(bundle, said.append) as folder:
            said.append((folder / "record.json").exists())

    with unpacked(bundle, silent) as folder:
        other = threading.Thread(target=second)
        other.start()
        while not said:
            time.sleep(0.01)
        assert (folder / "record.json").exists()
    other.join()
    assert said[0].startswith("Another process works with")
    assert said[-1] is True


@pytest.mark.parametrize(
    "name",
    ["../escaped.py", "source/../../escaped.py", "/tmp/escaped.py", "C:/escaped.py", "source\\..\\escaped.py"],
)
def test_a_file_that_would_lie_outside_is_refused(bundle, tmp_path, cache, name):
    wild = rewritten(bundle, tmp_path / "wild.zip", lambda entries: entries | {name: b"escaped"})
    assert "outside of its folder" in refusal(wild)
    assert not list(tmp_path.rglob("escaped.py"))
    assert leftovers(cache) == []


def test_a_link_is_refused(bundle, tmp_path):
    wild = tmp_path / "wild.zip"
    wild.write_bytes(bundle.read_bytes())
    with zipfile.ZipFile(wild, "a") as archive:
        entry = zipfile.ZipInfo("source/link")
        entry.external_attr = 0o120777 << 16
        archive.writestr(entry, "/etc/passwd")
    assert "is a link" in refusal(wild)


def test_the_same_name_twice_is_refused(bundle, tmp_path):
    wild = tmp_path / "wild.zip"
    wild.write_bytes(bundle.read_bytes())
    with zipfile.ZipFile(wild, "a") as archive, pytest.warns(UserWarning, match="Duplicate"):
        archive.writestr("record.json", "{}")
    assert "record.json twice" in refusal(wild)


def test_a_bundle_that_unpacks_to_too_much_is_refused(bundle, tmp_path, monkeypatch, cache):
    monkeypatch.setattr(unpack, "MOST_BYTES", 1_000_000)
    wild = with_zeros(bundle, tmp_path / "wild.zip")
    assert "unpacks to more than" in refusal(wild)
    assert leftovers(cache) == []


def test_what_an_entry_says_of_its_size_is_not_believed(bundle, tmp_path, monkeypatch, cache):
    monkeypatch.setattr(unpack, "MOST_BYTES", 1_000_000)
    honest = with_zeros(bundle, tmp_path / "honest.zip")
    lying = tmp_path / "lying.zip"
    lying.write_bytes(honest.read_bytes().replace(struct.pack("<L", 3_000_000), struct.pack("<L", 10)))
    with pytest.raises(HarnessError, match=r"damaged|unpacks to more"), unpacked(lying, silent):
        pytest.fail("it was unpacked")
    assert leftovers(cache) == []


@pytest.mark.parametrize("kept", [4, 200, 0.3, 0.7, 0.95, 0.999])
def test_a_truncated_bundle_is_damaged(bundle, tmp_path, kept):
    raw = bundle.read_bytes()
    short = tmp_path / "short.zip"
    short.write_bytes(raw[: kept if isinstance(kept, int) else int(kept * len(raw))])
    assert "damaged" in refusal(short)


@pytest.mark.parametrize("share", [0.05, 0.2, 0.35, 0.5, 0.65, 0.8, 0.9, 0.97])
def test_a_flipped_byte_is_never_taken_for_the_bundle(bundle, tmp_path, share):
    raw = bytearray(bundle.read_bytes())
    raw[int(share * len(raw))] ^= 0xFF
    flipped = tmp_path / "flipped.zip"
    flipped.write_bytes(raw)
    refusal(flipped)


def test_a_file_that_was_changed_is_named(bundle, tmp_path):
    wild = rewritten(bundle, tmp_path / "wild.zip", lambda entries: entries | {"source/suite/test_it.py": b"pass\n"})
    assert "source/suite/test_it.py is not what was bundled" in refusal(wild)


def test_a_file_that_was_put_in_is_named(bundle, tmp_path):
    wild = rewritten(bundle, tmp_path / "wild.zip", lambda entries: entries | {"source/conftest.py": b"evil()\n"})
    assert "source/conftest.py was put into it" in refusal(wild)


def test_a_file_that_was_taken_out_is_named(bundle, tmp_path):
    def without(entries):
        return {name: content for name, content in entries.items() if name != "samples.csv"}

    assert "it lacks samples.csv" in refusal(rewritten(bundle, tmp_path / "wild.zip", without))


@pytest.mark.parametrize("content", [b"", b"{", b"[]", b'{"@graph": 3}', b'{"@graph": [{"sha256": 1}]}', b"\xff"])
def test_metadata_that_are_none_are_refused(bundle, tmp_path, content):
    refusal(rewritten(bundle, tmp_path / "wild.zip", lambda entries: entries | {"ro-crate-metadata.json": content}))


def test_a_zip_of_something_else_is_no_bundle(tmp_path):
    other = tmp_path / "other.zip"
    with zipfile.ZipFile(other, "w") as archive:
        archive.writestr("photo.jpg", b"")
    assert "no bundle: it lacks record.json" in refusal(other)


def test_a_cache_that_cannot_be_written_is_named(bundle, tmp_path, monkeypatch):
    (tmp_path / "file").write_text("no folder")
    monkeypatch.setenv("HARNESS_CACHE", str(tmp_path / "file"))
    with pytest.raises(HarnessError, match="HARNESS_CACHE"), unpacked(bundle, silent):
        pytest.fail("it was unpacked")
