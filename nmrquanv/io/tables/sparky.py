"""Sparky's list (``.list``): label, shift, height. Sparky draws 2D and more; a 1D list is text."""

from __future__ import annotations

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
    lines = [line.split() for line in decode(data).splitlines() if line.strip()]
    head = lines.pop(0) if lines else []
    if head[:2] != ["Assignment", "w1"] or "w2" in head:
        raise ValueError("it has not the header of a Sparky list of one dimension")
    rows = [
        {
            "label": "" if label == "?" else label,
            "ppm": ppm,
            "height": rest[-1] if rest else "1",
        }
        for label, ppm, *rest in lines
    ]
    return Listed(rows)
