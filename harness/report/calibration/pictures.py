"""The pictures of a calibration: SVG, told apart by everyone and in black and white, the same for the same figures."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

from harness.failure import HarnessError
from harness.report.calibration.figures import Calibration, Contender

if TYPE_CHECKING:
    from matplotlib.axes import Axes

# Okabe and Ito (2008), Color universal design; marks and dashes differ, too.
_COLOURS = ("#0072B2", "#D55E00", "#009E73", "#CC79A7", "#56B4E9", "#E69F00")
_MARKS = ("o", "s", "^", "D", "v", "P")
_DASHES = ("-", (0, (5, 2)), (0, (1, 1.5)), (0, (5, 1.5, 1, 1.5)), (0, (8, 2)), (0, (3, 1, 1, 1, 1, 1)))
_WIDTH = 7.5


def pictures(found: Calibration, folder: Path) -> dict[str, Path]:
    """Draw what there are figures for into a folder; returns where, by name. Raises HarnessError if it can't write."""
    drawn = {}
    for name, (has_figures, draw) in _PICTURES.items():
        if has_figures(found):
            drawn[name] = folder / f"{name}.svg"
            _save(partial(draw, found), drawn[name])
    return drawn


def _save(draw: Callable[[], Any], target: Path) -> None:
    import matplotlib as mpl

    # The picture depends on the figures alone; text stays text.
    with mpl.rc_context({"svg.hashsalt": target.name, "svg.fonttype": "none", "text.parse_math": False}):
        figure = draw()
        try:
            target.parent.mkdir(parents=True, exist_ok=True)
            figure.savefig(target, metadata={"Date": None})
        except OSError as fault:
            raise HarnessError(f"{target} cannot be written: {fault.strerror or fault}.") from fault


def _figure(height: float, columns: int = 1) -> tuple[Any, list[Any]]:
    from matplotlib.backends.backend_svg import FigureCanvasSVG
    from matplotlib.figure import Figure

    figure = Figure(figsize=(_WIDTH, height), layout="constrained")
    FigureCanvasSVG(figure)
    axes = figure.subplots(1, columns, squeeze=False, sharey=True)[0]
    for ax in axes:
        ax.spines[["top", "right"]].set_visible(False)
        ax.grid(color="0.9")
        ax.set_axisbelow(True)
    return figure, list(axes)


def _alarms(found: Calibration) -> Any:
    rows = []
    for noise in dict.fromkeys(each.noise for each in found.alarms):
        for each in found.alarms:
            if each.noise == noise:
                told = f"{noise}, real trials of {each.experiment}, {each.budget_s:g} s"
                rows.append((told, each.share, "o", _COLOURS[0]))
        plans = next((simulated.plans for simulated in found.resampled if simulated.noise == noise), [])
        rows += [(f"simulated, {plan.budget_s:g} s", plan.alarms, "s", "white") for plan in plans]
    figure, (ax,) = _figure(1.0 + 0.28 * len(rows))
    for height, (_, share, mark, face) in enumerate(rows):
        ax.plot([100 * share.low, 100 * share.high], [height, height], color=_COLOURS[0], linewidth=1.8)
        ax.plot(100 * share.estimate, height, marker=mark, markerfacecolor=face, markeredgecolor=_COLOURS[0])
    ax.axvline(5, color="black", linewidth=1, linestyle=(0, (4, 2)))
    ax.set_yticks(range(len(rows)), [name for name, *_ in rows])
    ax.set_ylim(len(rows) - 0.5, -0.5)
    ax.set_xlim(0, None)
    ax.set_xlabel("identical code called different, % of trials, with 95 % interval\n(dashed: the nominal 5 %)")
    return figure


def _power(found: Calibration) -> Any:
    figure, (ax,) = _figure(4.8)
    for at, each in enumerate(found.resampled):
        for plan, width in zip(each.plans, (1.0, 2.2), strict=False):
            changes = [100 * change for change, _ in plan.powers]
            ax.plot(
                changes,
                [100 * power for _, power in plan.powers],
                color=_COLOURS[at],
                linestyle=_DASHES[at],
                linewidth=width,
                marker=_MARKS[at],
                markevery=8,
                markersize=4.5,
                label=f"{each.noise}, {plan.budget_s:g} s (at most {plan.launches} launches)",
            )
    ax.axhline(80, color="black", linewidth=1, linestyle=(0, (4, 2)))
    _log_percent(ax, 0.25, 64, (0.25, 0.5, 1, 2, 5, 10, 20, 50))
    ax.set_xlabel("true change, % more time (log scale)")
    ax.set_ylabel("seen, % of simulated runs")
    ax.set_ylim(0, 102)
    figure.legend(loc="outside lower center", ncols=2, fontsize=8, frameon=False)
    return figure


def _coverage(found: Calibration) -> Any:
    ratios = list(found.coverage[0].stopped)
    figure, axes = _figure(3.8, columns=1 + len(ratios))
    titles = ["fixed plan", *(f"may stop early,\ntrue ratio {ratio}" for ratio in ratios)]
    for ax, title in zip(axes, titles, strict=True):
        ax.axhspan(94, 97, color="0.93")
        ax.axhline(95, color="black", linewidth=1, linestyle=(0, (4, 2)))
        ax.set_xscale("log")
        ax.set_xticks([3, 5, 10, 20, 50], ["3", "5", "10", "20", "50"])
        ax.minorticks_off()
        ax.set_title(title, fontsize=9)
        ax.set_xlabel("launches", fontsize=9)
    for at, each in enumerate(found.coverage):
        for ax, shares in zip(axes, [each.fixed, *each.stopped.values()], strict=True):
            ax.plot(
                each.launches,
                [100 * share for share in shares],
                color=_COLOURS[at % len(_COLOURS)],
                linestyle=_DASHES[at % len(_DASHES)],
                marker=_MARKS[at % len(_MARKS)],
                markersize=3.5,
                linewidth=1.2,
                label=each.model,
            )
    axes[0].set_ylabel("intervals that hold the truth, %")
    axes[0].set_ylim(92, 100.3)
    figure.legend(*axes[0].get_legend_handles_labels(), loc="outside lower center", ncols=3, fontsize=8, frameon=False)
    return figure


def _peers(found: Calibration) -> Any:
    noises = list(dict.fromkeys(each.noise for each in found.contenders))
    tools = list(dict.fromkeys(each.tool for each in found.contenders))
    figure, axes = _figure(1.6 + 0.35 * len(tools), columns=len(noises))
    for ax, noise in zip(axes, noises, strict=True):
        _panel(ax, [each for each in found.contenders if each.noise == noise], tools)
        ax.set_title(noise, fontsize=10)
        _log_percent(ax, 1, 300, (1, 3, 10, 30, 100))
    axes[0].set_yticks(range(len(tools)), tools)
    axes[0].set_ylim(len(tools) - 0.5, -0.5)
    figure.supxlabel("smallest change seen in 80 % of trials, % (log scale), with 95 % interval", fontsize=9)
    _legend(figure)
    return figure


def _panel(ax: Axes, contenders: Sequence[Contender], tools: Sequence[str]) -> None:
    for each in contenders:
        for rule, mark, offset in ((each.default, "o", -0.13), (each.tuned, "s", 0.13)):
            if rule is None or rule.smallest.estimate is None or rule.smallest.estimate <= 0:
                continue
            honest = rule.alarms.low <= 0.05
            colour = _COLOURS[0] if each.tuned is None else _COLOURS[1]
            height = tools.index(each.tool) + (offset if each.tuned else 0)
            low = max(rule.smallest.low or 0.01, 0.01)
            ax.plot([100 * low, 100 * (rule.smallest.high or 3.0)], [height, height], color=colour, linewidth=1.4)
            ax.plot(
                100 * rule.smallest.estimate,
                height,
                marker=mark,
                markersize=6,
                markerfacecolor=colour if honest else "white",
                markeredgecolor=colour,
            )


def _legend(figure: Any) -> None:
    from matplotlib.lines import Line2D

    plain: dict[str, Any] = {"linestyle": "none", "markersize": 6}
    figure.legend(
        handles=[
            Line2D([], [], marker="o", color=_COLOURS[0], label="the harness", **plain),
            Line2D([], [], marker="o", color=_COLOURS[1], label="default rule", **plain),
            Line2D([], [], marker="s", color=_COLOURS[1], label="tuned rule", **plain),
            Line2D([], [], marker="o", color=_COLOURS[1], markerfacecolor="white",
                   label="hollow: more than 5 % false alarms", **plain),
        ],
        loc="outside upper center",
        ncols=4,
        fontsize=8,
        frameon=False,
    )  # fmt: skip


def _log_percent(ax: Axes, low: float, high: float, ticks: Sequence[float]) -> None:
    ax.set_xscale("log")
    ax.set_xlim(low, high)
    ax.set_xticks(ticks, [f"{tick:g}" for tick in ticks])
    ax.minorticks_off()


_PICTURES: dict[str, tuple[Callable[[Calibration], bool], Callable[[Calibration], Any]]] = {
    "alarms": (lambda found: bool(found.alarms), _alarms),
    "power": (lambda found: bool(found.resampled), _power),
    "coverage": (lambda found: bool(found.coverage), _coverage),
    "peers": (lambda found: bool(found.contenders), _peers),
}
