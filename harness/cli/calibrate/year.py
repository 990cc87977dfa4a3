"""`harness calibrate year`: a store with the records of a simulated year."""

from __future__ import annotations

from pathlib import Path

import click
import msgspec

from harness.calibrate.year import Planted, Scenario, truth_of, write
from harness.cli.output import write_new
from harness.failure import HarnessError
from harness.record import Store

_USUAL = Scenario()
_TABLE = "{:10}  {:>5}  {:13}  {:<24}  {:>8}  {}"


@click.command(short_help="Write a simulated year of nights, with planted changes.")
@click.option("--out", type=click.Path(file_okay=False), required=True, help="The folder of the store that is made.")
@click.option("--seed", type=click.IntRange(0), default=_USUAL.seed, show_default=True)
@click.option("--nights", type=click.IntRange(1, 36_500), default=_USUAL.nights, show_default=True)
@click.option("--cases", type=click.IntRange(1, 1000), default=_USUAL.cases, show_default=True)
@click.option("--variants", type=click.IntRange(1, 100), default=_USUAL.variants, show_default=True, help="Of a case.")
@click.option("--launches", type=click.IntRange(3, 100), default=_USUAL.launches, show_default=True, help="Of a night.")
@click.option("--blocks", type=click.IntRange(1, 1000), default=_USUAL.blocks, show_default=True, help="Of a launch.")
@click.option("--spikes", type=click.FloatRange(0, 0.5), default=_USUAL.spikes, show_default=True, help="Their share.")
@click.option("--flat", is_flag=True, help="Plant nothing: every series is flat.")
@click.option("--truth", type=click.Path(dir_okay=False), help="Write what was planted to this file, as JSON.")
def year(
    out: str,
    seed: int,
    nights: int,
    cases: int,
    variants: int,
    launches: int,
    blocks: int,
    spikes: float,
    flat: bool,
    truth: str | None,
) -> None:
    """Write the records of a simulated year of nights, and print what was planted in it.

    A slower and a faster commit, a slower dependency, a noisy machine, missed nights, another CPU, another answer,
    another counter, and a move of the anchor. Nothing is measured. The same seed gives the same records.
    """
    if Store(out).ids():
        raise HarnessError(f"{out} holds records already, and simulated ones don't belong among them: name another.")
    scenario = Scenario(
        seed=seed,
        nights=nights,
        cases=cases,
        variants=variants,
        launches=launches,
        blocks=blocks,
        spikes=spikes,
        changes=not flat,
    )
    drawn = truth_of(scenario)
    count = write(drawn, Store(out))
    if truth is not None:
        write_new(Path(truth), msgspec.json.format(msgspec.json.encode(drawn.planted), indent=2).decode() + "\n")
    click.echo(f"{count} nights in {out}: {cases} cases, {variants} variants each.")
    if drawn.planted:
        click.echo(_TABLE.format("date", "night", "what", "variant", "change", "in words").rstrip())
    for each in drawn.planted:
        click.echo(_line(each))


def _line(planted: Planted) -> str:
    test = ", ".join(filter(None, [(planted.case or "").rpartition("::")[2], planted.variant]))
    change = f"{100 * (planted.change - 1):+.1f} %" if planted.change is not None else ""
    return _TABLE.format(planted.date, planted.night, planted.kind.value, test, change, planted.what)
