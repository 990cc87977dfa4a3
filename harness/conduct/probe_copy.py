"""The probe's code in a private folder under its digest: nothing else of the driver is in the subject's reach."""

from __future__ import annotations

import hashlib
import os
import shutil
import tempfile
from pathlib import Path

import harness_probe
from harness.environment.cache import cache_faults, cache_folder


def start_script(cache: Path | None = None) -> Path:
    """Path of `start.py` beside a copy of `harness_probe`; made once for each version of its content."""
    source = Path(harness_probe.__file__).parent
    files = sorted(source.glob("*.py"))
    digest = hashlib.sha256()
    for file in files:
        digest.update(file.name.encode() + b"\0" + file.read_bytes() + b"\0")
    folder = (cache or cache_folder(os.environ)) / "probe" / digest.hexdigest()[:16]
    if not folder.is_dir():
        _copy(files, folder)
    return folder / "start.py"


def _copy(files: list[Path], folder: Path) -> None:
    with cache_faults(folder.parent):
        folder.parent.mkdir(parents=True, exist_ok=True)
        draft = Path(tempfile.mkdtemp(prefix=".probe-", dir=folder.parent))
        (draft / "harness_probe").mkdir()
        for file in files:
            target = draft if file.name == "start.py" else draft / "harness_probe"
            shutil.copyfile(file, target / file.name)
        draft.chmod(0o755)
        _rename(draft, folder)


def _rename(draft: Path, folder: Path) -> None:
    try:
        os.rename(draft, folder)  # noqa: PTH104  (Path.rename is the same, but hides that it must not replace)
    except OSError:
        if not folder.is_dir():
            raise
        # Another run made the same copy at the same time.
        shutil.rmtree(draft)
