"""One picture of a run: its curves, and the ratios of each other case with their intervals, and the limit."""

from __future__ import annotations

import math
import os
from pathlib import Path
from typing import TYPE_CHECKING, Any

from harness.failure import HarnessError
from harness.record.schema import Record, VariantJudgement
from harness.report.curve_picture import draw_curve, is_drawable
from harness.report.curve_view import CurveView, curve_views
from harness.report.panels import Panel, is_drawn, panels_of
from harness.report.picture_file import check, save
from harness.report.plain import line
from harness.report.quantity import significant
from harness.report.view import CaseView

if TYPE_CHECKING:
    from matplotlib.axes import Axes

ROW_INCHES = 0.32
CASE_INCHES = 1.15
CURVE_INCHES = 3.4
WIDTH_INCHES = 8.0
CURVE_WIDTH_INCHES = 10.0
WIDEST_NAME = 36
WIDEST_TITLE = 80
WIDEST_RATIO = 60
# Okabe and Ito (2008), Color universal design: told apart by everyone, and dark enough beside each other in grey.
SAME, OTHER, LIMIT = "#0072B2", "#D55E00", "#009E73"


def plot(record: Record, path: str | os.PathLike[str]) -> Path:
    """Draws the run into a PNG, SVG or PDF, by the path's suffix, and returns the path.

    A file that is there is replaced if it is such a picture. Raises HarnessError.
    A swept family is a curve: times on the left, ratios or speed-ups on the right. For all other cases, a dot is a
    variant's time over the baseline's (1), on a log axis; a line through it its 95 % interval.
    Filled circles give the baseline's answer, hollow diamonds another one.
    """
    target = Path(path)
    check(target)
    panels = [panel for panel in panels_of(record) if panel.is_drawn()]
    curves = [view for view in curve_views(record) if is_drawable(view)]
    if not panels and not curves:
        raise HarnessError(f"the record {record.id} has no ratio that could be drawn.")
    import matplotlib as mpl

    # The picture depends on the record alone; text in an SVG stays text.
    with mpl.rc_context({"svg.hashsalt": record.id, "svg.fonttype": "none", "text.parse_math": False}):
        save(_draw(record, curves, panels), target)
    return target


def _draw(record: Record, curves: list[CurveView], panels: list[Panel]) -> Any:
    from matplotlib.backends.backend_agg import FigureCanvasAgg
    from matplotlib.figure import Figure

    heights = [CURVE_INCHES] * len(curves) + [CASE_INCHES + ROW_INCHES * len(panel.rows) for panel in panels]
    figure = Figure(figsize=(CURVE_WIDTH_INCHES if curves else WIDTH_INCHES, sum(heights) + 0.9), layout="constrained")
    FigureCanvasAgg(figure)
    grid = figure.add_gridspec(len(heights), 2, height_ratios=heights)
    for row, view in enumerate(curves):
        left, right = figure.add_subplot(grid[row, 0]), figure.add_subplot(grid[row, 1])
        draw_curve(left, right, view, _shortened(view.title, WIDEST_TITLE))
    for row, panel in enumerate(panels, start=len(curves)):
        _draw_panel(figure.add_subplot(grid[row, :]), panel)
    addresses = " against ".join(environment.address for environment in record.environments)
    title = f"{addresses}, scale {record.plan.scale}, run {record.id}"
    figure.suptitle(_shortened(title, WIDEST_TITLE), fontsize=10)
    if panels:
        _legend(figure, panels)
    return figure


def _draw_panel(ax: Axes, panel: Panel) -> None:
    ax.axvline(1, color="black", linewidth=1)
    for height, (_, view, row) in enumerate(panel.rows):
        _draw_row(ax, view, row, height)
    if panel.limit is not None:
        ax.axvline(panel.limit, color=LIMIT, linewidth=1.5, linestyle=(0, (4, 2)))
    ax.set_xscale("log")
    low, high = _reach(panel)
    ax.set_xlim(low, high)
    ticks = _ticks(low, high)
    ax.set_xticks(ticks, [f"{tick:g}" for tick in ticks])
    ax.minorticks_off()
    ax.set_yticks(range(len(panel.rows)), [_shortened(name, WIDEST_NAME) for name, _, _ in panel.rows])
    ax.set_ylim(len(panel.rows) - 0.4, -0.6)
    ax.grid(axis="x", color="0.88")
    ax.set_axisbelow(True)
    ax.spines[["top", "right", "left"]].set_visible(False)
    ax.tick_params(axis="y", length=0)
    ax.set_title(_shortened(panel.title, WIDEST_TITLE), loc="left", fontsize=10, fontweight="bold")
    ax.set_xlabel(f"{_shortened(panel.ratio, WIDEST_RATIO)} (ratio, log scale; left is faster)", fontsize=9)


def _draw_row(ax: Axes, view: CaseView, row: VariantJudgement, height: int) -> None:
    if row.variant == view.case.baseline:
        ax.plot([1], [height], marker="s", markersize=6, color="black", linestyle="none")
        return
    if not is_drawn(row) or view.lacks_answer(row) or row.ratio is None:
        told = "no answer" if view.lacks_answer(row) else "not measured"
        ax.text(1, height, f" {told}", va="center", fontsize=8, style="italic")
        return
    same = view.same_answer(row)
    colour = SAME if same else OTHER
    if row.ratio.shown:
        bounds = [max(row.ratio.shown.low, 1e-12), row.ratio.shown.high]
        ax.plot(bounds, [height, height], color=colour, linewidth=2, marker="|", markersize=8, solid_capstyle="butt")
    ax.plot(
        [row.ratio.estimate],
        [height],
        marker="o" if same else "D",
        markersize=7,
        markerfacecolor=colour if same else "white",
        markeredgecolor=colour,
        markeredgewidth=1.6,
        linestyle="none",
    )
    end = row.ratio.shown.high if row.ratio.shown else row.ratio.estimate
    ax.annotate(
        significant(row.ratio.estimate),
        (end, height),
        xytext=(7, 0),
        textcoords="offset points",
        va="center",
        fontsize=8,
        bbox={"facecolor": "white", "edgecolor": "none", "pad": 0.5},
    )


def _shortened(text: str, width: int) -> str:
    """Text in one line, its middle left out where it is too long: names differ at their ends."""
    told = line(text)
    if len(told) <= width:
        return told
    return f"{told[: width // 2 - 1]}...{told[-(width // 2 - 2) :]}"


def _reach(panel: Panel) -> tuple[float, float]:
    """The axis' ends: all dots, intervals and the limit, with some air, and never less than half to double."""
    shown = [0.75, 1.33, *([panel.limit] if panel.limit else [])]
    for _, _, row in panel.rows:
        if row.ratio is not None and is_drawn(row):
            bounds = [row.ratio.shown.low, row.ratio.shown.high] if row.ratio.shown else []
            shown += [bound for bound in [row.ratio.estimate, *bounds] if bound > 0]
    return min(shown) / 1.15, max(shown) * 1.25


def _ticks(low: float, high: float) -> list[float]:
    """1, 2 and 5 times the powers of ten in reach; the powers alone over more than three decades, more over few."""
    steps: tuple[float, ...] = (1, 2, 5) if high / low < 1000 else (1,)
    if high / low < 6:
        steps = (1, 1.2, 1.5, 2, 2.5, 3, 4, 5, 6, 7, 8, 9)
    decades = range(math.floor(math.log10(low)), math.ceil(math.log10(high)) + 1)
    ticks = [step * 10.0**decade for decade in decades for step in steps]
    return [tick for tick in ticks if low <= tick <= high]


def _legend(figure: Any, panels: list[Panel]) -> None:
    """What the marks mean; those that not every picture has, where it has them."""
    from matplotlib.lines import Line2D

    def mark(label: str, **how: Any) -> Line2D:
        return Line2D([], [], label=label, **how)

    dot: dict[str, Any] = {"linestyle": "-", "linewidth": 2, "markersize": 7, "markeredgewidth": 1.6}
    handles = [
        mark("same answer", marker="o", color=SAME, **dot),
        mark("another answer", marker="D", color=OTHER, markerfacecolor="white", **dot),
    ]
    if any(panel.limit is not None for panel in panels):
        handles.append(mark("limit of the machine", color=LIMIT, linestyle=(0, (4, 2))))
    if any(row.variant == view.case.baseline for panel in panels for _, view, row in panel.rows):
        handles.append(mark("baseline", color="black", linewidth=1, marker="s", markersize=6))
    figure.legend(
        handles=handles,
        loc="outside lower center",
        ncols=4,
        fontsize=9,
        frameon=False,
    )
