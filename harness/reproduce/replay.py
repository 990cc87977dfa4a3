"""A record's plan, run again: its code found, its environments made, and its cases measured."""

from __future__ import annotations

import contextlib
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path

import msgspec

from harness.conduct import Site, Surroundings, cut_runs, measure, resume, unfinished
from harness.conduct.fold import beginning
from harness.conduct.launch import Watch
from harness.failure import HarnessError
from harness.judge import Reproduction, judge_reproduction
from harness.machine.cores import available
from harness.record import Store
from harness.record.schema import EnvironmentRecord, Plan, Record
from harness.reproduce.bundle import SOURCE
from harness.reproduce.code import Code, Wanted, code_here, code_in_bundle, code_of, wanted_by
from harness.reproduce.differences import differences
from harness.reproduce.environments import as_asked, as_recorded
from harness.reproduce.published import Published


class Wish(msgspec.Struct, frozen=True, kw_only=True):
    """How a user wants a record reproduced. margin: of speed-ups, a share; None as the record has it.

    address: the environment instead of the recorded one. here: with the code as it lies here. budget_s: instead of the
    recorded one. resumed: go on with a reproduction that was cut.
    """

    margin: float | None = None
    address: str | None = None
    here: bool = False
    budget_s: float | None = None
    resumed: bool = False


class Workplace(msgspec.Struct, frozen=True, kw_only=True):
    """Where a reproduction takes place, and whom it tells. folder: where the user stands."""

    store: Store
    folder: Path
    say: Callable[[str], None]
    watch: Watch
    trace: Callable[[str], None]


class Reproduced(msgspec.Struct, frozen=True, kw_only=True):
    """Both records and the judgement. differences: of what they depend on. remarks: on the code, in words."""

    recorded: Record
    now: Record
    judged: Reproduction
    differences: list[str]
    remarks: list[str]


def reproduce(found: Published, wish: Wish, place: Workplace) -> Reproduced:
    """Run a record's plan again and judge it; the new record is in the store then.

    Raises HarnessError; KeyboardInterrupt leaves a run that can be resumed.
    """
    record = found.record
    with _sites(found, wish, place) as (sites, remarks):
        around = Surroundings(
            store=place.store, sites=sites, folder=sites[0].folder, watch=place.watch, trace=place.trace
        )
        if wish.resumed:
            events = unfinished(place.store, cut_reproduction(place.store, record.id))
            now = resume(events, wish.budget_s, around)
        else:
            now = measure(_plan(record, wish), around)
    drift = [finding for each in now.environments for finding in _drift(each)]
    return Reproduced(
        recorded=record,
        now=now,
        judged=judge_reproduction(record.cases, now.cases, wish.margin, drift, record.plan.policy.fail_against),
        differences=differences(record, now),
        remarks=list(dict.fromkeys([*remarks, *_unlocked(now)])),
    )


def cut_reproduction(store: Store, record: str) -> str:
    """The id of the latest run that was to reproduce a record, and was cut. Raises HarnessError where there is none."""
    for begun in map(beginning, cut_runs(store)):
        if begun.plan.reproduces == record:
            return begun.run
    raise HarnessError(f"{store.runs}: no reproduction of {record} was cut. Leave --resume away.")


def _plan(record: Record, wish: Wish) -> Plan:
    """The recorded plan, but for its place among nights: a reproduction is no night, takes none apart, and is no step
    of a bisection.
    """
    return msgspec.structs.replace(
        record.plan,
        budget_s=wish.budget_s or record.plan.budget_s,
        cores=_cores(record.plan.cores, available()),
        reproduces=record.id,
        night=None,
        blames=None,
        bisects=None,
    )


def _cores(recorded: list[int], here: list[int]) -> list[int]:
    """The recorded cores, where this machine has them; else as many others, or all there are."""
    return recorded if set(recorded) <= set(here) else here[: len(recorded)]


@contextlib.contextmanager
def _sites(found: Published, wish: Wish, place: Workplace) -> Iterator[tuple[tuple[Site, ...], list[str]]]:
    """The record's environments with their code, and the remarks on it. The locks that they are made from are gone
    at the end.
    """
    record = found.record
    environments = record.environments
    if wish.address is not None and len(environments) > 1:
        raise HarnessError(
            f"--env {wish.address}: {record.id} compares {len(environments)} environments side by side, so there is "
            "not one that could be another. Leave --env away."
        )
    codes = [_code(wanted, found, wish, place) for wanted in wanted_by(record)]
    with tempfile.TemporaryDirectory(prefix="harness-") as room:
        sites = []
        for environment, code in zip(environments, codes, strict=True):
            how = (environment, found.finders, code.folder)
            if wish.address is None:
                realized = as_recorded(*how, Path(room), place.say)
            else:
                realized = as_asked(wish.address, *how, place.folder, Path(room), place.say)
            revision = environment.revision
            sites.append(Site(realized=realized, folder=code.folder, revision=revision, checkout=code.checkout))
        yield tuple(sites), [remark for code in codes for remark in code.remarks]


def _code(wanted: Wanted, found: Published, wish: Wish, place: Workplace) -> Code:
    if wish.here:
        return code_here(wanted, place.folder)
    if found.bundle is None:
        return code_of(wanted, place.folder)
    return code_in_bundle(wanted, found.bundle / SOURCE, place.folder)


def _drift(environment: EnvironmentRecord) -> list[str]:
    if not environment.verification.drifted:
        return []
    return [f"{environment.address}: {finding}" for finding in environment.verification.findings or ["drifted"]]


def _unlocked(now: Record) -> list[str]:
    return [
        f"{each.address}: no lock says what this environment should hold"
        for each in now.environments
        if each.verification.state == "unlocked"
    ]
