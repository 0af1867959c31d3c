"""Sparky's list (``.list``): label, shift, height. Sparky draws 2D and more; a 1D list is text."""

from __future__ import annotations

from nmrquanv.io.peak_tables import PeakExport
from nmrquanv.io.tables.cells import ppm_decimals, word


def content(export: PeakExport) -> bytes:
    """Return the list, ``?`` for peaks without a label."""
    decimals = max(4, ppm_decimals(export.peaks, export.spectrum))
    lines = [f"{'Assignment':>17} {'w1':>{decimals + 6}} {'Data Height':>14}", ""]
    for peak in export.peaks:
        label = word(peak.label, "?")
        lines.append(f"{label:>17} {peak.ppm:{decimals + 6}.{decimals}f} {peak.height:14.6g}")
    return ("\n".join(lines) + "\n").encode("utf-8", "replace")
