"""A multiplet: lines that belong together, and what they are as a row."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace

import numpy as np

from nmrquanv.spectra.multiplets.first_order import AREA_ERROR, Coupling, RowLines, quantile_of
from nmrquanv.spectra.peaks import Peak, new_peak_id

BROAD_HZ = 4.0
"""A singlet wider than this, and than three times its neighbours' usual width, is ``br``."""


_SHARED_WIDTHS = 0.06
"""Standard error, in widths, of the place that one of two coincident lines has."""


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
        Said as ``br`` before the kind. So is ``s`` for a narrow unresolved bump.
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
    shares : tuple of float
        What it has of the area of each of its lines, 0 to 1, where another multiplet has the
        rest; empty where all lines are its own.
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
    shares: tuple[float, ...] = ()
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
    """Return the area of a line, or its height where that is unknown or 0."""
    return peak.area or peak.height


def shared(peak: Peak, share: float, sf_mhz: float) -> Peak:
    """Return what a multiplet has of a line that another shares; its place is less sure."""
    if share >= 1.0:
        return peak
    least_ppm = _SHARED_WIDTHS * (peak.fwhm_hz or 0.0) / sf_mhz
    return replace(
        peak,
        height=share * peak.height,
        area=None if peak.area is None else share * peak.area,
        snr=None if peak.snr is None else share * peak.snr,
        ppm_err=max(peak.ppm_err or 0.0, least_ppm),
    )


def own_lines(one: Multiplet, peaks: Mapping[str, Peak], sf_mhz: float) -> list[Peak]:
    """Return what a multiplet has of its lines, highest ppm first.

    Parameters
    ----------
    one : Multiplet
    peaks : mapping of str to Peak
        By id; lines that are not there are left out.
    sf_mhz : float, MHz
    """
    shares = one.shares or (1.0,) * len(one.peak_ids)
    return [
        shared(peaks[i], share, sf_mhz)
        for i, share in zip(one.peak_ids, shares, strict=True)
        if i in peaks
    ]


def have_widths(row: Sequence[Peak]) -> bool:
    """Tell whether the widths of all lines are known."""
    return all(p.fwhm_hz is not None and p.fwhm_hz > 0 for p in row)


def are_told_apart(row: Sequence[Peak]) -> bool:
    """Tell whether each peak is a line: of what an unresolved one is made of nobody knows."""
    return all(p.kind != "unresolved" for p in row)


def reach_ppm(peak: Peak, sf_mhz: float) -> float:
    """Return how far a peak at the end of a multiplet reaches beyond its place: a bump does."""
    return 0.5 * (peak.fwhm_hz or 0.0) / sf_mhz if peak.kind == "unresolved" else 0.0


def with_breadth(multiplet: Multiplet, peaks: Mapping[str, Peak], usual_hz: float) -> Multiplet:
    """Return the multiplet as ``br`` where all its lines are broad, beside a usual width."""
    row = [peaks[i] for i in multiplet.peak_ids]
    is_broad = min(p.fwhm_hz or 0.0 for p in row) > max(BROAD_HZ, 3.0 * usual_hz)
    is_broad = is_broad or all(p.kind == "broad" for p in row)
    return replace(multiplet, is_broad=True) if is_broad else multiplet


def lines_of(row: Sequence[Peak], sf_mhz: float, *, by_height: bool = False) -> RowLines:
    """Return peaks, by rising ppm, as patterns see them.

    Lines of one multiplet have one width: ``by_height`` takes it for all of them, where fitted
    widths of lines that overlap differ by more than they can.
    """
    width = np.array([p.fwhm_hz or 0.0 for p in row])
    intensity = np.array([abs(intensity_of(p)) for p in row])
    if by_height:
        height = np.array([abs(p.height) for p in row])
        # the width of the sharper half: what is not resolved makes lines wide, nothing narrow
        width = np.full(len(row), quantile_of(width, 0.25))
        intensity = height * (intensity.sum() / (height.sum() or 1.0))
    return RowLines(
        np.array([p.ppm * sf_mhz for p in row]),
        np.array([(p.ppm_err or 0.0) * sf_mhz for p in row]),
        intensity,
        intensity * AREA_ERROR / np.array([p.snr or np.inf for p in row]),
        width,
    )
