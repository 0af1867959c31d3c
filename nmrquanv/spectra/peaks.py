"""Peaks, lists of peaks, and where they came from."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from itertools import compress
from operator import is_
from typing import TYPE_CHECKING, Any, cast

import numpy as np
from numpy.typing import NDArray

from nmrquanv.errors import MissingPackageError
from nmrquanv.numbers import fixed
from nmrquanv.spectra.facts import SpectrumFacts
from nmrquanv.spectra.html import peaks_html
from nmrquanv.spectra.peak import Peak, PeakClass, PeakKind, new_peak_id
from nmrquanv.spectra.plotting import plot_trace
from nmrquanv.spectra.spectrum import Spectrum
from nmrquanv.spectra.thresholds import Limits, Thresholds, card_thresholds

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from pandas import DataFrame

    from nmrquanv.spectra.fitting.common_shape import CommonShape

__all__ = [
    "REFERENCE_HEIGHT",
    "Origin",
    "Peak",
    "PeakClass",
    "PeakKind",
    "PeakList",
    "Provenance",
    "common_ends",
    "new_peak_id",
]

REFERENCE_HEIGHT = "reference_height"
"""In a provenance's settings: the height that a relative minimum height refers to."""
_FIELDS = ("peaks", "provenance", "sigma", "origin", "shape", "_ppm")


@dataclass(frozen=True, slots=True)
class Provenance:
    """How a peak list came about: enough to make it again.

    Parameters
    ----------
    finder : str
        Name of the finder (``"quanv"``, ``"cnn"``, ``"classical"`` or the user's own).
    card_sha256 : str or None
        Of the model's card; None for the classical finder.
    settings : dict
        Polarity, region, thresholds and whatever else the finder was told; JSON values only.
    program_version : str
    notes : tuple of str
        What the finder's reader should know of the spectrum before trusting the list, and what to
        do about it; see :mod:`nmrquanv.spectra.scope`.
    """

    finder: str
    card_sha256: str | None = None
    settings: dict[str, Any] = field(default_factory=dict)
    program_version: str = ""
    notes: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Origin:
    """What a peak list was chosen from.

    Parameters
    ----------
    facts : SpectrumFacts
        What is known of the spectrum.
    spectrum : Spectrum or None
        The spectrum itself, as it was searched; None for a list that was read from a file.
    candidates : tuple of Peak
        All that the finder proposed, those below the thresholds too.
    """

    facts: SpectrumFacts
    spectrum: Spectrum | None = None
    candidates: tuple[Peak, ...] = ()


@dataclass(frozen=True, slots=True, repr=False)
class PeakList:
    """An immutable list of peaks, highest ppm first.

    Parameters
    ----------
    peaks : tuple of Peak
        Sorted on construction.
    provenance : Provenance
    sigma : float or None
        Noise of the trace they were found in.
    origin : Origin or None
        What they were chosen from, where that is known; not compared.
    shape : CommonShape or None
        What each of its lines was fitted to have beyond a pseudo-Voigt, widths in Hz; None where a
        spectrum told none, and of lists from files. Not compared.
    """

    peaks: tuple[Peak, ...] = ()
    provenance: Provenance = field(default_factory=lambda: Provenance("user"))
    sigma: float | None = None
    origin: Origin | None = field(default=None, compare=False)
    shape: CommonShape | None = field(default=None, compare=False)
    _ppm: NDArray[np.float64] | None = field(default=None, init=False, compare=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "peaks", tuple(sorted(self.peaks, key=lambda p: -p.ppm)))
        if len({p.id for p in self.peaks}) != len(self.peaks):
            raise ValueError("two peaks share an id")

    def __len__(self) -> int:
        return len(self.peaks)

    def __iter__(self) -> Iterator[Peak]:
        return iter(self.peaks)

    def __repr__(self) -> str:
        ends = (fixed(self.peaks[i].ppm, 3) for i in (0, -1)) if self.peaks else ()
        reach = f", {' to '.join(ends)} ppm" if self.peaks else ""
        has_more = self.origin is not None and self.origin.candidates
        chosen = f" of {len(self.candidates)} candidates" if has_more else ""
        return f"PeakList({len(self)} peaks{chosen}{reach}, by {self.provenance.finder})"

    def _repr_html_(self) -> str:
        spectrum = self.origin.spectrum if self.origin else None
        trace = (spectrum.trace, spectrum.axis.limits_ppm) if spectrum else None
        said = {"finder": self.provenance.finder} | self.provenance.settings
        return peaks_html(repr(self), self.to_records(), trace, said)

    @property
    def notes(self) -> tuple[str, ...]:
        """What to know of the spectrum before trusting the list, and what to do about it."""
        return self.provenance.notes

    @property
    def candidates(self) -> PeakList:
        """All candidates that the peaks were chosen from; the peaks where none are known."""
        if self.origin is None or not self.origin.candidates:
            return self
        return replace(self, peaks=self.origin.candidates)

    def to_records(self, sf_mhz: float | None = None) -> list[dict[str, Any]]:
        """Return the peaks as dictionaries (:meth:`Peak.to_record`); see there for ``sf_mhz``.

        Without a frequency that of the spectrum is taken, where it is known.
        """
        if sf_mhz is None and self.origin is not None:
            sf_mhz = self.origin.facts.sf_mhz
        height = self.reference_height()
        return [peak.to_record(sf_mhz, height) for peak in self.peaks]

    def to_pandas(self) -> DataFrame:
        """Return the records as a table of pandas, or raise a MissingPackageError."""
        try:
            from pandas import DataFrame
        except ImportError as error:
            raise MissingPackageError.of("pandas", "to_pandas()") from error
        columns = list(Peak(0.0, 0.0).to_record())
        return DataFrame.from_records(self.to_records(), columns=columns)

    def plot(self, ax: Axes | None = None) -> Axes:
        """Draw the peaks over their spectrum, or as sticks: see :func:`plot_trace`."""
        marks = [(peak.ppm, peak.height) for peak in self.peaks]
        known = self.origin and self.origin.spectrum
        return known.plot(ax, marks) if known else plot_trace(None, marks, ax)

    def without_hz(self) -> PeakList:
        """Return the list without widths and areas: of a spectrum whose MHz nobody knows."""
        return replace(self, peaks=tuple(replace(p, fwhm_hz=None, area=None) for p in self.peaks))

    def without_areas(self) -> PeakList:
        """Return the list without areas: of a spectrum whose areas count nothing."""
        return replace(self, peaks=tuple(replace(p, area=None) for p in self.peaks))

    def positions_ppm(self) -> NDArray[np.float64]:
        """Return all chemical shifts, falling, shape ``(n,)``; read-only, remembered."""
        if self._ppm is None:
            ppm = np.array([p.ppm for p in self.peaks], dtype=np.float64)
            object.__setattr__(self, "_ppm", ppm)
            ppm.flags.writeable = False
        return cast(NDArray[np.float64], self._ppm)

    def find(self, peak_id: str) -> Peak | None:
        """Return the peak with an id, or None."""
        return next((p for p in self.peaks if p.id == peak_id), None)

    def add(self, *peaks: Peak) -> PeakList:
        """Return the list with more peaks."""
        if len(peaks) != 1:
            return replace(self, peaks=(*self.peaks, *peaks))
        if self.find(peaks[0].id) is not None:
            raise ValueError("two peaks share an id")
        # one click more in a list of thousands: they are not sorted for that
        place = bisect_right(self.peaks, -peaks[0].ppm, key=lambda p: -p.ppm)
        ppm = None if self._ppm is None else np.insert(self._ppm, place, peaks[0].ppm)
        return self.part((*self.peaks[:place], *peaks, *self.peaks[place:]), ppm)

    def remove(self, ids: Iterable[str]) -> PeakList:
        """Return the list without the peaks of these ids."""
        gone = set(ids)
        stays = [p.id not in gone for p in self.peaks]
        return self.part(compress(self.peaks, stays), self.positions_ppm()[stays])

    def filtered(self, keep: Callable[[Peak], bool]) -> PeakList:
        """Return the list of those peaks for which ``keep`` is true."""
        return self.part(p for p in self.peaks if keep(p))

    def part(self, peaks: Iterable[Peak], ppm: NDArray[np.float64] | None = None) -> PeakList:
        """Return the list of some of its peaks, or of what stands for them, given in their order.

        Their chemical shifts, shape ``(n,)``, are taken where they are known.
        """
        part = object.__new__(PeakList)
        # in order and one of each already: sorting them again would take longer than choosing
        kept = (self.provenance, self.sigma, self.origin, self.shape)
        if ppm is not None:
            ppm.flags.writeable = False
        for name, value in zip(_FIELDS, (tuple(peaks), *kept, ppm), strict=True):
            object.__setattr__(part, name, value)
        return part

    def tallest(self) -> float:
        """Return the greatest absolute height outside solvent and water; 0 when there is none."""
        signals = [p for p in self.peaks if p.peak_class == "signal"] or self.peaks
        return max((abs(p.height) for p in signals), default=0.0)

    def reference_height(self) -> float:
        """Return what relative heights refer to: the searched spectrum's, else the tallest peak's.

        See :func:`nmrquanv.spectra.reference_height.reference_height`.
        """
        told = self.provenance.settings.get(REFERENCE_HEIGHT)
        return float(told) if isinstance(told, int | float) and told > 0 else self.tallest()

    def passing(self, thresholds: Thresholds) -> PeakList:
        """Return the peaks that pass, each on its own, the thresholds that the card completes.

        What a list shows, lines that a pattern needs among it:
        :func:`nmrquanv.spectra.kept_patterns.as_listed`.
        """
        height, limits = self.reference_height(), self.limits(thresholds)
        return self.filtered(lambda p: limits.passes(p, height))

    def limits(self, thresholds: Thresholds) -> Limits:
        """Return what the list's peaks must pass: thresholds, completed by the finder's card."""
        return thresholds.limits(self.provenance.finder, card_thresholds(self.provenance.settings))


def common_ends(old: Sequence[Peak], new: Sequence[Peak]) -> tuple[int, int]:
    """Return how many peaks two lists share at their beginning, and how many then at their end.

    The lists may be thousands long and differ in one peak, of which alone an edit has to speak.
    """
    most = min(len(old), len(new))
    first = _shared(old, new, most)
    return first, _shared(old[::-1], new[::-1], most - first)


def _shared(old: Sequence[Peak], new: Sequence[Peak], most: int) -> int:
    same = list(map(is_, old[:most], new[:most]))
    return same.index(False) if False in same else most
