"""A spectrum from the columns of a text, read as a form says."""

from __future__ import annotations

from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from nmrquanv.errors import FormatError
from nmrquanv.io.checks import MAX_PPM
from nmrquanv.io.text_axis import MIN_POINTS, even_axis, precision
from nmrquanv.io.text_form import TextForm, completed, encoding_of, lines_of
from nmrquanv.io.text_table import TextTable, numbers_as_said, rows_of
from nmrquanv.io.text_units import Header, ppm_of_one


@dataclass(frozen=True, slots=True, eq=False)
class Laid:
    """What a text gave.

    Parameters
    ----------
    offset_ppm, step_ppm : float
        The highest shift, and how far the next point is below it.
    intensity : (si,) float64 or complex128
        Index 0 is the highest shift.
    header : Header
    form : TextForm
        Complete.
    notes : tuple of str
    """

    offset_ppm: float
    step_ppm: float
    intensity: NDArray[Any]
    header: Header
    form: TextForm
    notes: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, eq=False)
class Values:
    """The columns of a text as numbers, by role; ``form`` is complete."""

    form: TextForm
    table: TextTable
    header: Header
    lines: list[str]
    by_role: dict[str, NDArray[np.float64]]


def read_values(path: Path, raw: bytes, form: TextForm) -> Values:
    """Return the columns that a form asks for.

    Raises
    ------
    FormatError
        The text is not written so; the line is named.
    """
    form = replace(form, encoding=form.encoding or encoding_of(raw))
    lines = lines_of(raw, form.encoding or "utf-8")
    form, table, header = completed(path, lines, form)
    places = {
        role: place
        for role in ("x", "real", "imaginary")
        if (place := form.column(role)) is not None
    }
    if form.unit == "points":
        places.pop("x", None)
    marks = (form.decimal or ".", form.thousands or "")
    values = numbers_as_said(path, lines, table, tuple(places.values()), marks)
    return Values(form, table, header, lines, {r: values[:, i] for i, r in enumerate(places)})


def read_form(path: Path, raw: bytes, form: TextForm, asked_mhz: float | None) -> Laid:
    """Read a spectrum as a form says.

    Parameters
    ----------
    path : Path
        Named in messages.
    raw : bytes
        Of the whole text.
    form : TextForm
        What it leaves open is read as it looks.
    asked_mhz : float, MHz, or None
        Goes before what the text says.

    Raises
    ------
    FormatError
        The text is not written so, or this is no spectrum.
    """
    found = read_values(path, raw, form)
    columns, form = found.by_role, found.form
    intensity: NDArray[Any] = columns["real"]
    if "imaginary" in columns:
        intensity = intensity + 1j * columns["imaginary"]
    if intensity.size < MIN_POINTS:
        raise FormatError(
            f"{path}: {intensity.size} rows of numbers are too few for a spectrum (at least "
            f"{MIN_POINTS}): a list of peaks? Import it as peaks"
        )
    notes: tuple[str, ...] = ()
    if form.unit == "points":
        high, low = _ends(path, form)
        is_rising = high < low
        offset, step = max(high, low), abs(high - low) / (intensity.size - 1)
    else:
        offset, step, is_rising, notes = _axis(path, found, asked_mhz)
    placed = intensity[::-1] if is_rising else intensity
    return Laid(offset, step, placed, found.header, form, notes)


def _axis(
    path: Path, found: Values, asked_mhz: float | None
) -> tuple[float, float, bool, tuple[str, ...]]:
    """Return the highest shift and the step (ppm), whether the column rises, and notes."""
    x, form = found.by_role.get("x"), found.form
    if x is None:
        raise FormatError(
            f"{path}: no column is x: choose one, or the unit points with the shifts of the "
            "first and the last row"
        )
    sf_mhz = asked_mhz or found.header.sf_mhz
    if form.unit == "Hz" and sf_mhz is None:
        raise FormatError(f"{path}: x is in Hz: give the spectrometer frequency in MHz")
    per_unit, notes = ppm_of_one(path, x, form.unit or "", sf_mhz)
    is_rising = bool(x[0] < x[-1])
    written = precision(rows_of(found.lines, found.table), found.table, form.column("x") or 0)
    falling = x[::-1] if is_rising else x
    offset, step = even_axis(path, falling, written, may_count=form.unit is not None)
    return offset * per_unit, step * per_unit, is_rising, notes


def _ends(path: Path, form: TextForm) -> tuple[float, float]:
    """Return the shifts of the first and the last row, ppm."""
    if form.first_ppm is None or form.last_ppm is None:
        raise FormatError(
            f"{path}: x counts points: give the chemical shifts of the first and the last row"
        )
    if form.first_ppm == form.last_ppm or max(abs(form.first_ppm), abs(form.last_ppm)) > MAX_PPM:
        raise FormatError(
            f"{path}: an axis from {form.first_ppm:g} to {form.last_ppm:g} ppm is impossible"
        )
    return form.first_ppm, form.last_ppm
