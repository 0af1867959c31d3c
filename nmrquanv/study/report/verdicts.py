"""Verdicts on reported figures, computed from intervals and nothing else.

Five words: *reproduced*, *not reproduced*, *reversed*, *undecided* (by so few seeds), *cannot be
compared*. The rules are those of :func:`on_gain`, :func:`on_threshold` and :func:`on_divergence`.
"""

from __future__ import annotations

import math
from dataclasses import dataclass, replace
from typing import Literal

from nmrquanv.statistics import Estimate
from nmrquanv.study.report.power import WIDER, power, spread_power, told

Word = Literal["reproduced", "not reproduced", "reversed", "undecided", "cannot be compared"]

LEAST_SEEDS = 3
"""Fewer seeds decide nothing."""

RISE = 0.05
"""Rise of a validation loss that the power is told for, where the authors report no figure."""

ENOUGH = 0.8
"""Power from which an effect that does not show counts as not there."""


@dataclass(frozen=True, slots=True)
class Verdict:
    """A word and why, and the power to see what is reported, where that is known."""

    word: Word
    reason: str
    power: float = math.nan

    def __str__(self) -> str:
        joint = " because " if self.word == "cannot be compared" else ": "
        return f"{self.word}{joint}{self.reason}"


def incomparable(reason: str) -> Verdict:
    """Return that a figure cannot be compared, and why."""
    return Verdict("cannot be compared", reason)


def too_few(value: Estimate | None) -> Verdict | None:
    """Return a verdict when there are not enough seeds for any other; else None."""
    if value is None or value.n < LEAST_SEEDS or not math.isfinite(value.mean):
        count = value.n if value else 0
        return incomparable(f"only {count} of at least {LEAST_SEEDS} seeds have finished")
    return None


def on_gain(measured: Estimate | None, low: float, high: float | None = None) -> Verdict:
    """Judge a reported gain: a relative difference that is positive when the authors are right.

    Parameters
    ----------
    measured : Estimate or None
        Ours, in the direction of the report.
    low, high : float
        The report: a value (``high`` None) or a range.

    Notes
    -----
    *Reversed*: the interval lies below zero. *Reproduced*: it lies above zero and reaches the
    report (its upper limit is at least ``low``). Above zero but short of the report, or with zero
    inside and short of it: *not reproduced*. With both zero and the report inside: *undecided*.
    """
    few = too_few(measured)
    if few is not None or measured is None:
        return few or incomparable("nothing has been measured")
    return replace(_on_gain(measured, low, high), power=power(measured, low))


def _on_gain(measured: Estimate, low: float, high: float | None) -> Verdict:
    said = f"{100 * low:g}" if high is None else f"{100 * low:g} to {100 * high:g}"
    if measured.high < 0:
        return Verdict("reversed", "the difference is significant in the other direction")
    reaches = measured.high >= low
    if measured.low > 0:
        if not reaches:
            return Verdict("not reproduced", f"same direction, but smaller than {said} %")
        beyond = measured.low > (low if high is None else high)
        return Verdict("reproduced", "at least as large" if beyond else "of the same size")
    if reaches:
        chance = told(power(measured, low))
        return Verdict("undecided", f"zero and {said} % are both within chance (power {chance})")
    return Verdict("not reproduced", "no difference beyond chance")


def on_threshold(measured: Estimate | None, limit: float) -> Verdict:
    """Judge the report that a standard deviation, with its chi-square interval, exceeds a limit."""
    few = too_few(measured)
    if few is not None or measured is None:
        return few or incomparable("nothing has been measured")
    if measured.low > limit:
        return Verdict("reproduced", f"the interval lies above {limit:g}")
    if measured.high < limit:
        return Verdict("not reproduced", f"the interval lies below {limit:g}")
    chance = spread_power(measured.n, WIDER)
    reason = f"the interval holds {limit:g} (power {told(chance)} were it {WIDER * limit:g})"
    return Verdict("undecided", reason, chance)


def on_divergence(cnn: Estimate | None, quanv: Estimate | None) -> Verdict:
    """Judge the report that the CNN's validation loss rises late while the QuanvNN's does not.

    Parameters
    ----------
    cnn, quanv : Estimate or None
        Relative rise of the validation loss from 40 % of the epochs to the end.
    """
    few = too_few(cnn) or too_few(quanv)
    if few is not None or cnn is None or quanv is None:
        return few or incomparable("nothing has been measured")
    cnn_rises, quanv_rises = cnn.low > 0, quanv.low > 0
    if cnn_rises and not quanv_rises:
        return Verdict("reproduced", "the CNN's loss rises, the QuanvNN's does not")
    if quanv_rises and not cnn_rises:
        return Verdict("reversed", "the QuanvNN's loss rises, the CNN's does not")
    if cnn_rises:
        return Verdict("not reproduced", "both rise")
    if cnn.high < 0:
        return Verdict("not reproduced", "the CNN's loss keeps falling")
    return _unseen("neither rises beyond chance", cnn, RISE, f"a rise of {100 * RISE:g} %")


def on_more(measured: Estimate | None, first: str, second: str, effect: float) -> Verdict:
    """Judge the expectation that a difference is positive: that ``first`` exceeds ``second``.

    Parameters
    ----------
    measured : Estimate or None
    first, second : str
        In words.
    effect : float
        The difference that the power is told for; the authors report none.
    """
    few = too_few(measured)
    if few is not None or measured is None:
        return few or incomparable("nothing has been measured")
    if measured.low > 0:
        return Verdict("reproduced", f"{first} more than {second}")
    if measured.high < 0:
        return Verdict("reversed", f"{second} more than {first}")
    return _unseen("no difference beyond chance", measured, effect, f"{effect:g}")


def _unseen(reason: str, measured: Estimate, effect: float, words: str) -> Verdict:
    """Judge what does not show, by the chance that it would have: see :data:`ENOUGH`."""
    chance = power(measured, effect)
    word: Word = "not reproduced" if chance >= ENOUGH else "undecided"
    return Verdict(word, f"{reason} (power {told(chance)} to see {words})", chance)
