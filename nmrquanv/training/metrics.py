"""How good found peaks are: F1, position error and calibration against known lines."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from nmrquanv.spectra.scoring import Score

CALIBRATION_BINS = 10


@dataclass(frozen=True, slots=True)
class Accuracy:
    """Peaks counted against known lines, over several spectra or regions.

    Parameters
    ----------
    f1, precision, recall : float or None
        None where there is nothing to count.
    error_hz : float or None, Hz
        Mean distance of right peaks from their lines.
    lines : int
        Known lines that count.
    """

    f1: float | None
    precision: float | None
    recall: float | None
    error_hz: float | None
    lines: int

    def to_dict(self) -> dict[str, Any]:
        """Return JSON values."""
        return asdict(self)


def accuracy(scores: Sequence[Score]) -> Accuracy:
    """Return the counts of several spectra or regions taken together."""
    right = sum(s.n_right for s in scores)
    errors = [(s.error_hz, s.n_right) for s in scores if s.error_hz is not None]
    weight = sum(n for _, n in errors)
    total = Score(
        right,
        sum(s.n_false for s in scores),
        sum(s.n_missed for s in scores),
        sum(e * n for e, n in errors) / weight if weight else None,
    )
    lines = total.n_right + total.n_missed
    return Accuracy(total.f1, total.precision, total.recall, total.error_hz, lines)


def reliability(
    confidence: NDArray[np.float64], is_right: NDArray[np.bool_]
) -> list[tuple[float, float, int]]:
    """Return the reliability curve: per bin mean confidence, share right, and how many.

    Parameters
    ----------
    confidence : (n,) float64
    is_right : (n,) bool
    """
    bins = np.minimum((confidence * CALIBRATION_BINS).astype(int), CALIBRATION_BINS - 1)
    curve = []
    for b in range(CALIBRATION_BINS):
        inside = bins == b
        if inside.any():
            said, was = float(confidence[inside].mean()), float(is_right[inside].mean())
            curve.append((said, was, int(inside.sum())))
    return curve


def expected_calibration_error(curve: Iterable[tuple[float, float, int]]) -> float:
    """Return the mean distance of confidence and share right, weighted by the bins' counts."""
    rows = list(curve)
    total = sum(n for _, _, n in rows)
    return sum(n * abs(said - was) for said, was, n in rows) / total if total else 0.0
