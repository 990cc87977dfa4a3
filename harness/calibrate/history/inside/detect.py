"""Lets another detector look for change points in series; runs in the detectors' environment.

    python detect.py DETECTOR SERIES.json FOUND.json

A series is a list of ratios, one a night. For each the places of the change points are written, counted from 0: of the
first night of the new level. Each detector has its own defaults.
"""

import json
import logging
import math
import sys
from collections.abc import Sequence
from pathlib import Path


def otava(ratios: Sequence[float]) -> "list[int]":
    """Apache Otava: energy distances with Student's t test, windows of 50, p at most 0.001."""
    from otava.series import AnalysisOptions, Metric, Series  # type: ignore[import-not-found]

    nights = list(range(len(ratios)))
    series = Series("series", None, nights, {"ratio": Metric(1, 1.0)}, {"ratio": list(ratios)}, {})
    found = series.analyze(AnalysisOptions()).change_points["ratio"]
    return [int(change.index) for change in found]


def ruptures(ratios: Sequence[float]) -> "list[int]":
    """ruptures: PELT, least squares, the usual penalty of 2 log n for values of unit variance.

    The variance is that of the differences from night to night, by their median absolute value.
    """
    import numpy as np
    from ruptures import Pelt  # type: ignore[import-not-found]

    values = np.array(ratios)
    spread = float(np.median(np.abs(np.diff(values)))) * 1.4826 / math.sqrt(2)
    signal = (values / spread).reshape(-1, 1)
    found = Pelt(model="l2", min_size=2, jump=1).fit(signal).predict(pen=2 * math.log(len(values)))
    return [int(place) for place in found[:-1]]


def asv(ratios: Sequence[float]) -> "list[int]":
    """asv: its step detection (a Potts model with an l1 loss, the penalty by a Bayes criterion)."""
    from asv.step_detect import detect_steps  # type: ignore[import-not-found]

    return [int(step[0]) for step in detect_steps(list(ratios))[1:]]


DETECTORS = {"otava": otava, "ruptures": ruptures, "asv": asv}


def main(name: str, path: str, found: str) -> None:
    logging.disable(logging.CRITICAL)
    detect = DETECTORS[name]
    series = json.loads(Path(path).read_bytes())
    Path(found).write_text(json.dumps([detect(ratios) for ratios in series]), encoding="utf-8")


if __name__ == "__main__":
    main(*sys.argv[1:])
