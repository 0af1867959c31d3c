"""Which peaks are the second part of an uneven line: all lines have one, as far off, as tall.

A field of two parts gives every line of a spectrum a shoulder or a second top on the same side, at
the same distance (Hz) and of the same share of its height. A coupling gives equal halves, or a
pattern that is alike on both sides, and one of several Hz is shared by many multiplets; that all
have the same uneven one-sided partner within a few widths, no coupling does. Nothing but
positions, heights and widths of a peak list is looked at, so any finder's list can be marked.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from nmrquanv.spectra.array_rows import ArrayRows, shares
from nmrquanv.spectra.axis import Axis
from nmrquanv.spectra.matching import within
from nmrquanv.spectra.peaks import Peak
from nmrquanv.spectra.sidebands import MULTIPLET_HZ, multiplets_among

Array = NDArray[np.float64]
Index = NDArray[np.int64]
Mask = NDArray[np.bool_]

_REACH_WIDTHS, _LEAST_SHARE, _MOST_SHARE = 3.0, 0.05, 0.8
_TALL, _CLEAR_SNR, _AS_WIDE = 60, 12.0, 1.6
_SLACK_WIDTHS, _SLACK_ERRORS, _MOST_SLACK, _SAME_SHARE = 0.1, 2.0, 0.25, 1.3
"""How far off its place a part is found: in widths of its line or in standard errors, whichever is
more, and at most, in widths; and by which factor its share differs from another line's."""

_COVERED_WIDTHS = 0.7
_GROUPS, _EXPECTED, _MOSTLY, _MIRRORED = 3, 3, 0.75, 0.3
"""Fewest multiplets whose lines have it, its own among them; fewest lines of others that have it;
of those where it would be seen the share that has it, and that may have it on the other side
too."""


def with_companions(peaks: Sequence[Peak], axis: Axis) -> tuple[Peak, ...]:
    """Return peaks with the second parts of others classed as artefacts, with their parents.

    Parameters
    ----------
    peaks : sequence of Peak
        With solvent and satellites marked; only signals are looked at, and no peak that is a
        person's.
    axis : Axis
        Without a known frequency (``has_hz`` False) nothing is marked.
    """
    peaks = tuple(peaks)
    if not axis.has_hz or len(peaks) < 2 * _EXPECTED:
        return peaks
    told = _Companions.of(peaks, axis.sf_mhz).parents()
    return tuple(
        p.called("artefact", peaks[told[i]].ppm) if i in told else p for i, p in enumerate(peaks)
    )


@dataclass(frozen=True, slots=True, eq=False)
class _Beside(ArrayRows):
    """Which peak stands beside which line (``m`` pairs): how far off, how surely, Hz; its share."""

    line: Index
    peak: Index
    away: Array
    slack: Array
    share: Array


@dataclass(frozen=True, slots=True, eq=False)
class _Companions:
    """Peaks as arrays (``n``), what stands beside each, and beside those that are compared."""

    hz: Array
    width: Array
    snr: Array
    free: Mask
    tall: Mask
    beside: _Beside
    compared: _Beside

    @classmethod
    def of(cls, peaks: tuple[Peak, ...], sf_mhz: float) -> _Companions:
        """Lay peaks out."""
        hz = sf_mhz * np.array([p.ppm for p in peaks])
        height = np.array([p.height for p in peaks])
        width = np.array([p.fwhm_hz or 1.0 for p in peaks])
        snr = np.array([p.snr or 0.0 for p in peaks])
        free = np.array([p.peak_class == "signal" and not p.is_users for p in peaks], dtype=bool)
        tall = np.zeros(hz.size, dtype=bool)
        tall[np.argsort(-np.abs(height), kind="stable")[:_TALL]] = True
        line, peak = within(hz, hz, (_REACH_WIDTHS + 1.0) * width)
        error = sf_mhz * np.array([p.ppm_err or 0.0 for p in peaks])
        unsure = _SLACK_ERRORS * np.hypot(error[peak], error[line])
        slack = np.clip(unsure, _SLACK_WIDTHS * width[line], _MOST_SLACK * width[line])
        share = shares(height[peak], height[line])
        beside = _Beside(line, peak, hz[peak] - hz[line], slack, share)
        beside = beside.chosen(line != peak)
        return cls(hz, width, snr, free, tall, beside, beside.chosen(tall[beside.line]))

    def parents(self) -> dict[int, int]:
        """Return the line that each second part belongs to."""
        beside = self.beside
        told: dict[int, int] = {}
        may = self.free[beside.peak] & self._is_part(beside)
        for pair in np.flatnonzero(may).tolist():
            peak, line = int(beside.peak[pair]), int(beside.line[pair])
            if peak in told and self.snr[told[peak]] >= self.snr[line]:
                continue
            if self._is_common(line, float(beside.away[pair]), float(beside.share[pair])):
                told[peak] = line
        return told

    def _is_part(self, beside: _Beside) -> Mask:
        near = np.abs(beside.away) < _REACH_WIDTHS * self.width[beside.line]
        return near & (beside.share > _LEAST_SHARE) & (beside.share < _MOST_SHARE)

    def _is_common(self, line: int, away: float, share: float) -> bool:
        """Tell whether most tall lines of other multiplets have the same part."""
        able = self.tall & (np.abs(self.hz - self.hz[line]) > MULTIPLET_HZ)
        wide = self.width / self.width[line]
        able &= (wide < _AS_WIDE) & (wide > 1.0 / _AS_WIDE)
        able &= ~self._having(-away, 1.0 / share)  # second parts have none
        has, hidden = self._having(away, share), self._covered(away, share)
        clear = able & (share * self.snr > _CLEAR_SNR) & (has | ~hidden)
        if not clear.any() or (able & has).sum() < _EXPECTED or has[clear].mean() < _MOSTLY:
            return False
        if self._having(-away, share)[clear].mean() > _MIRRORED:
            return False
        return multiplets_among(np.append(self.hz[able & has], self.hz[line])) >= _GROUPS

    def _having(self, away: float, share: float) -> Mask:
        """Tell which tall lines have another at a distance, of a share of their height."""
        beside = self.compared
        it = np.abs(beside.away - away) < beside.slack
        it &= np.abs(np.log(np.maximum(beside.share, 1e-9) / share)) < np.log(_SAME_SHARE)
        return np.bincount(beside.line[it], minlength=self.hz.size) > 0

    def _covered(self, away: float, share: float) -> Mask:
        """Tell beside which tall lines another covers what would stand at a distance."""
        beside = self.compared
        it = np.abs(beside.away - away) < _COVERED_WIDTHS * self.width[beside.line]
        it &= np.abs(beside.share) > share / _SAME_SHARE
        return np.bincount(beside.line[it], minlength=self.hz.size) > 0
