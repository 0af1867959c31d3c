"""What a trace stands on at one place, as finders count heights from it."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from nmrquanv.spectra.axis import Axis
from nmrquanv.spectra.tops import VISIBLE, Sight, floor_of, floor_reach

Array = NDArray[np.float64]

_WINDOW = 4000
"""In points, to either side: so far a broad line's valleys are looked for, as those of tops are."""

_MOSTLY, _OWN_REACH, _HALF_BAND = 0.5, 0.5, 4.0


def floor_room(axis: Axis) -> int:
    """Return how many points to either side :func:`floor_at` looks at."""
    return _WINDOW + 2 * floor_reach(axis.size, Sight(0.0, axis.point_hz))


def floor_at(trace: Array, point: int, sight: Sight) -> float:
    """Return what stands beneath a point.

    Parameters
    ----------
    trace : (n,) float64
        As much of it as :func:`floor_room` says; lines point up.
    point : int
        Of a top, or of any other place.
    sight : Sight

    Returns
    -------
    float, intensity
        The local floor (:func:`nmrquanv.spectra.tops.floor_of`) in the middle of the noise; of a
        line that is too broad for it the higher of the valleys beside it, as of tops. Never above
        the trace.
    """
    reach = floor_reach(trace.size, sight)
    floor = floor_of(trace, reach)
    # it runs along the lower edge of the noise
    band = min(max(float(np.median(trace - floor)), 0.0), _HALF_BAND * sight.sigma)
    seen = float(trace[point])
    own = max(seen - float(floor[point]) - band, 0.0)
    # as if nothing were taller: on a broad line noise makes many tops
    level = np.minimum(trace, seen)
    sides = level[max(0, point - _WINDOW) : point + 1][::-1], level[point : point + _WINDOW + 1]
    rise = seen - max(float(side.min()) for side in sides) - band
    is_broad = own < _MOSTLY * rise and _width(sides, seen - 0.5 * rise) > _OWN_REACH * reach
    if is_broad and own >= VISIBLE.rise_snr * sight.sigma:  # or a line that stands on it
        is_broad = _width(sides, seen - 0.5 * own) >= _OWN_REACH * reach
    return seen - (rise if is_broad else own)


def _width(sides: tuple[Array, Array], level: float) -> int:
    """Return over how many points a trace stays above a level, to both sides of a top."""
    below = [np.flatnonzero(side < level) for side in sides]
    return sum(int(b[0]) if b.size else s.size for b, s in zip(below, sides, strict=True))
