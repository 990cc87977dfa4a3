"""Records and bundles made up for tests."""

from __future__ import annotations

import json
import subprocess
import zipfile

import msgspec
from builders import make_record

from harness.environment.locks.wheel_lock import lock_digest
from harness.machine.code import code
from harness.record.schema import Record
from harness.reproduce.bundle import write_bundle
from harness.reproduce.code import Code
from harness.reproduce.sources import sources_of

LOCK = "pytest==9.1.1 \\\n    --hash=sha256:" + "a" * 64 + "\n"


def record_of(lies_in, **plan) -> Record:
    """A record whose code is the suite that lies in a folder."""
    record = make_record()
    paths = plan.pop("paths", ["suite"])
    return msgspec.structs.replace(
        record,
        plan=msgspec.structs.replace(record.plan, paths=paths, **plan),
        environment=msgspec.structs.replace(record.environment, lock_digest=lock_digest(LOCK)),
        fingerprint=msgspec.structs.replace(record.fingerprint, code=code(paths, lies_in)),
    )


def make_suite(folder):
    """A suite with a secret beside it."""
    (folder / "suite").mkdir(parents=True)
    (folder / "suite" / "test_it.py").write_text("def test_it(benchmark):\n    benchmark(sum, [1])\n")
    (folder / "environment.yml").write_text("name: base\n")
    (folder / "LICENSE").write_text("MIT\n")
    (folder / ".env").write_text("TOKEN=secret\n")
    return folder


def make_bundle_of(folder, target):
    record = record_of(folder)
    where = Code(top=folder, folder=folder)
    write_bundle(record, {lock_digest(LOCK): LOCK}, sources_of(record, where), (), target)
    return target


def git(folder, *arguments):
    identity = ["-c", "user.name=a", "-c", "user.email=a@example.org", "-c", "commit.gpgsign=false"]
    done = subprocess.run(["git", *identity, *arguments], cwd=folder, check=True, capture_output=True, text=True)
    return done.stdout.strip()


def rewritten(bundle, target, change):
    """A copy of a bundle with other entries. change: takes and returns a dict of content by name."""
    with zipfile.ZipFile(bundle) as archive:
        entries = {name: archive.read(name) for name in archive.namelist()}
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in change(entries).items():
            archive.writestr(name, content)
    return target


def restated(entries, name, content):
    """An entry with another content, and metadata that say so."""
    import hashlib

    metadata = json.loads(entries["ro-crate-metadata.json"])
    for entity in metadata["@graph"]:
        if entity["@id"] == name:
            entity["sha256"] = hashlib.sha256(content).hexdigest()
    return entries | {name: content, "ro-crate-metadata.json": json.dumps(metadata).encode()}
