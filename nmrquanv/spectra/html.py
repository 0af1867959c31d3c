"""How spectra and peak lists show themselves in a notebook: plain HTML with a small drawing.

Strings in, strings out. Every text is escaped here, since titles and paths are a vendor's words.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Mapping, Sequence
from html import escape
from typing import Any

import numpy as np
from numpy.typing import NDArray

from nmrquanv.numbers import fixed

MAX_ROWS = 40
"""Rows of a peak list that are shown; how many more there are is said."""

_COLUMNS = {
    "ppm": "ppm",
    "hz": "Hz",
    "height": "height",
    "snr": "S/N",
    "fwhm_hz": "FWHM Hz",
    "confidence": "confidence",
    "class": "class",
    "label": "label",
}
_DECIMALS = {"ppm": 4, "hz": 2, "snr": 0, "fwhm_hz": 2, "confidence": 2}
_WIDTH, _HEIGHT, _MARGIN = 640, 140, 18
_TRACE, _MARK, _WORD = "#1f4e79", "#c2410c", "#666"


def peaks_html(
    heading: str,
    records: Sequence[Mapping[str, Any]],
    trace: tuple[NDArray[np.float64], tuple[float, float]] | None,
    settings: Mapping[str, object],
) -> str:
    """Return a peak list: how it was found, its drawing and its first rows.

    Parameters
    ----------
    records : sequence of dict
        ``PeakList.to_records()``.
    trace : ((si,) float64, (float, float) in ppm) or None
        Intensities and the chemical shifts of their ends; None draws sticks.
    settings : dict
        The finder and what it was told.
    """
    facts = [(name.replace("_", " "), str(value)) for name, value in settings.items()]
    marks = [(record["ppm"], record["height"]) for record in records]
    limits = _around([ppm for ppm, _ in marks])
    points = None
    if trace is not None:
        points, limits = _part(*trace, limits) if marks else trace
    drawn = drawing(points, limits, marks)
    rows = [[_cell(record[name], name) for name in _COLUMNS] for record in records[:MAX_ROWS]]
    left_out = max(0, len(records) - MAX_ROWS)
    return section(heading, facts, drawn, table(list(_COLUMNS.values()), rows, left_out))


def _part(
    points: NDArray[np.float64], ends: tuple[float, float], limits: tuple[float, float]
) -> tuple[NDArray[np.float64], tuple[float, float]]:
    """Return the part of a trace between two chemical shifts, and where it really ends."""
    step = (ends[0] - ends[1]) / (points.size - 1)
    first = min(max(0, round((ends[0] - limits[0]) / step)), points.size - 2)
    last = min(max(first + 1, round((ends[0] - limits[1]) / step)), points.size - 1)
    return points[first : last + 1], (ends[0] - first * step, ends[0] - last * step)


def _around(ppm: Sequence[float]) -> tuple[float, float]:
    """Return limits with some room around peaks."""
    if not ppm:
        return 1.0, 0.0
    room = 0.05 * (max(ppm) - min(ppm)) or 0.5
    return max(ppm) + room, min(ppm) - room


def _cell(value: object, name: str) -> str:
    if not isinstance(value, int | float) or not math.isfinite(value):
        return "" if value is None else str(value)
    return fixed(value, _DECIMALS[name]) if name in _DECIMALS else f"{value:.4g}"


def section(heading: str, facts: Iterable[tuple[str, str]], *parts: str) -> str:
    """Return a heading, a line of what is known, and ready parts (drawing, table) below it.

    Parameters
    ----------
    heading : str
    facts : iterable of (name, value)
        Empty values are left out.
    parts : str
        HTML made by :func:`drawing` and :func:`table`.
    """
    known = [f"{escape(name)}: <b>{escape(value)}</b>" for name, value in facts if value]
    words = f"<div>{' · '.join(known)}</div>" if known else ""
    return f"<div><div><b>{escape(heading)}</b></div>{words}{''.join(parts)}</div>"


def table(columns: Sequence[str], rows: Iterable[Sequence[str]], left_out: int = 0) -> str:
    """Return a table of texts; ``left_out`` rows that are not in it are told below."""
    head = "".join(f"<th>{escape(name)}</th>" for name in columns)
    body = "".join(
        "<tr>" + "".join(f"<td>{escape(cell)}</td>" for cell in row) + "</tr>" for row in rows
    )
    more = f"<div>… and {left_out} more</div>" if left_out else ""
    return f"<table><thead><tr>{head}</tr></thead><tbody>{body}</tbody></table>{more}"


def drawing(
    trace: NDArray[np.float64] | None,
    limits_ppm: tuple[float, float],
    marks: Sequence[tuple[float, float]] = (),
) -> str:
    """Return a spectrum as an inline SVG, high ppm on the left.

    Parameters
    ----------
    trace : (si,) float64 or None
        From the first to the second limit; None draws a stick for each mark.
    limits_ppm : (float, float), ppm
        Chemical shift of the left and of the right edge.
    marks : sequence of (ppm, height)
        Ticks over the trace.
    """
    left, right = limits_ppm
    span = (left - right) or 1.0
    heights = np.array([height for _, height in marks] if trace is None else trace, dtype=float)
    low = min(0.0, float(heights.min(initial=0.0)))
    scale = (_HEIGHT - 2 * _MARGIN) / ((float(heights.max(initial=0.0)) - low) or 1.0)

    def y(height: float) -> float:
        return _HEIGHT - _MARGIN - (height - low) * scale

    lines = [] if trace is None else [_path(_outline(trace, y), _TRACE)]
    for ppm, height in marks:
        x = _WIDTH * (left - ppm) / span
        top, foot = (y(height), y(0.0)) if trace is None else (y(height) - 8, y(height) - 2)
        lines.append(_path(f"M{x:.1f} {max(1.0, top):.1f}V{max(4.0, foot):.1f}", _MARK))
    words = "".join(
        f'<text x="{x}" y="{_HEIGHT - 3}" text-anchor="{anchor}" font-size="11" fill="{_WORD}">'
        f"{text}</text>"
        for x, anchor, text in (
            (0, "start", fixed(left, 2)),
            (_WIDTH / 2, "middle", "ppm"),
            (_WIDTH, "end", fixed(right, 2)),
        )
    )
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{_WIDTH}" height="{_HEIGHT}" '
        f'viewBox="0 0 {_WIDTH} {_HEIGHT}" role="img">{"".join(lines)}{words}</svg>'
    )


def _path(points: str, colour: str) -> str:
    return f'<path d="{points}" fill="none" stroke="{colour}"/>'


def _outline(trace: NDArray[np.float64], y: Callable[[float], float]) -> str:
    """Return the path of a trace: lowest and highest point of each column of pixels."""
    edges = np.linspace(0, trace.size, min(_WIDTH, trace.size) + 1).astype(int)[:-1]
    lows, highs = np.minimum.reduceat(trace, edges), np.maximum.reduceat(trace, edges)
    x = edges * (_WIDTH / trace.size)
    steps = [
        f"{at:.1f} {y(high):.1f} {at:.1f} {y(low):.1f}"
        for at, high, low in zip(x, highs, lows, strict=True)
    ]
    return "M" + " ".join(steps)
