"""What there is to measure: the tests of a suite, as its own environment collects them."""

from __future__ import annotations

import os
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import msgspec

from harness.conduct.cases import Item
from harness.conduct.probe import Probe, ProbeLost
from harness.conduct.site import Site
from harness.conduct.subject import Subject
from harness.failure import HarnessError

_COLLECT_TIMEOUT_S = 600.0
# What a probe's end says where pytest takes its arguments for wrong.
_MISUSE = "exited with code 4"


class Scanned(msgspec.Struct, frozen=True, kw_only=True):
    """What a collecting probe said. broken: file and traceback of each file that can't be imported. uncounted: why
    instructions can't be counted there; empty where they can.
    """

    rootdir: str
    items: list[Item]
    broken: dict[str, str]
    software: dict[str, Any]
    uncounted: str

    @property
    def broken_paths(self) -> dict[str, str]:
        """Where the files lie that can't be imported, by what pytest calls them."""
        return {file: str(Path(self.rootdir, file)) for file in self.broken}

    def path_of(self, nodeid: str) -> str:
        """The file of a test, which may be one that can't be imported."""
        path = next((item.path for item in self.items if item.nodeid == nodeid), None)
        return path or self.broken_paths[_file_of(nodeid)]


def scan(subject: Subject, paths: Sequence[str], keyword: str | None) -> Scanned:
    """Collect the suite in its environment.

    Raises HarnessError for a path that isn't there, an environment that can't run suites, and a suite without a
    benchmark; not where no file can be imported: `refuse_unimportable` does.
    """
    site = subject.site
    theirs = site.paths(paths)
    for path, own in zip(paths, theirs, strict=True):
        if not Path(site.folder, _file_of(own)).exists():
            where = f" at the revision '{site.revision}'" if site.revision else ""
            raise HarnessError(f"{path}: there is no such file or folder{where}. Give the path of a suite.")
    try:
        message = _collected(subject, theirs, keyword)
    except ProbeLost as lost:
        raise HarnessError(_uncollected(paths, lost)) from lost
    if message["strays"]:
        raise HarnessError(_strayed(site, message["strays"]))
    found = _scanned(message)
    if not found.items and not found.broken:
        raise HarnessError(_empty(paths, keyword))
    return _with_late_groups(subject, found)


def _collected(subject: Subject, paths: Sequence[str], keyword: str | None) -> dict[str, Any]:
    """What a collecting probe says of these paths.

    Asked for a single test of a file that can't be imported, pytest ends with an error and collects nothing at all:
    such files are found by themselves, and told as those of a folder are. Raises ProbeLost.
    """
    try:
        return _heard(subject, paths, keyword)
    except ProbeLost as lost:
        files = list(dict.fromkeys(_file_of(path) for path in paths if _file_of(path) != path))
        if not files or _MISUSE not in lost.text:
            raise
        whole = _heard(subject, files, keyword)
        broken = {os.path.normpath(Path(whole["rootdir"], _file_of(each["file"]))) for each in whole["broken"]}
        left = [path for path in paths if os.path.normpath(subject.site.folder / _file_of(path)) not in broken]
        if len(left) == len(paths):
            raise
        found = _heard(subject, left, keyword) if left else {**whole, "items": [], "broken": []}
        return {**found, "broken": [*found["broken"], *whole["broken"]]}


def _heard(subject: Subject, paths: Sequence[str], keyword: str | None) -> dict[str, Any]:
    probe = subject.probe("collect", hash_seed=0, mode="collect", paths=list(paths), keyword=keyword)
    try:
        return probe.hear(_COLLECT_TIMEOUT_S)
    finally:
        probe.close()


def _file_of(path: str) -> str:
    return path.partition("::")[0]


def refuse_unimportable(found: Scanned) -> None:
    """Raise HarnessError for a suite of which no file can be imported, with the first one's reason."""
    if not found.items:
        file, text = next(iter(found.broken.items()))
        raise HarnessError(f"{file}: this suite does not import:\n{text}")


def _scanned(message: dict[str, Any]) -> Scanned:
    return Scanned(
        rootdir=message["rootdir"],
        items=[msgspec.convert(item, Item) for item in message["items"]],
        # What can't be collected may be a class: it is told with its file.
        broken={_file_of(entry["file"]): entry["text"] for entry in message["broken"]},
        software=message["software"],
        uncounted=message["uncounted"],
    )


def _strayed(site: Site, strays: dict[str, str]) -> str:
    """strays: by module, the file it was loaded from."""
    assert site.checkout is not None
    module, file = next(iter(strays.items()))
    parents = Path(file).parents
    home = parents[min(module.count(".") + (Path(file).stem == "__init__"), len(parents) - 1)]
    relative = os.path.relpath(home, site.checkout.original / site.folder.relative_to(site.checkout.top))
    code = f"the checkout of '{site.revision}'" if site.revision else f"the recorded code in {site.checkout.top}"
    return (
        f"{site.address}: the suite imports '{module}' from {file}, and not from {code}, "
        "because it is installed from there (editable), or PYTHONPATH names that folder. Let it be found beside the "
        f"suite: run with PYTHONPATH={relative} (a relative path), or set pythonpath in pytest's configuration."
    )


def _uncollected(paths: Sequence[str], lost: ProbeLost) -> str:
    if "pytest" in lost.text and "No module named" in lost.text:
        return (
            f"{lost.text}. This environment can't run a suite: install pytest and pytest-benchmark in it "
            "(python -m pip install pytest pytest-benchmark), or choose another with --env."
        )
    output = f"\n{lost.output}" if lost.output else ""
    return f"{', '.join(paths)}: the suite could not be collected: {lost.text}.{output}"


def _empty(paths: Sequence[str], keyword: str | None) -> str:
    chosen = f" that -k '{keyword}' selects" if keyword else ""
    return (
        f"{', '.join(paths)}: there is no benchmark here{chosen}. A benchmark is a pytest test that uses the "
        "'benchmark' fixture of pytest-benchmark."
    )


def _with_late_groups(subject: Subject, found: Scanned) -> Scanned:
    """Learn the groups that tests set in their bodies: each is run up to its benchmark call, and no further."""
    late = [item for item in found.items if item.sets_group_late and item.group is None and not item.limit]
    if not late:
        return found
    groups: dict[str, str | None] = {}
    probe = subject.probe(
        "survey",
        hash_seed=0,
        mode="survey",
        paths=sorted({item.path for item in late}),
        items=[item.nodeid for item in late],
        rootdir=found.rootdir,
    )
    try:
        groups.update(_surveyed(probe))
    finally:
        probe.close()
    items = [msgspec.structs.replace(item, group=groups.get(item.nodeid, item.group)) for item in found.items]
    return msgspec.structs.replace(found, items=items)


def _surveyed(probe: Probe) -> dict[str, str | None]:
    groups: dict[str, str | None] = {}
    while True:
        try:
            message = probe.hear(_COLLECT_TIMEOUT_S)
        except ProbeLost:
            # It has said all that it could: a test that fails here will fail, and be reported, when it is held.
            return groups
        groups[message["nodeid"]] = message["group"]
