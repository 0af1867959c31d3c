"""Which peaks are bumps in the foot of a tall line: all tall lines have them, of the same share.

An uneven field gives all lines of a spectrum the same uneven foot. A weak peak close beside a
tall line is such a bump when the trace bends alike, as far off and in proportion, beside the lines
of other multiplets; where they have nothing there, it is a line of the sample.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from nmrquanv.progress import Report, silent_report
from nmrquanv.spectra.peaks import Peak
from nmrquanv.spectra.sidebands import MULTIPLET_HZ, multiplets_among
from nmrquanv.spectra.spectrum import Spectrum

Array = NDArray[np.float64]
Index = NDArray[np.int64]

_REACH_HZ, _MOST_SHARE = 25.0, 0.05
_TALL, _STANDING = 60, 200
"""So many lines are compared; the tails of so many are looked at."""

_SLACK_HZ, _SLACK_WIDTHS = 0.2, 0.25
_CLEAR_SIGMAS, _ALIKE = 8.0, 0.35
_COVERED = 1.0
"""Tails of other lines, in heights of the bump, that would cover it."""

_GROUPS, _MOSTLY = 2, 0.75
"""Fewest other multiplets that have it, and the share of lines that has it."""

_AS_WIDE = 2.0
"""Lines wider or narrower than that smear the bump, or sharpen it."""

_SEEKING = "comparing the feet of lines"


def with_feet(
    peaks: Sequence[Peak], spectrum: Spectrum, report: Report = silent_report
) -> tuple[Peak, ...]:
    """Return peaks with the bumps in the feet of others classed as artefacts, with their parents.

    Parameters
    ----------
    peaks : sequence of Peak
        With solvent, satellites and wiggles marked; only signals are looked at, and no peak that is
        a person's. Where there are wiggles, all lines have them, and nothing else is told.
    spectrum : Spectrum
        What was searched; without a known frequency nothing is marked.
    report : Report
        May cancel.
    """
    peaks = tuple(peaks)
    is_cut = any(p.peak_class == "wiggle" for p in peaks)
    if is_cut or not spectrum.axis.has_hz or len(peaks) <= _GROUPS:
        return peaks
    feet = _Feet.of(peaks, spectrum)
    told: dict[int, int] = {}
    for number, peak in enumerate(peaks):
        if number % 64 == 0:
            report(number, len(peaks), _SEEKING)
        if peak.peak_class == "signal" and not peak.is_users:
            parent = feet.parent(number)
            if parent is not None:
                told[number] = parent
    return tuple(
        p.called("artefact", peaks[told[i]].ppm) if i in told else p for i, p in enumerate(peaks)
    )


@dataclass(frozen=True, slots=True, eq=False)
class _Feet:
    """Peaks as arrays (``n``), the tallest first among ``tall``, and the trace they stand on."""

    trace: Array
    sigma: float
    point_hz: float
    place: Array
    height: Array
    width: Array
    tall: Index

    @classmethod
    def of(cls, peaks: tuple[Peak, ...], spectrum: Spectrum) -> _Feet:
        """Lay peaks out; places and widths are in Hz from the trace's first point."""
        axis = spectrum.axis
        height = np.array([p.height for p in peaks])
        place = axis.point(np.array([p.ppm for p in peaks])) * axis.point_hz
        width = np.array([p.fwhm_hz or axis.point_hz for p in peaks])
        tall = np.argsort(-np.abs(height), kind="stable")
        return cls(spectrum.trace, spectrum.noise.sigma, axis.point_hz, place, height, width, tall)

    def parent(self, number: int) -> int | None:
        """Return the tall line whose foot a peak is a bump of, None where it is a line."""
        away = self.place[number] - self.place
        share = self.height[number] / self.height
        near = (np.abs(away) < _REACH_HZ) & (share > 0) & (share < _MOST_SHARE)
        parents = np.flatnonzero(near & (np.abs(away) > self.width))
        for parent in parents[np.argsort(-np.abs(self.height[parents]))][:4].tolist():
            if self._is_common(parent, float(away[parent]), float(share[parent])):
                return int(parent)
        return None

    def _is_common(self, parent: int, away: float, share: float) -> bool:
        """Tell whether the tall lines of other multiplets have the same bump."""
        bump = float(self._bends(np.array([parent]), away)[0]) / self.height[parent]
        others = self.tall[:_TALL]
        wide = self.width[others] / self.width[parent]
        able = np.abs(self.place[others] - self.place[parent]) > MULTIPLET_HZ
        able &= (wide < _AS_WIDE) & (wide > 1.0 / _AS_WIDE)
        others = others[able & (bump * np.abs(self.height[others]) > _CLEAR_SIGMAS * self.sigma)]
        if others.size < _GROUPS:
            return False
        others = others[~self._is_covered(others, away, share)]
        if others.size < _GROUPS:
            return False
        likeness = self._bends(others, away) / (bump * self.height[others])
        has = (likeness > _ALIKE) & (likeness < 1.0 / _ALIKE)
        return bool(has.mean() >= _MOSTLY and multiplets_among(self.place[others[has]]) >= _GROUPS)

    def _bends(self, lines: Index, away: float) -> Array:
        """Return how far the trace stands over what is a line's width around it, at a distance."""
        wide = np.maximum(np.round(self.width[lines] / self.point_hz), 1.0).astype(np.int64)
        slack = ((_SLACK_HZ + _SLACK_WIDTHS * self.width[lines]) / self.point_hz).astype(np.int64)
        steps = np.arange(-slack.max(), slack.max() + 1)
        middle = np.round((self.place[lines] + away) / self.point_hz).astype(np.int64)
        at = middle[:, None] + steps
        last = self.trace.size - 1
        here, left, right = (
            self.trace[np.clip(at + side * wide[:, None], 0, last)] for side in (0, -1, 1)
        )
        sign = np.sign(self.height[lines])[:, None]
        over = np.where(
            np.abs(steps) <= slack[:, None], sign * (here - 0.5 * (left + right)), -np.inf
        )
        return np.asarray(over.max(axis=1) * sign[:, 0])

    def _is_covered(self, lines: Index, away: float, share: float) -> NDArray[np.bool_]:
        """Tell where other lines stand, or their tails, so that a bump would not be seen."""
        standing = self.tall[:_STANDING]
        off = self.place[lines][:, None] + away - self.place[standing]
        bump = share * np.abs(self.height[lines])[:, None]
        tail = np.abs(self.height[standing]) / (1.0 + (2.0 * off / self.width[standing]) ** 2)
        is_other = lines[:, None] != standing
        slack = _SLACK_HZ + _SLACK_WIDTHS * self.width[lines][:, None]
        is_it = (np.abs(off) < slack) & (np.abs(self.height[standing]) < bump / _ALIKE)
        return np.asarray(
            (np.where(is_other & ~is_it, tail, 0.0)).sum(axis=1) > _COVERED * bump[:, 0]
        )
