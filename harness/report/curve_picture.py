"""A curve as it goes into a paper: times, and beside them what the axis is about, ratios or speed-ups."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, Any, NamedTuple

from harness.record.schema import CurvePoint, Estimate, ScalingLaw, VariantCurve, Verdict
from harness.report.curve_view import CurveView, times
from harness.report.plain import line
from harness.report.quantity import compact, seconds, significant

if TYPE_CHECKING:
    from matplotlib.axes import Axes

# Okabe and Ito (2008), Color universal design, without the yellow that paper swallows; marks and lines tell them
# apart without any colour.
COLOURS = ("#000000", "#0072B2", "#D55E00", "#009E73", "#CC79A7", "#E69F00", "#56B4E9")
MARKERS = "osD^vPX*"
LINES: tuple[Any, ...] = ("-", (0, (6, 2)), (0, (2, 1.5)), (0, (6, 2, 1, 2)), (0, (1, 1)))
LIMIT = "0.45"
AXIS_NAME = 40
LAW_STEPS = 60
# Beyond these, an axis' ends have no quotient that a float can hold.
_FEWEST, _MOST = 1e-100, 1e100


class Style(NamedTuple):
    """How a variant is drawn, everywhere in its curve."""

    colour: str
    marker: str
    line: Any


def draw_curve(left: Axes, right: Axes, view: CurveView, title: str) -> None:
    """Times on the left; on the right ratios to the baseline, or speed-ups where the axis counts workers."""
    styles = {
        variant.variant: Style(COLOURS[place % len(COLOURS)], MARKERS[place % len(MARKERS)], LINES[place % len(LINES)])
        for place, variant in enumerate(view.variants)
    }
    _times(left, view, styles)
    left.set_title(title, loc="left", fontsize=10, fontweight="bold")
    if view.curve.workers and any(point.speed_up for variant in view.variants for point in variant.points):
        _speed_ups(right, view, styles)
    else:
        _ratios(right, view, styles)
    for ax in (left, right):
        _dress(ax, view)


def is_drawable(view: CurveView) -> bool:
    """Whether there is any point of it."""
    return not view.curve.problem and any(times(variant) for variant in view.variants)


def _times(ax: Axes, view: CurveView, styles: dict[str, Style]) -> None:
    for variant in view.variants:
        _line(ax, variant, [(point, point.time_s) for point in variant.points], styles[variant.variant])
    if view.limits:
        values, limits = zip(*view.limits, strict=True)
        ax.plot(values, limits, color=LIMIT, linewidth=1.5, linestyle=(0, (4, 2)), label="limit of the machine")
    reasons = {point.left_out for variant in view.variants for point in variant.points} - {"", Verdict.NOT_MEASURED}
    if reasons:
        label = line(" or ".join(sorted(reasons)))
        ax.plot([], [], marker="o", color="black", markerfacecolor="white", linestyle="none", label=label)
    ax.set_yscale("log")
    shown = [limit for _, limit in view.limits]
    for variant in view.variants:
        shown += _reach([(point, point.time_s) for point in variant.points])
    _y_ticks(ax, shown, seconds, least=1.5)
    ax.set_ylabel("time of one call (log scale)", fontsize=9)
    ax.legend(fontsize=8, frameon=False, loc="best", handlelength=3.5)


def _ratios(ax: Axes, view: CurveView, styles: dict[str, Style]) -> None:
    ax.axhline(1, color="black", linewidth=1)
    shown = [1.0]
    for variant in view.others:
        points = [(point, point.ratio) for point in variant.points if not point.left_out]
        _line(ax, variant, points, styles[variant.variant], labelled=False)
        shown += _reach(points)
    for variant in view.others:
        _break_evens(ax, view, variant, styles[variant.variant])
    ax.set_yscale("log")
    _y_ticks(ax, shown, lambda value: f"{value:g}", least=2.0)
    ax.set_ylabel(f"time over that of {_short(view.curve.baseline)} (log scale)", fontsize=9)
    if any(str(each.get_label()).startswith("break-even") for each in ax.get_lines()):
        ax.legend(fontsize=8, frameon=True, framealpha=0.8, edgecolor="none", loc="best", handlelength=3.5)


def _break_evens(ax: Axes, view: CurveView, variant: VariantCurve, style: Style) -> None:
    """Where a variant and the baseline take the same time: a line, a band for its interval, and the numbers."""
    order = view.order(variant)
    for crossing in order.crossings if order else []:
        if crossing.estimate is None or not _FEWEST < crossing.estimate.value < _MOST:
            continue
        told = f"break-even {significant(crossing.estimate.value)}"
        interval = crossing.estimate.interval
        if interval is not None and 0 < interval.low < interval.high:
            ax.axvspan(interval.low, interval.high, color=style.colour, alpha=0.15, linewidth=0)
            told += f" [{significant(interval.low)}, {significant(interval.high)}]"
        ax.axvline(crossing.estimate.value, color=style.colour, linewidth=1.2, linestyle=style.line, label=told)


def _speed_ups(ax: Axes, view: CurveView, styles: dict[str, Style]) -> None:
    values = [value for value in view.curve.values if value >= 1]
    ax.plot(values, values, color="0.6", linewidth=1, label="linear speed-up")
    shown = [float(value) for value in values]
    for variant in view.variants:
        points = [(point, point.speed_up) for point in variant.points]
        style = styles[variant.variant]
        _line(ax, variant, points, style._replace(line="none"), labelled=False)
        law = variant.universal or variant.amdahl
        if law is not None:
            fitted = [value for value in values if value not in variant.beyond_cores]
            steps = list(_speed_ups_by(law, fitted, _alone(variant)))
            ax.plot(*zip(*steps, strict=True), color=style.colour, linewidth=1.2, linestyle=style.line)
        else:
            _line(ax, variant, points, style, labelled=False)
        shown += _reach(points)
    ax.set_yscale("log")
    _y_ticks(ax, shown, lambda value: f"{value:g}", least=2.0)
    ax.set_ylabel("speed-up over one worker (log scale)", fontsize=9)
    ax.legend(fontsize=8, frameon=False, loc="best")


def _alone(variant: VariantCurve) -> float | None:
    """Its measured time with one worker, over which its speed-ups are."""
    return next((point.time_s.value for point in variant.points if point.value == 1 and point.time_s), None)


def _speed_ups_by(law: ScalingLaw, values: Sequence[float], alone_s: float | None) -> Iterator[tuple[float, float]]:
    """The law's speed-ups, in as many steps as make a curve."""
    low, high = min(values, default=1.0), max(values, default=1.0)
    for step in range(LAW_STEPS + 1):
        workers = low * (high / low) ** (step / LAW_STEPS)
        coherency = law.coherency.value if law.coherency else 0.0
        slowed = 1 + law.serial_share.value * (workers - 1) + coherency * workers * (workers - 1)
        base = (alone_s or law.one_worker_s) / law.one_worker_s if law.one_worker_s > 0 else 1.0
        yield workers, base * workers / slowed


def _line(
    ax: Axes,
    variant: VariantCurve,
    points: Sequence[tuple[CurvePoint, Estimate | None]],
    style: Style,
    *,
    labelled: bool = True,
) -> None:
    """Points with their intervals; hollow where the answer is another one."""
    known = [(point, each) for point, each in points if each is not None and _FEWEST < each.value < _MOST]
    if not known:
        return
    values = [point.value for point, _ in known]
    ax.plot(
        values,
        [each.value for _, each in known],
        color=style.colour,
        linewidth=1.4,
        linestyle=style.line,
        marker=style.marker,
        markersize=5.5,
        label=line(variant.variant) if labelled else None,
    )
    for point, each in known:
        if each.interval is not None and 0 < each.interval.low < each.interval.high < math.inf:
            ends = [each.interval.low, each.interval.high]
            ax.plot([point.value] * 2, ends, color=style.colour, linewidth=1, marker="_", markersize=7)
        if point.left_out not in {"", Verdict.NOT_MEASURED}:
            ax.plot(
                [point.value], [each.value], marker=style.marker, markersize=5.5, color=style.colour,
                markerfacecolor="white", linestyle="none",
            )  # fmt: skip


def _shade_beyond_cores(ax: Axes, view: CurveView) -> str:
    """Grey behind more workers than cores, and what the axis says of it."""
    beyond = [value for value in view.curve.values if value > view.curve.cores]
    if not beyond or not view.curve.workers or view.curve.cores < 1:
        return ""
    # From halfway between the last number of workers that has cores of its own and the first that hasn't.
    within = [value for value in view.curve.values if 0 < value <= view.curve.cores]
    ax.axvspan(math.sqrt(beyond[0] * max(within, default=beyond[0] / 4)), beyond[-1] * 10, color="0.94", zorder=0)
    return f"; grey: more than the {view.curve.cores} cores"


def _dress(ax: Axes, view: CurveView) -> None:
    values = view.curve.values
    ax.set_xscale("log")
    if len(values) > 1 and _FEWEST < min(values) < max(values) < _MOST:
        ax.set_xlim(
            min(values) / (max(values) / min(values)) ** 0.06, max(values) * (max(values) / min(values)) ** 0.06
        )
    ax.set_xticks(values, [compact(value) for value in values], fontsize=8)
    ax.minorticks_off()
    ax.grid(color="0.9")
    ax.set_axisbelow(True)
    ax.spines[["top", "right"]].set_visible(False)
    ax.set_xlabel(f"{_short(view.curve.axis)} (log scale{_shade_beyond_cores(ax, view)})", fontsize=9)


def _y_ticks(ax: Axes, shown: Sequence[float], label: Any, least: float) -> None:
    """An axis that reaches a little beyond what is shown, with ticks at round numbers."""
    low, high = min(shown), max(shown)
    if high < least * low:
        low, high = low / math.sqrt(least), high * math.sqrt(least)
    air = (high / low) ** 0.06
    low, high = low / air, high * air
    steps: tuple[float, ...] = (1, 2, 5) if high / low < 1e3 else (1,)
    if high / low < 12:
        steps = (1, 1.5, 2, 3, 4, 5, 7)
    if high / low < 2:
        steps = tuple(step / 10 for step in range(10, 100))
    decades = range(math.floor(math.log10(low)), math.ceil(math.log10(high)) + 1)
    if len(decades) > 9:
        decades = decades[:: len(decades) // 6]
    ticks = [tick for decade in decades for step in steps if low <= (tick := step * 10.0**decade) <= high]
    ax.set_ylim(low, high)
    ax.set_yticks(ticks, [label(tick) for tick in ticks], fontsize=8)


def _reach(points: Sequence[tuple[CurvePoint, Estimate | None]]) -> list[float]:
    found = [each for _, each in points if each is not None]
    bounds = [bound for each in found if each.interval for bound in (each.interval.low, each.interval.high)]
    return [value for value in [*(each.value for each in found), *bounds] if _FEWEST < value < _MOST]


def _short(name: str) -> str:
    told = line(name)
    return told if len(told) <= AXIS_NAME else f"{told[: AXIS_NAME - 3]}..."
