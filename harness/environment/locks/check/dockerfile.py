"""Does the Dockerfile name its base by digest, and the locks by theirs?"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator

from harness.environment.locks.check.finding import Finding

_FROM = re.compile(r"\s*FROM\s+(?:--\S+\s+)*(?P<image>\S+)(?:\s+AS\s+(?P<stage>\S+))?\s*$", re.IGNORECASE)
_ARG = re.compile(r"\s*ARG\s+(?P<name>\w+)=(?P<value>\S+)\s*$", re.IGNORECASE)
_VARIABLE = re.compile(r"\$\{?(?P<name>\w+)(?::-(?P<default>[^}]*))?\}?")
_DIGEST = re.compile(r"@sha256:[0-9a-f]{64}$")
_LOCK_DIGEST = re.compile(r"(?P<key>[\w.-]*lock[\w.-]*)\s*[=:\s]\s*[\"']?(?:sha256:)?(?P<digest>[0-9a-f]{64})\b", re.I)
_NOTHING = "scratch"


def astray(text: str, file: str, lock_digests: Collection[str]) -> Iterator[Finding]:
    """What isn't pinned, and what is pinned to something else. lock_digests: of the project's locks, in hex."""
    arguments: dict[str, str] = {}
    stages: set[str] = {_NOTHING}
    first: tuple[str, int] | None = None
    for number, line in enumerate(text.splitlines(), start=1):
        place = f"{file}:{number}"
        if argument := _ARG.match(line):
            arguments[argument["name"]] = argument["value"].strip("\"'")
        for stated in _LOCK_DIGEST.finditer(line):
            if stated["digest"].lower() not in lock_digests:
                problem = f"{stated['key']} is {stated['digest'][:12]}..., which is the digest of no lock here"
                yield Finding(place=place, lock=file, problem=problem)
        began = _FROM.match(line)
        if began is None:
            continue
        image = _VARIABLE.sub(lambda found: arguments.get(found["name"], found["default"] or ""), began["image"])
        if image not in stages:
            if not _DIGEST.search(image):
                problem = f"the base '{image or began['image']}' is named without a digest (@sha256:...)"
                yield Finding(place=place, lock=file, problem=problem)
            elif first and first[0] != image:
                problem = f"the base '{image}' is another one than '{first[0]}' in line {first[1]}"
                yield Finding(place=place, lock=file, problem=problem)
            first = first or (image, number)
        if began["stage"]:
            stages.add(began["stage"])
