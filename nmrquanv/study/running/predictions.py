"""What a run answered to the test spectra, kept small enough to be committed by the thousand.

Positions are rounded to an eighth of a point and scores to 1/250; answers with a score below a
quarter of the threshold are left out. So every figure can be computed anew, for any tolerance and
any subset of the spectra.
"""

from __future__ import annotations

import io
from collections.abc import Mapping
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from nmrquanv.errors import FormatError
from nmrquanv.guarded_arrays import read_npz
from nmrquanv.study.data.study_metrics import Answers
from nmrquanv.writing import write_whole

PREDICTIONS = "predictions"
"""Name of the measure, of a result's entry and of the folder beside the runs."""

_STEPS_A_POINT, _SCORE_STEPS, _THRESHOLD_STEPS = 8, 250, 60_000
_LEFT_OUT = 0.25

ROUNDED_POINTS = 0.5 / _STEPS_A_POINT
"""How far a kept position may lie from what was answered."""

Packed = Mapping[str, NDArray[np.uint8] | NDArray[np.uint16]]


def packed(answers: Answers, threshold: float) -> Packed:
    """Return answers as small integers.

    Returns
    -------
    dict
        ``position`` (n, s) uint16, eighths of a point; ``score`` (n, s) uint8, 0 where there is no
        answer; ``threshold`` (1,) uint16, in units of 1/60,000.
    """
    score = np.where(np.isfinite(answers.score), answers.score, 0.0)
    score[score < _LEFT_OUT * threshold] = 0.0
    steps = np.rint(np.clip(score, 0.0, 1.0) * _SCORE_STEPS).astype(np.uint8)
    # A rounded score stays on its side of the threshold.
    is_above, limit = score > threshold, threshold * _SCORE_STEPS
    steps = np.where(is_above & (steps <= limit), np.floor(limit) + 1, steps)
    steps = np.where(~is_above & (steps > limit), np.floor(limit), steps).astype(np.uint8)
    position = np.rint(np.clip(answers.position, 0.0, 8000.0) * _STEPS_A_POINT)
    return {
        "position": np.where(steps > 0, position, 0).astype(np.uint16),
        "score": steps,
        "threshold": np.array([int(threshold * _THRESHOLD_STEPS)], dtype=np.uint16),
    }


def read_predictions(folder: Path, key: str) -> tuple[Answers, float]:
    """Read what :func:`packed` has kept of a run: its answers, to the rounding, and the threshold.

    Raises
    ------
    FormatError
        There is no such file, or it is damaged.
    """
    path = path_of(folder, key)
    arrays = read_npz(path)
    try:
        score = np.where(arrays["score"] > 0, arrays["score"] / _SCORE_STEPS, -np.inf)
        answers = Answers(arrays["position"] / _STEPS_A_POINT, score)
        return answers, float(arrays["threshold"][0]) / _THRESHOLD_STEPS
    except (KeyError, IndexError, TypeError) as error:
        raise FormatError(f"{path}: are no answers ({error})") from error


def path_of(folder: Path, key: str) -> Path:
    """Return where a run's answers lie."""
    return folder / PREDICTIONS / f"{key}.npz"


def write_predictions(folder: Path, key: str, arrays: Packed) -> None:
    """Write a run's answers so that they are there whole or not at all."""
    path = path_of(folder, key)
    path.parent.mkdir(parents=True, exist_ok=True)
    held = io.BytesIO()
    np.savez_compressed(held, **arrays)  # type: ignore[arg-type]
    write_whole(path, held.getvalue())
