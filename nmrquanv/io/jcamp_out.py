"""Spectra as JCAMP-DX 5: the real part as XYDATA, both parts as NTUPLES of two pages.

Intensities are whole numbers times a factor, in the plain form (AFFN) that every reader knows.
With a known frequency X counts Hz from 0 ppm, so that ppm is X over ``.OBSERVE FREQUENCY``;
without one X is ppm.
"""

from __future__ import annotations

import json

import numpy as np
from numpy.typing import NDArray

from nmrquanv.io.jcamp_words import MAX_LINE, head, record, sample
from nmrquanv.numbers import fixed
from nmrquanv.spectra.facts import facts_of
from nmrquanv.spectra.recipe import Recipe
from nmrquanv.spectra.spectrum import Spectrum

_LARGEST = (1 << 31) - 1
"""Intensities are stored as integers up to this one."""


def spectrum_jcamp(spectrum: Spectrum, recipe: Recipe | None = None) -> bytes:
    """Return a spectrum as JCAMP-DX; both parts where both are known.

    The recipe that gave it stands in ``$NQRECIPE``, as JSON.

    Notes
    -----
    Values are kept to 2**-31 of the tallest, the axis to 1e-9 of its width.
    """
    lines = ntuples(spectrum) if spectrum.is_complex else xydata(spectrum)
    if recipe is not None:
        lines.insert(2, record("$NQRECIPE", json.dumps(recipe.to_dict())))
    return ("\n".join(lines) + "\n").encode("utf-8", "replace")


def xydata(spectrum: Spectrum) -> list[str]:
    """Return the block of the real part."""
    values, factor = _whole_numbers(spectrum.trace)
    x, unit = _abscissa(spectrum)
    told = [
        ("XUNITS", unit),
        ("YUNITS", "ARBITRARY UNITS"),
        ("XFACTOR", 1),
        ("YFACTOR", repr(factor)),
        ("FIRSTX", repr(float(x[0]))),
        ("LASTX", repr(float(x[-1]))),
        ("DELTAX", repr(float(x[-1] - x[0]) / (x.size - 1))),
        ("MAXX", repr(float(x[0]))),
        ("MINX", repr(float(x[-1]))),
        ("MAXY", repr(float(values.max() * factor))),
        ("MINY", repr(float(values.min() * factor))),
        ("FIRSTY", repr(float(values[0] * factor))),
        ("NPOINTS", x.size),
    ]
    return [
        *_head(spectrum, "XYDATA"),
        *(record(label, value) for label, value in told),
        record("XYDATA", "(X++(Y..Y))"),
        *_rows(x, values),
        record("END", ""),
    ]


def ntuples(spectrum: Spectrum) -> list[str]:
    """Return the block of both parts, a page each."""
    x, unit = _abscissa(spectrum)
    scale = np.concatenate((spectrum.data.real, spectrum.data.imag))
    both, factor = _whole_numbers(scale)
    real, imaginary = both[: x.size], both[x.size :]
    ends = [(float(p[0] * factor), float(p[-1] * factor)) for p in (real, imaginary)]
    least = [float(p.min() * factor) for p in (real, imaginary)]
    most = [float(p.max() * factor) for p in (real, imaginary)]
    told = [
        ("NTUPLES", "NMR SPECTRUM"),
        ("VAR_NAME", "FREQUENCY, SPECTRUM/REAL, SPECTRUM/IMAG, PAGE NUMBER"),
        ("SYMBOL", "X, R, I, N"),
        ("VAR_TYPE", "INDEPENDENT, DEPENDENT, DEPENDENT, PAGE"),
        ("VAR_FORM", "AFFN, AFFN, AFFN, AFFN"),
        ("VAR_DIM", f"{x.size}, {x.size}, {x.size}, 2"),
        ("UNITS", f"{unit}, ARBITRARY UNITS, ARBITRARY UNITS,"),
        ("FACTOR", f"1, {factor!r}, {factor!r}, 1"),
        ("FIRST", f"{float(x[0])!r}, {ends[0][0]!r}, {ends[1][0]!r}, 1"),
        ("LAST", f"{float(x[-1])!r}, {ends[0][1]!r}, {ends[1][1]!r}, 2"),
        ("MIN", f"{float(x[-1])!r}, {least[0]!r}, {least[1]!r}, 1"),
        ("MAX", f"{float(x[0])!r}, {most[0]!r}, {most[1]!r}, 2"),
    ]
    lines = [*_head(spectrum, "NTUPLES"), *(record(label, value) for label, value in told)]
    for number, symbol, values in ((1, "R", real), (2, "I", imaginary)):
        lines.append(record("PAGE", f"N={number}"))
        lines.append(record("DATA TABLE", f"(X++({symbol}..{symbol})), XYDATA"))
        lines += _rows(x, values)
    return [*lines, record("END NTUPLES", "NMR SPECTRUM"), record("END", "")]


def _head(spectrum: Spectrum, data_class: str) -> list[str]:
    """Return title, sample and reference of a spectrum's block."""
    facts = facts_of(spectrum)
    axis = spectrum.axis
    reference = [
        ("$OFFSET", repr(axis.offset_ppm)),
        ("$SF", repr(axis.sf_mhz) if axis.has_hz else ""),
        ("$SW_p", repr(axis.sw_hz) if axis.has_hz else ""),
        (".SHIFT REFERENCE", f"INTERNAL, {facts.solvent or 'NOT KNOWN'}, 1, {axis.offset_ppm!r}"),
    ]
    return [
        *head(facts.title or "spectrum", "NMR SPECTRUM", data_class),
        *sample(facts),
        *(record(label, value) for label, value in reference if value),
    ]


def _abscissa(spectrum: Spectrum) -> tuple[NDArray[np.float64], str]:
    """Return X of every point, falling, and its unit."""
    ppm, axis = spectrum.axis.all_ppm(), spectrum.axis
    return (ppm * axis.sf_mhz, "HZ") if axis.has_hz else (ppm, "PPM")


def _whole_numbers(values: NDArray[np.float64]) -> tuple[NDArray[np.int64], float]:
    """Return intensities as whole numbers and the factor that gives them back."""
    tallest = float(np.abs(values).max())
    factor = tallest / _LARGEST if tallest > 0 else 1.0
    return np.rint(values / factor).astype(np.int64), factor


def _rows(x: NDArray[np.float64], values: NDArray[np.int64]) -> list[str]:
    """Return the table: X of the first point of a line, then the line's intensities."""
    lines: list[str] = []
    line = ""
    for place, value in zip(x.tolist(), values.tolist(), strict=True):
        text = f" {value}"
        if not line or len(line) + len(text) > MAX_LINE:
            if line:
                lines.append(line)
            line = fixed(place, 4)
        line += text
    return [*lines, line]
