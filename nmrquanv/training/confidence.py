"""Train and calibrate the confidence head on refined peaks of simulated spectra.

The peaks are those that the trained network finds and the fit refines, with all the evidence that
the finder will have; right and false are what the project's metric says.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import torch
from numpy.typing import NDArray

from nmrquanv.errors import TrainingError
from nmrquanv.models.networks import ConfidenceHead
from nmrquanv.training.judged import Judged

_BATCH, _RATE = 1024, 3e-3
_CORNERS = 12


@dataclass(frozen=True, slots=True)
class Lesson:
    """How long a confidence learns, and how far its weights decay."""

    steps: int
    decay: float


FIRST, FINAL = Lesson(3000, 1e-3), Lesson(1000, 0.1)
"""Of candidates there are some hundred thousand; of settled lines fewer, and few of them false:
learnt for longer they are learnt by heart."""


def fit_head(head: ConfidenceHead, judged: Judged, seed: int, lesson: Lesson = FIRST) -> None:
    """Train the head in place; leaves it in evaluation mode.

    Raises
    ------
    TrainingError
        No peak is right or false.

    Notes
    -----
    Binary cross-entropy on all peaks that count, Adam, rate falling along a cosine.
    """
    keep = judged.counts
    if not keep.any():
        raise TrainingError(
            "the network finds no peaks yet that its confidence could learn from: train it on more "
            "spectra or for more epochs"
        )
    evidence = torch.from_numpy(judged.evidence[keep])
    truth = torch.from_numpy(judged.is_right[keep].astype(np.float32))
    with torch.no_grad():
        head.centre.copy_(evidence.mean(dim=0))
        head.scale.copy_(evidence.std(dim=0).clamp_min(1e-3))
    rng = np.random.default_rng(seed)
    optimiser = torch.optim.AdamW(head.parameters(), lr=_RATE, weight_decay=lesson.decay)
    schedule = torch.optim.lr_scheduler.CosineAnnealingLR(optimiser, lesson.steps)
    loss_of = torch.nn.BCEWithLogitsLoss()
    head.train()
    with torch.random.fork_rng(devices=[]):  # what is left out is drawn from the seed too
        torch.manual_seed(seed)
        for _ in range(lesson.steps):
            chosen = torch.from_numpy(rng.integers(0, len(truth), min(_BATCH, len(truth))))
            loss = loss_of(head(evidence[chosen]), truth[chosen])
            optimiser.zero_grad()
            loss.backward()
            optimiser.step()
            schedule.step()
    head.eval()


def calibration_of(
    score: NDArray[np.float64], is_right: NDArray[np.bool_]
) -> tuple[tuple[float, float], ...]:
    """Return a rising, piecewise linear map from scores to shares that are right.

    Notes
    -----
    Isotonic regression (``scipy.optimize.isotonic_regression``) on peaks held out from training,
    thinned to a dozen corners of equal counts.
    """
    from scipy.optimize import isotonic_regression

    if len(score) < 10 * _CORNERS:
        return ()
    order = np.argsort(score)
    rising = isotonic_regression(is_right[order].astype(np.float64)).x
    groups = np.array_split(np.arange(len(score)), _CORNERS)
    corners = [(float(score[order][g].mean()), float(rising[g].mean())) for g in groups]
    result = [(0.0, 0.0)]
    for x, y in corners:
        if x > result[-1][0] + 1e-6:
            result.append((x, max(y, result[-1][1])))
    if result[-1][0] < 1.0 - 1e-6:
        result.append((1.0, max(1.0, result[-1][1])))
    return tuple(result)
