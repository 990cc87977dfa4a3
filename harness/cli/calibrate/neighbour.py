"""`harness calibrate neighbour`: whether a neighbour moves the ratio of two others."""

from __future__ import annotations

import time

import click

from harness.calibrate.bench import self_bench
from harness.calibrate.neighbour import Effects, Estimate, Neighbour, Setting, effects
from harness.cli.codes import BROKEN_POLICY, MISSING
from harness.machine.lock import hold
from harness.report.progress import Progress

_BLOCKS = 10
_MAY_MOVE = 0.01
_QUIET = 0.02


@click.command(short_help="Does a heavy or a waiting neighbour move the ratio of others?")
@click.option("--launches", type=click.IntRange(3), default=20, show_default=True, help="Launches of each setting.")
def neighbour(launches: int) -> int:
    """Does a variant that touches 240 MB, or one that holds a cluster of two workers, move two others of its case?

    The cluster is stopped while the others have their turns, as all that waits is. Settings take turns, a launch of
    each at a time.

    \b
    Exit codes: 0 each is shown to move the ratio by less than 2 %; 1 one moves it, by more than 1 % beyond its
    interval; 3 a neighbour could not be had, or more launches are needed to show that it is quiet.
    """  # noqa: D301 - click wants the character itself
    began = time.monotonic()
    with hold(), self_bench() as bench, Progress() as progress:

        def tell_progress(done: int) -> None:
            spent_s = time.monotonic() - began
            progress.update(spent_s, spent_s / done * (launches - done), f"launch {done} of {launches}")

        found = effects(bench, launches, _BLOCKS, tell_progress)
    _print(found, launches)
    if any(each.beyond > _MAY_MOVE for each in found.neighbours):
        return BROKEN_POLICY
    return 0 if all(_is_quiet(each) for each in found.neighbours) else MISSING


def _is_quiet(each: Neighbour) -> bool:
    return each.within is not None and each.within < _QUIET


def _print(found: Effects, launches: int) -> None:
    width = max(len(name) for name in (found.alone.name, *(each.name for each in found.neighbours)))
    click.echo(f"The ratio of two short functions, {launches} launches in each setting [95 %], and the control's:")
    click.echo(f"  {found.alone.name:{width}}  {_both(found.alone)}")
    for each in found.neighbours:
        told = f"not measured: {each.missing}" if each.setting is None else _both(each.setting)
        click.echo(f"  {each.name:{width}}  {told}")
    for each in found.neighbours:
        if each.moved and each.slowed:
            click.echo(_effect(each, each.moved, each.slowed))


def _effect(each: Neighbour, moved: Estimate, slowed: Estimate) -> str:
    name = each.name[0].upper() + each.name[1:]
    if each.beyond > _MAY_MOVE:
        told = f"it moves, by {100 * each.beyond:.1f} % beyond the interval"
    elif _is_quiet(each):
        told = f"shown to move by less than {100 * (each.within or 0):.1f} %"
    else:
        told = f"not shown to move by less than {100 * _QUIET:.0f} %: more launches would tell (--launches)"
    return (
        f"{name}, the ratio is {_ratio(moved)} of that alone, launch by launch: {told}. The first function takes "
        f"{_ratio(slowed)} of its time alone."
    )


def _both(setting: Setting) -> str:
    return f"{_ratio(setting.ratio)}   its twin {_ratio(setting.twin)}"


def _ratio(estimate: Estimate) -> str:
    return f"{estimate.ratio:.3f} [{estimate.interval.low:.3f}, {estimate.interval.high:.3f}]"
