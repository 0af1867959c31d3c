"""Train and calibrate the confidence head on refined peaks of simulated spectra.

The peaks are those that the trained network finds and the fit refines, with all the evidence that
the finder will have; right and false are what the project's metric says.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import torch
from numpy.typing import NDArray

from nmrquanv.models.answering import DenseAnswers
from nmrquanv.models.finder import final_lines
from nmrquanv.models.first_fit import first_fit
from nmrquanv.models.library import LoadedModel
from nmrquanv.models.networks import ConfidenceHead
from nmrquanv.spectra.scoring import assigned
from nmrquanv.spectra.spectrum import Spectrum, TrueLine

_STEPS, _BATCH, _RATE = 3000, 1024, 3e-3
_CORNERS = 12


@dataclass(frozen=True, slots=True, eq=False)
class Judged:
    """Refined peaks with the truth about them.

    Parameters
    ----------
    evidence : (n, k) float32
    is_right : (n,) bool
    counts : (n,) bool
        False for satellites, sidebands and lines of 3 to 6 sigma: neither right nor false.
    """

    evidence: NDArray[np.float32]
    is_right: NDArray[np.bool_]
    counts: NDArray[np.bool_]

    @classmethod
    def joined(cls, parts: Sequence[Judged]) -> Judged:
        """Return several sets as one."""
        names = ("evidence", "is_right", "counts")
        return cls(*(np.concatenate([getattr(p, n) for p in parts]) for n in names))


def judged_peaks(
    spectrum: Spectrum, lines: Sequence[TrueLine], sigma: float, network: DenseAnswers
) -> Judged:
    """Find the peaks of a spectrum with known lines, fit them once, and say which are right.

    Parameters
    ----------
    spectrum : Spectrum
    lines : sequence of TrueLine
    sigma : float
        True noise: it decides which lines count.
    network : DenseAnswers

    Notes
    -----
    Right is where the *network* put the peak: the first fit holds false lines too, which shift
    the true ones, and the second fit mends that.
    """
    found = [refined for _, refined in first_fit(spectrum, network)]
    evidence = np.concatenate([f.evidence for f in found])
    position = np.concatenate([f.candidates.position for f in found])
    return Judged(evidence, *_judge(spectrum, position, lines, sigma))


def final_scores(
    spectrum: Spectrum, lines: Sequence[TrueLine], sigma: float, model: LoadedModel
) -> tuple[NDArray[np.float64], NDArray[np.bool_]]:
    """Return the scores of a spectrum's final peaks that count, and which are right."""
    found = final_lines(spectrum, model)
    position = np.concatenate([part.marked.lines.position for part in found])
    score = np.concatenate([part.score for part in found])
    is_right, counts = _judge(spectrum, position, lines, sigma)
    return score[counts], is_right[counts]


def _judge(
    spectrum: Spectrum, position: NDArray[np.float64], lines: Sequence[TrueLine], sigma: float
) -> tuple[NDArray[np.bool_], NDArray[np.bool_]]:
    """Return which positions (native points) are right, and which are right or false."""
    ppm = spectrum.axis.ppm(position)
    lines_of, counted = assigned(list(ppm), lines, spectrum.axis, sigma)
    is_right = np.array([k is not None and counted[k] for k in lines_of], dtype=bool)
    counts = np.array([k is None or counted[k] for k in lines_of], dtype=bool)
    return is_right, counts


def fit_head(head: ConfidenceHead, judged: Judged, seed: int) -> None:
    """Train the head in place; leaves it in evaluation mode.

    Notes
    -----
    Binary cross-entropy on all peaks that count, Adam, rate falling along a cosine.
    """
    keep = judged.counts
    evidence = torch.from_numpy(judged.evidence[keep])
    truth = torch.from_numpy(judged.is_right[keep].astype(np.float32))
    with torch.no_grad():
        head.centre.copy_(evidence.mean(dim=0))
        head.scale.copy_(evidence.std(dim=0).clamp_min(1e-3))
    rng = np.random.default_rng(seed)
    optimiser = torch.optim.AdamW(head.parameters(), lr=_RATE, weight_decay=1e-3)
    schedule = torch.optim.lr_scheduler.CosineAnnealingLR(optimiser, _STEPS)
    loss_of = torch.nn.BCEWithLogitsLoss()
    head.train()
    for _ in range(_STEPS):
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
