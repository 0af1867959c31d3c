"""A peak list without any form of its own: columns of positions and heights in a text."""

from __future__ import annotations

from pathlib import Path

import numpy as np

from nmrquanv.errors import FormatError
from nmrquanv.io.peak_tables import PeakExport
from nmrquanv.io.tables.listed import Listed
from nmrquanv.io.text_by_form import read_values
from nmrquanv.io.text_form import TextForm


def read_columns(path: Path, raw: bytes, form: TextForm, sf_mhz: float | None) -> PeakExport:
    """Read positions (ppm, or Hz where the frequency is known) and heights.

    Parameters
    ----------
    path : Path
        Named in messages.
    raw : bytes
        Of the whole text.
    form : TextForm
        Columns x and real are read.
    sf_mhz : float, MHz, or None

    Raises
    ------
    FormatError
        The text is not written so, or its positions are no shifts.
    """
    values = read_values(path, raw, form)
    x = values.by_role.get("x")
    if x is None:
        raise FormatError(f"{path}: a list of peaks needs a column x, in ppm or Hz: choose one")
    if values.form.unit == "Hz":
        mhz = sf_mhz or values.header.sf_mhz
        if mhz is None:
            raise FormatError(f"{path}: the positions are in Hz: give the frequency in MHz")
        x = x / mhz
    heights = values.by_role["real"]
    order = np.argsort(-x, kind="stable")
    rows = [{"ppm": float(x[i]), "height": float(heights[i])} for i in order]
    try:
        return Listed(rows, finder=path.name).export()
    except ValueError as error:
        raise FormatError(f"{path}: is no list of peaks: {error}") from error
