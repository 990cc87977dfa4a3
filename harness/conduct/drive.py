"""Let the conductor run on a run's events so far, with real probes, a real clock and a real journal."""

from __future__ import annotations

import contextlib
from collections.abc import Sequence
from functools import partial

from harness.conduct.clock import RunClock
from harness.conduct.conductor import Conductor
from harness.conduct.events import AnyEvent
from harness.conduct.fold import Story, beginning
from harness.conduct.journal import Journal
from harness.conduct.launch import Bench, Hold, Watch
from harness.conduct.probe import Probe
from harness.conduct.scan import Scanned
from harness.conduct.subject import Subject
from harness.judge import prior_variances
from harness.judge.curves import focus
from harness.machine.conditions import ConditionsSampler
from harness.record.variances import RunVariances


def drive(
    events: list[AnyEvent],
    journal: Journal,
    clock: RunClock,
    hold: Hold,
    limits: dict[str, str],
    watch: Watch,
    earlier: Sequence[RunVariances] = (),
) -> None:
    """Measure until enough is known or the budget is spent; what happens is appended to events and journal alike.

    limits: node ids of limit tests, by case. earlier: what runs on this machine showed of its noise, oldest first.
    """
    begun = beginning(events)
    story = Story()
    for event in events:
        story.take(event)

    def write(event: AnyEvent) -> None:
        journal.write(event)
        events.append(event)
        story.take(event)

    with contextlib.closing(ConditionsSampler()) as conditions:
        bench = Bench(
            hold=hold,
            write=write,
            settle=journal.settle,
            sync=journal.sync,
            clock=clock,
            conditions=conditions,
            watch=watch,
            timeout_s=begun.plan.timeout_s,
            seed=begun.plan.seed,
            cores=begun.plan.cores,
        )
        expect = partial(prior_variances, earlier, scale=begun.plan.scale)
        Conductor(story, begun.plan, bench, expect, focus).run(limits)


def holder(subjects: Sequence[Subject], scans: Sequence[Scanned]) -> Hold:
    """What starts probes that hold one test each, of what each subject was scanned for."""

    def hold(environment: int, nodeid: str, name: str, hash_seed: int) -> Probe:
        scanned = scans[environment]
        # A file that can't be imported has no items: its probe will say why.
        path = scanned.path_of(nodeid)
        return subjects[environment].probe(
            name, hash_seed=hash_seed, mode="hold", item=nodeid, paths=[path], rootdir=scanned.rootdir
        )

    return hold
