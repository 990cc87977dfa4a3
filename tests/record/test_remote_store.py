"""Stores on other machines: a real OpenSSH server, a server that speaks S3, and fsspec's memory."""

import itertools
import os
import subprocess
import sys
from pathlib import Path

import fsspec  # noqa: F401 - its registry is looked into
import msgspec
import pytest
from builders import LOCK_DIGEST, RUN_ID, make_record

from harness.failure import HarnessError
from harness.record import Store
from harness.record.index import Index
from harness.record.results import results_of
from harness.record.schema import Anchor
from harness.record.variances import RunVariances

from .servers import make_bucket, refuse_from_now_on, sftp_address, start_s3, start_sshd

NUMBERS = itertools.count()
ANCHOR = Anchor(
    number=1, commit="c" * 40, tag="v1", address="base@wheels", lock_digest=LOCK_DIGEST,
    made="2026-11-22T15:03:12+00:00", why="the first",
)  # fmt: skip
NOISE = RunVariances(run=RUN_ID, machine_digest="sha256:" + "ab" * 32, software_digest="sha256:cd", cases=[])


@pytest.fixture(scope="module")
def ssh_home(tmp_path_factory):
    return tmp_path_factory.mktemp("ssh")


@pytest.fixture(scope="module")
def sshd(ssh_home):
    server = start_sshd(ssh_home)
    yield server
    server.stop()


@pytest.fixture(scope="module")
def s3(tmp_path_factory):
    server = start_s3(tmp_path_factory.mktemp("s3"))
    yield server
    server.stop()


@pytest.fixture(autouse=True)
def surroundings(tmp_path, monkeypatch):
    monkeypatch.setenv("HARNESS_CACHE", str(tmp_path / "cache"))
    for name in ("SSH_AUTH_SOCK", "AWS_PROFILE", "AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("NO_PROXY", "127.0.0.1")


@pytest.fixture
def at_sftp(request, tmp_path, monkeypatch, ssh_home):
    monkeypatch.setenv("HOME", str(ssh_home))
    return sftp_address(request.getfixturevalue("sshd"), tmp_path / "far" / "store")


@pytest.fixture
def at_s3(request, monkeypatch):
    server = request.getfixturevalue("s3")
    monkeypatch.setenv("AWS_ENDPOINT_URL", f"http://127.0.0.1:{server.port}")
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", "tests")
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "tests")
    monkeypatch.setenv("AWS_DEFAULT_REGION", "us-east-1")
    bucket = f"bucket-{next(NUMBERS)}"
    make_bucket(server, bucket)
    return f"s3://{bucket}/store"


@pytest.fixture(params=["memory", "sftp", "s3"])
def address(request):
    if request.param == "memory":
        return f"memory://store-{next(NUMBERS)}"
    return request.getfixturevalue(f"at_{request.param}")


def test_all_that_a_store_keeps_is_read_back(address):
    store = Store(address)
    assert (store.ids(), store.anchors(), store.variances_of(NOISE.machine_digest)) == ([], [], ([], []))
    assert not store.has(RUN_ID)
    assert not store.is_there()
    digest = store.keep_lock("numpy==2.3.5\n")
    store.keep_variances(NOISE)
    store.keep_anchor(ANCHOR)
    assert store.write(make_record()) == f"{address}/records/{RUN_ID}.json"
    again = Store(f"{address}/")
    assert again.ids() == [RUN_ID]
    assert again.has(RUN_ID)
    assert again.is_there()
    assert again.read("7f3a") == make_record()
    assert again.lock(digest) == "numpy==2.3.5\n"
    assert again.anchors() == [ANCHOR]
    assert again.variances_of(NOISE.machine_digest) == ([NOISE], [])
    assert again.waiting() == []


def test_a_record_is_never_changed_there_either(address):
    store = Store(address)
    store.write(make_record())
    with pytest.raises(HarnessError, match="is there already, with another content than"):
        store.write(make_record(measured_s=1.0))
    assert Store(address).read(RUN_ID) == make_record()
    with pytest.raises(HarnessError, match="no record '7f3b' in the store"):
        store.read("7f3b")


def test_a_lock_is_replaced_and_a_damaged_one_is_said(address):
    store = Store(address)
    digest = store.keep_lock("numpy==2.3.5\n")
    store.place.replace(f"locks/{digest}.txt", b"half")
    with pytest.raises(HarnessError, match=r"locks/.*damaged"):
        store.lock(digest)
    store.keep_lock("numpy==2.3.5\n")
    assert store.lock(digest) == "numpy==2.3.5\n"


def test_the_index_of_a_store_elsewhere_reads_only_what_is_new_and_names_what_is_damaged(address, monkeypatch):
    store = Store(address)
    store.write(make_record())
    assert Index(store).results() == results_of(make_record())
    second = make_record(run="20261123T150312Z-7f3b")
    store.write(second)
    store.place.write_new("records/20261124T150312Z-7f3c.json", b"{")
    index = Index(Store(address))
    assert list(index.runs()) == [RUN_ID, second.id]
    ((path, why),) = [(damaged.path, damaged.why) for damaged in index.damaged]
    assert path == f"{address}/records/20261124T150312Z-7f3c.json"
    assert why.startswith("truncated")
    store.place.remove(f"records/{RUN_ID}.json")
    monkeypatch.setattr(Store, "_read", None)  # nothing new is there to be read
    assert list(Index(Store(address)).runs()) == [second.id]


def test_four_writers_at_once_lose_nothing_and_the_same_record_is_there_once(request, address):
    if address.startswith("memory"):
        pytest.skip("is each process's own")
    code = (
        "import sys; sys.path[:0] = sys.argv[3:]; from harness.record import Store; from builders import make_record\n"
        "store = Store(sys.argv[1])\n"
        "for number in range(5): store.write(make_record(run=f'{sys.argv[2]}-{number}', scale=sys.argv[2]))\n"
        "try: store.write(make_record(scale=sys.argv[2]))\n"
        "except Exception as fault: print(fault)"
    )
    here = [str(Path(__file__).parents[1]), str(Path(__file__).parents[2])]
    writers = [
        subprocess.Popen(
            [sys.executable, "-c", code, address, name, *here], stdout=-1, env={**os.environ, "HARNESS_CACHE": name},
            cwd=request.getfixturevalue("tmp_path"),
        )
        for name in "abcd"
    ]  # fmt: skip
    said = [writer.communicate()[0].decode() for writer in writers]
    assert [writer.returncode for writer in writers] == [0] * 4
    assert sum("is there already" in each for each in said) == 3
    store = Store(address)
    assert store.ids() == sorted([RUN_ID, *(f"{name}-{number}" for name in "abcd" for number in range(5))])
    assert store.read("c-3") == make_record(run="c-3", scale="c")
    assert Index(store).damaged == []
    assert [entry.name for entry in store.place.files("records") if entry.name.startswith(".")] == []


def test_a_record_that_a_bucket_refuses_is_kept_here_and_goes_there_later(at_s3, s3):
    store = Store(at_s3)
    store.keep_lock("numpy==2.3.5\n")
    refuse_from_now_on(s3)
    try:
        digest = store.keep_lock("scipy==1.16\n")
        with pytest.raises(HarnessError) as refused:
            store.write(make_record())
    finally:
        refuse_from_now_on(s3, after=10**9)
    said = str(refused.value)
    assert "it refuses" in said
    assert f"`harness store push --store {at_s3}`" in said
    kept = next(line for line in said.split() if line.endswith(f"{RUN_ID}.json."))
    assert msgspec.json.decode(Path(kept.rstrip(".")).read_bytes())["id"] == RUN_ID
    assert store.has(RUN_ID)
    assert store.waiting() == [f"locks/{digest}.txt", f"records/{RUN_ID}.json"]
    assert Store(at_s3).push() == [f"locks/{digest}.txt", f"records/{RUN_ID}.json"]
    assert Store(at_s3).read(RUN_ID) == make_record()
    assert Store(at_s3).waiting() == []


def test_a_bucket_that_is_not_there_is_said(at_s3):
    with pytest.raises(HarnessError, match="there is no bucket 'no-such'"):
        Store("s3://no-such/store").ids()
    with pytest.raises(HarnessError, match="Nothing is lost"):
        Store("s3://no-such/store").write(make_record())


def test_no_credentials_are_said(at_s3, monkeypatch):
    for name in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"):
        monkeypatch.delenv(name)
    monkeypatch.setenv("AWS_EC2_METADATA_DISABLED", "true")
    monkeypatch.setenv("HOME", "/nowhere")
    with pytest.raises(HarnessError, match=r"credentials.*AWS_ACCESS_KEY_ID"):
        Store(at_s3).ids()


@pytest.fixture
def at_home_with(tmp_path, ssh_home, monkeypatch):
    """Moves to a home that has nothing of ssh's but the file that is named."""

    def move(name):
        home = tmp_path / "home"
        (home / ".ssh").mkdir(parents=True)
        (home / ".ssh" / name).write_bytes((ssh_home / ".ssh" / name).read_bytes())
        monkeypatch.setenv("HOME", str(home))

    return move


def test_a_host_whose_key_is_not_known_is_refused(at_sftp, at_home_with):
    at_home_with("id_ed25519")
    with pytest.raises(HarnessError, match=r"this host isn't known.*ssh-keyscan -p \d+ 127.0.0.1"):
        Store(at_sftp).ids()


def test_a_key_that_is_not_taken_is_said(at_sftp, at_home_with):
    at_home_with("known_hosts")
    with pytest.raises(HarnessError, match=r"doesn't take our credentials.*~/\.ssh/config"):
        Store(at_sftp).ids()


def test_a_host_of_the_user_s_configuration_is_found(at_sftp, tmp_path, ssh_home, sshd, monkeypatch):
    (ssh_home / ".ssh" / "config").write_text(f"Host archive\n  HostName 127.0.0.1\n  Port {sshd.port}\n")
    try:
        Store(f"sftp://archive{tmp_path}/far/store").write(make_record())
    finally:
        (ssh_home / ".ssh" / "config").unlink()
    assert Store(at_sftp).ids() == [RUN_ID]


def test_a_connection_that_was_lost_is_made_anew(at_sftp):
    store = Store(at_sftp)
    store.write(make_record())
    store.place._connected[0].client.close()
    assert store.ids() == [RUN_ID]


@pytest.mark.parametrize(
    ("address", "said"),
    [
        ("sftp://127.0.0.1:1/x", "nobody answers"),
        ("sftp://no-such-host.invalid/x", "no such host"),
        ("carrier-pigeon://coop/x", "nothing is known of carrier-pigeon://"),
    ],
)
def test_what_cannot_be_reached_is_said(address, said):
    with pytest.raises(HarnessError, match=said):
        Store(address).ids()


def test_a_missing_package_is_named(monkeypatch):
    monkeypatch.delitem(sys.modules["fsspec.registry"]._registry, "s3", raising=False)
    monkeypatch.setitem(sys.modules, "s3fs", None)
    with pytest.raises(HarnessError, match="python -m pip install s3fs"):
        Store("s3://bucket/store").ids()


def test_a_password_is_shown_to_nobody():
    store = Store("sftp://me:secret@127.0.0.1:1/x")
    with pytest.raises(HarnessError) as refused:
        store.ids()
    assert "secret" not in str(refused.value) + store.shown + str(store.path_of("x"))


def test_a_file_address_is_a_folder(tmp_path):
    Store(f"file://{tmp_path}/results").write(make_record())
    assert Store(tmp_path / "results").ids() == [RUN_ID]


def test_the_locks_of_a_store_are_listed_with_those_that_wait_for_the_way_there(address):
    store = Store(address)
    assert store.lock_digests() == []
    there, waits = store.keep_lock("numpy==2.3.5\n"), "f" * 64
    store.spool.keep(f"locks/{waits}.txt", b"")
    assert store.lock_digests() == sorted([there, waits])
