"""Runs of lines closer than usual couplings, for where no pattern is looked for.

Where the nucleus or the frequency is not known, or too many lines stand side by side, nobody can
say which lines make a multiplet. Then all that stand so near to each other may.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from nmrquanv.spectra.peak_columns import Mask

Array = NDArray[np.float64]

USUAL_SHARE = 0.5
"""Neighbours in a multiplet are closer than this part of the widest coupling, as a rule."""


def tallest_within(at: Array, height: Array, reach: float) -> Array:
    """Return the greatest height within reach of each line, ``(n,)``; ``at`` falls."""
    return _greatest(height, *_windows(at, reach))


@dataclass(frozen=True, slots=True, eq=False)
class Runs:
    """Lines in runs, each with the tallest of its run that couplings reach from it.

    Parameters
    ----------
    places : (n,) intp
        Of the lines in their list.
    first, last : (n,) intp
        Which of these lines are in reach of each: from ``first`` to before ``last``.
    height, tallest : (n,) float64
        Of each line, and the greatest in reach.
    """

    places: NDArray[np.intp]
    first: NDArray[np.intp]
    last: NDArray[np.intp]
    height: Array
    tallest: Array

    @classmethod
    def of(cls, places: NDArray[np.intp], at: Array, height: Array, reach: float) -> Runs:
        """Divide lines into runs.

        Parameters
        ----------
        places : (n,) intp
        at : (n,) float64
            Where they stand, falling, in the unit of ``reach``.
        height : (n,) float64
        reach : float
            Of the widest coupling; a run ends at a gap of more than :data:`USUAL_SHARE` of it.
        """
        starts = np.append(0, np.flatnonzero(-np.diff(at) > USUAL_SHARE * reach) + 1)
        ends = np.append(starts[1:], at.size)
        of_run = np.searchsorted(starts, np.arange(at.size), side="right") - 1
        first, last = _windows(at, reach)
        first, last = np.maximum(first, starts[of_run]), np.minimum(last, ends[of_run])
        return cls(places, first, last, height, _greatest(height, first, last))

    def with_main_line(self, shown: Mask) -> NDArray[np.intp]:
        """Return the places of the lines whose tallest in reach is shown, of a mask of the list."""
        seen = np.where(shown[self.places], self.height, 0.0)
        return self.places[_greatest(seen, self.first, self.last) >= self.tallest]


def _windows(at: Array, reach: float) -> tuple[NDArray[np.intp], NDArray[np.intp]]:
    """Return from which line to before which others are in reach of each."""
    rising = -at
    first = np.searchsorted(rising, rising - reach)
    return first, np.searchsorted(rising, rising + reach, side="right")


def _greatest(height: Array, first: NDArray[np.intp], last: NDArray[np.intp]) -> Array:
    """Return the greatest height from each first to before each last line."""
    ends = np.column_stack((first, last)).ravel()
    return np.asarray(np.maximum.reduceat(np.append(height, 0.0), ends)[::2])
