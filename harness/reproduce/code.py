"""Where the code of a record lies: in place, in a checkout of its commit, or nowhere."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import msgspec

from harness.conduct.checkout import Checkout, checkout
from harness.failure import HarnessError
from harness.machine.code import code, suite_digest, top_of
from harness.record.schema import Record

_SHORT = 12


class Wanted(msgspec.Struct, frozen=True, kw_only=True):
    """The code that a record names. paths: of the suites, seen from `folder`, which is seen from the repository's top.

    fields: commit, dirty and suite, as in the fingerprint.
    """

    run: str
    paths: Sequence[str]
    folder: str
    fields: dict[str, Any]

    @property
    def commit(self) -> str | None:
        """Its full name; None outside of git."""
        return self.fields.get("commit")


class Code(msgspec.Struct, frozen=True, kw_only=True):
    """Code that is that of a record. top: the folder that holds all of it. folder: where the plan's paths begin.

    checkout: where that isn't the user's own working tree. remarks: what keeps it from being just what was measured, in
    words.
    """

    top: Path
    folder: Path
    checkout: Checkout | None = None
    remarks: tuple[str, ...] = ()


def wanted_by(record: Record) -> list[Wanted]:
    """The code of each of a record's environments."""
    plan = record.plan
    fields = [record.fingerprint.code, *(each.code for each in record.against)]
    return [Wanted(run=record.id, paths=plan.paths, folder=plan.folder, fields=each) for each in fields]


def code_of(wanted: Wanted, here: Path) -> Code:
    """The code that a record was made of: in the working folder's repository where that is just it, else checked out.

    The suites' digest has to be the record's. Raises HarnessError where the code is not to be had from here.
    """
    top = top_of(here)
    if top is None or wanted.commit is None:
        return _without_repository(wanted, here)
    in_place = top / wanted.folder
    if _lies_in(wanted, in_place):
        return Code(top=top, folder=in_place)
    made = _checked_out(wanted, top)
    there = msgspec.structs.replace(wanted, paths=[made.at(path) for path in wanted.paths])
    uncommitted = f"the recorded code had uncommitted changes: its commit {wanted.commit[:_SHORT]} alone isn't it"
    dirty = bool(wanted.fields.get("dirty"))
    if has_suites(there, made.folder):
        remarks = (f"{uncommitted}; the suites' own files are the same",) if dirty else ()
        return Code(top=made.top, folder=made.folder, checkout=made, remarks=remarks)
    if has_suites(wanted, in_place):
        remark = f"{uncommitted}; the suites lie here as they were then, but what else had changed is not known"
        return Code(top=top, folder=in_place, remarks=(remark,))
    why = (
        f"{uncommitted}, and the suites are others there: they can't be the code that was measured"
        if dirty
        else f"at commit {wanted.commit[:_SHORT]} the suites {', '.join(wanted.paths)} are not what was measured: "
        "files that git ignores may have been among them"
    )
    raise HarnessError(
        f"{wanted.run}: {why}. Reproduce from a bundle, which has the sources, or compare with what lies here (--here)."
    )


def code_in_bundle(wanted: Wanted, sources: Path, here: Path) -> Code:
    """The code that a bundle brought along. sources: where that lies.

    Raises HarnessError where it isn't the record's.
    """
    folder = sources / wanted.folder
    refuse_outside(wanted, folder, sources)
    if not has_suites(wanted, folder):
        raise HarnessError(
            f"{wanted.run}: the suites in the bundle are not those that the record was measured with. Get another "
            "copy, or compare with what lies here (--here)."
        )
    own = top_of(here)
    made = Checkout(top=sources, folder=folder, original=own.resolve(), commit=wanted.commit or "") if own else None
    return Code(top=sources, folder=folder, checkout=made)


def refuse_outside(wanted: Wanted, folder: Path, top: Path) -> None:
    """Raise HarnessError for suites that don't lie in the code of a bundle. folder: where their paths begin in it."""
    for path in wanted.paths:
        file = path.partition("::")[0]
        if Path(file).is_absolute() or not (folder / file).resolve().is_relative_to(top.resolve()):
            raise HarnessError(
                f"{wanted.run}: the suite {path} was not named from within the code that a bundle holds, so what a "
                "bundle has would not be what is measured. Measure again with a path within the repository."
            )


def code_here(wanted: Wanted, here: Path) -> Code:
    """The code as it lies in the working folder, whatever it is; the remarks say how it differs from the record's."""
    top = top_of(here) or here
    folder = top / wanted.folder if (top / wanted.folder).is_dir() else here
    found = code(wanted.paths, folder)
    remarks = []
    if found["suite"] != wanted.fields.get("suite"):
        remarks.append("other code: the suites are not those of the record")
    if found["commit"] != wanted.commit:
        remarks.append(f"other code: commit {_short(found['commit'])}, recorded {_short(wanted.commit)}")
    elif found["dirty"] != wanted.fields.get("dirty"):
        remarks.append("other code: the uncommitted changes are not those of the record")
    return Code(top=top, folder=folder, remarks=tuple(remarks))


def has_suites(wanted: Wanted, folder: Path) -> bool:
    """Whether the suites lie in a folder, file by file as they were."""
    try:
        return suite_digest(wanted.paths, folder) == wanted.fields.get("suite")
    except HarnessError:
        return False


def _lies_in(wanted: Wanted, folder: Path) -> bool:
    if not has_suites(wanted, folder):
        return False
    found = code(wanted.paths, folder)
    return all(found[name] == wanted.fields.get(name) for name in ("commit", "dirty"))


def _checked_out(wanted: Wanted, top: Path) -> Checkout:
    try:
        made = checkout(top, str(wanted.commit))
    except HarnessError as fault:
        raise HarnessError(
            f"{fault}\n{wanted.run} was measured at that commit. Go to a clone that has it, or reproduce from a "
            "bundle, which has the sources."
        ) from fault
    return msgspec.structs.replace(made, folder=made.top / wanted.folder)


def _without_repository(wanted: Wanted, here: Path) -> Code:
    if not has_suites(wanted, here):
        at = f"at commit {wanted.commit[:_SHORT]}, and this is no clone of it" if wanted.commit else "outside of git"
        raise HarnessError(
            f"{here}: the suites of {wanted.run} ({', '.join(wanted.paths)}) do not lie here as they were then. "
            f"They were measured {at}. Go where they are, or reproduce from a bundle."
        )
    remark = "without a repository: the suites are the same, but what they import from beside them can't be told"
    return Code(top=here, folder=here, remarks=(remark,))


def _short(commit: str | None) -> str:
    return commit[:_SHORT] if commit else "none"
