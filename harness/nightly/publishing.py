"""The last step: the site, made from what the store holds."""

from __future__ import annotations

from harness.nightly.state import NightState, Step
from harness.nightly.tools import Tools


def publish(state: NightState, tools: Tools) -> NightState:
    """Write the site where the user wants one. Raises HarnessError where it can't be written."""
    if tools.publish is None:
        return state.having_said(Step.PUBLISH, ["no site is wanted: --site DIR names its folder"])
    return state.having_said(Step.PUBLISH, [tools.publish()])
