"""One file that has all it takes to reproduce a record: an RO-Crate in a zip."""

from __future__ import annotations

import os
import tempfile
import zipfile
from pathlib import Path

import msgspec

from harness.failure import HarnessError
from harness.record.document import to_bytes
from harness.record.schema import Record
from harness.report.appendix import Contents, appendix
from harness.report.plot import plot
from harness.report.samples import samples_csv
from harness.reproduce.crate import METADATA, metadata
from harness.reproduce.sources import Sources
from harness.whole_file import hidden_beside, publish_new

RECORD = "record.json"
APPENDIX = "ARTIFACT.md"
SAMPLES = "samples.csv"
SOURCE = "source"
# The oldest moment that a zip can name: the same record gives the same bytes.
_UNDATED = (1980, 1, 1, 0, 0, 0)
_LICENSES = ("LICENSE", "LICENSE.md", "LICENSE.txt", "LICENCE", "COPYING")


class Written(msgspec.Struct, frozen=True, kw_only=True):
    """A bundle that lies on the disk. unchanged: it lay there before, byte by byte the same."""

    path: Path
    files: int
    size_bytes: int
    unchanged: bool


def write_bundle(
    record: Record, locks: dict[str, str], sources: Sources, remarks: tuple[str, ...], target: Path
) -> Written:
    """Write the bundle of a record, whole or not at all.

    locks: text by digest. remarks: on the sources, in words. Raises HarnessError where the target is there and is
    another file, or can't be written.
    """
    files, executable = _files(record, locks, sources, remarks)
    hidden = hidden_beside(target)
    try:
        try:
            _write(hidden, files, executable)
            size_bytes = hidden.stat().st_size
            try:
                publish_new(hidden, target)
            except FileExistsError:
                _refuse_another(target, hidden)
                return Written(path=target, files=len(files), size_bytes=size_bytes, unchanged=True)
        finally:
            hidden.unlink(missing_ok=True)
    except OSError as fault:
        raise HarnessError(
            f"{target}: cannot be written: {fault.strerror or fault}. Nothing was left there."
        ) from fault
    return Written(path=target, files=len(files), size_bytes=size_bytes, unchanged=False)


def _files(
    record: Record, locks: dict[str, str], sources: Sources, remarks: tuple[str, ...]
) -> tuple[dict[str, bytes], set[str]]:
    """The content of all files by name, and the names of those that can be executed."""
    files = {f"{SOURCE}/{name}": path.read_bytes() for name, path in sources.files.items()}
    executable = {f"{SOURCE}/{name}" for name, path in sources.files.items() if path.stat().st_mode & 0o100}
    files |= {f"locks/{digest}.txt": text.encode() for digest, text in locks.items()}
    files |= {RECORD: to_bytes(record), SAMPLES: samples_csv(record).encode(), **_plots(record)}
    licensed = next((f"{SOURCE}/{name}" for name in _LICENSES if name in sources.files), None)
    contents = Contents(
        locks={
            each.address: f"locks/{each.lock_digest}.txt" for each in record.environments if each.lock_digest in locks
        },
        sources_bytes=sources.size_bytes,
        license_file=licensed,
        remarks=[*remarks, *sources.left_out],
    )
    files[APPENDIX] = appendix(record, contents).encode()
    files[METADATA] = metadata(record, files, _titles(record, files), licensed)
    return files, executable


def _titles(record: Record, files: dict[str, bytes]) -> dict[str, str]:
    named = {
        f"{SOURCE}/": "The code that was measured",
        "locks/": "What was installed, pinned with hashes",
        "plots/": "The run in one picture",
        RECORD: f"The record of run {record.id}",
        SAMPLES: "All samples; times in seconds",
        APPENDIX: "Artifact appendix",
    }
    return {name: title for name, title in named.items() if name in files or _has_folder(files, name)}


def _has_folder(files: dict[str, bytes], name: str) -> bool:
    return name.endswith("/") and any(each.startswith(name) for each in files)


def _plots(record: Record) -> dict[str, bytes]:
    """The picture of the run; none where it has no ratio."""
    with tempfile.TemporaryDirectory(prefix="harness-") as room:
        try:
            drawn = [plot(record, Path(room, f"run.{suffix}")) for suffix in ("png", "svg")]
        except HarnessError:
            return {}
        return {f"plots/{path.name}": path.read_bytes() for path in drawn}


def _write(path: Path, files: dict[str, bytes], executable: set[str]) -> None:
    folders = sorted({f"{name.partition('/')[0]}/" for name in files if "/" in name})
    # The metadata come first, as the specification of what follows.
    names = [METADATA, *folders, *sorted(files.keys() - {METADATA})]
    with path.open("xb") as file:
        with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED, compresslevel=9) as archive:
            for name in names:
                entry = zipfile.ZipInfo(name, _UNDATED)
                entry.compress_type = zipfile.ZIP_DEFLATED
                entry.create_system = 3  # the permissions below are Unix's, wherever this is written
                entry.external_attr = _mode(name, executable) << 16
                archive.writestr(entry, files.get(name, b""))
        file.flush()
        os.fsync(file.fileno())


def _mode(name: str, executable: set[str]) -> int:
    if name.endswith("/"):
        return 0o040755
    return 0o100755 if name in executable else 0o100644


def _refuse_another(target: Path, written: Path) -> None:
    if not target.is_file() or target.read_bytes() != written.read_bytes():
        raise HarnessError(f"{target}: is there already, and is another file. Name another one, or remove it first.")
