"""The first steps: what the store holds, and tonight's lock."""

from __future__ import annotations

from collections.abc import Mapping

import msgspec

from harness.conduct.checkout import checkout
from harness.environment.locks.wheel_lock import lock_digest
from harness.failure import HarnessError
from harness.machine.code import top_of
from harness.nightly.anchors import Wish, described, first_anchor
from harness.nightly.moved import packages_between
from harness.nightly.solving import solve_afresh
from harness.nightly.state import NightState, Step
from harness.nightly.tools import Tools
from harness.record.index import Index
from harness.record.usual_store import USUAL_STORE
from harness.report.quantity import counted

_NAMED_PACKAGES = 5


def restore(state: NightState, tools: Tools) -> NightState:
    """Read all that the store holds, name what is damaged, and see that there is an anchor whose lock is kept.

    Raises HarnessError for a store that can't be read, and where there is no anchor.
    """
    store = tools.store
    index = Index(store)
    runs = index.runs()
    nights = {run.night for run in runs.values() if run.night}
    anchors = store.anchors()
    if not anchors:
        if tools.first is None:
            raise HarnessError(
                "there is no anchor yet. Nights are held against a fixed point, a commit with its lock. Make the "
                "commit that you are at the first one:\n"
                f"harness anchor set HEAD --env {state.asked.address} --why '...'{_elsewhere(tools)}"
            )
        wish = Wish(revision="HEAD", why=tools.first, address=state.asked.address)
        anchors = [first_anchor(wish, store, tools.folder, tools.say)]
    store.lock(anchors[-1].lock_digest)
    held = ", ".join(
        (
            counted(len(runs), "record", "records"),
            counted(len(nights), "night", "nights"),
            counted(len(anchors), "anchor", "anchors"),
        )
    )
    lines = [f"{held}; today is held against {described(anchors[-1])}"]
    lines += [f"damaged, and left out: {each.path}: {each.why}" for each in index.damaged]
    damaged = [f"{each.path}: {each.why}" for each in index.damaged]
    return msgspec.structs.replace(state, damaged=damaged).having_said(Step.RESTORE, lines)


def _elsewhere(tools: Tools) -> str:
    """Where the repository has anchors further up: the usual store lies below the folder that one is in."""
    top = top_of(tools.folder)
    if top is None or top == tools.folder or not (top / USUAL_STORE / "anchors").is_dir():
        return ""
    return f"\nThere are some in {top / USUAL_STORE}: go to {top}, or name that store with --store."


def solve(state: NightState, tools: Tools) -> NightState:
    """Solve tonight's lock, and keep it; where that can't be, the committed lock is tonight's, and that is said.

    Raises HarnessError where there is no lock at all.
    """
    project = checkout(tools.folder, state.commit).folder
    solved = solve_afresh(state.asked.address, project, tools.channels, tools.say)
    digest = tools.store.keep_lock(solved.text)
    committed = None if solved.committed is None else lock_digest(solved.committed)
    if solved.unsolved:
        lines = [f"not solved, so the committed lock {digest[:12]} is tonight's: {solved.unsolved}"]
    elif solved.committed is None:
        lines = [f"solved: lock {digest[:12]}; none is committed"]
    else:
        changed = packages_between(solved.committed, solved.text, state.asked.address)
        lines = [f"solved: lock {digest[:12]}; {_against_committed(changed)}"]
    return msgspec.structs.replace(state, lock=digest, committed=committed, unsolved=solved.unsolved).having_said(
        Step.SOLVE, lines
    )


def _against_committed(changed: Mapping[str, tuple[str | None, str | None]]) -> str:
    if not changed:
        return "the same packages as in the committed one"
    named = [f"{name} {before or 'none'} -> {after or 'none'}" for name, (before, after) in changed.items()]
    more = f" and {len(named) - _NAMED_PACKAGES} more" if len(named) > _NAMED_PACKAGES else ""
    return f"other than the committed one: {', '.join(named[:_NAMED_PACKAGES])}{more}"
