"""What the formats of peak lists share: digits that mean something, and words made harmless."""

from __future__ import annotations

import json
import math
from collections.abc import Iterable
from typing import Any

from nmrquanv.numbers import fixed
from nmrquanv.spectra.digits import decimals_for, rounded_to
from nmrquanv.spectra.facts import SpectrumFacts
from nmrquanv.spectra.peaks import Peak, PeakList
from nmrquanv.version import __version__

PROGRAM = f"nmrquanv {__version__}"
DIGITS = 5
"""Significant digits of heights, widths and areas: no fit knows them better."""

_FORMULA = ("=", "+", "-", "@", "\t", "\r", "'")
"""First characters that make a spreadsheet run a cell (OWASP, "CSV injection"), and the
apostrophe that shields them."""

_USUAL_STEP_PPM = 1e-4


def shielded(text: str) -> str:
    """Return a text cell that no spreadsheet runs as a formula: such get an apostrophe."""
    return "'" + text if text.startswith(_FORMULA) else text


def csv_cell(value: str | float | bool | None) -> str:
    """Return one CSV cell; text that a spreadsheet would run as a formula gets an apostrophe."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return "true" if value else "false"
    if not isinstance(value, str):
        return repr(value)
    text = shielded(value)
    if any(mark in text for mark in ',"\r\n') or text != text.strip():
        return '"' + text.replace('"', '""') + '"'
    return text


def plain(text: str) -> str:
    """Return a text in one line without control characters."""
    kept = (ch if ch.isprintable() else " " for ch in text)
    return " ".join("".join(kept).split())


def word(text: str, empty: str) -> str:
    """Return a text without blanks, for tables whose columns are parted by them."""
    return "_".join(plain(text).split()) or empty


def point_ppm(facts: SpectrumFacts) -> float | None:
    """Return the distance of a spectrum's points in ppm, or None where it is not known."""
    if facts.points is None or facts.high_ppm is None or facts.low_ppm is None:
        return None
    return (facts.high_ppm - facts.low_ppm) / (facts.points - 1)


def step_ppm(peak: Peak, facts: SpectrumFacts) -> float:
    """Return the least part of a ppm that means something: a tenth of the position's error.

    Without an error a tenth of a point.
    """
    if peak.ppm_err is not None and math.isfinite(peak.ppm_err) and peak.ppm_err > 0:
        return 0.1 * peak.ppm_err
    point = point_ppm(facts)
    return _USUAL_STEP_PPM if point is None else 0.1 * point


def ppm_text(peak: Peak, facts: SpectrumFacts, least: int = 0) -> str:
    """Return a position with the decimals that mean something, at least ``least``."""
    return fixed(peak.ppm, max(least, decimals_for(step_ppm(peak, facts))))


def ppm_decimals(peaks: Iterable[Peak], facts: SpectrumFacts, least: int = 4) -> int:
    """Return the decimals of a column of positions: those of the best known peak."""
    return max((decimals_for(step_ppm(p, facts)) for p in peaks), default=least)


def rounded(value: float | None) -> float | None:
    """Return a measured value with the digits that mean something; None for none."""
    return None if value is None or not math.isfinite(value) else rounded_to(value, DIGITS)


def rounded_rows(peaks: PeakList, facts: SpectrumFacts) -> list[dict[str, Any]]:
    """Return the records of a list (``Peak.to_record``) without digits that mean nothing."""
    rows: list[dict[str, Any]] = []
    for peak, record in zip(peaks, peaks.to_records(facts.sf_mhz), strict=True):
        decimals = decimals_for(step_ppm(peak, facts))
        row = {n: rounded(v) if isinstance(v, float) else v for n, v in record.items()}
        for name in ("ppm", "top_ppm", "parent_ppm"):
            row[name] = None if record[name] is None else float(fixed(record[name], decimals))
        if facts.sf_mhz is not None:
            step_hz = step_ppm(peak, facts) * facts.sf_mhz
            row["hz"] = float(fixed(peak.ppm * facts.sf_mhz, decimals_for(step_hz)))
        rows.append(row)
    return rows


def provenance_lines(
    peaks: PeakList, facts: SpectrumFacts, *, has_recipe: bool = True
) -> list[tuple[str, str]]:
    """Return how a list came about as names and words, for headers and comments.

    The recipe is JSON, a line of some hundred letters: not for formats with short lines.
    """
    recipe = json.dumps(facts.recipe) if has_recipe and facts.recipe is not None else ""
    known = peaks.provenance
    told = [
        ("program", PROGRAM),
        ("finder", known.finder),
        ("card sha256", known.card_sha256 or ""),
        *((name.replace("_", " "), str(value)) for name, value in known.settings.items()),
        ("noise sigma", "" if peaks.sigma is None else f"{peaks.sigma:.5g}"),
        ("spectrum", facts.path or ""),
        ("source", facts.source or ""),
        ("spectrum sha256", facts.sha256 or ""),
        ("recipe", recipe),
        *(("note", note) for note in (*facts.notes, *known.notes)),
    ]
    return [(name, plain(value)) for name, value in told if value]
