"""Which record a step of a workflow tells of: the one of the run before it, if that has left one."""

from __future__ import annotations

import shlex
from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import click
import msgspec

from harness.cli.store_option import store_option
from harness.failure import HarnessError
from harness.record import Store
from harness.record.schema import Record
from harness.record.usual_store import in_store

LATEST = "latest"


class NoRecord(msgspec.Struct, frozen=True):
    """why: in words. unfinished: commands that go on with the runs that were cut."""

    why: str
    unfinished: list[str]


class Moment(click.ParamType[datetime]):
    """A moment as `date` prints it: seconds since 1970, or ISO 8601; in UTC unless it says otherwise."""

    name = "moment"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> datetime:
        """Parse it, or fail in click's way."""
        if isinstance(value, datetime):
            return value
        try:
            if value.isdigit():
                return datetime.fromtimestamp(int(value), UTC)
            parsed = datetime.fromisoformat(value)
        except (ValueError, OverflowError, OSError):
            self.fail(
                f"'{value}' is no moment: give seconds since 1970 ($(date +%s)), or 2026-11-22T15:03:12Z.", param, ctx
            )
        return parsed.astimezone(UTC) if parsed.tzinfo else parsed.replace(tzinfo=UTC)


def of_a_run(command: Callable[..., Any]) -> Callable[..., Any]:
    """The argument and options by which `ci summary` and `ci annotate` name a record."""
    for decorate in (
        click.option(
            "--since",
            type=Moment(),
            metavar="MOMENT",
            help="Of runs that began earlier 'latest' knows nothing: seconds since 1970, or ISO 8601.",
        ),
        store_option,
        click.argument("record", default=LATEST),
    ):
        command = decorate(command)
    return command


def find(store: Store, name: str, since: datetime | None) -> Record | NoRecord:
    """The record that is asked for. Only 'latest' may be missing: it asks what came of the command before."""
    if name != LATEST:
        return store.read(name)
    ids = [run for run in store.ids() if _is_since(run, since)]
    try:
        found = _latest(store, ids)
    except HarnessError as fault:
        return NoRecord(f"the latest record can't be read: {fault}", [])
    if found is not None:
        return found
    cut = _unfinished(store, since)
    return NoRecord(_why(store, since, bool(ids), bool(cut)), cut)


def _latest(store: Store, ids: Sequence[str]) -> Record | None:
    """The latest record that answers a question of its own.

    Steps of a bisection, and what a night took apart to find whom to blame, are told in words of their own: the night
    is what they are about.
    """
    for run in reversed(ids):
        found = store.read(run)
        if found.plan.bisects is None:
            return found if found.plan.blames is None else store.read(found.plan.blames)
    return None


def _why(store: Store, since: datetime | None, bisected: bool, cut: bool) -> str:
    when = f" since {since:%Y-%m-%dT%H:%M:%SZ}" if since else ""
    but = " but those of a bisection" if bisected else ""
    where = f"the store {store.shown} has no record{when}{but}"
    return f"{where}; the run was cut before its end." if cut else f"{where}: the run ended without one."


def _unfinished(store: Store, since: datetime | None) -> list[str]:
    """The commands that go on with runs that were cut."""
    runs = [run for run in store.unrecorded() if _is_since(run, since)]
    return [in_store(f"harness run --resume {shlex.quote(run)}", store.shown) for run in runs]


def _is_since(run: str, since: datetime | None) -> bool:
    """An id knows no less than seconds."""
    return since is None or _began(run) >= since.replace(microsecond=0)


def _began(run: str) -> datetime:
    """The moment in a run's id; one that names none is older than all."""
    try:
        return datetime.strptime(run.partition("-")[0], "%Y%m%dT%H%M%SZ").replace(tzinfo=UTC)
    except ValueError:
        return datetime.min.replace(tzinfo=UTC)


def text_in(top: Path) -> Callable[[str], str | None]:
    """What stands in files below a folder; None for those that can't be read."""

    def text_of(name: str) -> str | None:
        path = (top / name).resolve()
        if not path.is_relative_to(top.resolve()):
            return None
        try:
            return path.read_text(encoding="utf-8")
        except (OSError, ValueError):
            return None

    return text_of
