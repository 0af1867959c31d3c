"""What speaks for and against each listed line, once all lines are settled.

The first confidence (:mod:`nmrquanv.models.confidence`) judges candidates after one rough fit, to
drop what is hopeless. What a list says of its lines is judged again at the end: by then it is known
whether a line stands on a top, how well the data determine it, by how much it misses the trace, and
which taller lines' feet it could be. Lines that were put on bare tops, of which no network said
anything, are judged like the others.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from nmrquanv.models.common_neighbours import COMMON_EVIDENCE, common_neighbours
from nmrquanv.models.ground import Ground
from nmrquanv.models.grounding import ADDED_SCORE
from nmrquanv.models.structure import Structure, Told
from nmrquanv.spectra.fitting import FittedLines

Array = NDArray[np.float64]

_TOP_EVIDENCE = ("is_on_maximum", "marks_top", "is_home_of_top", "from_maximum", "has_place")
_FIT_EVIDENCE = ("height_over_error", "relative_width", "width_error", "position_error", "misses")
_NEAREST_EVIDENCE = ("nearest", "second_nearest", "nearest_height", "second_height")
_TALLEST_EVIDENCE = ("tallest_3", "tallest_10", "tallest_30", "tallest_100", "tallest")
FINAL_EVIDENCE = (
    "first_logit",
    "is_added",
    "snr",
    "line_snr",
    *_FIT_EVIDENCE,
    "misfit",
    *_TOP_EVIDENCE,
    "is_seen",
    "is_line",
    "is_top",
    "is_unresolved",
    "is_broad",
    *_NEAREST_EVIDENCE,
    "tails",
    "bent_tails",
    *_TALLEST_EVIDENCE,
    "crowding",
    "rise",
    "lorentzian_share",
    "usual_misses",
    "usual_misfit",
    *COMMON_EVIDENCE,
)
"""Names of the evidence, in order; logarithms unless a share, a flag or a distance is bounded."""

KNOWN_TO = {1: len(FINAL_EVIDENCE) - len(COMMON_EVIDENCE), 2: len(FINAL_EVIDENCE)}
"""How much of it, from the first on, networks of each version learnt from."""

_REACHES = (3.0, 10.0, 30.0, 100.0)
"""In usual widths: how far off a taller line is looked for."""

_BESIDE = 64
"""Lines on either side that are looked at."""

_KINDS = ("line", "top", "unresolved", "broad")
_CROWD, _FAR, _FARTHEST, _LEAST_WIDTH = 15.0, 50.0, 5.0, 0.3


def final_evidence(
    ground: Ground, told: Told, structure: Structure, noise: Array
) -> NDArray[np.float32]:
    """Return the evidence for each line of a list.

    Parameters
    ----------
    ground : Ground
    told : Told
        Lines with their scores from before, by position; native points.
    structure : Structure
    noise : (n,) float64
        At each line.

    Returns
    -------
    (n, len(FINAL_EVIDENCE)) float32
    """
    lines, n = told.marked.lines, told.source.size
    if n == 0:
        return np.zeros((0, len(FINAL_EVIDENCE)), np.float32)
    height = np.maximum(lines.height, 0.05 * ground.native.sigma)
    fwhm = np.maximum(lines.fwhm, _LEAST_WIDTH)
    usual = told.usual if np.isfinite(told.usual) else float(np.median(fwhm))
    score = np.clip(told.score, 1e-4, 1.0 - 1e-4)
    kind = np.array(structure.kind)
    above = np.where(np.isfinite(told.marked.above), told.marked.above, height)
    missed = np.where(np.isfinite(told.marked.misses), told.marked.misses, 1.0)
    place = ground.native.factor * lines.position
    is_home_of_top, from_maximum, on_top, rise = _at_home(ground, place)
    columns = (
        np.log(score / (1.0 - score)),
        np.isclose(told.score, ADDED_SCORE, rtol=1e-9, atol=0.0),
        _log(np.maximum(above, 0.1 * noise) / noise),
        _log(height / noise),
        *_fitted(lines, height, fwhm / usual, missed),
        _log(lines.misfit + 0.05),
        on_top,
        np.isfinite(told.marked.top),
        is_home_of_top,
        from_maximum,
        ground.has_place(place),
        told.marked.is_seen,
        *(kind == name for name in _KINDS),
        *_beside(lines.position, fwhm, height, usual),
        _log(rise / noise, 0.1),
        lines.eta,
        np.full(n, _log(np.median(missed[on_top]) if on_top.any() else 0.01, 1e-4)),
        np.full(n, _log(np.median(lines.misfit) + 0.05)),
        *common_neighbours(lines.position, height, noise, usual),
    )
    table = np.stack([np.asarray(column, dtype=np.float64) for column in columns], axis=1)
    return np.nan_to_num(table).astype(np.float32)


def _log(x: Array | float, least: float = 1e-6) -> Array:
    return np.asarray(np.log10(np.maximum(x, least)), dtype=np.float64)


def _at_home(ground: Ground, place: Array) -> tuple[Array, Array, NDArray[np.bool_], Array]:
    """Return whether homes have tops, how far (widths) and whether lines are on them, the rise.

    A trace without a single maximum has no homes.
    """
    tops = ground.tops
    if not tops.maximum.size:
        none = np.zeros(place.size)
        return none, np.full(place.size, _FARTHEST), none.astype(bool), none
    home, (away, on_top, _) = ground.home(place), ground.away(place)
    widths = np.clip(away / np.maximum(tops.width[home], 1.0), 0.0, _FARTHEST)
    return tops.is_top[home].astype(np.float64), widths, on_top, tops.rise[home]


def _fitted(lines: FittedLines, height: Array, ratio: Array, missed: Array) -> tuple[Array, ...]:
    """Return what the fit says: see :data:`_FIT_EVIDENCE`."""
    fwhm = np.maximum(lines.fwhm, _LEAST_WIDTH)
    return (
        _log(height / np.maximum(lines.height_err, 1e-3 * height)),
        np.log2(ratio),
        _log(lines.fwhm_err / fwhm, 1e-4),
        _log(lines.position_err / fwhm, 1e-5),
        _log(missed, 1e-4),
    )


def _beside(position: Array, fwhm: Array, height: Array, usual: float) -> list[Array]:
    """Return what the lines beside each say: the nearest two, tails, the tallest, how many."""
    n = position.size
    order = np.argsort(position, kind="stable")
    rank = np.argsort(order)
    step = np.concatenate([np.arange(-_BESIDE, 0), np.arange(1, _BESIDE + 1)])
    beside = rank[:, None] + step
    is_there = (beside >= 0) & (beside < n)
    other = order[np.clip(beside, 0, n - 1)]
    gap = np.where(is_there, np.abs(position[other] - position[:, None]), np.inf)
    tall = np.where(is_there, height[other], 0.0)
    near = np.argsort(gap, axis=1)[:, :2]
    gaps = np.take_along_axis(gap, near, axis=1)
    distance = np.clip(gaps / fwhm[:, None], 0.1, _FAR)
    nearest = np.take_along_axis(tall, near, axis=1)
    ratio = np.clip(_log(nearest / height[:, None]), -3.0, 5.0)
    u = 2.0 * np.where(is_there, gap, 0.0) / fwhm[other]
    tails = (tall / (1.0 + u**2)).sum(axis=1) / height
    bend = (fwhm / (np.minimum(gaps[:, 0], 1e9) + fwhm)) ** 2
    reach = [np.where(gap < r * usual, tall, 0.0).max(axis=1) for r in _REACHES]
    return [
        *distance.T,
        *ratio.T,
        _log(tails, 1e-4),
        _log(tails * bend, 1e-5),
        *(_log(one / height, 1e-3) for one in reach),
        _log(height.max() / height),
        np.log2(1.0 + (gap < _CROWD * usual).sum(axis=1)),
    ]
