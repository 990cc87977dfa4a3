"""Which case gets the next launch, and when the run will end: pure decisions over where each case stands."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import msgspec

from harness.judge import Claim, allocation, launches_expected, launches_wanted

FEWEST_LAUNCHES = 3
MOST_LAUNCHES = 60


class Course(msgspec.Struct, frozen=True, kw_only=True):
    """What is planned for a case: launches in the end, and how many it could have if all others get theirs.

    The looks are laid over `most`. What other cases show moves it, and what things cost, and hardly its own ratios:
    else intervals wouldn't hold.
    """

    launches: int
    most: int


class Standing(msgspec.Struct, frozen=True, kw_only=True):
    """Where one case stands.

    cost_s: what its next launch is predicted to take, least_s: the shortest that is of use; None before its first.
    enough: it was known well enough at a look. spread: the standard deviation of a launch's log ratio over the
    half-width that is wanted, of its ratio that needs most. weight: how much its precision counts beside the others'.
    """

    case: str
    optional: bool
    launches: int
    cost_s: float | None
    enough: bool
    least_s: float | None = None
    over: bool = False
    spread: float = 1.0
    weight: float = 1.0


def next_case(standings: Sequence[Standing], left_s: float, stated_launches: int | None) -> str | None:
    """The case that gets the next launch, None when enough is measured or nothing more fits into the budget.

    First every case gets its fewest launches, one after the other, so that a drift of the machine meets all alike;
    then those that aren't known well enough go on, side by side, each on the course that `courses` gives it; then
    the same for optional cases, one at a time, each only when all of its fewest launches are predicted to fit. A launch
    that is predicted to end after the budget isn't begun.
    """
    if left_s <= 0:
        return None
    fewest = stated_launches or FEWEST_LAUNCHES
    required = [standing for standing in standings if not standing.optional and not standing.over]
    optional = [standing for standing in standings if standing.optional and not standing.over]
    chosen = _fewest_first(required, fewest, left_s)
    if chosen is None and stated_launches is None:
        chosen = _furthest_behind(required, left_s)
    if chosen is None:
        chosen = _optional_that_fits(optional, fewest, left_s, _typical_cost_s(standings))
    if chosen is None and stated_launches is None:
        chosen = _furthest_behind([each for each in optional if each.launches], left_s)
    return chosen


def courses(standings: Sequence[Standing], left_s: float, stated_launches: int | None = None) -> dict[str, Course]:
    """How many launches each of these cases is to have in the end, as things stand.

    With stated launches these; else what makes all of them most precise in the time (`allocation`), and no more than
    each wants. A case that is over, known well enough or of unknown cost keeps what it has. Optional cases count once
    they have begun.
    """
    begun = [each for each in standings if each.launches or not each.optional]
    most = dict.fromkeys((each.case for each in begun), MOST_LAUNCHES)
    planned = _planned(begun, left_s, stated_launches, most)
    spare_s = left_s - _planned_s(begun, planned)
    most = {each.case: _most(each, planned[each.case], spare_s) for each in begun}
    planned = _planned(begun, left_s, stated_launches, most)
    return {case: Course(launches=count, most=max(count, most[case])) for case, count in planned.items()}


def remaining_s(standings: Sequence[Standing], left_s: float, stated_launches: int | None) -> float | None:
    """Seconds until the run is predicted to end; None as long as nobody knows what a required case costs.

    Optional cases come last, as in `next_case`, those whose cost isn't known at the mean of the others.
    """
    required = [each for each in standings if not each.optional and not each.over]
    known = [each for each in standings if each.cost_s is not None]
    if any(each.cost_s is None for each in required) or not known:
        return None
    needed_s = _needed_s(required, left_s, stated_launches)
    typical_s, fewest = _typical_cost_s(standings), stated_launches or FEWEST_LAUNCHES
    begun = []
    for each in (each for each in standings if each.optional and not each.over):
        cost_s = typical_s if each.cost_s is None else each.cost_s
        owed_s = cost_s * max(0, fewest - each.launches)
        if needed_s + owed_s <= left_s:
            needed_s += owed_s
            begun.append(msgspec.structs.replace(each, cost_s=cost_s, launches=max(fewest, each.launches)))
    return needed_s + _needed_s(begun, left_s - needed_s, stated_launches)


def fair_share_s(standings: Sequence[Standing], left_s: float, stated_launches: int | None) -> float:
    """Seconds that a launch may take now, so that each case still gets its fewest: the unit of inference is a launch,
    and more blocks in the first would leave nothing to compare them with.
    """
    fewest = stated_launches or FEWEST_LAUNCHES
    owed = sum(max(0, fewest - each.launches) for each in standings if not each.optional and not each.over)
    return left_s / max(1, owed)


def _needed_s(standings: Sequence[Standing], left_s: float, stated_launches: int | None) -> float:
    """What these cases will take: what is planned, or more where a look may find that it isn't enough yet."""
    planned = courses(standings, left_s, stated_launches)
    expected_s = sum(_expected(each, planned[each.case], stated_launches) * (each.cost_s or 0.0) for each in standings)
    return min(max(0.0, left_s), expected_s)


def _expected(standing: Standing, course: Course, stated_launches: int | None) -> float:
    """How many launches a case is expected to get from here on."""
    if stated_launches or course.launches == standing.launches:
        return course.launches - standing.launches
    fewest = max(standing.launches, FEWEST_LAUNCHES)
    at_end = launches_expected(standing.spread, standing.launches, course.most)
    return max(fewest, at_end) - standing.launches


def _planned(
    standings: Sequence[Standing], left_s: float, stated_launches: int | None, most: Mapping[str, int]
) -> dict[str, int]:
    claims = [_claim(each, stated_launches, most[each.case]) for each in standings]
    return {each.case: count for each, count in zip(standings, allocation(claims, left_s), strict=True)}


def _most(standing: Standing, planned: int, spare_s: float) -> int:
    if not standing.cost_s:
        return MOST_LAUNCHES
    return min(MOST_LAUNCHES, planned + max(0, int(spare_s / standing.cost_s)))


def _claim(standing: Standing, stated_launches: int | None, most: int) -> Claim:
    keeps = standing.over or standing.enough or standing.cost_s is None
    fewest = standing.launches if keeps else max(standing.launches, stated_launches or FEWEST_LAUNCHES)
    wanted = fewest if keeps or stated_launches else launches_wanted(standing.spread, standing.launches, most)
    return Claim(
        launches=standing.launches,
        fewest=fewest,
        wanted=max(fewest, wanted),
        cost_s=standing.cost_s or 0.0,
        spread=standing.spread,
        weight=standing.weight,
    )


def _fewest_first(standings: Sequence[Standing], below: int, left_s: float) -> str | None:
    waiting = [each for each in standings if each.launches < below and (each.least_s or each.cost_s or 0.0) <= left_s]
    return min(waiting, key=lambda each: each.launches).case if waiting else None


def _furthest_behind(standings: Sequence[Standing], left_s: float) -> str | None:
    """The case that has the least part of the launches that it is to have."""
    planned = courses(standings, left_s)
    waiting = [
        each for each in standings if each.launches < planned[each.case].launches and (each.cost_s or 0.0) <= left_s
    ]
    return min(waiting, key=lambda each: each.launches / planned[each.case].launches).case if waiting else None


def _optional_that_fits(standings: Sequence[Standing], fewest: int, left_s: float, typical_s: float) -> str | None:
    for standing in standings:
        cost_s = standing.cost_s if standing.cost_s is not None else typical_s
        if standing.launches < fewest and cost_s * (fewest - standing.launches) <= left_s:
            return standing.case
    return None


def _planned_s(standings: Sequence[Standing], planned: Mapping[str, int]) -> float:
    return sum((planned[each.case] - each.launches) * (each.cost_s or 0.0) for each in standings)


def _typical_cost_s(standings: Sequence[Standing]) -> float:
    known = [standing.cost_s for standing in standings if standing.cost_s is not None]
    return sum(known) / len(known) if known else 0.0
