"""The figures of a series in logarithms, with what their launches and links tell of their errors."""

from __future__ import annotations

from collections.abc import Mapping

import msgspec
import numpy as np

from harness.judge.floats import Floats, Places
from harness.judge.history.columns import measured
from harness.judge.history.links import Chain
from harness.record.series import Series


class Figures(msgspec.Struct, frozen=True, kw_only=True):
    """What was measured of a series; a place for each point that has a figure.

    places: of the points. values: logarithms, over the first anchor, or of seconds. below, above: how far the ends of
    its 95 % interval are from each, by its own run, nan where it has none. launch: variance of each by its launches,
    nan where they don't tell. link: variance that it shares with all of its anchor. errors: the probability with which
    its night may tell of a step that isn't one.
    """

    places: Places
    values: Floats
    below: Floats
    above: Floats
    launch: Floats
    link: Floats
    errors: Floats


def figures_of(series: Series, chains: Mapping[int, Chain]) -> Figures:
    """The figures of a series. chains: how each anchor stands to the first one."""
    columns = measured(series).columns
    shifts, link = np.zeros(columns.logs.size), np.zeros(columns.logs.size)
    for anchor, chain in chains.items():
        mine = columns.anchors == anchor
        shifts[mine], link[mine] = chain.shift, chain.variance
    return Figures(
        places=columns.places,
        values=columns.logs + shifts,
        below=columns.below,
        above=columns.above,
        launch=columns.launch,
        link=link,
        errors=columns.errors,
    )
