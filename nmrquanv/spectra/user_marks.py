"""What a person said of places in a list: deletions, classes and reviewed regions; who did what.

Words: a *tombstone* remembers a deletion, a *class mark* remembers that a person called a line
signal, solvent or water, a *reviewed region* is a stretch of the axis in which a person vouches
that every line is in the working list and that there is no other.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Literal

from nmrquanv.spectra.peaks import Peak, PeakClass, new_peak_id


@dataclass(frozen=True, slots=True)
class Tombstone:
    """A place at which no search may put a peak again until the user restores it.

    Parameters
    ----------
    ppm : float, ppm
    half_width_ppm : float, ppm
        Half the FWHM of the peak that stood there; candidates within it stay away.
    peak : Peak
        What stood there, for restoring.
    reason : "deleted" | "moved"
        A moved peak leaves one at the place that the model had given it.
    """

    ppm: float
    half_width_ppm: float
    peak: Peak
    reason: Literal["deleted", "moved"] = "deleted"

    def covers(self, ppm: float) -> bool:
        """Tell whether a chemical shift lies within the tombstone."""
        return abs(ppm - self.ppm) <= self.half_width_ppm


@dataclass(frozen=True, slots=True)
class ClassMark:
    """The user's word on what the line at a place is; it outlives a new search."""

    ppm: float
    half_width_ppm: float
    peak_class: PeakClass


@dataclass(frozen=True, slots=True)
class LoggedEdit:
    """A step that led to the present state; who writes it is ``nmrquanv/session/edit_log.py``.

    Parameters
    ----------
    at : str
        ISO 8601, UTC.
    by : str
        The user's name; may be empty.
    text : str
        In the words of the Edit menu.
    peaks : tuple of (str, str)
        Peaks that a person touched, by id, and what happened to each.
    """

    at: str
    by: str
    text: str
    peaks: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True, slots=True)
class Region:
    """A reviewed stretch of the axis: only there does an unmarked line mean "no peak"."""

    high_ppm: float
    low_ppm: float
    id: str = field(default_factory=new_peak_id)

    def __post_init__(self) -> None:
        if not self.high_ppm > self.low_ppm:
            raise ValueError(f"a region runs from high to low ppm, got {self}")

    def contains(self, ppm: float) -> bool:
        """Tell whether a chemical shift lies in the region."""
        return self.low_ppm <= ppm <= self.high_ppm
