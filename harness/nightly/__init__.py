"""Every night: today against a fixed anchor, and what to blame where it differs."""

from harness.nightly.anchors import Wish, described, first_anchor, next_anchor
from harness.nightly.night import steps_from, take, the_night
from harness.nightly.runs import Desk
from harness.nightly.state import Asked, NightState, Step
from harness.nightly.telling import told
from harness.nightly.tools import Tools

__all__ = [
    "Asked",
    "Desk",
    "NightState",
    "Step",
    "Tools",
    "Wish",
    "described",
    "first_anchor",
    "next_anchor",
    "steps_from",
    "take",
    "the_night",
    "told",
]
