"""What calibrations of history come to: the figures of their page."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

from scipy import special

from harness.calibrate.findings import Findings, SeriesTrials, YearTrial
from harness.calibrate.history.agenda import DETECTORS, HARNESS
from harness.calibrate.history.kinds import CLEAR_STEPS, FLAT, STEP_AT, STEPS, TWINS, WITHIN
from harness.calibrate.tally import share
from harness.judge.history.columns import FALSE_A_YEAR, MOST_A_NIGHT, NIGHTS_A_YEAR
from harness.judge.history.power import smallest_within
from harness.report.calibration.figures import Share
from harness.report.calibration.history_figures import FlatRow, HistoryCalibration, Smallest, StepRow, TwinPool, Years

MOST_FLAT = 0.01
LEAST_FOUND = 0.8
_SDS = (0.005, 0.01, 0.02, 0.03, 0.05)


def summary(findings: Findings) -> HistoryCalibration:
    """All figures that these findings allow."""
    kinds = [*(kind.name for kind in FLAT), *TWINS.values()]
    flat = [row for kind in kinds for name in DETECTORS if (row := _flat(findings.series, kind, name))]
    steps = [found for kind in STEPS for name in DETECTORS if (found := _step(findings.series, kind.name, name))]
    years = _years(findings.years)
    return HistoryCalibration(
        flat=flat,
        steps=steps,
        pools={
            each.kind: TwinPool(
                trials=each.pool.trials, sd=each.pool.sd, usual_sd=each.pool.usual_sd, told=each.pool.told
            )
            for each in findings.series
            if each.pool is not None
        },
        smallest=[each for sd in _SDS for nights in WITHIN if (each := _smallest(sd, nights))],
        years=years,
        versions={each.detector: each.version for each in findings.series if each.version},
        demands=[*_demands(flat, steps), *(_of_years(years) if years else [])],
    )


def _mine(trials: Sequence[SeriesTrials], kind: str, detector: str) -> list[SeriesTrials]:
    return [each for each in trials if (each.kind, each.detector) == (kind, detector)]


def _flat(trials: Sequence[SeriesTrials], kind: str, detector: str) -> FlatRow | None:
    mine = _mine(trials, kind, detector)
    count = sum(each.trials for each in mine)
    if not count:
        return None
    every_night = None
    if all(each.every_night is not None for each in mine):
        every_night = share(sum(each.every_night or 0 for each in mine), count)
    return FlatRow(
        kind=kind,
        detector=detector,
        at_the_end=share(sum(each.at_the_end or 0 for each in mine), count),
        at_any_look=share(sum(each.at_any_look or 0 for each in mine), count),
        every_night=every_night,
    )


def _step(trials: Sequence[SeriesTrials], kind: str, detector: str) -> StepRow | None:
    mine = _mine(trials, kind, detector)
    count = sum(each.trials for each in mine)
    if not count:
        return None
    within = {nights: share(sum(each.within[str(nights)] for each in mine), count) for nights in WITHIN}
    return StepRow(kind=kind, detector=detector, within=within)


def _smallest(night_sd: float, nights: int) -> Smallest | None:
    step = smallest_within(nights, night_sd**2, STEP_AT, MOST_A_NIGHT)
    return Smallest(night_sd=night_sd, nights=nights, step=step) if step is not None else None


def _years(years: Sequence[YearTrial]) -> Years | None:
    if not years:
        return None
    planted: Counter[str] = Counter()
    found: Counter[str] = Counter()
    for each in years:
        planted.update(each.planted)
        found.update(each.found)
    false, long = sum(each.false for each in years), sum(each.nights for each in years) / NIGHTS_A_YEAR
    # The interval of a Poisson rate (Garwood 1936).
    low = float(special.gammaincinv(false, 0.025)) if false else 0.0
    high = float(special.gammaincinv(false + 1, 0.975))
    return Years(
        count=len(years),
        nights=years[0].nights,
        found={kind: share(found[kind], count) for kind, count in sorted(planted.items())},
        false=false,
        false_a_year=false / long,
        low=low / long,
        high=high / long,
        shown=sum(each.shown_false for each in years),
        late=dict(sorted(Counter(nights for each in years for nights in each.late).items())),
    )


def _demands(flat: Sequence[FlatRow], steps: Sequence[StepRow]) -> list[tuple[str, str, bool | None]]:
    demands: list[tuple[str, str, bool | None]] = []
    for row in flat:
        if row.detector == HARNESS and row.every_night is not None:
            demand = f"{row.kind}: at most {100 * MOST_FLAT:g} % of series of 100 nights flagged on any night"
            demands.append((demand, _told(row.every_night), row.every_night.estimate <= MOST_FLAT))
    held_to = {kind.name for kind in CLEAR_STEPS}
    for each in steps:
        if each.detector == HARNESS and each.kind in held_to:
            found = each.within[WITHIN[0]]
            demand = f"{each.kind}: found within {WITHIN[0]} nights in at least {100 * LEAST_FOUND:g} %"
            demands.append((demand, _told(found), found.estimate >= LEAST_FOUND))
    return demands


def _of_years(years: Years) -> list[tuple[str, str, bool | None]]:
    found = f"{years.false_a_year:.2f} ({years.low:.2f} to {years.high:.2f})"
    return [(f"at most {FALSE_A_YEAR:g} false steps in a simulated year", found, years.false_a_year <= FALSE_A_YEAR)]


def _told(share: Share) -> str:
    return f"{share.count} of {share.trials} ({100 * share.estimate:.1f} %)"
