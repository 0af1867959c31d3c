"""Which peaks are sidebands: weak lines on both sides of every tall one, all equally far off.

A sample that spins, or mains hum, modulates all lines alike: beside each stand two copies of the
same share, as far off (Hz) on one side as on the other. One pair may be a multiplet's; that all
tall lines of a spectrum have it, singlets among them, no coupling does. Nothing but positions,
heights and widths of a peak list is looked at, so any finder's list can be marked.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from nmrquanv.spectra.array_rows import shares
from nmrquanv.spectra.axis import Axis
from nmrquanv.spectra.peaks import Peak

Array = NDArray[np.float64]
Index = NDArray[np.int64]

_LEAST_HZ, _MOST_HZ = 8.0, 250.0
_LEAST_SHARE, _MOST_SHARE = 0.001, 0.1
_ALIKE, _SAME_SHARE = 1.6, 2.0
"""Greatest ratio of a pair's heights, and of a share to the usual one."""

_SLACK_HZ, _SLACK_WIDTHS = 0.3, 0.1
_PARENTS, _CLEAR_SNR, _HIDDEN_WIDTHS = 60, 12.0, 1.5
_GROUPS, _EXPECTED, _MOSTLY = 3, 4, 0.75
"""Fewest multiplets whose lines have a pair at the distance; fewest lines that should have a pair,
and the share of these that has."""

MULTIPLET_HZ = 25.0
"""How far a multiplet reaches between neighbouring lines."""

_HIDDEN = -1
"""In the place of a peak's number."""


def with_sidebands(peaks: Sequence[Peak], axis: Axis) -> tuple[Peak, ...]:
    """Return peaks with the sidebands of others classed so.

    Parameters
    ----------
    peaks : sequence of Peak
        With solvent and satellites marked; only signals become sidebands, and no peak that is a
        person's.
    axis : Axis
        Without a known frequency (``has_hz`` False) nothing is marked.
    """
    peaks = tuple(peaks)
    if not axis.has_hz or len(peaks) < 2 * _EXPECTED:
        return peaks
    search = _Search.of(peaks, axis.sf_mhz)
    usual = search.usual()
    if usual is None:
        return peaks
    told = search.copies(usual)
    return tuple(
        p.called("sideband", peaks[told[i]].ppm) if i in told else p for i, p in enumerate(peaks)
    )


def multiplets_of(hz: Array) -> Index:
    """Return the number of the multiplet, from 0 on, that each line is of, by their frequencies."""
    order, number = np.argsort(hz), np.zeros(hz.size, dtype=np.int64)
    number[order[1:]] = np.cumsum(np.diff(hz[order]) > MULTIPLET_HZ)
    return number


def multiplets_among(hz: Array) -> int:
    """Return of how many multiplets lines are."""
    return int(multiplets_of(hz).max(initial=-1)) + 1


@dataclass(frozen=True, slots=True)
class _Usual:
    """What all lines of a spectrum have beside them: how far, Hz, and which share of theirs."""

    away_hz: float
    share: float


@dataclass(frozen=True, slots=True, eq=False)
class _Search:
    """Peaks as arrays (``n``), ``order`` by rising frequency, and the tall ones among them.

    ``free`` are those that may be sidebands.
    """

    hz: Array
    height: Array
    width: Array
    snr: Array
    free: NDArray[np.bool_]
    order: Index
    parents: Index

    @classmethod
    def of(cls, peaks: tuple[Peak, ...], sf_mhz: float) -> _Search:
        """Lay peaks out."""
        hz = sf_mhz * np.array([p.ppm for p in peaks])
        height = np.array([p.height for p in peaks])
        snr = np.array([p.snr or 0.0 for p in peaks])
        free = np.array([p.peak_class == "signal" and not p.is_users for p in peaks], dtype=bool)
        able = np.array([p.peak_class in ("signal", "solvent") for p in peaks], dtype=bool)
        parents = np.flatnonzero(able)
        parents = parents[np.argsort(-np.abs(height[parents]), kind="stable")][:_PARENTS]
        width = np.array([p.fwhm_hz or 1.0 for p in peaks])
        return cls(hz, height, width, snr, free, np.argsort(hz, kind="stable"), parents)

    def near(self, hz: float, reach: float) -> Index:
        """Return the peaks near a frequency."""
        ends = np.searchsorted(self.hz[self.order], (hz - reach, hz + reach))
        return self.order[ends[0] : ends[1]]

    def slack(self, parent: int) -> float:
        """Return how far off its place a copy of a line may be found, Hz."""
        return _SLACK_HZ + _SLACK_WIDTHS * float(self.width[parent])

    def pairs(self, parent: int) -> list[tuple[float, float]]:
        """Return distance and share of each pair of weak lines on both sides of a line."""
        near = self.near(self.hz[parent], _MOST_HZ)
        away = self.hz[near] - self.hz[parent]
        share = shares(self.height[near], self.height[parent])
        weak = (share > _LEAST_SHARE) & (share < _MOST_SHARE) & self.free[near]
        weak &= np.abs(away) > _LEAST_HZ
        above, below = np.flatnonzero(weak & (away > 0)), np.flatnonzero(weak & (away < 0))
        aside = away[above][:, None] + away[below]
        ratio = np.abs(np.log(share[above][:, None] / share[below]))
        i, j = np.nonzero((np.abs(aside) < 2.0 * self.slack(parent)) & (ratio < np.log(_ALIKE)))
        distance = 0.5 * (away[above[i]] - away[below[j]])
        mean = 0.5 * (share[above[i]] + share[below[j]])
        return list(zip(distance.tolist(), mean.tolist(), strict=True))

    def usual(self) -> _Usual | None:
        """Return the distance and share of most tall lines' pairs; None where they share none."""
        found = [(d, s, parent) for parent in self.parents.tolist() for d, s in self.pairs(parent)]
        if len(found) < _GROUPS:
            return None
        distance, share, parent = (np.array(column) for column in zip(*found, strict=True))
        best, most = None, _GROUPS - 1
        for middle in distance:
            own = np.abs(distance - middle) < _SLACK_HZ
            own &= np.abs(np.log(share / np.median(share[own]))) < np.log(_SAME_SHARE)
            count = multiplets_among(self.hz[np.unique(parent[own])])
            if count > most:
                best = _Usual(float(np.median(distance[own])), float(np.median(share[own])))
                most = count
        return best if best is not None and self._is_common(best) else None

    def _is_common(self, usual: _Usual) -> bool:
        """Tell whether nearly all lines have such a pair that would stand clear and free."""
        should = self.snr[self.parents] * usual.share > _CLEAR_SNR
        both = []
        for parent in self.parents[should].tolist():
            sides = [self._copy(parent, side * usual.away_hz, usual.share) for side in (1, -1)]
            if _HIDDEN not in sides:
                both.append(None not in sides)
        return len(both) >= _EXPECTED and bool(np.mean(both) >= _MOSTLY)

    def _copy(self, parent: int, away: float, share: float) -> int | None:
        """Return a line's copy; None where there is none, ``_HIDDEN`` where others cover it."""
        place, expected = self.hz[parent] + away, share * abs(float(self.height[parent]))
        near = self.near(place, self.slack(parent) + _HIDDEN_WIDTHS * float(self.width[parent]))
        tall = self.height[near] * np.sign(self.height[parent]) / expected
        is_it = (np.abs(self.hz[near] - place) < self.slack(parent)) & self.free[near]
        is_it &= (tall > 1.0 / _SAME_SHARE) & (tall < _SAME_SHARE)
        if is_it.any():
            return int(near[is_it][np.argmin(np.abs(self.hz[near[is_it]] - place))])
        return _HIDDEN if (np.abs(tall) > 1.0).any() else None

    def copies(self, usual: _Usual) -> dict[int, int]:
        """Return the sidebands of all lines, and the line of each: the tallest it may be of."""
        told: dict[int, int] = {}
        for parent in self.parents.tolist():
            for away in (usual.away_hz, -usual.away_hz):
                copy = self._copy(parent, away, usual.share)
                if copy is not None and copy != _HIDDEN:
                    told.setdefault(copy, parent)
        return told
