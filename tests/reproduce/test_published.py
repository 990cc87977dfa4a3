"""A record from wherever it was published."""

import functools
import http.server
import threading

import pytest

from harness.failure import HarnessError
from harness.record import Store
from harness.record.document import to_bytes
from harness.reproduce.published import published

from .making import LOCK, record_of

pytestmark = pytest.mark.usefixtures("cache")


def silent(_line):
    pass


@pytest.fixture
def store(tmp_path):
    return Store(tmp_path / "store")


@pytest.fixture
def record(project):
    return record_of(project)


@pytest.fixture
def theirs(tmp_path, record):
    """Somebody else's store, with the record and its lock."""
    kept = Store(tmp_path / "theirs")
    kept.keep_lock(LOCK)
    return kept.write(record)


@pytest.fixture
def served(theirs):
    """The address of that store's record on a web server."""

    class Quiet(http.server.SimpleHTTPRequestHandler):
        def log_message(self, *_arguments):
            pass

    handler = functools.partial(Quiet, directory=str(theirs.parent.parent))
    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), handler)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield f"http://127.0.0.1:{server.server_port}/records/{theirs.name}"
    server.shutdown()


def locks(found, record):
    for finder in found.finders:
        try:
            return finder(record.environment.lock_digest)
        except HarnessError:
            continue
    return None


def test_an_id_is_looked_up_in_the_store(store, record):
    store.write(record)
    with published(record.id[-4:], store, silent) as found:
        assert found.record == record
        assert found.bundle is None


def test_a_file_is_read_and_its_store_has_the_lock(theirs, store, record):
    with published(str(theirs), store, silent) as found:
        assert found.record == record
        assert locks(found, record) == LOCK


def test_a_file_without_a_suffix_is_known_as_one(tmp_path, store, record, monkeypatch):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "record").write_bytes(to_bytes(record))
    with published("record", store, silent) as found:
        assert found.record == record


def test_a_bundle_is_known_by_its_content(bundle, store, tmp_path):
    renamed = tmp_path / "renamed.json"
    renamed.write_bytes(bundle.read_bytes())
    with published(str(renamed), store, silent) as found:
        assert (found.bundle / "source" / "suite" / "test_it.py").is_file()
        assert locks(found, found.record) == LOCK


def test_an_address_is_fetched_and_the_lock_beside_it(served, store, record):
    with published(served, store, silent) as found:
        assert found.record == record
        assert locks(found, record) == LOCK


def test_a_file_address_is_fetched_too(theirs, store, record):
    with published(theirs.as_uri(), store, silent) as found:
        assert found.record == record
        assert locks(found, record) == LOCK


@pytest.mark.parametrize(
    "name", ["no-such.json", "no/such.zip", "7f3a", "file:///no/such.json", "nosuch://bucket/it.json", "s3://a/b.json"]
)
def test_a_record_that_is_not_there_is_named(store, name):
    with pytest.raises(HarnessError, match=name), published(name, store, silent):
        pytest.fail("it was found")


def test_an_address_that_is_not_there_is_named(served, store):
    address = served.replace("records/", "records/not-")
    with pytest.raises(HarnessError, match="404"), published(address, store, silent):
        pytest.fail("it was found")


@pytest.mark.parametrize("content", [b"", b"PK", b"PK\x03\x04nothing", b"{", b"[]", b"\xff\xfe", b'{"id": 1}'])
def test_a_file_that_is_no_record_is_named(tmp_path, store, content):
    path = tmp_path / "it.json"
    path.write_bytes(content)
    with pytest.raises(HarnessError, match=r"it\.json"), published(str(path), store, silent):
        pytest.fail("it was read")


def test_a_folder_is_no_record(tmp_path, store):
    with pytest.raises(HarnessError, match="cannot be read"), published(str(tmp_path), store, silent):
        pytest.fail("it was read")
