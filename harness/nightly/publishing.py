"""The last step: the site, made from what the store holds."""

from __future__ import annotations

import importlib
from typing import Any

from harness.failure import HarnessError
from harness.nightly.state import NightState, Step
from harness.nightly.tools import Tools


def publish(state: NightState, tools: Tools) -> NightState:
    """Write the site where the user wants one. Raises HarnessError where it can't be written."""
    if tools.site is None:
        return state.having_said(Step.PUBLISH, ["no site is wanted: --site DIR names its folder"])
    try:
        site: Any = importlib.import_module("harness.report.site")
        make = site.make_site
    except (ImportError, AttributeError) as reason:
        raise HarnessError("this harness can't make sites: leave --site away.") from reason
    make(tools.store, tools.site, tools.say)
    return state.having_said(Step.PUBLISH, [f"the site is in {tools.site}"])
