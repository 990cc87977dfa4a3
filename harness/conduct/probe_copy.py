"""The probe's code in a private folder under its digest: nothing else of the driver is in the subject's reach."""

from __future__ import annotations

import hashlib
import os
import shutil
import tempfile
from pathlib import Path

import harness_probe
from harness.environment.backends.cache import environments_folder
from harness.failure import HarnessError


def start_script(cache: Path | None = None) -> Path:
    """Path of `start.py` beside a copy of `harness_probe`; made once for each version of its content."""
    source = Path(harness_probe.__file__).parent
    files = sorted(source.glob("*.py"))
    digest = hashlib.sha256()
    for file in files:
        digest.update(file.name.encode() + b"\0" + file.read_bytes() + b"\0")
    folder = (cache or environments_folder(os.environ).parent) / "probe" / digest.hexdigest()[:16]
    if not folder.is_dir():
        _copy(files, folder)
    return folder / "start.py"


def _copy(files: list[Path], folder: Path) -> None:
    try:
        folder.parent.mkdir(parents=True, exist_ok=True)
        draft = Path(tempfile.mkdtemp(prefix=".probe-", dir=folder.parent))
        (draft / "harness_probe").mkdir()
        for file in files:
            target = draft if file.name == "start.py" else draft / "harness_probe"
            shutil.copyfile(file, target / file.name)
        draft.chmod(0o755)
        _rename(draft, folder)
    except OSError as error:
        message = (
            f"{folder.parent}: the probe can't be put there: {error.strerror}. Set HARNESS_CACHE to another folder."
        )
        raise HarnessError(message) from error


def _rename(draft: Path, folder: Path) -> None:
    try:
        os.rename(draft, folder)  # noqa: PTH104  (Path.rename is the same, but hides that it must not replace)
    except OSError:
        if not folder.is_dir():
            raise
        # Another run made the same copy at the same time.
        shutil.rmtree(draft)
