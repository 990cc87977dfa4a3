"""The page of a calibration of history, as Markdown. It says what its figures say, and has no number of its own."""

from __future__ import annotations

from harness.report.calibration.figures import Share
from harness.report.calibration.history_figures import HistoryCalibration, Years
from harness.report.markdown import table
from harness.report.quantity import MISSING

_WHAT = (
    "How often history tells of changes that are none, and how soon it tells of real ones, on series whose truth is "
    "known. How it decides stands in [history.md](history.md). This page is printed by"
)
_FLAT = (
    "Series of 100 nights in which nothing changes. *flat*: made up, with a night-to-night standard deviation of 1 %. "
    "*twins*: each night is a real trial of identical code beside that noise, one of those of "
    "[calibration.md](calibration.md), much shorter than a night; ten that followed each other stay together, from "
    "places that are drawn. *At the end*: a change point is found when all 100 nights are there. *At any look*: at 20, "
    "40, 60, 80 or 100 nights. *On any night*: the harness tells night for night, and a flag that is raised on any of "
    "them counts. All detectors have their defaults, and get the very same series (the harness some more of them); in "
    "brackets 95 % intervals."
)
_POOLS = (
    "What the series of twins are drawn from. Their intervals above are of the drawing alone: other trials would be "
    "others. A standard deviation far above that by the median absolute deviation comes from a few trials that are far "
    "off. *Steps in their order*: what the harness tells of all of these trials as one series, as they were measured."
)
_STEPS = (
    "A step at night 50 of a series, looked for when 3 and when 7 of its nights are there; found: a change point "
    "within two nights of it."
)
_SMALLEST = (
    "The smallest step that the harness tells of with 80 % power within 3 and within 7 nights, with 50 nights before "
    "it, as `harness history` prints it of each series (`seen in 3`, `seen in 7`)."
)
_YEARS = (
    "Nights of a small suite of 4 cases in 3 variants each (`harness calibrate year` writes one), with a slower and a "
    "faster commit of 4 to 15 %, a slower dependency, a noisy machine for three weeks (nights and launches spread four "
    "times as much), missed nights, another CPU from some night on, another answer, another counter, and a move of "
    "the anchor. Single nights stand out by 30 % in 1 % of nights. *Found*: told of within two nights of where it is, "
    "with the right sign. What is told on any night and is nothing planted is false, taken back later or not."
)


def page(found: HistoryCalibration, command: str) -> str:
    """The whole text. command: what prints this page."""
    parts = [
        f"# Calibration of history\n\n{_WHAT}\n\n```\n{command}\n```",
        _demands(found),
        _flat(found),
        _steps(found),
        _smallest(found),
        _years(found.years),
    ]
    return "\n\n".join(part for part in parts if part) + "\n"


def _demands(found: HistoryCalibration) -> str:
    words = {True: "yes", False: "**no**", None: "not known yet"}
    rows = [(demand, figure, words[met]) for demand, figure, met in found.demands]
    return "## What history is held to\n\n" + table(("demand", "found", "held"), rows) if rows else ""


def _flat(found: HistoryCalibration) -> str:
    if not found.flat:
        return ""
    rows = [
        (
            row.kind,
            _detector(found, row.detector),
            f"{row.at_the_end.trials:,}",
            _share(row.at_the_end),
            _share(row.at_any_look),
            _share(row.every_night) if row.every_night else MISSING,
        )
        for row in found.flat
    ]
    titles = ("series", "detector", "how many", "flagged at the end", "at any look", "on any night")
    return f"## Flat series\n\n{_FLAT}\n\n{table(titles, rows)}{_pools(found)}"


def _pools(found: HistoryCalibration) -> str:
    if not found.pools:
        return ""
    rows = [
        (kind, str(pool.trials), f"{100 * pool.sd:.2g} %", f"{100 * pool.usual_sd:.2g} %", str(pool.told))
        for kind, pool in found.pools.items()
    ]
    titles = ("series", "real trials", "standard deviation", "by the median absolute deviation", "steps in their order")
    return f"\n\n{_POOLS}\n\n{table(titles, rows)}"


def _steps(found: HistoryCalibration) -> str:
    if not found.steps:
        return ""
    within = list(found.steps[0].within)
    rows = [
        (
            row.kind,
            _detector(found, row.detector),
            f"{row.within[within[0]].trials:,}",
            *(_share(row.within[nights]) for nights in within),
        )
        for row in found.steps
    ]
    titles = ("step", "detector", "how many", *(f"found within {nights} nights" for nights in within))
    return f"## Steps\n\n{_STEPS}\n\n{table(titles, rows)}"


def _smallest(found: HistoryCalibration) -> str:
    nights = sorted({each.nights for each in found.smallest})
    by_sd: dict[float, list[str]] = {}
    for each in sorted(found.smallest, key=lambda each: (each.night_sd, each.nights)):
        by_sd.setdefault(each.night_sd, []).append(f"{100 * each.step:.2g} %")
    rows = [(f"{100 * sd:.2g} %", *steps) for sd, steps in by_sd.items()]
    titles = ("night-to-night standard deviation", *(f"within {each} nights" for each in nights))
    return f"## The smallest steps that are seen\n\n{_SMALLEST}\n\n{table(titles, rows)}"


def _years(years: Years | None) -> str:
    if years is None:
        return ""
    rows = [(kind, f"{found.count} of {found.trials}", _share(found)) for kind, found in years.found.items()]
    late = ", ".join(f"{count} after {nights}" for nights, count in years.late.items())
    false = (
        f"{years.false} false steps in {years.count} years of {years.nights} nights: {years.false_a_year:.2f} a year "
        f"(95 % interval {years.low:.2f} to {years.high:.2f}); {years.shown} of them still stand at the year's end. "
        f"Steps were told of so many nights after the first night that had them: {late}."
    )
    titles = ("planted", "found", "share")
    return f"## Simulated years\n\n{_YEARS}\n\n{table(titles, rows)}\n\n{false}"


def _detector(found: HistoryCalibration, name: str) -> str:
    version = found.versions.get(name)
    return f"{name} {version}" if version else name


def _share(share: Share) -> str:
    return f"{100 * share.estimate:.1f} % ({_ends(share)})"


def _ends(share: Share) -> str:
    low, high = (f"{100 * end:.1f}" for end in (share.low, share.high))
    return f"{low} to {high}"
