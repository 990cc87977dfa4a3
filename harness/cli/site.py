"""`harness site`: the store as a static site."""

from __future__ import annotations

import contextlib
from collections.abc import Sequence
from datetime import UTC, datetime
from functools import partial
from pathlib import Path

import click

from harness.cli.codes import BROKEN_POLICY
from harness.cli.histories import known_in, told_of
from harness.cli.release import release_of
from harness.cli.store_option import store_option, store_to_read
from harness.cli.terminal import tell
from harness.failure import HarnessError
from harness.record.history import History
from harness.record.index import Index, without_collections
from harness.record.summary import Damaged
from harness.report.plain import line
from harness.report.quantity import counted
from harness.report.site import Content, SiteFolder, build, digest_of, made_by, read


@click.command(short_help="Write a static site from the store.")
@click.argument("folder", type=click.Path())
@store_option
@click.option("--title", default="Benchmarks", show_default=True, help="What the site is called.")
@click.option(
    "--release",
    help="A tag or a date (2026-11-22): what changed since then stands on the start page.  "
    "[default: the newest anchor]",
)
@click.option("--anew", is_flag=True, help="Make all pages, also those that wouldn't change.")
def site(folder: str, store: str, title: str, release: str | None, anew: bool) -> int:
    """Write a static site from the store into FOLDER: what changed, a page for each case, environment and run.

    It needs no server and nothing from outside: open FOLDER/index.html, or put the folder on any host. Pages are made
    anew only where something changed. A folder that holds anything else is left alone. Damaged files are named on
    the start page, and the exit code is then 1.
    """
    click.get_current_context().with_resource(without_collections())
    kept = store_to_read(store)
    today = f"{datetime.now(UTC):%Y-%m-%d}"
    index = Index(kept)
    since = release_of(release, index.anchors, today)
    with SiteFolder(folder) as place:
        runs = index.runs()
        if not runs and place.tells_of_runs:
            raise HarnessError(
                f"the store {kept.shown} holds no record that can be read, and the site in {folder} tells of some: "
                "all of it would go. Nothing was written. Name its store with --store, or remove the folder."
            )
        damaged = list(index.damaged)
        stated = [made_by(), title, store, str(since), today, *runs, *(f"{each.path} {each.why}" for each in damaged)]
        whole = digest_of(*stated)
        if whole == place.whole and not anew:
            tell(f"harness: {folder} is as the store is; nothing was written.")
            return _named(damaged, [])
        content = Content(
            title=title,
            runs=runs,
            judged=partial(_judged, index),
            versions=index.all_distributions(),
            record=partial(read, kept.address),
            damaged=damaged,
            release=since,
            today=today,
            store="" if store == "results" else store,
        )
        place.begin(anew=anew)
        unread = build(content, place)
        place.finish("" if unread else whole)
    click.echo(str(Path(folder) / "index.html"))
    written = counted(place.written, "file", "files")
    tell(f"harness: {written} written, {place.kept} as they were, {place.removed} removed.")
    return _named(damaged, unread)


def _judged(index: Index) -> list[History]:
    """What is said of all series; nothing is asked of the index later, and its threads would be in a fork's way."""
    with contextlib.closing(index):
        known = known_in(index)
    return told_of(known)


def _named(damaged: Sequence[Damaged], unread: Sequence[str]) -> int:
    """What is not on the site is named at the end; returns the exit code."""
    for why in [*(f"{each.path}: {each.why}" for each in damaged), *unread]:
        tell(f"harness: not on the site: {line(why)}")
    return BROKEN_POLICY if damaged or unread else 0
