"""Lines as a table: copied by sidebands and images, and merged where they fall together."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

MERGED_FWHM = 0.5
"""Lines closer than this share of the FWHM count as one."""

LEAST_SNR = 1.0
"""Lines below this are not listed: scoring ignores everything below three sigma."""


@dataclass(frozen=True, slots=True)
class LineTable:
    """Lines as columns.

    Parameters
    ----------
    hz : (n,) float64, Hz from 0 ppm
    height : (n,) float64
        Signed.
    fwhm_hz : (n,) float64, Hz
    is_excused : (n,) bool
    """

    hz: NDArray[np.float64]
    height: NDArray[np.float64]
    fwhm_hz: NDArray[np.float64]
    is_excused: NDArray[np.bool_]

    @classmethod
    def joined(cls, tables: list[LineTable]) -> LineTable:
        """Return all rows of several tables."""
        return cls(
            np.concatenate([t.hz for t in tables]),
            np.concatenate([t.height for t in tables]),
            np.concatenate([t.fwhm_hz for t in tables]),
            np.concatenate([t.is_excused for t in tables]),
        )

    def copied(self, which: NDArray[np.bool_], by_hz: float, share: float) -> LineTable:
        """Return excused copies of some lines, displaced and scaled."""
        return LineTable(
            self.hz[which] + by_hz,
            self.height[which] * share,
            self.fwhm_hz[which],
            np.ones(int(which.sum()), dtype=bool),
        )

    def mirrored(self, which: NDArray[np.bool_], about_hz: float, share: float) -> LineTable:
        """Return excused copies of some lines on the other side of a frequency, scaled."""
        copies = self.copied(which, 0.0, share)
        return replace(copies, hz=2 * about_hz - copies.hz)


NO_LINES = LineTable(np.zeros(0), np.zeros(0), np.zeros(0), np.zeros(0, dtype=bool))


def stacked(tables: list[LineTable], sigma: float) -> LineTable:
    """Return all rows that could matter, by frequency."""
    whole = LineTable.joined(tables)
    order = np.argsort(whole.hz, kind="stable")
    order = order[np.abs(whole.height[order]) > 0.1 * LEAST_SNR * sigma]
    return LineTable(
        whole.hz[order], whole.height[order], whole.fwhm_hz[order], whole.is_excused[order]
    )


def merged(table: LineTable) -> list[tuple[float, float, float, bool]]:
    """Merge lines of one sign that are closer than half of the narrower one's FWHM.

    Returns
    -------
    list of (hz, height, fwhm_hz, is_excused)

    Notes
    -----
    Position: mean weighted by height. For components of variance v around it and FWHM w the
    common apex is lower than the sum of heights by 1 + 4 v/w^2, and the width grows as
    w^2 + 12 v: both exact to first order in v for a Lorentzian, and within 3 % for two equal
    lines half a FWHM apart. A cluster is excused when the larger part of it is.
    """
    clusters: list[list[float]] = []  # hz, height, fwhm, variance sum, excused height
    for hz, height, fwhm, excused in zip(
        table.hz.tolist(),
        table.height.tolist(),
        table.fwhm_hz.tolist(),
        table.is_excused.tolist(),
        strict=True,
    ):
        for cluster in reversed(clusters[-4:]):
            near = hz - cluster[0] < MERGED_FWHM * min(fwhm, cluster[2])
            if near and (height > 0) == (cluster[1] > 0):
                total = cluster[1] + height
                cluster[3] += cluster[1] * height / total * (hz - cluster[0]) ** 2
                cluster[0] += (hz - cluster[0]) * height / total
                cluster[2] = (cluster[2] * cluster[1] + fwhm * height) / total
                cluster[1] = total
                cluster[4] += abs(height) if excused else 0.0
                break
        else:
            clusters.append([hz, height, fwhm, 0.0, abs(height) if excused else 0.0])
    result = []
    for hz, height, fwhm, spread, excused_height in clusters:
        variance = spread / height
        apex = height / (1 + 4 * variance / fwhm**2)
        width = float(np.sqrt(fwhm**2 + 12 * variance))
        result.append((hz, apex, width, excused_height > 0.5 * abs(height)))
    return result
