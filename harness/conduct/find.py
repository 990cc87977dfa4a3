"""What a run has to measure: the suite's cases, or, in several environments, each test side by side."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import msgspec

from harness.conduct.cases import suite
from harness.conduct.scan import Scanned, refuse_unimportable, scan
from harness.conduct.side_by_side import collection, side_by_side
from harness.conduct.site import faults_at
from harness.conduct.subject import Subject
from harness.failure import HarnessError
from harness.judge.rules import Ambiguous, ruled
from harness.record.schema import Case, Plan


class Found(msgspec.Struct, frozen=True, kw_only=True):
    """scans: what was collected at each site. limits: node ids of limit tests, by case.

    broken_files: traceback by file that can't be imported. unpaired: a line for each test that not all sites have.
    """

    scans: list[Scanned]
    cases: list[Case]
    limits: dict[str, str]
    broken_files: dict[str, str]
    unpaired: list[str] = []


def find(subjects: Sequence[Subject], plan: Plan, say: Callable[[str], None]) -> Found:
    """Collect the suite at each site. say: is told what goes on. Raises HarnessError."""
    if len(subjects) == 1:
        say("collecting the suite")
        (only,) = scans = [scan(subjects[0], plan.paths, plan.keyword)]
        refuse_unimportable(only)
        found = suite(only.items)
        cases = _ruled(found.cases, plan)
        return Found(scans=scans, cases=cases, limits=found.limits, broken_files=only.broken)
    scans = [_scan(subject, plan, say) for subject in subjects]
    sites = [subject.site for subject in subjects]
    with faults_at(sites[0]):
        refuse_unimportable(scans[0])
    collections = [
        collection(site.address, site.folder, scanned.items, scanned.broken_paths)
        for site, scanned in zip(sites, scans, strict=True)
    ]
    pairing = side_by_side(suite(scans[0].items), collections)
    broken = {
        f"{file} in {site.address}": text
        for site, scanned in zip(sites, scans, strict=True)
        for file, text in scanned.broken.items()
    }
    # How far each way is from the machine's best is another question than which environment is faster.
    cases = _ruled(pairing.cases, plan)
    return Found(scans=scans, cases=cases, limits={}, broken_files=broken, unpaired=pairing.unpaired)


def _ruled(cases: Sequence[Case], plan: Plan) -> list[Case]:
    try:
        return [ruled(case, plan) for case in cases]
    except Ambiguous as ambiguous:
        raise HarnessError(
            f"{plan.policy.source}: tool.harness.cases: {ambiguous}. Let one of them mean fewer cases, or name the "
            "case by its id."
        ) from ambiguous


def _scan(subject: Subject, plan: Plan, say: Callable[[str], None]) -> Scanned:
    say(f"collecting the suite in {subject.site.address}")
    with faults_at(subject.site):
        return scan(subject, plan.paths, plan.keyword)
