"""A peak list as columns, so that thresholds act on thousands of peaks at once."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from itertools import compress
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from nmrquanv.spectra.peaks import Peak, PeakList, common_ends
from nmrquanv.spectra.thresholds import Limits, Ranges

Mask = NDArray[np.bool_]

_OF_EACH = (
    "ppm", "snr", "height", "confidence", "fwhm_hz",
    "is_negative", "is_users", "is_mine", "is_explained", "is_signal", "is_top",
)  # fmt: skip


class Hidden(NamedTuple):
    """Which peaks each threshold hides on its own, each ``(n,)``."""

    by_snr: Mask
    by_height: Mask
    by_confidence: Mask
    as_satellites: Mask
    by_place: Mask


def _confidence(peak: Peak) -> float:
    """Return what a least confidence is held against: nothing, of a visible top."""
    if peak.confidence is None or peak.top_ppm is not None:
        return np.inf
    return peak.confidence


def _replaced(old: NDArray[Any], new: NDArray[Any], first: int, rest: int) -> NDArray[Any]:
    """Return an array with other values between its first and its last ones."""
    return np.concatenate((old[:first], new, old[len(old) - rest :]))


@dataclass(frozen=True, slots=True, eq=False)
class PeakColumns:
    """What thresholds ask of each peak of a list; what is not known passes, so it is infinite.

    Parameters
    ----------
    peaks : PeakList
        Of n peaks.
    ppm, snr, height, confidence, fwhm_hz : (n,) float64
        Heights without their sign; a width of 0 Hz is not known.
    is_negative, is_users, is_mine, is_explained, is_signal, is_top : (n,) bool
        A peak is ``mine`` whose place a person chose; a ``top`` that marks a visible one.
    finders : tuple of str
        That found them.
    by : (n,) int
        Which of those each peak is of.
    """

    peaks: PeakList
    ppm: NDArray[np.float64]
    snr: NDArray[np.float64]
    height: NDArray[np.float64]
    confidence: NDArray[np.float64]
    fwhm_hz: NDArray[np.float64]
    is_negative: Mask
    is_users: Mask
    is_mine: Mask
    is_explained: Mask
    is_signal: Mask
    is_top: Mask
    finders: tuple[str, ...]
    by: NDArray[np.intp]

    @classmethod
    def of(cls, peaks: PeakList) -> PeakColumns:
        """Return the columns of a list."""
        number = {finder: i for i, finder in enumerate(dict.fromkeys(p.finder for p in peaks))}
        height = np.array([p.height for p in peaks], dtype=np.float64)
        return cls(
            peaks,
            peaks.positions_ppm(),
            np.array([np.inf if p.snr is None else p.snr for p in peaks], dtype=np.float64),
            np.abs(height),
            np.array([_confidence(p) for p in peaks], dtype=np.float64),
            np.array([p.fwhm_hz or 0.0 for p in peaks], dtype=np.float64),
            height < 0,
            np.array([p.is_users for p in peaks], dtype=np.bool_),
            np.array([p.source != "model" for p in peaks], dtype=np.bool_),
            np.array([p.is_explained for p in peaks], dtype=np.bool_),
            np.array([p.peak_class == "signal" for p in peaks], dtype=np.bool_),
            np.array([p.top_ppm is not None for p in peaks], dtype=np.bool_),
            tuple(number),
            np.array([number[p.finder] for p in peaks], dtype=np.intp),
        )

    @classmethod
    def after(cls, before: PeakColumns, peaks: PeakList) -> PeakColumns:
        """Return the columns of a list that was made of another by an edit.

        Only what lies between the first and the last peak that is another is looked at.
        """
        first, rest = common_ends(before.peaks.peaks, peaks.peaks)
        changed = cls.of(peaks.part(peaks.peaks[first : len(peaks) - rest]))
        names = before.finders
        if not set(changed.finders) <= set(names):
            names = tuple(dict.fromkeys((*names, *changed.finders)))
        renumbered = np.array([names.index(name) for name in changed.finders], dtype=np.intp)
        by = _replaced(before.by, renumbered[changed.by], first, rest)
        if not np.bincount(by, minlength=len(names)).all():
            return cls.of(peaks)  # a finder has no peak any more
        columns = {
            name: _replaced(getattr(before, name), getattr(changed, name), first, rest)
            for name in _OF_EACH
        }
        return cls(peaks, **columns, finders=names, by=by)

    def hidden(self, limits: Mapping[str, Limits], tallest: float) -> Hidden:
        """Return which peaks each threshold hides.

        Parameters
        ----------
        limits : mapping of str to Limits
            Of each of :attr:`finders`.
        tallest : float, intensity
        """

        def each(value: Callable[[Limits], float]) -> NDArray[np.float64]:
            return np.array([value(limits[finder]) for finder in self.finders])[self.by]

        if not self.finders:
            return Hidden(*(np.zeros(0, dtype=np.bool_) for _ in Hidden._fields))
        is_open = ~self.is_users
        places = np.zeros(len(self.peaks), dtype=np.bool_)
        for number, finder in enumerate(self.finders):
            places |= (self.by == number) & ~self._placed(limits[finder])
        return Hidden(
            is_open & (self.snr < each(lambda x: x.min_snr)),
            is_open
            & (self.height < each(lambda x: x.min_height) * tallest)
            & ~(self.is_top & (each(lambda x: x.hides_tops) == 0)),
            is_open & (self.confidence < each(lambda x: x.min_confidence)),
            is_open & self.is_explained & (each(lambda x: x.shows_satellites) == 0),
            is_open & places,
        )

    def _placed(self, limits: Limits) -> Mask:
        """Return which peaks stand where lines may be listed; see :meth:`Limits.has_place`."""
        ppm = self.ppm

        def inside(ranges: Ranges) -> Mask:
            result = np.zeros(ppm.shape, dtype=np.bool_)
            for high, low in ranges:
                result |= (ppm >= low) & (ppm <= high)
            return result

        placed = inside(limits.searched) if limits.searched else np.ones(ppm.shape, dtype=np.bool_)
        return placed & ~inside(limits.excluded)

    def passing(self, limits: Mapping[str, Limits], tallest: float) -> PeakList:
        """Return the peaks that pass, as :meth:`Peak.passes` says of each."""
        return self.part(~np.logical_or.reduce(self.hidden(limits, tallest))).peaks

    def part(self, chosen: Mask) -> PeakColumns:
        """Return the columns of some of the peaks: those for which ``(n,)`` is true."""
        if chosen.all():
            return self
        columns = {name: getattr(self, name)[chosen] for name in _OF_EACH}
        peaks = self.peaks.part(compress(self.peaks.peaks, chosen.tolist()), columns["ppm"])
        return PeakColumns(peaks, **columns, finders=self.finders, by=self.by[chosen])
