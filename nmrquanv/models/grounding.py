"""Tops as the ground floor of every list: what anyone sees is marked, and marked where it stands.

Behind whatever a network found: a top without a line gets one; a line with neither maximum nor
shoulder, or a second one on a top, stays only when the data determine it against noise *and*
against what sets the spectrum's lines apart from the model line. Confidence judges the rest; it
never hides a top.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from nmrquanv.models.decoding import Candidates
from nmrquanv.models.ground import Ground
from nmrquanv.models.windows import SCALE_RATIO
from nmrquanv.spectra.fitting import FittedLines

Array = NDArray[np.float64]
Index = NDArray[np.int64]
Mask = NDArray[np.bool_]

DETERMINED, CAUTION = 3.0, 4.0
"""Least height over its error, for a shoulder. Shape errors have longer tails than noise: they
count four times."""

_AGAIN = 2.326
"""In standard errors: what lies as far above a limit is above it in 99 of 100 repetitions."""

HIDDEN = DETERMINED + _AGAIN
"""The same for a line with no place of its own: nothing but the fit shows it, so it must be found
again where noise and shape are drawn anew."""

ADDED_SCORE = 0.2
"""A fifth of the lines that were put on bare tops of simulated spectra is right: the rest are bumps
in feet, sidebands and the like."""

_HIDDEN_WIDTH, _STARVED = 1.8, 0.3
_ONE = 0.42
"""In widths of the narrower: lines are half a width apart at least, by the project's definition,
and a fit places each within a few hundredths."""

NEAR = 1.0
"""In widths of a top: lines within it are at home there."""


@dataclass(frozen=True, slots=True, eq=False)
class Chosen:
    """Which lines go on, by position.

    Parameters
    ----------
    candidates : Candidates
    source : (n,) int64
        Which of the old lines each is; -1 for one that was put on a bare top.
    is_moved : (n,) bool
        Which of the old lines start on a top now.
    is_changed : bool
        Whether they differ from the old ones.
    """

    candidates: Candidates
    source: Index
    is_moved: Mask
    is_changed: bool

    def scores(self, old: Array) -> Array:
        """Return scores for the lines; one on a bare top is doubtful."""
        scores, known = np.full(self.source.size, ADDED_SCORE), self.source >= 0
        scores[known] = old[self.source[known]]
        return scores

    def started(self, old: FittedLines) -> FittedLines:
        """Return the lines as they were fitted; those that are new or moved start on their tops."""
        is_new = self.source < 0
        if is_new.all():
            old = FittedLines.blank(1, old.common)
        lines = old.chosen(np.maximum(self.source, 0))
        position = np.where(is_new | self.is_moved, self.candidates.position, lines.position)
        fwhm = np.where(is_new, self.candidates.fwhm, lines.fwhm)
        error = np.where(is_new, self.candidates.fwhm, lines.fwhm_err)
        return replace(lines, position=position, fwhm=fwhm, fwhm_err=error)


def choose(
    ground: Ground,
    hits: Candidates,
    lines: FittedLines,
    shape_error: float,
    *,
    is_last: bool = True,
) -> Chosen:
    """Put lines on bare tops, and leave out what the data do not determine.

    A line with a place of its own waits, before the last round, for those without one beside it to
    go: they may have taken its signal.

    Parameters
    ----------
    ground : Ground
    hits : Candidates
        As fitted, native points.
    lines : FittedLines
        The same after fitting, native points.
    shape_error : float
        Of the spectrum's lines.
    is_last : bool
        Whether no other round follows.
    """
    if ground.tops.maximum.size == 0:
        n = hits.position.size
        return Chosen(hits, np.arange(n), np.zeros(n, dtype=bool), False)
    factor, tops = ground.native.factor, ground.tops
    place = factor * lines.position
    away, on_top, _ = ground.away(place)
    is_placed = ground.has_place(place)
    is_determined = _determined(lines, is_placed, shape_error)
    waits = is_placed & (away >= NEAR * tops.width[ground.home(place)]) & (not is_last)
    start, keep = hits.position.copy(), np.ones(place.size, dtype=bool)
    bare: list[int] = []
    is_top = tops.is_top.tolist()
    for home, own in enumerate(ground.members(ground.home(place))):
        if not own.size:
            bare += [home] if is_top[home] else []
            continue
        near = own[away[own] < NEAR * tops.width[home]]
        owner = _owner(own[on_top[own]], near, away, lines.height, is_determined)
        if owner is None and near.size:
            owner = int(near[np.argmin(away[near])])
            if not (is_placed[owner] and is_determined[owner]):
                start[owner] = tops.maximum[home] / factor
        if owner is None and is_top[home]:
            bare.append(home)
        others = own[own != owner] if owner is not None else own
        keep[others] = is_determined[others]
        if not (keep[others] | waits[others]).all():
            keep[others] |= waits[others]
        if owner is not None and lines.height[owner] < _STARVED * tops.rise[home]:
            keep[others] = False  # they took its signal
    return _chosen(ground, hits, (start, keep), bare)


def _chosen(ground: Ground, hits: Candidates, old: tuple[Array, Mask], bare: list[int]) -> Chosen:
    """Return the lines that stay, from where they start, with one on each bare top."""
    (start, keep), tops, factor = old, ground.tops, ground.native.factor
    kept, at = np.flatnonzero(keep), tops.maximum[bare] / factor
    width = np.maximum(tops.width[bare] / factor, 1.0)
    added = Candidates(at, width, np.full(at.size, ADDED_SCORE), _scale(bare, ground))
    source = np.append(kept, np.full(at.size, -1))
    joined = np.concatenate([start[kept], at])
    order = np.argsort(joined, kind="stable")
    moved = replace(hits, position=start).chosen(kept)
    is_moved = np.append(start[kept] != hits.position[kept], np.zeros(at.size, dtype=bool))
    is_changed = bool(bare) or not keep.all() or bool(is_moved.any())
    every = Candidates.by_position([moved, added])
    return Chosen(every, source[order], is_moved[order], is_changed)


def _scale(homes: list[int], ground: Ground) -> Index:
    """Return the grid on which lines as broad as homes' tops are seen.

    Beside narrow lines a fit starts no broad one of the same scale: it would swallow them. Scales
    go on beyond the networks' broadest: else lines of 80 and of 600 Hz would be alike. A top that
    rises from below the level, between lines of the other sign, does not tell its width.
    """
    tops, narrow = ground.tops, ground.native.factor * ground.native.narrow
    scale = np.round(np.log(tops.width[homes] / narrow) / np.log(SCALE_RATIO))
    scale[tops.above[homes] < tops.rise[homes]] = 0
    return np.asarray(np.maximum(scale, 0), dtype=np.int64)


def _owner(on: Index, near: Index, away: Array, height: Array, is_determined: Mask) -> int | None:
    """Return the line that a home's maximum belongs to, None where none will do as it is."""
    if on.size:
        return int(on[np.argmin(away[on])])
    if near.size >= 2 and is_determined[near].all():
        return int(near[np.argmax(height[near])])
    return None


def _determined(lines: FittedLines, is_placed: Mask, shape_error: float) -> Mask:
    """Tell which lines the data determine beside their neighbours."""
    error = lines.with_shape(CAUTION * shape_error).height_err
    sure = lines.height / np.maximum(error, 1e-12 * np.abs(lines.height) + 1e-300)
    usual, is_second = _beside(lines)
    hidden = (sure >= HIDDEN) & (lines.fwhm <= _HIDDEN_WIDTH * usual)
    return np.asarray((sure >= DETERMINED) & (is_placed | hidden) & ~is_second, dtype=bool)


def _beside(lines: FittedLines) -> tuple[Array, Mask]:
    """Return how broad lines are about each, and which lie upon a taller one, as one with it.

    As broad as the broader of those beside it, or as half of all lines.
    """
    order = np.argsort(lines.position, kind="stable")
    place, fwhm, height = (x[order] for x in (lines.position, lines.fwhm, lines.height))
    usual, is_second = np.empty(order.size), np.zeros(order.size, dtype=bool)
    either = np.maximum(np.append(fwhm[1:], 0.0), np.append(0.0, fwhm[:-1])) if fwhm.size else fwhm
    usual[order] = np.maximum(either, np.median(fwhm)) if fwhm.size else either
    is_one = np.diff(place) < _ONE * np.minimum(fwhm[1:], fwhm[:-1])
    is_lower = height[1:] <= height[:-1]
    is_second[order[1:]] |= is_one & is_lower
    is_second[order[:-1]] |= is_one & ~is_lower
    return usual, is_second
