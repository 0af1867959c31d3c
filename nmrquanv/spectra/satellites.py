"""Which peaks are 13C satellites: the weak lines beside a tall one that 1.1 % of 13C gives.

A molecule with one 13C beside the observed nucleus splits that one's line by J. Half of it, 0.55 %
of the tall line, stands on either side. Nothing but positions, heights and widths of a peak list
is looked at, so any finder's list can be marked.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from nmrquanv.spectra.array_rows import shares
from nmrquanv.spectra.axis import Axis
from nmrquanv.spectra.peaks import Peak
from nmrquanv.spectra.spectrum import Sample


@dataclass(frozen=True, slots=True)
class SatelliteRule:
    """Where satellites of one nucleus stand beside their parent, and how tall they are.

    Parameters
    ----------
    least_hz, most_hz : float, Hz
        Distance from the parent: half of the one-bond coupling with 13C.
    least_share, most_share : float
        Height in units of the parent's; 0.0054 is expected.
    isotope_ppm : float, ppm
        Greatest shift of the pair's middle to lower ppm (the heavier isotope shields).
    is_one_sided : bool
        Whether a line without a mirrored partner may be one too.
    """

    least_hz: float
    most_hz: float
    least_share: float
    most_share: float
    isotope_ppm: float
    is_one_sided: bool = False


# Couplings: H.-O. Kalinowski, S. Berger, S. Braun, "13C-NMR-Spektroskopie", Thieme 1984, chapter 4.
# Isotope shifts: P. E. Hansen, Prog. NMR Spectrosc. 1988, 20, 207.
RULES = {
    "1H": SatelliteRule(57.0, 110.0, 0.0035, 0.0080, 0.004),
    "13C": SatelliteRule(12.0, 45.0, 0.0030, 0.0125, 0.030, is_one_sided=True),
    "19F": SatelliteRule(80.0, 185.0, 0.0035, 0.0080, 0.150),
    "31P": SatelliteRule(5.0, 75.0, 0.0035, 0.0080, 0.050),
}
"""By observed nucleus. 13C itself couples with a second 13C, 24 to 90 Hz."""

EXPECTED_SHARE = 0.0054
_HEIGHT_RATIO = 1.5
_TALLER = 1.5
"""A neighbour taller by this factor asks for an explanation."""
_WIDTH_RATIO = 2.5
_ONE_SIDED_WIDTH_RATIO = 1.6
_ONE_SIDED_SNR = 5.0
"""A line stands so tall that its satellites may be seen when this S/N is expected of them."""
_OVERLOOKED_SNR = 15.0
"""The partner of a line beyond this S/N cannot be missing: it must stand there or be hidden."""
_CROWD = 30
"""More weak lines than this on one side of a line are no satellites of one multiplet."""
_MIDDLE_HZ = 0.4
_SAME_COUPLING_HZ = 1.0
_SIBLING_RATIO = 3.5
_MULTIPLET_HZ = 20.0
"""How far lines of one multiplet are looked for around a line."""


@dataclass(frozen=True, slots=True)
class _Lines:
    """Peaks as arrays, by rising frequency; all ``(n,)``."""

    hz: NDArray[np.float64]
    height: NDArray[np.float64]
    width: NDArray[np.float64]
    error: NDArray[np.float64]
    snr: NDArray[np.float64]

    @classmethod
    def of(cls, peaks: list[Peak], axis: Axis) -> _Lines:
        def values(known: list[float | None], unknown: float) -> NDArray[np.float64]:
            return np.array([unknown if x is None else x for x in known], dtype=np.float64)

        return cls(
            axis.sf_mhz * np.array([p.ppm for p in peaks], dtype=np.float64),
            np.array([p.height for p in peaks], dtype=np.float64),
            np.maximum(values([p.fwhm_hz for p in peaks], 1.0), 1e-6),
            axis.sf_mhz * values([p.ppm_err for p in peaks], 0.0),
            values([p.snr for p in peaks], 0.0),
        )

    def between(self, low_hz: float, high_hz: float) -> slice:
        """Return which lines lie between two frequencies."""
        first, last = np.searchsorted(self.hz, (low_hz, high_hz))
        return slice(int(first), int(last))


def with_satellites(peaks: tuple[Peak, ...], sample: Sample, axis: Axis) -> tuple[Peak, ...]:
    """Return the peaks with those that are 13C satellites classed so.

    Parameters
    ----------
    peaks : tuple of Peak
        With solvent and water marked; only signals are looked at, and no peak that is a person's.
    sample : Sample
        Its nucleus chooses the rule; other nuclei than those of ``RULES`` have no satellites.
    axis : Axis
        Without a known frequency (``has_hz`` False) nothing is marked.

    Notes
    -----
    A pair must stand mirrored about its parent, with like heights, and must repeat the parent's
    multiplet: a line whose taller neighbours have no counterpart beside the parent belongs to
    those neighbours. A 13C satellite may lack its partner, hidden under another line, when its
    width is the parent's and the parent stands tall enough.
    """
    rule = RULES.get(sample.nucleus)
    if rule is None or not axis.has_hz or len(peaks) < 2:
        return peaks
    ordered = sorted(peaks, key=lambda p: p.ppm)
    lines = _Lines.of(ordered, axis)
    free = np.array([p.peak_class == "signal" and not p.is_users for p in ordered], dtype=bool)
    # water has no carbon; the carbons of a deuterated solvent are no parents of sharp pairs
    barred = ("water", "satellite") if sample.nucleus == "1H" else ("water", "satellite", "solvent")
    able = np.array([p.peak_class not in barred for p in ordered], dtype=bool)
    height = np.abs(lines.height)
    tall = np.flatnonzero(able & (height * rule.most_share >= height[free].min(initial=np.inf)))
    search = _Search(lines, rule, axis.sf_mhz)
    pairs = search.trusted({int(i): search.pairs(int(i)) for i in tall})
    of: dict[int, list[int]] = {}
    for parent, own in pairs.items():
        extra = search.alone(parent) if rule.is_one_sided else search.like_siblings(parent, pairs)
        for i in {i for pair in own for i in pair} | extra:
            of.setdefault(i, []).append(parent)
    parents = {ordered[i].id: ordered[search.likeliest(i, x)].ppm for i, x in of.items() if free[i]}
    return tuple(p.called("satellite", parents[p.id]) if p.id in parents else p for p in peaks)


_Pairs = dict[int, list[tuple[int, int]]]
"""Mirrored pairs, the line of higher frequency first, by their parent."""


@dataclass(frozen=True, slots=True)
class _Search:
    """The satellites of one parent after the other."""

    lines: _Lines
    rule: SatelliteRule
    sf_mhz: float

    def pairs(self, parent: int) -> list[tuple[int, int]]:
        """Return the mirrored pairs of a parent, the line of higher frequency first."""
        lines = self.lines
        upper, lower = (self._candidates(parent, side) for side in (1.0, -1.0))
        middle = 0.5 * (lines.hz[upper][:, None] + lines.hz[lower])
        slack = _MIDDLE_HZ + 0.1 * lines.width[parent]
        slack = slack + lines.error[upper][:, None] + lines.error[lower]
        aside = middle - lines.hz[parent]
        size = np.abs(np.log(lines.height[upper][:, None] / lines.height[lower]))
        is_centred = (aside <= slack) & (aside >= -slack - self.rule.isotope_ppm * self.sf_mhz)
        fitting = np.nonzero(is_centred & (size <= np.log(_HEIGHT_RATIO)))
        return [(int(upper[i]), int(lower[j])) for i, j in zip(*fitting, strict=True)]

    def trusted(self, pairs: _Pairs) -> _Pairs:
        """Return the pairs that have no better explanation, or that a whole multiplet repeats."""
        result: _Pairs = {}
        for parent, own in pairs.items():
            doubtful = [x for x in own if any(self._is_of_others(parent, i) for i in x)]
            refused = set(doubtful) - self._repeated(parent, doubtful, pairs)
            result[parent] = [x for x in own if x not in refused]
        return result

    def _repeated(
        self, parent: int, doubtful: list[tuple[int, int]], pairs: _Pairs
    ) -> set[tuple[int, int]]:
        """Return those pairs that lines of the parent's multiplet have at the same distances."""
        hz = self.lines.hz
        alike = [
            (i, pair)
            for i in (self._siblings(parent) if doubtful else ())
            if _ratio(self.lines.height, i, parent) <= _SIBLING_RATIO
            for pair in pairs.get(i, ())
        ]
        if not alike:
            return set()
        others = np.array([pair for _, pair in alike], dtype=np.intp)
        apart = hz[others] - hz[[i for i, _ in alike]][:, None]
        result = set()
        for pair in doubtful:
            near = np.abs(hz[list(pair)] - hz[parent] - apart) <= _SAME_COUPLING_HZ
            is_apart = ((others != pair[0]) & (others != pair[1])).all(axis=1)
            if (near.all(axis=1) & is_apart).any():
                result.add(pair)
        return result

    def likeliest(self, satellite: int, parents: list[int]) -> int:
        """Return the parent whose height is nearest to what a satellite's is expected to be."""
        height = self.lines.height
        return min(
            parents, key=lambda i: abs(np.log(height[satellite] / (EXPECTED_SHARE * height[i])))
        )

    def _siblings(self, parent: int) -> list[int]:
        """Return the lines as near to a parent as those of one multiplet are."""
        hz = self.lines.hz
        near = self.lines.between(hz[parent] - _MULTIPLET_HZ, hz[parent] + _MULTIPLET_HZ)
        return [i for i in range(near.start, near.stop) if i != parent]

    def alone(self, parent: int) -> set[int]:
        """Return satellites without a partner, which a tall parent's may be."""
        lines = self.lines
        if lines.snr[parent] * EXPECTED_SHARE < _ONE_SIDED_SNR:
            return set()
        either = np.append(self._candidates(parent, 1.0), self._candidates(parent, -1.0))
        return {
            int(i)
            for i in either
            if _ratio(lines.width, int(i), parent) <= _ONE_SIDED_WIDTH_RATIO
            and (lines.snr[i] < _OVERLOOKED_SNR or self._hides_partner(parent, int(i)))
        }

    def like_siblings(self, parent: int, pairs: _Pairs) -> set[int]:
        """Return what stands beside a parent as the pairs of its multiplet's other lines do."""
        hz = self.lines.hz
        known = np.array(
            [hz[list(pair)] - hz[i] for i in self._siblings(parent) for pair in pairs.get(i, ())]
        ).reshape(-1, 2)
        found: set[int] = set()
        for side, distances in ((1.0, known[:, 0]), (-1.0, known[:, 1])):
            there = self._candidates(parent, side) if len(known) else np.zeros(0, dtype=np.intp)
            apart = (hz[there] - hz[parent])[:, None] - distances
            fitting = (np.abs(apart) <= _SAME_COUPLING_HZ).any(axis=1)
            found.update(int(i) for i in there[fitting])
        return found

    def _candidates(self, parent: int, side: float) -> NDArray[np.intp]:
        """Return the lines on one side of a parent that could be its satellites.

        None where many stand: mirrored ones are then a matter of chance.
        """
        lines, rule = self.lines, self.rule
        ends = lines.hz[parent] + side * np.array([rule.least_hz, rule.most_hz])
        near = lines.between(float(ends.min()), float(ends.max()))
        share = shares(lines.height[near], lines.height[parent])
        ratio = np.abs(shares(lines.width[near], lines.width[parent]))
        fitting = (share >= rule.least_share) & (share <= rule.most_share)
        fitting &= (ratio <= _WIDTH_RATIO) & (ratio >= 1 / _WIDTH_RATIO)
        found: NDArray[np.intp] = np.flatnonzero(fitting) + near.start
        return found if len(found) <= _CROWD else found[:0]

    def _is_of_others(self, parent: int, satellite: int) -> bool:
        """Tell whether a taller neighbour of a satellite has no counterpart beside the parent."""
        lines, rule = self.lines, self.rule
        here = lines.between(
            lines.hz[satellite] - _MULTIPLET_HZ, lines.hz[satellite] + _MULTIPLET_HZ
        )
        apart = lines.hz[satellite] - lines.hz[parent]
        reach = 1.0 + 0.5 * lines.width[parent]
        for i in range(here.start, here.stop):
            if lines.height[i] < _TALLER * lines.height[satellite]:
                continue
            expected = lines.hz[i] - apart
            there = lines.height[lines.between(expected - reach, expected + reach)]
            share = shares(np.full(there.shape, lines.height[i]), there)
            if not ((share >= rule.least_share) & (share <= rule.most_share)).any():
                return True
        return False

    def _hides_partner(self, parent: int, satellite: int) -> bool:
        """Tell whether a line stands where a satellite's partner should."""
        lines = self.lines
        mirrored = 2 * lines.hz[parent] - lines.hz[satellite]
        reach = 2 * lines.width[parent]
        shift = 2 * self.rule.isotope_ppm * self.sf_mhz
        there = lines.height[lines.between(mirrored - shift - reach, mirrored + reach)]
        return bool((np.abs(there) >= 0.5 * abs(lines.height[satellite])).any())


def _ratio(values: NDArray[np.float64], a: int, b: int) -> float:
    """Return by what factor two values differ, at least 1."""
    low, high = sorted((abs(float(values[a])), abs(float(values[b]))))
    return high / low if low > 0 else float("inf")
