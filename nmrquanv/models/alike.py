"""How broad lines are where they overlap too closely to tell: as broad as those beside them.

Lines of one sample in one magnet have nearly one width. A fit of lines that overlap gives it away:
one line grows broad and swallows its neighbours, another narrow. So what the lines on tops have in
common is learnt from a first fit, and each line is expected to be as its neighbours are, as firmly
as the lines of the spectrum are alike; where its own data tell better, they count.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from nmrquanv.models.decoding import Candidates
from nmrquanv.models.ground import Ground
from nmrquanv.models.structure import usual_width
from nmrquanv.progress import Report
from nmrquanv.spectra.fitting import FittedLines
from nmrquanv.spectra.fitting.priors import WIDTH_ERR

Array = NDArray[np.float64]

_LEAST = 0.1
"""Of the spread of the widths' logarithms: lines of one multiplet differ by less, lines of a sample
do not."""

_NEIGHBOURS, _FAR_WIDTHS = 4, 4.0
_USUAL_ERR, _STEP = 0.3, 0.05
_SURE, _UNSURE = 0.01, 5.0


@dataclass(frozen=True, slots=True)
class Alike:
    """What widths the lines of a spectrum have.

    Parameters
    ----------
    width : float, native points
        The usual one; NaN where too few lines tell.
    spread : float
        Standard deviation of its logarithm over the lines.
    """

    width: float
    spread: float

    @classmethod
    def of(cls, ground: Ground, lines: FittedLines) -> Alike:
        """Learn it from the lines that stand on tops."""
        width, spread = usual_width(ground, lines)
        return cls(width, max(_LEAST, spread))

    @property
    def tells(self) -> bool:
        """Whether the lines are more alike than is expected of any."""
        return bool(np.isfinite(self.width)) and self.spread < WIDTH_ERR

    def fit(
        self, ground: Ground, hits: Candidates, lines: FittedLines, report: Report
    ) -> FittedLines:
        """Fit lines anew, expected to be as broad as those beside them.

        ``lines`` are they as they were fitted without expecting it; ``report`` may cancel.
        """
        if not lines.position.size:
            return lines
        if not self.tells:
            return ground.native.fit(hits, report)
        there = replace(hits, position=lines.position)
        return ground.native.fit(there, report, widths=self.expected(lines), width_err=self.spread)

    def expected(self, lines: FittedLines) -> Array:
        """Return the widths that lines are expected to have, (n,) native points.

        The mean of a line's own and of its neighbours', each as much as it is worth: near ones more
        than far ones, well determined ones more than others.
        """
        order = np.argsort(lines.position)
        place, fwhm = lines.position[order], np.maximum(lines.fwhm[order], 1e-3)
        log, known = np.log(fwhm), np.clip(lines.fwhm_err[order] / fwhm, _SURE, _UNSURE)
        step = np.concatenate([np.arange(-_NEIGHBOURS, 0), np.arange(1, _NEIGHBOURS + 1)])
        beside = np.arange(order.size)[:, None] + step
        is_there = (beside >= 0) & (beside < order.size)
        beside = np.clip(beside, 0, order.size - 1)
        away = (place[beside] - place[:, None]) / (_FAR_WIDTHS * self.width)
        weight = is_there / ((known[beside] ** 2 + self.spread**2) * (1.0 + away**2))
        usual = _STEP * round(float(np.log(self.width)) / _STEP)
        of_usual = 1.0 / (_USUAL_ERR**2 + self.spread**2)
        others = (weight * log[beside]).sum(axis=1) + of_usual * usual
        others /= weight.sum(axis=1) + of_usual
        own = self.spread**2 / (self.spread**2 + known**2)
        result = np.empty(order.size)
        result[order] = np.exp(_STEP * np.round((own * log + (1.0 - own) * others) / _STEP))
        return result
