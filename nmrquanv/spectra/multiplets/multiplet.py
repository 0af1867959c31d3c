"""A multiplet: lines that belong together, and what they are as a row."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace

import numpy as np

from nmrquanv.spectra.multiplets.first_order import Coupling, Lines
from nmrquanv.spectra.peaks import Peak, new_peak_id

_AREA_ERROR = 1.5
"""Standard error of a fitted line's area, in units of area / (S/N)."""


@dataclass(frozen=True, slots=True)
class Multiplet:
    """Lines that belong together.

    Parameters
    ----------
    peak_ids : tuple of str
        Highest ppm first.
    high_ppm, low_ppm : float, ppm
        Positions of the outer lines; equal for a singlet.
    ppm : float, ppm
        Centre of the pattern; of an ``m`` the middle weighted by area.
    kind : str
        ``s``, ``d``, ``dd``, ``td``, ... ``AB`` or ``m``.
    is_broad : bool
        Said as ``br`` before the kind.
    couplings : tuple of Coupling
        Largest first; empty for ``s`` and ``m``.
    area : float, intensity x Hz
        Of all lines.
    is_by_hand : bool
        A person made or changed it; it outlives a new analysis.
    has_own_class : bool
        A person said class or couplings; lines that move do not change them.
    comment : str
        A person's own words.
    id : str
    """

    peak_ids: tuple[str, ...]
    high_ppm: float
    low_ppm: float
    ppm: float
    kind: str
    is_broad: bool = False
    couplings: tuple[Coupling, ...] = ()
    area: float = 0.0
    is_by_hand: bool = False
    has_own_class: bool = False
    comment: str = ""
    id: str = field(default_factory=new_peak_id)

    @property
    def name(self) -> str:
        """The class as a table shows it, such as ``br s``."""
        return f"br {self.kind}" if self.is_broad else self.kind

    def shifted(self, by_ppm: float) -> Multiplet:
        """Return the multiplet after a re-referencing."""
        return replace(
            self,
            ppm=self.ppm + by_ppm,
            high_ppm=self.high_ppm + by_ppm,
            low_ppm=self.low_ppm + by_ppm,
        )


def intensity_of(peak: Peak) -> float:
    """Return the area of a line, or its height where that is unknown."""
    return peak.area if peak.area is not None else peak.height


def have_widths(row: Sequence[Peak]) -> bool:
    """Tell whether the widths of all lines are known."""
    return all(p.fwhm_hz is not None and p.fwhm_hz > 0 for p in row)


def lines_of(row: Sequence[Peak], sf_mhz: float) -> Lines:
    """Return peaks, by rising ppm, as patterns see them."""
    return Lines(
        np.array([p.ppm * sf_mhz for p in row]),
        np.array([(p.ppm_err or 0.0) * sf_mhz for p in row]),
        np.array([abs(intensity_of(p)) for p in row]),
        np.array([abs(intensity_of(p)) * _AREA_ERROR / (p.snr or np.inf) for p in row]),
        np.array([p.fwhm_hz or 0.0 for p in row]),
    )
