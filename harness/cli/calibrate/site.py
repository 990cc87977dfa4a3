"""`harness calibrate site`: how long a site of many nights takes to build and to show."""

from __future__ import annotations

from pathlib import Path

import click

from harness.calibrate.bench_site import builds, store_of, time_to_plot, weights
from harness.calibrate.year import Scenario
from harness.report.quantity import seconds, size


@click.command(short_help="Measure how long a site takes to build and show.")
@click.option("--out", type=click.Path(file_okay=False), required=True, help="The folder for store and site; kept.")
@click.option("--nights", type=click.IntRange(2, 36_500), default=3650, show_default=True)
@click.option("--cases", type=click.IntRange(1, 1000), default=20, show_default=True)
@click.option("--variants", type=click.IntRange(1, 100), default=4, show_default=True, help="Of a case.")
def site(out: str, nights: int, cases: int, variants: int) -> None:
    """Build the site of a simulated store in full, unchanged and after one more night; weigh and open its pages.

    The store is made first, which takes minutes, unless the folder has it from an earlier call.
    """
    place = Path(out)
    place.mkdir(parents=True, exist_ok=True)
    store = store_of(place, Scenario(nights=nights, cases=cases, variants=variants))
    click.echo(f"{len(store.ids())} nights, {cases} cases, {variants} variants each")
    click.echo(f"\n{'build':<48}  {'on the clock':>12}  {'of processors':>13}")
    for each in builds(place, store):
        click.echo(f"{each.name:<48}  {seconds(each.wall_s):>12}  {seconds(each.cpu_s):>13}")
    click.echo(f"\n{'heaviest':<28}  {'size':>8}  file")
    heaviest = weights(place)
    for weight in heaviest:
        click.echo(f"{weight.name:<28}  {size(weight.size_bytes):>8}  {weight.file}")
    page = next(weight.file for weight in heaviest if weight.name == "case")
    taken = time_to_plot(place / "site" / page)
    click.echo()
    if taken is None:
        click.echo("time to plot: not measured, there is no Chromium or no playwright here")
        return
    shown = ", ".join(map(seconds, taken))
    click.echo(f"time to plot of {page} in headless Chromium, {len(taken)} times: {shown}")
