"""The page of a calibration, as Markdown. It says what its figures say, and has no number of its own."""

from __future__ import annotations

import string
from collections.abc import Iterator, Sequence

from harness.report.calibration import words
from harness.report.calibration.figures import Calibration, Contender, Machine, Place, Rule, Share, Smallest
from harness.report.markdown import table
from harness.report.quantity import MISSING, significant

# A machine on which others keep more than this many cores busy is not called quiet.
_QUIET_CORES = 0.2
_LETTERS = string.ascii_uppercase


def page(found: Calibration, pictures: dict[str, str], command: str) -> str:
    """The whole text. pictures: the addresses of those that were drawn, by name. command: what prints this page."""
    parts = [
        _head(found, command),
        _demands(found),
        _surroundings(found),
        _alarms(found, pictures),
        _power(found, pictures),
        _coverage(found, pictures),
        _peers(found, pictures),
    ]
    return "\n\n".join(part for part in parts if part) + "\n"


def _head(found: Calibration, command: str) -> str:
    place = found.place
    days = place.first if place.first == place.last else f"{place.first} to {place.last}"
    where = (
        f"{place.trials:,} trials, {days}, on {_machines(place)}; Linux {', '.join(place.kernels)}, "
        f"Python {', '.join(place.pythons)}, environment {', '.join(place.environments)}, harness at "
        f"{', '.join(place.commits)}."
    )
    if found.left_out:
        where += (
            f" {found.left_out} trials in these files had another plan, or compared tools on another machine, and are "
            "left out."
        )
    return f"# Calibration\n\n{words.WHAT_IT_IS}\n\n```\n{command}\n```\n\n{words.WHERE_FROM}\n\n{where}"


def _machines(place: Place) -> str:
    """The machines in words, by letters where there are several, with what tells them apart."""
    told = [
        f"{each.cpu_model}, {each.physical_cores or '?'} cores ({each.logical_cores or '?'} logical), "
        f"{each.memory_gib or '?'} GiB"
        for each in place.machines
    ]
    if len(told) == 1:
        return f"one machine: {told[0]}"
    apart = [", ".join(f"{name} {value}" for name, value in each.others.items()) for each in place.machines]
    return f"{len(told)} machines: " + "; ".join(
        f"{letter}: {each} ({others})" for letter, each, others in zip(_LETTERS, told, apart, strict=False)
    )


def _demands(found: Calibration) -> str:
    words = {True: "yes", False: "**no**", None: "not known yet"}
    rows = [(each.demand, each.found, words[each.met]) for each in found.demands]
    return "## What the verdicts are held to\n\n" + table(("demand", "found", "held"), rows)


def _surroundings(found: Calibration) -> str:
    rows = [
        (
            each.noise,
            each.meaning,
            f"{each.trials:,}",
            _plain(each.others_cores),
            _plain(each.others_cores_p90),
            _plain(each.load),
            MISSING if each.pressure_share is None else f"{100 * each.pressure_share:.0f} %",
        )
        for each in found.surroundings
    ]
    titles = ("noise", "what it is", "trials", "cores kept busy by others", "90th percentile", "load", "CPU pressure")
    text = f"## What the machine showed\n\n{words.MACHINE}\n\n{table(titles, rows)}"
    if len(found.place.machines) > 1:
        text += f"\n\n{words.MACHINES}\n\n{_trials_by_machine(found.place.machines)}"
    quiet = next((each for each in found.surroundings if each.noise == "quiet"), None)
    if quiet is not None and (quiet.others_cores or 0.0) > _QUIET_CORES:
        text += (
            f"\n\n**Quiet was not quiet:** others kept {_plain(quiet.others_cores)} cores busy in half of the trials. "
            "Read `quiet` as: no noise of ours."
        )
    return text


def _trials_by_machine(machines: Sequence[Machine]) -> str:
    kinds = dict.fromkeys(
        (name, noise) for machine in machines for name, noises in machine.trials.items() for noise in noises
    )
    rows = [
        (name, noise, *(f"{machine.trials.get(name, {}).get(noise, 0):,}" for machine in machines))
        for name, noise in sorted(kinds)
    ]
    return table(("trials", "noise", *_LETTERS[: len(machines)]), rows)


def _alarms(found: Calibration, pictures: dict[str, str]) -> str:
    if not found.alarms:
        return ""
    real = [
        (
            each.experiment,
            each.noise,
            f"{each.budget_s:g} s",
            f"{each.share.trials}",
            _number(each.launches),
            f"{each.early}",
            f"{each.share.count} ({_percent(each.share.estimate)})",
            _interval(each.share),
            f"{each.allowed}",
            _percent(each.turned),
            _percent(each.as_many),
        )
        for each in found.alarms
    ]
    simulated = [
        (
            each.noise,
            f"{plan.recorded.launches:,} of {plan.recorded.experiment}",
            f"{100 * plan.recorded.sd:.1f} %",
            f"{100 * plan.recorded.middle_sd:.1f} %",
            _bias(plan.recorded.bias),
            "{:+.2f} ({:+.2f} to {:+.2f})".format(*plan.recorded.carried_over),
            f"{plan.budget_s:g} s, {plan.launches} launches",
            f"{plan.alarms.trials:,}",
            _percent(plan.alarms.estimate),
            _interval(plan.alarms),
        )
        for each in found.resampled
        for plan in each.plans
    ]
    titles = (
        "trials of", "noise", "budget", "trials", "launches", "stopped early", "called different", "95 % interval",
        "allowed", "turned round", "as many",
    )  # fmt: skip
    titles_simulated = (
        "noise", "recorded launches", "spread", "middle half", "bias", "carried over", "plan, at most", "runs",
        "called different", "95 % interval",
    )  # fmt: skip
    return (
        f"## False alarms\n\n{words.ALARMS}\n\n{table(titles, real)}\n\n{words.RESAMPLED}\n\n"
        + table(titles_simulated, simulated)
        + _picture("alarms", pictures)
    )


def _bias(bias: tuple[float, float, float] | None) -> str:
    if bias is None:
        return "taken off"
    mean, low, high = (100 * each for each in bias)
    return f"{mean:+.2f} % ({low:+.2f} to {high:+.2f})"


def _power(found: Calibration, pictures: dict[str, str]) -> str:
    if not found.powers and not found.resampled:
        return ""
    text = "## Power"
    if found.powers:
        rows = [
            (
                each.experiment,
                each.noise,
                f"{each.budget_s:g} s",
                _number(each.launches),
                f"{each.share.count} of {each.share.trials} ({_percent(each.share.estimate)})",
                _interval(each.share),
                MISSING if each.resampled is None else _percent(each.resampled),
            )
            for each in found.powers
        ]
        titles = ("change", "noise", "budget", "launches", "seen", "95 % interval", "simulated")
        text += f"\n\n{words.POWER}\n\n{table(titles, rows)}"
    if found.resampled:
        rows_by_plan = [
            (each.noise, f"{plan.budget_s:g} s", f"{plan.launches}", _change(plan.smallest))
            for each in found.resampled
            for plan in each.plans
        ]
        text += "\n\nThe smallest change that simulated runs see with 80 % power:\n\n" + table(
            ("noise", "budget", "launches at most", "smallest change"), rows_by_plan
        )
    return text + _picture("power", pictures)


def _coverage(found: Calibration, pictures: dict[str, str]) -> str:
    if not found.coverage:
        return ""
    rows = [
        (
            each.model,
            f"{min(each.launches)} to {max(each.launches)}",
            f"{100 * min(each.fixed):.1f} to {100 * max(each.fixed):.1f} %",
            *(f"{100 * min(shares):.1f} to {100 * max(shares):.1f} %" for shares in each.stopped.values()),
        )
        for each in found.coverage
    ]
    first = found.coverage[0]
    stopped = tuple(f"stopped, ratio {ratio}" for ratio in first.stopped)
    return (
        f"## Coverage\n\nIn simulation (`harness calibrate coverage`), {first.trials:,} trials of each kind and number "
        f"of launches. {words.COVERAGE}\n\n"
        + table(("noise", "launches", "fixed", *stopped), rows)
        + _picture("coverage", pictures)
    )


def _peers(found: Calibration, pictures: dict[str, str]) -> str:
    if not found.contenders:
        return ""
    titles = (
        "noise", "tool", "rule", "threshold", "trials", "took", "false alarms", "95 % interval", "smallest change",
        "95 % interval", "of the harness's",
    )  # fmt: skip
    return (
        "## Beside its peers\n\nThe same function against itself, beside the same noise, in the same rounds (random "
        f"order within a round), {found.contenders[0].budget_s:g} s a trial. {words.PEERS}\n\n"
        + table(titles, [row for each in found.contenders for row in _contender(each, found.contenders)])
        + _picture("peers", pictures)
    )


def _contender(each: Contender, all_of_them: Sequence[Contender]) -> Iterator[tuple[str, ...]]:
    ours = next((one for one in all_of_them if one.noise == each.noise and one.tuned is None), None)
    base = ours.default.smallest.estimate if ours else None
    for word, rule in (("default", each.default), ("tuned", each.tuned)):
        if rule is None:
            continue
        threshold = MISSING if rule.threshold is None else f"{significant(rule.threshold)} {each.unit}"
        yield (
            each.noise,
            each.tool,
            f"{word}: {each.rule}" if word == "default" else word,
            threshold,
            f"{rule.alarms.trials}",
            f"{each.took_s:.0f} s",
            f"{rule.alarms.count} ({_percent(rule.alarms.estimate)})",
            _interval(rule.alarms),
            _change(rule.smallest.estimate),
            _range(rule.smallest),
            _times(rule, base),
        )


def _times(rule: Rule, base: float | None) -> str:
    change = rule.smallest.estimate
    return MISSING if change is None or base is None or base <= 0 or change <= 0 else f"{change / base:.1f}"


def _range(smallest: Smallest) -> str:
    if smallest.low is None:
        return MISSING
    high = "beyond" if smallest.high is None else f"{100 * smallest.high:.1f} %"
    return f"{100 * smallest.low:.1f} to {high}"


def _change(change: float | None) -> str:
    return "beyond fourfold" if change is None else f"{100 * change:.1f} %"


def _percent(share: float) -> str:
    return f"{100 * share:.1f} %"


def _interval(share: Share) -> str:
    return f"{100 * share.low:.1f} to {100 * share.high:.1f} %"


def _plain(value: float | None) -> str:
    return MISSING if value is None else f"{value:.2f}"


def _number(value: float) -> str:
    return f"{value:g}"


def _picture(name: str, pictures: dict[str, str]) -> str:
    return f"\n\n![{words.PICTURES[name]}]({pictures[name]})" if name in pictures else ""
