"""The numbers of a spectrum's axis in the unit that a person chose: on screen and in figures."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from nmrquanv.gui.view_state import AxisUnit
from nmrquanv.spectra.axis import Axis

_SUPERSCRIPT = str.maketrans("0123456789", "⁰¹²³⁴⁵⁶⁷⁸⁹")
_DECIMALS = {"hz": 1, "points": 0}


@dataclass(frozen=True, slots=True)
class AxisScale:
    """How numbers follow from chemical shifts.

    Parameters
    ----------
    slope : float, units per ppm
    origin : float, units
        At 0 ppm.
    text : str
        What is measured, with its unit.
    decimals : int or None
        Of the places of peaks; None for ppm, where nucleus and user decide.
    """

    slope: float = 1.0
    origin: float = 0.0
    text: str = "δ / ppm"
    decimals: int | None = None

    def told(self, ppm: float) -> float:
        """Return the number of a chemical shift."""
        return self.origin + self.slope * ppm

    def ppm(self, told: NDArray[np.float64]) -> NDArray[np.float64]:
        """Return the chemical shifts of numbers."""
        return (told - self.origin) / self.slope


def nucleus_text(nucleus: str) -> str:
    """Return ``"13C"`` as ¹³C; other text stays as it is."""
    digits = "".join(ch for ch in nucleus if ch.isdigit())
    rest = nucleus.removeprefix(digits)
    return digits.translate(_SUPERSCRIPT) + rest if digits and rest else nucleus


def scale_of(axis: Axis, unit: AxisUnit, nucleus: str) -> AxisScale:
    """Return the scale of an axis in a unit: in ppm where Hz are wanted and not known.

    Parameters
    ----------
    axis : Axis
    unit : AxisUnit
    nucleus : str
        Such as ``"13C"``; may be empty.
    """
    name = nucleus_text(nucleus)
    known: AxisUnit = unit if unit != "hz" or axis.has_hz else "ppm"
    slope, origin, text = {
        "ppm": (1.0, 0.0, "chemical shift δ / ppm" if name else "δ / ppm"),
        "hz": (axis.sf_mhz, 0.0, "frequency from 0 ppm, ν / Hz"),
        "points": (-1.0 / axis.point_ppm, axis.offset_ppm / axis.point_ppm, "point"),
    }[known]
    return AxisScale(slope, origin, f"{name} {text}" if name else text, _DECIMALS.get(known))
