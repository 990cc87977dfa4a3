"""Names of runs: they sort by time, and a short piece of one is enough to point at it."""

from __future__ import annotations

import difflib
import secrets
from collections.abc import Iterable
from datetime import UTC, datetime

from harness.failure import HarnessError

NEAREST_SHOWN = 3


def new_id(now: datetime | None = None) -> str:
    """A new run's id, such as `20261122T150312Z-7f3a`: the moment in UTC and a random suffix.

    now: with its time zone; the clock's moment where it is not given.
    """
    moment = (now or datetime.now(UTC)).astimezone(UTC)
    return f"{moment:%Y%m%dT%H%M%SZ}-{secrets.token_hex(2)}"


def resolve(short: str, ids: Iterable[str]) -> str:
    """The one id that `short` is, begins or ends; raises HarnessError where there is none or several."""
    known = sorted(ids)
    if short in known:
        return short
    found = [name for name in known if name.startswith(short) or name.endswith(short)] if short else []
    if len(found) == 1:
        return found[0]
    if found:
        raise HarnessError(f"'{short}' could be {_listed(found)}. Give more of the id.")
    if not known:
        raise HarnessError(f"no record '{short}': the store holds none yet. `harness run` makes the first.")
    nearest = difflib.get_close_matches(short, known, n=NEAREST_SHOWN, cutoff=0.3) or known[-NEAREST_SHOWN:]
    raise HarnessError(f"no record '{short}' in the store. The nearest: {', '.join(nearest)}. All: `harness list`.")


def _listed(ids: list[str]) -> str:
    if len(ids) <= NEAREST_SHOWN:
        return " or ".join(ids)
    return f"{', '.join(ids[:NEAREST_SHOWN])} and {len(ids) - NEAREST_SHOWN} more"
