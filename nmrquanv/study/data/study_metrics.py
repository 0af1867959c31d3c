"""How right answers are: one-to-one assignments of found positions to true lines, batched.

An *answer* is a position with a score; it counts when the score exceeds a threshold, which is
tuned on validation spectra. Positions are in points.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from nmrquanv.study.data.datasets import Spectra

TOLERANCES = (1.0, 2.0, 4.0, 8.0)
TUNED_TOLERANCE = 4.0
"""The tolerance, in points, that thresholds are tuned for and pairs are matched at."""

_THRESHOLDS = 60


@dataclass(frozen=True, slots=True, eq=False)
class Answers:
    """What a finder says of some spectra.

    Parameters
    ----------
    position : (n, s) float64, points
    score : (n, s) float64
        -inf where there is no answer.
    """

    position: NDArray[np.float64]
    score: NDArray[np.float64]

    def above(self, threshold: float) -> NDArray[np.float64]:
        """Return the positions that count, rising along each row, then inf; ``(n, s)``."""
        return np.sort(np.where(self.score > threshold, self.position, np.inf), axis=1)


def matched(
    found: NDArray[np.float64],
    line: NDArray[np.float64],
    is_line: NDArray[np.bool_],
    tolerance: float | NDArray[np.float64],
) -> NDArray[np.int64]:
    """Count, for each spectrum, the most pairs of an answer and a line within the tolerance.

    Parameters
    ----------
    found : (n, s) float64, points
        Rising along each row, inf at the end.
    line : (n, p) float64, points
    is_line : (n, p) bool
    tolerance : float or (n, p) float64, points
        Of each line.

    Returns
    -------
    (n,) int64

    Notes
    -----
    Every line accepts an interval; answers from left to right each take the free line whose
    interval ends first. That is the greatest matching of points to intervals (exchange argument).
    """
    away = np.broadcast_to(np.asarray(tolerance, dtype=np.float64), line.shape)
    end = np.where(is_line, line + away, np.inf)
    rows = np.arange(len(line))
    count = np.zeros(len(line), dtype=np.int64)
    for k in range(found.shape[1]):
        here = found[:, k, None]
        with np.errstate(invalid="ignore"):
            open_end = np.where((np.abs(here - line) <= away) & np.isfinite(end), end, np.inf)
        first = open_end.argmin(axis=1)
        takes = np.isfinite(open_end[rows, first])
        end[rows[takes], first[takes]] = np.inf
        count += takes
    return count


def f1(found: NDArray[np.float64], spectra: Spectra, tolerance: float | NDArray[Any]) -> float:
    """Return F1 over all answers and lines; ``found`` as for :func:`matched`."""
    right = matched(found, spectra.points, spectra.is_line, tolerance).sum()
    total = np.isfinite(found).sum() + spectra.is_line.sum()
    return float(2 * right / total) if total else 1.0


def tuned_threshold(answers: Answers, spectra: Spectra) -> tuple[float, float]:
    """Return the threshold with the greatest F1 at 4 points, and that F1."""
    scores = answers.score[np.isfinite(answers.score)]
    if not scores.size:
        return 0.0, 0.0
    tries = np.unique(np.quantile(scores, np.linspace(0.0, 0.995, _THRESHOLDS)))
    values = [f1(answers.above(t), spectra, TUNED_TOLERANCE) for t in tries]
    # The middle of a plateau is the safest.
    best = np.flatnonzero(np.array(values) >= max(values) - 1e-12)
    chosen = int(best[len(best) // 2])
    return float(tries[chosen]), values[chosen]


def distances(found: NDArray[np.float64], spectra: Spectra, limit: float) -> NDArray[np.float64]:
    """Return the distances of the pairs with the least sum, points.

    As many pairs as possible lie within the limit; of two such assignments the one with the
    smaller sum counts. An infinite limit pairs all answers with lines, as far as they go.
    """
    from scipy.optimize import linear_sum_assignment

    result = []
    for row, line, is_line in zip(found, spectra.points, spectra.is_line, strict=True):
        away = np.abs(row[np.isfinite(row)][:, None] - line[is_line])
        within = away <= limit
        i, j = linear_sum_assignment(np.where(within, away, 1e6))
        result.append(away[i, j][within[i, j]])
    return np.concatenate(result) if result else np.zeros(0)


def constant_f1(spectra: Spectra) -> float:
    """Return F1 at 4 points of the best answer that never looks: evenly spread peaks.

    The floor above which a finder has learned anything; with many lines it is high.
    """
    points = spectra.traces.shape[1]
    found = []
    for count in range(1, 2 * spectra.is_line.shape[1] + 1):
        places = (np.arange(count) + 0.5) * points / count
        answers = np.broadcast_to(places, (len(spectra), count)).copy()
        found.append(f1(answers, spectra, TUNED_TOLERANCE))
    return max(found)


def count_f1(said: NDArray[np.int64], lines: NDArray[np.int64]) -> float:
    """Return the F1 of a peak mask whose order is free: only the number of peaks counts."""
    total = said.sum() + lines.sum()
    return float(2 * np.minimum(said, lines).sum() / total) if total else 1.0


def count_f1_floor(lines: NDArray[np.int64], most: int) -> float:
    """Return the :func:`count_f1` of the best answer that never looks, of ``most`` at most."""
    return max(count_f1(np.full_like(lines, k), lines) for k in range(1, most + 1))


def measure(answers: Answers, spectra: Spectra, threshold: float) -> dict[str, float | None]:
    """Return all figures of a finder on test spectra.

    Returns
    -------
    dict
        ``f1_1 ... f1_8`` at tolerances in points, ``f1_half_fwhm`` at half of each line's width;
        ``mae_points``, ``median_points`` of pairs within 4 points and ``match_rate``, their share
        of the lines; ``mae_assigned_points`` of an assignment without a limit;
        ``count_accuracy``; ``mask_f1`` and ``mask_f1_floor``, that of the best constant answer;
        ``precision_4``, ``recall_4``, ``threshold``. None where no pair exists.
    """
    found = answers.above(threshold)
    said, lines = np.isfinite(found).sum(axis=1), spectra.is_line.sum(axis=1)
    result: dict[str, float | None] = {
        f"f1_{tolerance:g}": f1(found, spectra, tolerance) for tolerance in TOLERANCES
    }
    result["f1_half_fwhm"] = f1(found, spectra, 0.5 * spectra.fwhm.astype(np.float64))
    near, all_pairs = (distances(found, spectra, x) for x in (TUNED_TOLERANCE, np.inf))
    return result | {
        "mae_points": float(near.mean()) if near.size else None,
        "median_points": float(np.median(near)) if near.size else None,
        "match_rate": float(near.size / max(lines.sum(), 1)),
        "mae_assigned_points": float(all_pairs.mean()) if all_pairs.size else None,
        "count_accuracy": float((said == lines).mean()),
        "mask_f1": count_f1(said, lines),
        "mask_f1_floor": count_f1_floor(lines, spectra.is_line.shape[1]),
        "precision_4": float(near.size / max(said.sum(), 1)),
        "recall_4": float(near.size / max(lines.sum(), 1)),
        "threshold": threshold,
    }


def spectrum_f1(answers: Answers, spectra: Spectra, threshold: float) -> NDArray[np.float64]:
    """Return F1 at 4 points of every spectrum, ``(n,)``."""
    found = answers.above(threshold)
    right = matched(found, spectra.points, spectra.is_line, TUNED_TOLERANCE)
    total = np.isfinite(found).sum(axis=1) + spectra.is_line.sum(axis=1)
    return np.asarray(2 * right / np.maximum(total, 1), dtype=np.float64)


def counted(answers: Answers, spectra: Spectra, threshold: float) -> dict[str, str]:
    """Return, one digit a spectrum, how many lines there are, were found, and rightly (4 points).

    With them F1 over any subset of the spectra can be computed anew. Nine stands for nine or more.
    """
    found = answers.above(threshold)
    right = matched(found, spectra.points, spectra.is_line, TUNED_TOLERANCE)
    columns = {
        "lines": spectra.is_line.sum(axis=1),
        "found": np.isfinite(found).sum(axis=1),
        "right": right,
    }
    return {
        name: "".join(str(min(int(n), 9)) for n in numbers) for name, numbers in columns.items()
    }
