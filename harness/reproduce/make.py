"""From the name of a record to its bundle."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from harness.failure import HarnessError
from harness.record import Store
from harness.reproduce.bundle import Written, write_bundle
from harness.reproduce.code import Wanted, code_of, refuse_outside, wanted_by
from harness.reproduce.locks import find_lock
from harness.reproduce.published import published
from harness.reproduce.sources import sources_of


def make_bundle(name: str, target: Path, store: Store, here: Path, say: Callable[[str], None]) -> Written:
    """Bundle the record that a user names. here: a folder of the repository with its code. Raises HarnessError."""
    if target.suffix != ".zip":
        raise HarnessError(f"{target}: a bundle is a zip; let its name end with .zip.")
    with published(name, store, say) as found:
        if found.bundle is not None:
            raise HarnessError(f"{name}: is a bundle already; copy it.")
        record = found.record
        wanted = _only(wanted_by(record))
        code = code_of(wanted, here)
        refuse_outside(wanted, code.folder, code.top)
        digests = [each.lock_digest for each in record.environments if each.lock_digest is not None]
        locks = {digest: find_lock(digest, found.finders, code.folder) for digest in digests}
        return write_bundle(record, locks, sources_of(record, code), code.remarks, target)


def _only(wanted: list[Wanted]) -> Wanted:
    first, *others = wanted
    if any(other.fields != first.fields for other in others):
        raise HarnessError(
            f"{first.run}: compares several commits side by side, and a bundle has the sources of one. Reproduce it in "
            "a clone of the repository."
        )
    return first
