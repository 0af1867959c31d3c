"""Peaks that are marked in the plot, as arrays: drawing, thinning and the hit test need no loop."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from nmrquanv.gui.plot.label_places import place_labels
from nmrquanv.session.agreement import Agreement
from nmrquanv.spectra.peak_columns import PeakColumns
from nmrquanv.spectra.peaks import Peak, PeakList

Floats = NDArray[np.float64]
Listed = PeakColumns | Iterable[Peak]

_MOST_SHIFT = 60.0
"""How far a label may stand from where its peak is, pixels."""

_CROWD = 150
"""Peaks in a view for which no label is placed where one of a taller line stands anyway."""


class Marks(NamedTuple):
    """Where peaks and their marks stand, each ``(n,)``, in pixels of the view.

    Parameters
    ----------
    x : float64
    apex : float64
        y of the line's top; of the lowest point of a negative line.
    foot : float64
        y from which the mark stands, away from the baseline: clear of the trace beside it.
    """

    x: Floats
    apex: Floats
    foot: Floats


@dataclass(frozen=True, slots=True, eq=False)
class MarkedPeaks:
    """The peaks of the working list that are shown, or of a finder's layer.

    Parameters
    ----------
    peaks : tuple of Peak
        Of n peaks.
    ppm, height, sign : (n,) float64
        Heights without their sign, which is +1 or -1.
    agreement : Agreement
        Who stands behind each.
    where : bytes
        The same for lists that are marked in the same places, whatever else is said of their peaks.
    """

    peaks: tuple[Peak, ...]
    ppm: Floats
    height: Floats
    sign: Floats
    agreement: Agreement
    where: bytes

    @classmethod
    def of(cls, peaks: Listed, agreement: Agreement | None = None) -> MarkedPeaks:
        """Return peaks as arrays; without an agreement each is its own finder's."""
        if not isinstance(peaks, PeakColumns):
            peaks = PeakColumns.of(PeakList().part(peaks))
        sign = np.where(peaks.is_negative, -1.0, 1.0)
        agreement = agreement or Agreement.of(peaks)
        where = b"".join(part.tobytes() for part in (peaks.ppm, peaks.height, sign))
        return cls(peaks.peaks.peaks, peaks.ppm, peaks.height, sign, agreement, where)

    def apart(
        self, x: Floats, width: float, room: float, emphasis: NDArray[np.intp]
    ) -> NDArray[np.intp]:
        """Return which marks to draw: of those that would touch, the emphasised and the tallest.

        Parameters
        ----------
        x : (n,) float64, pixels
        width : float, pixels
            Of the view.
        room : float, pixels
            Least distance of two marks on the same side of the baseline.
        emphasis : (n,) int
            The greater, the longer a mark is kept.

        Returns
        -------
        (m,) intp
            Places in the list, in its order.
        """
        seen = np.flatnonzero((x > -room) & (x < width + room))
        order = seen[np.lexsort((-self.height[seen], -emphasis[seen]))]
        margin = 2 * int(np.ceil(room)) + 2
        free = {side: bytearray(b"\1") * (int(width) + 2 * margin) for side in (-1.0, 1.0)}
        reach = int(np.ceil(room)) - 1
        kept, blank = [], bytes(2 * reach + 1)
        columns = (np.rint(x[order]).astype(int) + margin).tolist()
        for number, column, side in zip(
            order.tolist(), columns, self.sign[order].tolist(), strict=True
        ):
            row = free[side]
            if row[column]:
                row[column - reach : column + reach + 1] = blank
                kept.append(number)
        return np.array(sorted(kept), dtype=np.intp)

    def labelled(
        self, x: Floats, width: float, spacing: float, emphasis: NDArray[np.intp]
    ) -> list[tuple[int, float, float]]:
        """Return which peaks get a label: place in the list, where it and its peak stand (pixels).

        Parameters
        ----------
        x : (n,) float64, pixels
        width : float, pixels
            Of the view.
        spacing : float, pixels
            Least distance of two labels.
        emphasis : (n,) int
            The greater, the longer a label is kept.
        """
        count = np.count_nonzero((x >= 0) & (x <= width))
        # of what stands on one spot the tallest, in a crowd more so: fewer have to be placed
        inside = self.apart(x, width, 1.0 + count // _CROWD, emphasis)
        inside = inside[(x[inside] >= 0) & (x[inside] <= width)]
        height = self.height[inside]
        share = height / max(float(height.max(initial=0.0)), 1e-300)
        limits = (spacing / 2, width - spacing / 2)
        priority = share + 10.0 * emphasis[inside]
        kept, at = place_labels(x[inside], priority, spacing, limits, _MOST_SHIFT)
        peak_x = x[inside[kept]].tolist()
        return list(zip(inside[kept].tolist(), at.tolist(), peak_x, strict=True))
