"""The tops that stand alone, and the field of a spectrum as they tell it."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from nmrquanv.models.ground import Ground
from nmrquanv.spectra.field import Field, learn_field
from nmrquanv.spectra.fitting.stretches import Places, Stretches

Index = NDArray[np.int64]
Mask = NDArray[np.bool_]

_SNR, _ROOM, _ERROR = 80.0, 3.5, 0.002
_FEWEST_POINTS, _EDGE, _FEW = 3.0, 0.03, 4

_ALONE, _NEARLY = 0.02, 0.2
"""Share of its rise that any other maximum has that stands near a top that is alone, or nearly."""

_WHOLE = 0.5
"""Of its height that a top rises above its higher valley, where it is a whole line: in a field of
several parts a line may have two crests, and neither alone shows the field."""


def field_of(ground: Ground, excluded: Mask) -> Field:
    """Learn a spectrum's field from its lone tall tops.

    Parameters
    ----------
    ground : Ground
    excluded : (si,) bool
        Native points where no line teaches: solvent, water.

    Notes
    -----
    A part of the field that stands off gives every top a small one beside it, and hardly any is
    alone. Where those that are tell of a field, but are too few to be certain of it, tops with a
    small one beside them are asked as well: what all have in common is the field's.
    """
    native, tops = ground.native, ground.tops
    edge = int(_EDGE * native.trace.size)
    teaches = tops.is_top & (tops.rise > _SNR * native.sigma)
    teaches &= tops.rise > _WHOLE * tops.above
    teaches &= (tops.maximum > edge) & (tops.maximum < native.trace.size - edge)
    teaches &= ~excluded[np.minimum(tops.maximum // native.factor, excluded.size - 1)]
    teaches &= tops.width > _FEWEST_POINTS
    alone = teaches & lone(ground, _ROOM, _ALONE)
    field = _learnt(ground, alone)
    are_few = field.is_adopted or alone.sum() < _FEW
    nearly = teaches & lone(ground, _ROOM, _NEARLY)
    if field.is_certain or not are_few or nearly.sum() == alone.sum():
        return field
    other = _learnt(ground, nearly)
    return other if other.is_certain else field


def _learnt(ground: Ground, teaches: Mask) -> Field:
    """Learn the field from some of the tops."""
    native, which = ground.native, np.flatnonzero(teaches)
    if which.size == 0:
        return Field()
    places, base = stretches_of(ground, which), ground.offset(which)
    cut = Stretches.cut(native.trace, places, native.sigma, _ERROR, base)
    return learn_field(cut, native.sigma)


def lone(ground: Ground, room: float, share: float) -> Mask:
    """Tell which maxima have no other of a share of their rise within some widths."""
    tops = ground.tops
    result = np.ones(tops.maximum.size, dtype=bool)
    for step in (-1, 1):
        # The nearest few on either side: farther ones stand behind them.
        for k in range(1, 9):
            other = np.roll(np.arange(tops.maximum.size), step * k)
            gap = np.abs(tops.maximum - tops.maximum[other])
            is_near = (gap > 0) & (gap < room * tops.width)
            result &= ~(is_near & (tops.rise[other] > share * tops.rise))
    return result


def stretches_of(ground: Ground, which: Index) -> Places:
    """Return the stretches of homes, from valley to valley."""
    ends = np.concatenate([[0], ground.border, [ground.native.trace.size - 1]]).astype(np.float64)
    tops = ground.tops
    middle = tops.maximum[which].astype(np.float64)
    return Places(middle, np.maximum(tops.width[which], 2.0), ends[which], ends[which + 1])
