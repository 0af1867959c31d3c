"""The field of a spectrum: the shape that all its lines share, learnt from its own lines.

A magnet spreads every line alike, as if the sample had parts with shifts of their own (in Hz, so in
points); each line is its own Lorentzian, spread so. The shares of the parts are fitted to lone
tall lines. Lines of solvent, water and band edges don't teach. The field is *adopted* only if it
predicts lines that it was not learnt from better than a Voigt line fits them; what it leaves of
these is the shape's uncertainty.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

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
_REACH, _PART = 2.0, 0.125
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
    """

    spread: Spread = EVEN
    width: float = np.nan
    shape_error: float = UNKNOWN
    lines: int = 0
    is_adopted: bool = False
    agreement: float = 0.0

    @property
    def is_known(self) -> bool:
        """Whether enough lines told to count others by it."""
        return self.lines >= _ENOUGH


NO_FIELD = Field()
"""Of a spectrum without lines that tell."""


def learn_field(lone: Stretches, sigma: float) -> Field:
    """Learn the field from lines that stand alone.

    Parameters
    ----------
    lone : Stretches
        Of lone tall lines, no solvent among them.
    sigma : float

    Notes
    -----
    Pairs that no one has told apart yet stand alone as well. So some of the lines are
    taken for the truth in turn, and the one that explains most of the others, each with its own
    width, is followed. The shape's uncertainty is the median over the lines left out, a third at a
    time, freed of the noise.
    """
    tall = lone.y.max(axis=1)
    if tall.size < _FEWEST:
        return NO_FIELD
    usual = np.sort(tall)[-min(3, tall.size)]
    lone = lone.chosen(np.flatnonzero(tall > _TALL * usual))
    lone = lone.chosen(np.argsort(lone.fwhm)[:_LEARNERS])
    noise = sigma / lone.y.max(axis=1)
    by_voigt = _left(_voigt(lone), lone)
    enough = np.maximum(np.maximum(_AGREE, noise), _AGREE_BETTER * by_voigt)
    agree, best = np.zeros(lone.middle.size, dtype=bool), None
    for teacher in _teachers(lone):
        one = lone.chosen(np.array([teacher]))
        taught = _fitted_field(one, float(one.fwhm[0]), _ONE_START)
        if taught is None:
            continue
        left = _left(_predicted(lone, taught), lone)
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
    found = _held_against_voigt(lone.chosen(agree), noise[agree], best)
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


def _held_against_voigt(lone: Stretches, noise: Array, one: _Taught) -> Field:
    """Return the field of lines that agree, or the Voigt line that does as well.

    The field is that of all, or that of the one line that the others agree with, whichever
    predicts better.
    """
    voigt, n = _voigt(lone), lone.middle.size
    by_voigt, best = _left(voigt, lone), one
    together = _together(lone)
    if together is not None and np.median(together.left) <= np.nanmedian(one.left):
        best = together
    better = _BETTER if n >= _MANY else _MUCH_BETTER
    if np.nanmedian(best.left) < better * np.median(by_voigt):
        error = max(LEAST, float(np.nanmedian(_free_of(best.left, noise))))
        return Field(best.spread, best.width, error, n, True)
    if n < _MANY:
        return NO_FIELD
    error = max(LEAST, float(np.median(_free_of(by_voigt, noise))))
    spread = Spread.gaussian(float(np.median(voigt.gauss)))
    return Field(spread, float(np.median(voigt.width)), error, n, False)


def _together(lone: Stretches) -> _Taught | None:
    """Return the field of all lines, held against those left out, a third at a time."""
    n, narrow = lone.middle.size, float(np.median(lone.fwhm))
    whole = _fitted_field(lone, narrow)
    if whole is None:
        return None
    left, folds = np.zeros(n), min(n, _FOLDS)
    for fold in range(folds):
        out = np.arange(n) % folds == fold
        taught = _fitted_field(lone.chosen(~out), narrow)
        if taught is None:
            return None
        part = lone.chosen(out)
        left[out] = _left(_predicted(part, taught), part)
    return _Taught(*whole, left)


def _predicted(lone: Stretches, taught: tuple[Spread, float]) -> Shaped:
    """Fit lines with a spread that is known, each with its own width."""
    n = lone.middle.size
    log = np.log(np.full(n, taught[1]) / lone.fwhm)
    return fit_shaped(lone, taught[0], Question(np.zeros((n, 1)), log))


def _left(fitted: Shaped, lone: Stretches) -> Array:
    """Return the root mean square residual within a width, as a share of the height."""
    core = np.abs(lone.x - lone.middle[:, None]) <= _CORE * lone.fwhm[:, None]
    core &= lone.weight > 0
    squares = (fitted.left**2 * core).sum(axis=1) / np.maximum(core.sum(axis=1), 1)
    return np.asarray(np.sqrt(squares) / lone.y.max(axis=1))


def _free_of(left: Array, noise: Array) -> Array:
    return np.asarray(np.sqrt(np.maximum(left**2 - noise**2, 0.0)))


def _fitted_field(
    lone: Stretches, narrow: float, starts: tuple[float, ...] = _STARTS
) -> tuple[Spread, float] | None:
    """Return the spread that explains lines best, and their usual width; None where none does."""
    best, least = None, np.inf
    for start in starts:
        found = _alternated(lone, narrow, start)
        if found is None:
            continue
        spread, fitted = found
        value = float(np.sum(_left(fitted, lone) ** 2))
        if value < least:
            best, least = (spread, float(np.median(fitted.width))), value
    if best is None:
        return None
    spread, width = best
    x = np.linspace(-narrow, narrow, 401)
    top = x[int(np.argmax(spread.line(x, width)))]
    return Spread(spread.shift - top, spread.share), width


def _alternated(lone: Stretches, narrow: float, start: float) -> tuple[Spread, Shaped] | None:
    """Fit shares to lines, lines to shares, in turn."""
    from scipy.optimize import nnls

    n = lone.middle.size
    shift = narrow * np.arange(-_REACH, _REACH + 1e-9, _PART)
    width = start * np.minimum(lone.fwhm, 1.3 * narrow)
    position, height, base = lone.middle, lone.y.max(axis=1), np.zeros((n, 2))
    u = (lone.x - lone.middle[:, None]) / lone.fwhm[:, None]
    root = np.sqrt(lone.weight)
    spread, fitted = EVEN, None
    for _ in range(_ROUNDS):
        away = (lone.x - position[:, None])[:, :, None] - shift
        lines = height[:, None, None] / (1.0 + (away / (0.5 * width[:, None, None])) ** 2)
        vote = (root / (root.max(axis=1) * np.abs(height) + 1e-300)[:, None])[:, :, None]
        rest = lone.y - base[:, :1] - base[:, 1:] * u
        share, _ = nnls((lines * vote).reshape(-1, shift.size), (rest * vote[:, :, 0]).ravel())
        if not share.sum() > 0:
            return None
        share /= share.sum()
        keep = share > _LEAST_SHARE
        spread = Spread(shift[keep], share[keep] / share[keep].sum())
        asked = Question(((position - lone.middle) / lone.fwhm)[:, None], np.log(width / lone.fwhm))
        fitted = fit_shaped(lone, spread, asked)
        position, width, base = fitted.position[:, 0], fitted.width, fitted.base
        height = fitted.height[:, 0]
    return None if fitted is None else (spread, fitted)
