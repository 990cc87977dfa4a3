"""The commands that pages give to copy."""

from __future__ import annotations

import shlex

from harness.record.results import Kind, Run


def show(run: Run, store: str) -> str:
    """Prints a record in the terminal."""
    return _with_store(["harness", "show", run.id], store)


def reproduce(run: Run, store: str) -> str:
    """Runs a record's plan again; empty where another tool measured it."""
    return "" if run.kind is Kind.IMPORTED else _with_store(["harness", "reproduce", run.id], store)


def _with_store(command: list[str], store: str) -> str:
    return shlex.join([*command, *(["--store", store] if store else [])])
