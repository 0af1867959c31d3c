"""The field of a spectrum: the shape that all its lines share, learnt from its own lines.

A magnet spreads every line alike, as if the sample had parts with shifts of their own (in Hz, so in
points); each line is its own Lorentzian, spread so. The shares of the parts are fitted to lone
tall lines. Lines of solvent, water and band edges don't teach. The field is *adopted* only if it
predicts lines that it was not learnt from better than a Voigt line fits them; what it leaves of
these is the shape's uncertainty.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from dataclasses import field as _field

import numpy as np
from numpy.typing import NDArray

from nmrquanv.spectra.fitting.shaped_lines import fit_shaped
from nmrquanv.spectra.fitting.spread import EVEN, Spread
from nmrquanv.spectra.fitting.stretches import Question, Shaped, Stretches

Array = NDArray[np.float64]
Index = NDArray[np.int64]

UNKNOWN = 0.01
"""Uncertainty of the shape, as a share of a line's height, where no lines tell."""

LEAST = 0.001
"""No shape is known better."""

_LEARNERS, _TEACHERS = 24, 10
_AGREE, _AGREE_BETTER, _MOST_AGREE = 0.007, 0.35, 0.5
_TALL, _ALIKE, _FEWEST, _ENOUGH, _FOLDS = 0.2, 1.25, 2, 3, 3
_REACH, _PART, _TELLING = 2.0, 0.125, 4
_STARTS, _ROUNDS, _ONE_START = (0.75, 0.5, 0.33), 2, (0.55,)
_LEAST_SHARE, _BETTER, _MUCH_BETTER, _MANY = 0.002, 0.8, 0.5, 4
_CORE = 1.0


@dataclass(frozen=True, slots=True, eq=False)
class Field:
    """What lines of a spectrum have in common.

    Parameters
    ----------
    spread : Spread
        Such that a line of the usual width has its maximum at 0.
    width : float, points
        Lorentzian, of a usual line; NaN where nothing is known.
    shape_error : float
        Share of a line's height by which lines miss the shape.
    lines : int
        How many it was learnt from.
    is_adopted : bool
        False where Voigt lines do as well.
    agreement : float
        Share of the lone lines that were asked that have the shape, 0 to 1: pairs of alike
        distance agree with each other as well, but not with most.
    left, by_voigt : float
        What it leaves of lines that it was not learnt from, and what Voigt lines leave of them:
        the median root mean square within a width, as a share of the height.
    teachers : (lines,) float64, points
        Where the lines stand that it was learnt from.
    """

    spread: Spread = EVEN
    width: float = np.nan
    shape_error: float = UNKNOWN
    lines: int = 0
    is_adopted: bool = False
    agreement: float = 0.0
    left: float = np.nan
    by_voigt: float = np.nan
    teachers: Array = _field(default_factory=lambda: np.zeros(0))

    @property
    def is_known(self) -> bool:
        """Whether enough lines told to count others by it."""
        return self.lines >= _ENOUGH

    @property
    def is_certain(self) -> bool:
        """Whether it was adopted, several lines told it, and most that were asked have it."""
        return self.is_adopted and self.lines >= _TELLING and self.agreement > _MOST_AGREE


NO_FIELD = Field()
"""Of a spectrum without lines that tell."""


def learn_field(lone: Stretches, sigma: float) -> Field:
    """Learn the field from lines that stand alone.

    Parameters
    ----------
    lone : Stretches
        Of lone tall lines, no solvent among them, above the level that they stand on; one that
        stays below it, in a dip, teaches nothing.
    sigma : float

    Notes
    -----
    Pairs that no one has told apart yet stand alone as well. So some of the lines are
    taken for the truth in turn, and the one that explains most of the others, each with its own
    width, is followed. The shape's uncertainty is the median over the lines left out, a third at a
    time, freed of the noise.
    """
    lone = lone.chosen(np.flatnonzero(lone.y.max(axis=1) > 0))
    tall = lone.y.max(axis=1)
    if tall.size < _FEWEST:
        return NO_FIELD
    usual = np.sort(tall)[-min(3, tall.size)]
    lone = lone.chosen(np.flatnonzero(tall > _TALL * usual))
    lone = lone.chosen(np.argsort(lone.fwhm)[:_LEARNERS])
    noise = sigma / lone.y.max(axis=1)
    voigt = _voigt(lone)
    by_voigt = _left(voigt, lone)
    enough = np.maximum(np.maximum(_AGREE, noise), _AGREE_BETTER * by_voigt)
    agree, best = np.zeros(lone.middle.size, dtype=bool), None
    for teacher in _teachers(lone):
        one = lone.chosen(np.array([teacher]))
        taught = _fitted_fields(one, float(one.fwhm[0]), [np.zeros(1, np.int64)], _ONE_START)[0]
        if taught is None:
            continue
        left = _left(_predicted(lone, *taught), lone)
        good = _free_of(left, noise) < enough
        if good.sum() > agree.sum():
            left[teacher] = np.nan
            agree, best = good, _Taught(*taught, left)
        if agree.mean() > _MOST_AGREE:
            break
    agreement = float(agree.mean())
    if agree.any():
        agree &= lone.fwhm < _ALIKE * np.median(lone.fwhm[agree])
    if agree.sum() < _FEWEST or best is None:
        return NO_FIELD
    best = replace(best, left=best.left[agree])
    found = _held_against_voigt(lone.chosen(agree), noise[agree], best, voigt.chosen(agree))
    return replace(found, agreement=agreement)


@dataclass(frozen=True, slots=True, eq=False)
class _Taught:
    """A field, its lines' usual width, and what it leaves of lines that it was not learnt from."""

    spread: Spread
    width: float
    left: Array


def _teachers(lone: Stretches) -> list[int]:
    """Return which lines to take for the truth in turn: tall ones and narrow ones."""
    tall, narrow = np.argsort(-lone.y.max(axis=1)), np.argsort(lone.fwhm)
    turns = np.stack([tall, narrow], axis=1).ravel().tolist()
    return list(dict.fromkeys(turns))[:_TEACHERS]


def _voigt(lone: Stretches) -> Shaped:
    """Fit lines with a decay and a Gaussian of their own, in an even field."""
    n = lone.middle.size
    asked = Question(np.zeros((n, 1)), np.log(np.full(n, 0.9)), has_gauss=True)
    return fit_shaped(lone, EVEN, asked)


def _held_against_voigt(lone: Stretches, noise: Array, one: _Taught, voigt: Shaped) -> Field:
    """Return the field of lines that agree, or the Voigt line that does as well.

    The field is that of all, or that of the one line that the others agree with, whichever
    predicts better.
    """
    n = lone.middle.size
    by_voigt, best = _left(voigt, lone), one
    usual = float(np.median(by_voigt))
    together = _together(lone)
    if together is not None and np.median(together.left) <= np.nanmedian(one.left):
        best = together
    better = _BETTER if n >= _MANY else _MUCH_BETTER
    left = float(np.nanmedian(best.left))
    if left < better * usual:
        error = max(LEAST, float(np.nanmedian(_free_of(best.left, noise))))
        known = Field(best.spread, best.width, error, n, is_adopted=True)
        return replace(known, left=left, by_voigt=usual, teachers=lone.middle)
    if n < _MANY:
        return NO_FIELD
    error = max(LEAST, float(np.median(_free_of(by_voigt, noise))))
    spread = Spread.gaussian(float(np.median(voigt.gauss)))
    known = Field(spread, float(np.median(voigt.width)), error, n)
    return replace(known, left=left, by_voigt=usual, teachers=lone.middle)


def _together(lone: Stretches) -> _Taught | None:
    """Return the field of all lines, held against those left out, a third at a time."""
    n, narrow = lone.middle.size, float(np.median(lone.fwhm))
    every, folds = np.arange(n), min(n, _FOLDS)
    left_out = [every % folds == fold for fold in range(folds)]
    whole, *taught = _fitted_fields(lone, narrow, [every, *(every[~out] for out in left_out)])
    if whole is None or any(one is None for one in taught):
        return None
    of_each = [one for one in taught if one is not None]
    spreads, width = [of_each[i % folds][0] for i in range(n)], np.array([w for _, w in of_each])
    left = _left(_predicted(lone, spreads, width[every % folds]), lone)
    return _Taught(*whole, left)


def _predicted(lone: Stretches, spread: Spread | Sequence[Spread], width: float | Array) -> Shaped:
    """Fit lines, each with its own width, with a spread that is known: of all, or of each."""
    log = np.log(width / lone.fwhm)
    return fit_shaped(lone, spread, Question(np.zeros((lone.middle.size, 1)), log))


def _left(fitted: Shaped, lone: Stretches) -> Array:
    """Return the root mean square residual within a width, as a share of the height."""
    core = np.abs(lone.x - lone.middle[:, None]) <= _CORE * lone.fwhm[:, None]
    core &= lone.weight > 0
    squares = (fitted.left**2 * core).sum(axis=1) / np.maximum(core.sum(axis=1), 1)
    return np.asarray(np.sqrt(squares) / lone.y.max(axis=1))


def _free_of(left: Array, noise: Array) -> Array:
    return np.asarray(np.sqrt(np.maximum(left**2 - noise**2, 0.0)))


def _fitted_fields(
    lone: Stretches, narrow: float, sets: list[Index], starts: tuple[float, ...] = _STARTS
) -> list[tuple[Spread, float] | None]:
    """Return the spread that explains some of the lines best, and their usual width, for each set.

    None where none does.
    """
    asked = [(own, start) for own in sets for start in starts]
    tried = _alternated(lone, narrow, asked)
    found: list[tuple[Spread, float] | None] = []
    for number, own in enumerate(sets):
        mine = [one for one in tried[number * len(starts) :][: len(starts)] if one is not None]
        part = lone.chosen(own)
        best = min(mine, key=lambda one: float(np.sum(_left(one[1], part) ** 2)), default=None)
        found.append(None if best is None else _centred(*best, narrow))
    return found


def _centred(spread: Spread, fitted: Shaped, narrow: float) -> tuple[Spread, float]:
    """Return a spread that has the maximum of a usual line at 0, and that line's width."""
    width, x = float(np.median(fitted.width)), np.linspace(-narrow, narrow, 401)
    top = x[int(np.argmax(spread.line(x, width)))]
    return Spread(spread.shift - top, spread.share), width


def _alternated(
    lone: Stretches, narrow: float, asked: list[tuple[Index, float]]
) -> list[tuple[Spread, Shaped] | None]:
    """Fit shares to lines, lines to shares, in turn, for several sets of lines at once.

    Parameters
    ----------
    lone : Stretches
    narrow : float, points
    asked : list of ((k,) int64, float)
        Which of the lines, and the width that they start from, of their own.
    """
    shift = narrow * np.arange(-_REACH, _REACH + 1e-9, _PART)
    rows = np.concatenate([own for own, _ in asked])
    size = np.array([own.size for own, _ in asked])
    places = np.split(np.arange(rows.size), np.cumsum(size)[:-1])
    every = lone.chosen(rows)
    first = np.repeat([start for _, start in asked], size)
    width = first * np.minimum(every.fwhm, 1.3 * narrow)
    position, height, base = every.middle, every.y.max(axis=1), np.zeros((rows.size, 2))
    u = (every.x - every.middle[:, None]) / every.fwhm[:, None]
    is_told = [True] * len(asked)
    for _ in range(_ROUNDS):
        rest = every.y - base[:, :1] - base[:, 1:] * u
        state = np.stack([position, width, height], axis=1)
        shares = [_shares(every.chosen(own), state[own], rest[own], shift) for own in places]
        is_told = [was and own is not None for was, own in zip(is_told, shares, strict=True)]
        spreads = [spread or EVEN for spread in shares]
        each = [spreads[i] for i, own in enumerate(places) for _ in own]
        start = ((position - every.middle) / every.fwhm)[:, None]
        fitted = fit_shaped(every, each, Question(start, np.log(width / every.fwhm)))
        position, width, base = fitted.position[:, 0], fitted.width, fitted.base
        height = fitted.height[:, 0]
    return [
        (spreads[i], fitted.chosen(own)) if is_told[i] else None for i, own in enumerate(places)
    ]


def _shares(lone: Stretches, state: Array, rest: Array, shift: Array) -> Spread | None:
    """Return the shares of the parts that explain lines of position, width and height (n, 3)."""
    from scipy.optimize import nnls

    position, width, height = (state[:, i, None, None] for i in range(3))
    root = np.sqrt(lone.weight)
    lines = height / (1.0 + ((lone.x[:, :, None] - position - shift) / (0.5 * width)) ** 2)
    vote = root / (root.max(axis=1) * np.abs(state[:, 2]) + 1e-300)[:, None]
    share, _ = nnls((lines * vote[:, :, None]).reshape(-1, shift.size), (rest * vote).ravel())
    if not share.sum() > 0:
        return None
    share /= share.sum()
    keep = share > _LEAST_SHARE
    return Spread(shift[keep], share[keep] / share[keep].sum())
