"""From candidates that have a chance to the lines that are listed, on the ground of the tops.

The lines are fitted with the shape that they share, where their spectrum tells it; tops without a
line get one, and what the data do not determine goes; lines under lone tops are counted; and of
each line it is said what it is.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from nmrquanv.models.alike import Alike
from nmrquanv.models.counting import Counted, count_lines
from nmrquanv.models.decoding import Candidates
from nmrquanv.models.ground import Ground
from nmrquanv.models.grounding import choose
from nmrquanv.models.lone_tops import field_of
from nmrquanv.models.marking import on_tops
from nmrquanv.models.structure import Structure, Told, marks_top, told_apart
from nmrquanv.progress import Report, standing
from nmrquanv.spectra.field import NO_FIELD, Field
from nmrquanv.spectra.fitting import FittedLines

Array = NDArray[np.float64]

WEIGHING = "weighing peaks"
_ROUNDS = 4
_MUCH_LESS, _FEWEST, _RINGING = 0.5, 2, 0.2


def settled(
    ground: Ground,
    excluded: NDArray[np.bool_],
    found: tuple[Candidates, Array],
    report: Report,
) -> tuple[Told, Structure]:
    """Fit candidates for good and say what each line is.

    Parameters
    ----------
    ground : Ground
    excluded : (si,) bool
        Native points whose lines don't teach the field.
    found : (Candidates, (n,) float64)
        What has a chance, with its scores.
    report : Report
        May cancel.

    Returns
    -------
    told : Told
        Lines on their tops, errors with the shape's uncertainty in them, and scores.
    structure : Structure
    """
    hits, score = found
    paused = standing(report, 60)
    paused(0, 1, WEIGHING)
    field = field_of(ground, excluded)
    ground, lines, field = _in_field(ground, field, hits, report)
    alike, free = Alike.of(ground, lines), lines
    lines = alike.fit(ground, hits, free, report)
    shape = _shape_error(ground, field, lines)
    hits, score, free, lines = _chosen((ground, alike), (hits, score, free, lines), shape, report)
    counted, lines = _counted((ground, alike), field, (hits, free, lines), report)
    lines = counted.put_into(ground.native.with_errors(lines, shape))
    return _structured(ground, lines, (counted, score), paused)


def _in_field(
    ground: Ground, field: Field, hits: Candidates, report: Report
) -> tuple[Ground, FittedLines, Field]:
    """Fit lines with the field's shape, or with that of a cut FID where it leaves much less.

    Returns the lines' ground, them, and the field to count lines with: none beside a cut FID, whose
    lines are no lines of it.
    """
    ground = ground.in_field(field)
    lines = ground.native.fit(hits, report)
    standing(report, 60)(0, 1, WEIGHING)
    cut, rings = ground.cut(), _ring(ground, lines)
    if cut is not None and rings.any():
        cut_lines = cut.native.fit(hits, report)
        left, before = cut.native.misses(cut_lines), ground.native.misses(lines)
        tells = rings & np.isfinite(left) & np.isfinite(before)
        if tells.any() and np.median(left[tells]) < _MUCH_LESS * np.median(before[tells]):
            return cut, cut_lines, NO_FIELD
    return ground, lines, field


def _shape_error(ground: Ground, field: Field, lines: FittedLines) -> float:
    """Return how far lines are from their shape; at least what the field left of others."""
    shape = ground.native.shape_error(lines)
    is_of_field = ground.native.common is not None and field is not NO_FIELD
    return max(shape, field.shape_error) if is_of_field else shape


def _ring(ground: Ground, lines: FittedLines) -> NDArray[np.bool_]:
    """Tell which lines had not died away when the FID ended; none where few of the tops have not.

    Broad lines beside them say nothing of the end.
    """
    on_top = marks_top(ground, lines)
    rings = on_top & (lines.fwhm < (ground.period or 0.0) / ground.native.factor)
    are_enough = bool(rings.sum() >= max(_FEWEST, _RINGING * on_top.sum()))
    return np.asarray(rings & are_enough, dtype=bool)


def _structured(
    ground: Ground, lines: FittedLines, counted: tuple[Counted, Array], paused: Report
) -> tuple[Told, Structure]:
    """Put counted lines (with scores from before) on their tops, and say what each of them is."""
    count, score = counted
    paused(0, 1, WEIGHING)
    marked = on_tops(ground, lines, paused)
    paused(0, 1, WEIGHING)
    told = told_apart(ground, marked, score[count.source], count.is_shaped)
    paused(0, 1, WEIGHING)
    return told, Structure.of(ground, told, count.is_open[told.source])


def _chosen(
    place: tuple[Ground, Alike],
    found: tuple[Candidates, Array, FittedLines, FittedLines],
    shape: float,
    report: Report,
) -> tuple[Candidates, Array, FittedLines, FittedLines]:
    """Put lines on bare tops and leave out what the data do not determine, as often as it helps.

    Lines with their scores, as they were fitted freely, and as they are.
    """
    (ground, alike), (hits, score, free, lines) = place, found
    for number in range(_ROUNDS):
        standing(report, 60)(0, 1, WEIGHING)
        chosen = choose(ground, hits, lines, shape, is_last=number == _ROUNDS - 1)
        hits, score = chosen.candidates, chosen.scores(score)
        if not chosen.is_changed:
            break
        free = chosen.started(free)
        lines = alike.fit(ground, hits, free, report)
    return hits, score, free, lines


def _counted(
    place: tuple[Ground, Alike],
    field: Field,
    found: tuple[Candidates, FittedLines, FittedLines],
    report: Report,
) -> tuple[Counted, FittedLines]:
    """Count lines with the spectrum's own shape; return the fit of all that there are then."""
    (ground, alike), (hits, free, lines) = place, found
    paused = standing(report, 60)
    paused(0, 1, WEIGHING)
    counted = count_lines(ground, hits, lines, field, paused)
    if counted.is_changed:
        lines = alike.fit(ground, counted.candidates, counted.started(free), report)
    return counted, lines
