"""Figures of the study as SVG, drawn with matplotlib (the extra ``study``).

Text and axes take the colour of the page (``currentColor``), so that one SVG suits light and dark.
"""

from __future__ import annotations

import io
import re
from importlib.util import find_spec
from typing import TYPE_CHECKING, Any

from nmrquanv.study.report.summary import Chart, Panel, Series

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure as Canvas

COLOURS = {
    "QuanvNN": "#3f7fd0",
    "strongly entangling": "#3f7fd0",
    "CNN": "#dd7d21",
    "two-design": "#2e9d74",
    "random": "#9a6ac8",
    "prominence picking": "#8a8a8a",
    "second-derivative picking": "#b08a5a",
    "constant": "#8a8a8a",
    "linear": "#2e9d74",
    "exponential": "#c8487a",
    "rotations": "#3f7fd0",
    "entanglers": "#2e9d74",
    "rotations and entanglers": "#9a6ac8",
    "synthetic test": "#8a8a8a",
    "real windows": "#c8487a",
    "gap, seed by seed": "#3f7fd0",
}
"""The same thing has the same colour everywhere; middle tones, for light and dark pages."""

_OTHERS = ("#2e9d74", "#c8487a", "#9a6ac8", "#b08a5a", "#4aa3b5", "#8a8a8a")
_CURVE = 20
"""More points than this are a curve without marks."""

_INK = "#010203"  # stands for the page's own colour until the SVG is written
_HEIGHT, _WIDTH, _LONG_TICK = 3.6, 4.3, 12
_ROW = 0.15  # of a panel with named rows, inches
_PATH = re.compile(r'(?<= d=")[^"]*')
_LONG_NUMBER = re.compile(r"(\d\.\d\d)\d+")


def can_draw() -> bool:
    """Tell whether matplotlib is installed."""
    return find_spec("matplotlib") is not None


def svg(figure: Chart) -> str:
    """Draw a figure as the text of an ``<svg>`` element.

    Notes
    -----
    The same figure gives the same text: no date, no random identifiers.
    """
    import matplotlib as mpl
    from matplotlib.backends.backend_svg import FigureCanvasSVG
    from matplotlib.figure import Figure as NewCanvas

    with mpl.rc_context(_style(figure.caption)):
        heights = [_ROW * len(panel.rows) or _HEIGHT for panel in figure.panels]
        columns = 1 if figure.is_stacked else len(figure.panels)
        size = (max(6.2, _WIDTH * columns), sum(heights) if figure.is_stacked else max(heights))
        canvas = NewCanvas(figsize=size, layout="constrained")
        FigureCanvasSVG(canvas)
        all_axes = canvas.subplots(
            len(figure.panels) // columns,
            columns,
            squeeze=False,
            sharex=figure.is_stacked,
            height_ratios=heights if figure.is_stacked else None,
        )
        for axes, panel in zip(all_axes.ravel(), figure.panels, strict=True):
            _draw(axes, panel)
        _name_series(canvas, figure)
        written = io.StringIO()
        canvas.savefig(written, format="svg", transparent=True, metadata={"Date": None})
    return _inline(written.getvalue(), figure.caption)


def _style(salt: str) -> Any:
    return {
        "svg.fonttype": "none",
        "svg.hashsalt": salt,
        "font.family": "sans-serif",
        "font.size": 9,
        "axes.titlesize": 10,
        "axes.titleweight": "bold",
        "axes.titlelocation": "left",
        "axes.spines.top": False,
        "axes.spines.right": False,
        "text.color": _INK,
        "axes.edgecolor": _INK,
        "axes.labelcolor": _INK,
        "axes.titlecolor": _INK,
        "xtick.color": _INK,
        "ytick.color": _INK,
        "axes.grid": True,
        "axes.grid.axis": "y",
        "grid.color": _INK,
        "grid.alpha": 0.12,
        "legend.frameon": False,
        "legend.fontsize": 8,
    }


def _draw(axes: Axes, panel: Panel) -> None:
    from matplotlib.ticker import MaxNLocator

    used = 0
    for one in panel.series:
        colour = COLOURS.get(one.label)
        if colour is None:
            colour, used = _OTHERS[used % len(_OTHERS)], used + 1
        _draw_series(axes, one, colour)
    axes.set_title(panel.title)
    axes.set_xlabel(panel.x_label)
    axes.set_ylabel(panel.y_label)
    if panel.has_zero_line:
        axes.axhline(0.0, color=_INK, linewidth=0.8, alpha=0.6)
    if panel.rows:
        axes.set_yticks(range(len(panel.rows)), list(panel.rows), fontsize=7)
        axes.set_ylim(len(panel.rows) - 0.5, -0.5)
    if panel.ticks:
        is_long = max(map(len, panel.ticks)) > _LONG_TICK or len(panel.ticks) > 5
        axes.set_xticks(range(len(panel.ticks)), list(panel.ticks))
        axes.set_xlim(-0.5, len(panel.ticks) - 0.5)
        if is_long:
            for label in axes.get_xticklabels():
                label.set(rotation=35, ha="right", rotation_mode="anchor", fontsize=8)
    elif all(float(x).is_integer() for one in panel.series for x in one.x):
        axes.xaxis.set_major_locator(MaxNLocator(integer=True))


def _name_series(canvas: Canvas, figure: Chart) -> None:
    """Put one legend below all panels, each name once; none where the axes say it all."""
    names: dict[str, Any] = {}
    for axes, panel in zip(canvas.axes, figure.panels, strict=True):
        for handle, label in zip(*axes.get_legend_handles_labels(), strict=True):
            if label not in panel.ticks and not panel.rows:
                names.setdefault(label, handle)
    if len(names) > 1:
        columns = min(len(names), 3 * len(figure.panels))
        canvas.legend(list(names.values()), list(names), loc="outside lower center", ncols=columns)


def _draw_series(axes: Axes, one: Series, colour: str) -> None:
    if not one.x:
        return
    if one.style == "points" and not one.low:
        cloud: dict[str, Any] = {"alpha": 0.6, "markersize": 4, "markeredgewidth": 0}
        axes.plot(one.x, one.y, "o", color=colour, label=one.label, **cloud)
        return
    if one.low:
        _draw_intervals(axes, one, colour)
    line = {"line": "-", "points": "", "dashed": "--"}[one.style]
    marker = "o" if len(one.x) <= _CURVE and one.style != "dashed" else ""
    look: dict[str, Any] = {
        "linestyle": line,
        "marker": marker,
        "markersize": 4.5,
        "linewidth": 1.6,
    }
    axes.plot(one.x, one.y, color=colour, label=one.label, **look)


def _draw_intervals(axes: Axes, one: Series, colour: str) -> None:
    """Draw a band about a curve, and bars at single points."""
    if one.style == "line" and len(one.x) > _CURVE:
        axes.fill_between(one.x, one.low, one.high, color=colour, alpha=0.22, linewidth=0)
    else:
        below = [max(0.0, y - low) for y, low in zip(one.y, one.low, strict=True)]
        above = [max(0.0, high - y) for y, high in zip(one.y, one.high, strict=True)]
        axes.errorbar(
            one.x,
            one.y,
            yerr=[below, above],
            fmt="none",
            ecolor=colour,
            elinewidth=1.3,
            capsize=2.5,
            alpha=0.8,
        )


def _inline(text: str, caption: str) -> str:
    """Return the ``<svg>`` element alone, in the page's colours and named by its caption."""
    body = text[text.index("<svg") :]
    body = re.sub(r"<metadata>.*?</metadata>", "", body, flags=re.DOTALL)
    # Hundredths of a point are enough for a curve, and half the size.
    body = _PATH.sub(lambda path: _LONG_NUMBER.sub(r"\1", path.group()), body)
    body = body.replace(_INK, "currentColor")
    label = caption.replace("&", "&amp;").replace('"', "&quot;").replace("<", "&lt;")
    return body.replace("<svg ", f'<svg role="img" aria-label="{label}" ', 1).strip()
