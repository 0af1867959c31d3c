"""NMRPipe's table (``.tab``) with the columns of DEEP Picker, CONFIDENCE among them.

X_AXIS counts points of the spectrum from 1, at the highest ppm; XW is the width in points.
"""

from __future__ import annotations

from nmrquanv.errors import LackingError
from nmrquanv.io.files import decode
from nmrquanv.io.peak_tables import PeakExport
from nmrquanv.io.tables.cells import plain, point_ppm, ppm_decimals, provenance_lines, word
from nmrquanv.io.tables.listed import Listed
from nmrquanv.numbers import fixed

_NULL = -666
"""Stands for what is not known, as NMRPipe has it."""


def content(export: PeakExport) -> bytes:
    """Return the table.

    Raises
    ------
    LackingError
        Nothing is known of the spectrum's points, in which the positions are given.
    """
    facts, peaks = export.spectrum, export.peaks
    point = point_ppm(facts)
    if point is None or facts.high_ppm is None or facts.low_ppm is None:
        raise LackingError(
            "a table of NMRPipe gives positions in points of the spectrum, which are not known "
            "here: find the peaks of the spectrum again, or choose another format"
        )
    point_hz = None if facts.sf_mhz is None else point * facts.sf_mhz
    decimals = ppm_decimals(peaks, facts)
    columns = _columns(decimals)
    form = " ".join(columns.values())
    lines = [
        f"DATA X_AXIS {word(facts.nucleus or '', 'X')} 1 {facts.points}"
        f" {fixed(facts.high_ppm, 6)}ppm {fixed(facts.low_ppm, 6)}ppm",
        *(
            f"REMARK {name}: {plain(value)}"
            for name, value in provenance_lines(peaks, facts, has_recipe=False)
        ),
        "",
        f"VARS {' '.join(columns)}",
        f"FORMAT {form}",
        f"NULLVALUE {_NULL}",
        "",
    ]
    for number, peak in enumerate(peaks, start=1):
        known = peak.fwhm_hz is not None and point_hz is not None
        values = (
            number,
            1 + (facts.high_ppm - peak.ppm) / point,
            float(fixed(peak.ppm, decimals)),
            (peak.fwhm_hz or 0.0) / point_hz if known and point_hz else _NULL,
            peak.height,
            _NULL if peak.confidence is None else peak.confidence,
            _NULL if peak.area is None else peak.area,
            word(peak.label, "None"),
        )
        lines.append(form % values)
    return ("\n".join(lines) + "\n").encode("utf-8", "replace")


def _columns(decimals: int) -> dict[str, str]:
    """Return the form of each column, by its name."""
    return {
        "INDEX": "%5d",
        "X_AXIS": "%10.3f",
        "X_PPM": f"%{6 + decimals}.{decimals}f",
        "XW": "%8.3f",
        "HEIGHT": "%+e",
        "CONFIDENCE": "%5.3f",
        "VOL": "%+e",
        "ASS": "%s",
    }


def read(data: bytes) -> Listed:
    """Return the peaks of a table that has the columns X_PPM and HEIGHT, whatever else."""
    names: list[str] = []
    rows: list[dict[str, str]] = []
    told: dict[str, str] = {}
    null: float | None = None
    for line in decode(data).splitlines():
        first, _, rest = line.strip().partition(" ")
        match first:
            case "VARS":
                names = rest.split()
            case "REMARK":
                name, _, value = rest.partition(":")
                told[name.strip()] = value.strip()
            case "NULLVALUE":
                null = float(rest)
            case "" | "DATA" | "FORMAT" | "NULLSTRING":
                continue
            case _:
                rows.append(dict(zip(names, line.split(), strict=True)))
    if not {"X_PPM", "HEIGHT"} <= set(names):
        raise ValueError("it names no columns X_PPM and HEIGHT")
    records = [
        {
            "ppm": row["X_PPM"],
            "height": row["HEIGHT"],
            "confidence": _known(row.get("CONFIDENCE"), null),
            "area": _known(row.get("VOL"), null),
            "label": "" if row.get("ASS", "None") == "None" else row["ASS"],
        }
        for row in rows
    ]
    return Listed(records, finder=told.get("finder", "imported"), program=told.get("program", ""))


def _known(text: str | None, null: float | None) -> str | None:
    """Return a number's text, or None where it stands for what is not known."""
    return None if text is None or float(text) == null else text
