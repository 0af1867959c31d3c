"""Whether the confidence means what it says: confidence against the share that is right.

All candidates of the benchmark's spectra that are right or false, as when a model is calibrated;
and once more those alone that the default thresholds let pass.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from nmrquanv.bench.kinds import FinderOutcome
from nmrquanv.training.metrics import expected_calibration_error, reliability


@dataclass(frozen=True, slots=True)
class Calibration:
    """Reliability of a finder's confidence.

    Parameters
    ----------
    curve : tuple of (float, float, int)
        Mean confidence, share that is right, and number of peaks, in bins of a tenth.
    error : float
        Expected calibration error: mean distance of the two, weighted by the number.
    peaks : int
    """

    curve: tuple[tuple[float, float, int], ...]
    error: float
    peaks: int


@dataclass(frozen=True, slots=True)
class CalibrationResult:
    """Reliability of all candidates, of those shown, and of all candidates of each kind."""

    overall: Calibration
    shown: Calibration
    kinds: dict[str, Calibration]


def calibration_result(by_kind: Mapping[str, Sequence[FinderOutcome]]) -> CalibrationResult | None:
    """Return how reliable a finder's confidence is; None for a finder without."""
    everything = [o for outcomes in by_kind.values() for o in outcomes]
    if not any(o.confidence for o in everything):
        return None
    kinds = {kind: _calibration(outcomes) for kind, outcomes in by_kind.items()}
    return CalibrationResult(
        _calibration(everything), _calibration(everything, only_shown=True), kinds
    )


def _calibration(outcomes: Sequence[FinderOutcome], *, only_shown: bool = False) -> Calibration:
    confidence = np.array([c for o in outcomes for c in o.confidence], dtype=np.float64)
    is_right = np.array([r for o in outcomes for r in o.is_right], dtype=bool)
    if only_shown:
        is_shown = np.array([s for o in outcomes for s in o.is_shown], dtype=bool)
        confidence, is_right = confidence[is_shown], is_right[is_shown]
    curve = tuple(reliability(confidence, is_right))
    return Calibration(curve, expected_calibration_error(curve), len(confidence))
