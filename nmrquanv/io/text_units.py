"""What the columns of a text are: ppm, Hz or something that is no NMR axis; MHz and nucleus."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from nmrquanv.errors import FormatError
from nmrquanv.io.checks import MAX_PPM, MAX_SF_MHZ, MIN_SF_MHZ
from nmrquanv.io.text_frequency import NUMBER, frequency_in
from nmrquanv.io.text_table import TextTable

USUAL_PPM = 500.0
"""Beyond it a column whose unit is not said is hardly ppm: 13C, 19F and 31P end before."""

PLAIN_PPM = 30.0
"""Up to it, and not counted from 0, nobody doubts that a column without a name is ppm."""

LONGEST_DWELL_S = 0.002
"""An axis that rises from exactly 0 in smaller steps than this is more likely time than ppm."""

_PPM = ("ppm", "shift", "delta", "δ")
_HZ = ("hz", "freq")
_INTENSITY = ("intens", "real", "ampl", "height", "signal")
_OTHER_X = ("nm", "cm-1", "1/cm", "cm^-1", "wave", "m/z", "mass", "time", "sec", "theta", "date",
            "temp", "energy", "raman", "retention", "volt", "kelvin")  # fmt: skip
_OTHER_Y = ("absorb", "transmit", "temperature", "%t", "voltage", "current")
_OTHER_WORDS = ("cm-1", "wavenumber", "wavelength", "absorbance", "transmittance", "m/z", "raman")

_DMFIT = re.compile(rf"^##freq\s+{NUMBER}", re.IGNORECASE)
_NUCLEUS = re.compile(r"(?:nucle\w*|observed?)\W+(\d{1,3}[A-Z][a-z]?)\b", re.IGNORECASE)
_SOLVENT = re.compile(r"solvent\W+([\w-]{2,20})", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Header:
    """What the lines above the numbers say.

    Parameters
    ----------
    sf_mhz : float, MHz, or None
    nucleus, solvent : str
        Empty where nothing is said.
    is_hz : bool
        The form of the file says that the axis is in Hz (dmfit).
    doubts : tuple of str
        On the frequency.
    """

    sf_mhz: float | None
    nucleus: str
    solvent: str
    is_hz: bool
    doubts: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class TextColumns:
    """Which column is what.

    Parameters
    ----------
    x, y : int
        Shift (or frequency) and intensity.
    unit : "ppm", "Hz" or ""
        Of x; empty where nothing says it.
    hz : int or None
        A column of Hz beside one of ppm: their ratio is the MHz.
    """

    x: int
    y: int
    unit: str
    hz: int | None = None


def read_header(head: Sequence[str]) -> Header:
    """Return what the lines above the numbers say of frequency, nucleus and solvent."""
    dmfit = next((found for line in head if (found := _DMFIT.match(line.strip()))), None)
    nucleus = next((found[1] for line in head if (found := _NUCLEUS.search(line))), "")
    solvent = next((found[1] for line in head if (found := _SOLVENT.search(line))), "")
    if dmfit is None:
        sf_mhz, doubts = frequency_in(head, nucleus)
        return Header(sf_mhz, nucleus, solvent, is_hz=False, doubts=doubts)
    mhz = float(dmfit[1].replace(",", "."))
    is_believable = MIN_SF_MHZ <= mhz <= MAX_SF_MHZ
    return Header(mhz if is_believable else None, nucleus, solvent, is_hz=True)


def columns_of(path: Path, table: TextTable, first_rows: list[list[str]]) -> TextColumns:
    """Return which column is what, by name, else by how the first rows run.

    Raises
    ------
    FormatError
        A name says that it is something else than NMR.
    """
    names = tuple(name.replace("mhz", "") for name in table.names)  # says the field, not the unit
    ppm = _named(names, _PPM)
    if ppm is not None:
        return TextColumns(ppm, _intensity(names, ppm), "ppm", _named(names, _HZ))
    above = " ".join(table.head).lower()
    other = next((name for name in names if any(word in name for word in _OTHER_Y)), None)
    other = other or next((word for word in _OTHER_WORDS if word in above), None)
    is_hz = bool(names) and any(word in names[0] for word in _HZ)
    if names and not is_hz and any(word in names[0] for word in _OTHER_X):
        other = names[0]
    if other is not None:
        raise FormatError(
            f"{path}: the first column is {(names or (other,))[0][:40]!r}, not ppm: "
            f"export ppm and intensity as CSV (the text speaks of {other[:40]!r})"
        )
    if _is_convbin2asc(first_rows):
        return TextColumns(3, 1, "ppm", 2)
    return TextColumns(0, _intensity(names, 0), "Hz" if is_hz else "")


def imaginary_column(table: TextTable, taken: Iterable[int | None]) -> int | None:
    """Return the column that its name calls imaginary, if it is not taken for another."""
    found = next((i for i, name in enumerate(table.names) if "imag" in name), None)
    return None if found in taken else found


def ppm_of_one(
    path: Path, x: NDArray[np.float64], unit: str, sf_mhz: float | None
) -> tuple[float, tuple[str, ...]]:
    """Return the ppm of one unit of the column, with notes on what had to be supposed.

    Raises
    ------
    FormatError
        It is in Hz and no frequency is known, or in nothing that NMR spectra have.
    """
    reach = f"the first column runs from {x[0]:g} to {x[-1]:g}"
    farthest = float(np.abs(x).max())
    if unit == "Hz" and sf_mhz is None:
        raise FormatError(
            f"{path}: the first column is in Hz ({reach}): give the frequency of 0 ppm in MHz "
            "(--sf-mhz, or a line such as 'MHz: 400.13' above the numbers)"
        )
    if sf_mhz is not None and (unit == "Hz" or (not unit and farthest > USUAL_PPM)):
        ppm, notes = 1.0 / sf_mhz, () if unit else (f"{reach}: taken as Hz at {sf_mhz:g} MHz",)
    elif unit == "ppm" or farthest <= USUAL_PPM:
        is_plain = unit == "ppm" or (farthest <= PLAIN_PPM and x[0] != 0)
        ppm, notes = 1.0, () if is_plain else (f"the text does not say the unit: {reach}: ppm?",)
    else:
        raise FormatError(
            f"{path}: {reach}, no range of chemical shifts that is usual, and nothing says the "
            "unit (Hz, cm-1, nm, time?): name the column ppm in a line above the numbers, or "
            "give the frequency in MHz where it is Hz"
        )
    step = abs(float(x[-1] - x[0])) / max(1, x.size - 1)
    if not unit and x[0] == 0 and x[-1] > 0 and step < LONGEST_DWELL_S:
        raise FormatError(
            f"{path}: {reach}, which looks like the time of a FID in seconds: transform it first, "
            "or name the column ppm in a line above the numbers"
        )
    if farthest * ppm > MAX_PPM:
        raise FormatError(f"{path}: {reach}, no range of chemical shifts: the text is damaged")
    return ppm, notes


def ratio_mhz(hz: NDArray[np.float64], ppm: NDArray[np.float64]) -> float | None:
    """Return the MHz that make ppm of Hz, if one number does for the whole column."""
    with np.errstate(all="ignore"):
        mhz = float(hz @ ppm / (ppm @ ppm))
        rest = np.abs(hz - mhz * ppm).max()
    return mhz if mhz > 0 and rest <= 0.01 + 1e-4 * np.abs(hz).max() else None


def _named(names: Sequence[str], words: Sequence[str]) -> int | None:
    """Return the first column whose name holds one of the words."""
    return next((i for i, name in enumerate(names) if any(word in name for word in words)), None)


def _intensity(names: Sequence[str], x: int) -> int:
    """Return the column of intensities: by name, else the one beside x."""
    named = _named(names, _INTENSITY)
    after = x + 1 if x + 1 < max(2, len(names)) else x - 1
    return after if named is None or named == x else named


def _is_convbin2asc(rows: list[list[str]]) -> bool:
    """Tell whether rows are point number, intensity, Hz and ppm, as TopSpin writes them."""
    try:
        values = np.array([[float(cell) for cell in row[:4]] for row in rows])
    except ValueError:
        return False
    if values.ndim != 2 or values.shape[1] < 4 or values.shape[0] < 3:
        return False
    counts = values[0, 0] in {0, 1} and (np.diff(values[:, 0]) == 1).all()
    return bool(counts) and ratio_mhz(values[:, 2], values[:, 3]) is not None
