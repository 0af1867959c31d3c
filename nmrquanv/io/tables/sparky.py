"""Sparky's list (``.list``): label, shift, height. Sparky draws 2D and more; a 1D list is text."""

from __future__ import annotations

import re

from nmrquanv.io.files import decode
from nmrquanv.io.peak_tables import PeakExport
from nmrquanv.io.tables.cells import ppm_decimals, word
from nmrquanv.io.tables.listed import Listed
from nmrquanv.numbers import fixed


def content(export: PeakExport) -> bytes:
    """Return the list, ``?`` for peaks without a label."""
    decimals = max(4, ppm_decimals(export.peaks, export.spectrum))
    lines = [f"{'Assignment':>17} {'w1':>{decimals + 6}} {'Data Height':>14}", ""]
    for peak in export.peaks:
        label = word(peak.label, "?")
        lines.append(f"{label:>17} {fixed(peak.ppm, decimals):>{decimals + 6}} {peak.height:14.6g}")
    return ("\n".join(lines) + "\n").encode("utf-8", "replace")


def read(data: bytes) -> Listed:
    """Return the peaks of a list of one dimension: label, shift, and height where it is given."""
    first, *lines = [line for line in decode(data).splitlines() if line.strip()] or [""]
    head = [name.lower() for name in _NAME.findall(first)]
    if head[:2] != ["assignment", "w1"] or "w2" in head:
        raise ValueError("it has not the header of a Sparky list of one dimension")
    return Listed([_row(head, line.split()) for line in lines])


_NAME = re.compile(r"(?:data|fit) height|(?:l?w)\d \(hz\)|fit rms(?: %)?|\S+", re.IGNORECASE)
"""The names of columns in a header, some of which are of two words."""

_HEIGHTS = ("data height", "height", "fit height", "volume")
"""Columns that tell how tall a peak is, the best first."""


def _row(head: list[str], values: list[str]) -> dict[str, str | None]:
    """Return what a line says of a peak, by the names of its columns."""
    label, ppm, *rest = values
    told = dict(zip(head[2:], rest, strict=False))
    named = next((told[name] for name in _HEIGHTS if name in told), None)
    unnamed = rest[0] if rest and len(head) == 2 else "1"
    return {
        "label": "" if label == "?" else label,
        "ppm": ppm,
        "height": named if named is not None else unnamed,
        "fwhm_hz": told.get("lw1 (hz)"),
        "snr": told.get("s/n"),
    }
