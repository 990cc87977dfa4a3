"""Names that may stand in a workflow."""

from __future__ import annotations

import re

from harness.failure import HarnessError

_NAME = r"[A-Za-z0-9._/+-]+"
_PLAIN = re.compile(rf"{_NAME}(::\w+|@\w+)?")


def plain_name(value: str, option: str) -> str:
    """A value that means the same in YAML, in bash and to git. Raises HarnessError for another one."""
    if not _PLAIN.fullmatch(value) or value.startswith("-"):
        raise HarnessError(f"{option} {value!r}: give a name of letters, digits, '.', '_', '/', '+' and '-' only.")
    return value
