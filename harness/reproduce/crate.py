"""What is in a bundle, told in RO-Crate's vocabulary: https://www.researchobject.org/ro-crate/."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from typing import Any

from harness.record.schema import Record

METADATA = "ro-crate-metadata.json"
VERSION = "1.3"
_SOURCES = "source/"
# Not what this machine's registry of types says: the same record gives the same bytes everywhere.
_TYPES = {
    ".md": "text/markdown",
    ".csv": "text/csv",
    ".json": "application/json",
    ".yml": "application/yaml",
    ".py": "text/x-python",
    ".png": "image/png",
    ".svg": "image/svg+xml",
}


def metadata(record: Record, files: Mapping[str, bytes], titles: Mapping[str, str], license_file: str | None) -> bytes:
    """The crate's metadata file: every file with its size and SHA-256, and the run that made the record.

    files: content by name. titles: what the files are that stand for something, by name; folders end with a slash.
    The same arguments give the same bytes.
    """
    from rocrate.rocrate import ROCrate  # type: ignore[import-untyped]  # takes half a second to load, which no other command should wait for

    crate = ROCrate(version=VERSION)
    crate.name = f"Benchmark run {record.id}"
    crate.description = (
        f"Record, samples, locked environment and sources of a benchmark run of {', '.join(record.plan.paths)}; "
        "`harness reproduce` takes this file."
    )
    crate.datePublished = record.ended
    crate.root_dataset["license"] = (
        {"@id": license_file} if license_file else "No license is stated; ask the authors of the sources."
    )
    for name, title in titles.items():
        if name.endswith("/"):
            inside = [{"@id": each} for each in sorted(files) if each.startswith(name)]
            crate.add_dataset(dest_path=name, properties={"name": title, "hasPart": inside})
    for name in sorted(files):
        crate.add_file(dest_path=name, properties=_file(name, files[name], titles.get(name)))
    _add_run(crate, record)
    generated = crate.metadata.generate()
    return json.dumps(generated, indent=1, ensure_ascii=False).encode() + b"\n"


def _file(name: str, content: bytes, title: str | None) -> dict[str, Any]:
    suffix = f".{name.rpartition('.')[2]}"
    return {
        "name": title or name.rpartition("/")[2],
        "contentSize": str(len(content)),
        "sha256": hashlib.sha256(content).hexdigest(),
        "encodingFormat": _TYPES.get(suffix) or ("text/plain" if _is_text(content) else "application/octet-stream"),
    }


def _is_text(content: bytes) -> bool:
    try:
        content.decode()
    except UnicodeDecodeError:
        return False
    return True


def _add_run(crate: Any, record: Record) -> None:
    """The run as the action that made the record from the sources, with the harness as its instrument."""
    harness = {
        "@id": "#harness",
        "@type": "CreativeWork",
        "name": "scaling-harness",
        "version": record.harness_version,
    }
    run = {
        "@id": f"#{record.id}",
        "@type": "CreateAction",
        "name": f"Run {record.id}",
        "startTime": record.began,
        "endTime": record.ended,
        "instrument": {"@id": "#harness"},
        "object": {"@id": _SOURCES},
        "result": {"@id": "record.json"},
    }
    crate.add_jsonld(harness)
    crate.add_jsonld(run)
    crate.root_dataset["mentions"] = {"@id": f"#{record.id}"}
