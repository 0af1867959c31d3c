"""What a trace stands on at one place, as finders count heights from it."""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from nmrquanv.spectra.axis import Axis
from nmrquanv.spectra.tops import VISIBLE, Sight, floor_of, floor_reach

Array = NDArray[np.float64]

_WINDOW = 4000
"""In points, to either side: so far a broad line's valleys are looked for, as those of tops are."""

_EVERY = 8
"""Points of a window of which one tells how far the floor lies below the noise: a thousand do."""

_MOSTLY, _OWN_REACH, _HALF_BAND = 0.5, 0.5, 4.0


def floor_room(axis: Axis) -> int:
    """Return how many points to either side :func:`floor_at` looks at."""
    return _WINDOW + 2 * floor_reach(axis.size, Sight(0.0, axis.point_hz))


@dataclass(frozen=True, slots=True, eq=False)
class TraceFloors:
    """What the places of a list stand on: its trace is opened once for each sign, not for each.

    Parameters
    ----------
    trace : (n,) float64
        All of a spectrum's.
    sight : Sight
    """

    trace: Array
    sight: Sight
    _opened: dict[float, tuple[Array, Array]] = field(default_factory=dict)

    def at(self, point: int, sign: float) -> float:
        """Return what stands beneath a point where lines have a sign; see :func:`floor_at`."""
        if sign not in self._opened:
            trace = sign * self.trace
            self._opened[sign] = trace, floor_of(trace, floor_reach(trace.size, self.sight))
        trace, floor = self._opened[sign]
        return floor_at(trace, point, self.sight, floor)


def floor_at(trace: Array, point: int, sight: Sight, floor: Array | None = None) -> float:
    """Return what stands beneath a point.

    Parameters
    ----------
    trace : (n,) float64
        As much of it as :func:`floor_room` says, or more; lines point up.
    point : int
        Of a top, or of any other place.
    sight : Sight
    floor : (n,) float64 or None
        Of the trace, where it is known already.

    Returns
    -------
    float, intensity
        The local floor (:func:`nmrquanv.spectra.tops.floor_of`) in the middle of the noise; of a
        line that is too broad for it the higher of the valleys beside it, as of tops. Never above
        the trace.
    """
    reach = floor_reach(trace.size, sight)
    if floor is None:
        floor = floor_of(trace, reach)
    # it runs along the lower edge of the noise
    near = slice(max(0, point - _WINDOW), point + _WINDOW + 1)
    lower = float(np.median(trace[near][::_EVERY] - floor[near][::_EVERY]))
    band = min(max(lower, 0.0), _HALF_BAND * sight.sigma)
    seen = float(trace[point])
    own = max(seen - float(floor[point]) - band, 0.0)
    # as if nothing were taller: on a broad line noise makes many tops
    level, middle = np.minimum(trace[near], seen), point - near.start
    sides = level[: middle + 1][::-1], level[middle:]
    rise = seen - max(float(side.min()) for side in sides) - band
    is_broad = own < _MOSTLY * rise and _width(sides, seen - 0.5 * rise) > _OWN_REACH * reach
    if is_broad and own >= VISIBLE.rise_snr * sight.sigma:  # or a line that stands on it
        is_broad = _width(sides, seen - 0.5 * own) >= _OWN_REACH * reach
    return seen - (rise if is_broad else own)


def _width(sides: tuple[Array, Array], level: float) -> int:
    """Return over how many points a trace stays above a level, to both sides of a top."""
    below = [np.flatnonzero(side < level) for side in sides]
    return sum(int(b[0]) if b.size else s.size for b, s in zip(below, sides, strict=True))
