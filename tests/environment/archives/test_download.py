"""Archives come over the network or from a folder, and none is let in that isn't what was locked."""

import fcntl
import hashlib
import os

import pytest

from harness.environment.archives.archive import Archive, faults
from harness.environment.archives.download import fetch
from harness.failure import HarnessError

pytestmark = pytest.mark.usefixtures("no_proxy")

CONTENT = os.urandom(3_000_000)


def archive_at(url, content=CONTENT):
    return Archive(file_name=url.rpartition("/")[2], url=url, sha256=hashlib.sha256(content).hexdigest())


def quietly(_line):
    pass


def test_what_was_locked_arrives_with_its_folders(web, tmp_path):
    web.offered["/a.conda"] = CONTENT
    fetch([(archive_at(f"{web.url}/a.conda"), tmp_path / "deep" / "a.conda")], quietly)
    assert (tmp_path / "deep" / "a.conda").read_bytes() == CONTENT
    assert [path.name for path in (tmp_path / "deep").iterdir()] == ["a.conda"]


def test_what_breaks_off_is_asked_for_again(web, tmp_path):
    web.offered["/broken.conda"], web.broken["/broken.conda"] = CONTENT, 2
    fetch([(archive_at(f"{web.url}/broken.conda"), tmp_path / "a.conda")], quietly)
    assert (tmp_path / "a.conda").read_bytes() == CONTENT


def test_everything_that_cannot_be_had_is_named_and_the_rest_arrives(web, tmp_path):
    web.offered["/good.conda"], web.offered["/other.conda"] = CONTENT, CONTENT[:-1] + b"x"
    web.offered["/cut.conda"], web.broken["/cut.conda"] = CONTENT, 99
    names = ("good", "other", "cut", "gone")
    wanted = [(archive_at(f"{web.url}/{name}.conda"), tmp_path / f"{name}.conda") for name in names]
    wanted.append((archive_at((tmp_path / "no such file.conda").as_uri()), tmp_path / "copied.conda"))
    with pytest.raises(HarnessError) as refused:
        fetch(wanted, quietly)
    said = str(refused.value)
    assert said.startswith("4 of 5 archives can't be had:\n")
    assert f"- {web.url}/other.conda: what is offered isn't what was locked (its SHA-256 is" in said
    assert f"- {web.url}/cut.conda: it can't be reached (" in said
    assert f"- {web.url}/gone.conda: it says 404" in said
    assert "no%20such%20file.conda: it can't be read (No such file or directory)" in said
    assert [path.name for path in tmp_path.iterdir()] == ["good.conda"]


def test_a_host_that_never_answers_is_given_up_at_once(tmp_path):
    wanted = [(archive_at(f"http://user:secret@127.0.0.1:9/{each}.conda"), tmp_path / f"{each}") for each in range(200)]
    with pytest.raises(HarnessError) as refused:
        fetch(wanted, quietly)
    first, second, _way_out = str(refused.value).splitlines()
    assert first == "200 of 200 archives can't be had:"
    assert second == "- 127.0.0.1:9 can't be reached (Request failed after 3 retries): 200 archives of it"


def test_what_a_killed_process_left_is_removed_and_what_a_living_one_writes_is_not(web, tmp_path):
    web.offered["/a.conda"] = CONTENT
    (tmp_path / ".a.conda.1.part").write_bytes(b"left")
    (tmp_path / ".a.conda.2.part").write_bytes(b"being written")
    with (tmp_path / ".a.conda.2.part").open("ab") as living:
        fcntl.flock(living, fcntl.LOCK_EX)
        fetch([(archive_at(f"{web.url}/a.conda"), tmp_path / "a.conda")], quietly)
    assert sorted(path.name for path in tmp_path.iterdir()) == [".a.conda.2.part", "a.conda"]


def test_secrets_in_an_address_stay_out_of_messages(web, tmp_path):
    host = web.url.removeprefix("http://")
    wanted = [(archive_at(f"http://user:secret@{host}/t/secret-token/x.conda"), tmp_path / "x.conda")]
    with pytest.raises(HarnessError) as refused:
        fetch(wanted, quietly)
    assert f"http://{host}/x.conda: it says 404" in str(refused.value)
    assert "secret" not in str(refused.value)


def test_a_folder_that_cannot_be_made_is_an_error_of_the_disk(web, tmp_path):
    web.offered["/a.conda"] = CONTENT
    (tmp_path / "file").touch()
    with pytest.raises(OSError, match=r"Not a directory|File exists"):
        fetch([(archive_at(f"{web.url}/a.conda"), tmp_path / "file" / "a.conda")], quietly)


def test_files_that_are_not_what_they_should_be_are_told_apart(tmp_path):
    good, bad, folder = tmp_path / "good", tmp_path / "bad", tmp_path / "folder"
    good.write_bytes(b"good")
    bad.write_bytes(b"bad")
    folder.mkdir()
    digest = hashlib.sha256(b"good").hexdigest()
    found = faults((path, (digest,)) for path in (good, bad, folder, tmp_path / "gone"))
    assert list(found) == [bad, folder, tmp_path / "gone"]
    assert found[bad].startswith("damaged: its SHA-256 is ")
    assert found[folder] == "can't be read (Is a directory)"
    assert found[tmp_path / "gone"] == "missing"
