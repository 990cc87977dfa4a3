"""The store that is meant where none is named, and how a command that is printed names another one."""

from __future__ import annotations

import shlex

USUAL_STORE = "results"


def in_store(command: str, store: str) -> str:
    """A command for a user to type, that asks of a store. store: as the user gave it."""
    return command if store == USUAL_STORE else f"{command} --store {shlex.quote(store)}"
