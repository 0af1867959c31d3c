"""Peaks that are marked in the plot, as arrays: drawing, thinning and the hit test need no loop."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from nmrquanv.session.agreement import Agreement
from nmrquanv.spectra.peaks import Peak

Floats = NDArray[np.float64]


class Places(NamedTuple):
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
        Sign of the height: +1 or -1.
    agreement : Agreement
        Who stands behind each.
    """

    peaks: tuple[Peak, ...]
    ppm: Floats
    height: Floats
    sign: Floats
    agreement: Agreement

    @classmethod
    def of(cls, peaks: Iterable[Peak], agreement: Agreement | None = None) -> MarkedPeaks:
        """Return peaks as arrays; without an agreement each is its own finder's."""
        kept = tuple(peaks)
        height = np.array([p.height for p in kept], dtype=np.float64)
        ppm = np.array([p.ppm for p in kept], dtype=np.float64)
        sign = np.where(height < 0, -1.0, 1.0)
        return cls(kept, ppm, height, sign, agreement or Agreement.of(kept))

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
        order = seen[np.lexsort((-np.abs(self.height[seen]), -emphasis[seen]))]
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
