"""What a first-order pattern is: a row of lines, couplings, and the lines that they give."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

POSITION_WIDTHS = 0.12
"""Lines may miss their place in a pattern by this part of their width, whatever their errors say:
unresolved couplings and slight second order shift the tops of real lines by as much."""

AREA_ERROR = 1.5
"""Standard error of a fitted line's area, in units of area / (S/N)."""

NAMES = {1: "d", 2: "t", 3: "q", 4: "quint", 5: "sext", 6: "sept"}
"""Of a splitting, by its number of equivalent partners."""


def element_of(nucleus: str) -> str:
    """Return the element of a nucleus, such as ``F`` of ``19F``."""
    return nucleus.lstrip("0123456789")


def quantile_of(values: NDArray[np.float64], share: float) -> float:
    """Return a quantile, between two values on the straight line from one to the other.

    numpy's own takes fifty microseconds, whatever few values there are, and rows of lines are asked
    by the thousand.
    """
    ordered, at = np.sort(values), share * (values.size - 1)
    low, high = float(ordered[int(at)]), float(ordered[min(int(at) + 1, values.size - 1)])
    return low + (high - low) * (at - int(at))


@dataclass(frozen=True, slots=True, eq=False)
class RowLines:
    """A row of lines, as patterns see it.

    Parameters
    ----------
    hz : (n,) float64, Hz
        Rising.
    error_hz : (n,) float64, Hz
        Standard errors of the positions.
    intensity : (n,) float64
        Areas, of one sign.
    intensity_error : (n,) float64
        Standard errors of the intensities.
    fwhm_hz : (n,) float64, Hz
    """

    hz: NDArray[np.float64]
    error_hz: NDArray[np.float64]
    intensity: NDArray[np.float64]
    intensity_error: NDArray[np.float64]
    fwhm_hz: NDArray[np.float64]

    @property
    def tolerance_hz(self) -> NDArray[np.float64]:
        """How far each line may stand from its place in a pattern, ``(n,)``."""
        return np.maximum(4.0 * self.error_hz, POSITION_WIDTHS * self.fwhm_hz)


@dataclass(frozen=True, slots=True)
class Coupling:
    """A splitting by equivalent partners.

    Parameters
    ----------
    hz : float, Hz
    error_hz : float, Hz
        Standard error.
    partners : int
        Number of equivalent spins 1/2.
    to : str
        Element of the partners where they are of another nucleus than the observed one, such as
        ``F``; empty where that is not known.
    """

    hz: float
    error_hz: float
    partners: int
    to: str = ""


@dataclass(frozen=True, slots=True)
class Pattern:
    """A first-order pattern that explains a row of lines.

    Parameters
    ----------
    centre_hz : float, Hz
    error_hz : float, Hz
        Of the centre.
    couplings : tuple of Coupling
        Largest first; empty for a singlet.
    misfit : float
        Root mean square of what is left of positions, in units of the tolerance; 0 to 1.
    roof : float
        Intensity of the high-frequency half over that of the low-frequency half.
    unexplained : int
        Lines that it does not tell from their neighbours.
    """

    centre_hz: float
    error_hz: float
    couplings: tuple[Coupling, ...]
    misfit: float
    roof: float
    unexplained: int = 0

    @property
    def name(self) -> str:
        """The class: ``s``, ``d``, ``dd``, ``td``, ``quint`` ..."""
        return "".join(NAMES[c.partners] for c in self.couplings) or "s"
