"""The last stages of training: the confidence of a saved model, on simulated spectra.

First the confidence head learns from refined peaks, then its scores are calibrated on the final
peaks of further spectra, and measured on yet others.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import numpy as np
import torch
from numpy.typing import NDArray

from nmrquanv.models import library
from nmrquanv.models.cards import ModelCard
from nmrquanv.models.networks import build, dense
from nmrquanv.progress import Report
from nmrquanv.training.confidence import (
    Judged,
    calibration_of,
    final_scores,
    fit_head,
    judged_peaks,
)
from nmrquanv.training.metrics import expected_calibration_error, reliability
from nmrquanv.training.parallel import in_processes
from nmrquanv.training.seeded import seeded_spectrum

Scored = tuple[NDArray[np.float64], NDArray[np.bool_]]


def judged_spectra(card_path: str, seed: int, numbers: Sequence[int]) -> Judged:
    """Judge the peaks that a saved model's network finds in simulated spectra."""
    torch.set_num_threads(1)
    network = dense(library.load(card_path).network)
    parts = []
    for number in numbers:
        made, _ = seeded_spectrum(seed, number)
        parts.append(judged_peaks(made.spectrum, made.lines, made.sigma, network))
    return Judged.joined(parts)


def scored_spectra(card_path: str, seed: int, numbers: Sequence[int]) -> list[Scored]:
    """Score the final peaks that a saved model finds in simulated spectra."""
    torch.set_num_threads(1)
    model = library.load(card_path)
    result = []
    for number in numbers:
        made, _ = seeded_spectrum(seed, number)
        result.append(final_scores(made.spectrum, made.lines, made.sigma, model))
    return result


def add_confidence(
    path: Path,
    seed: int,
    spectra: int,
    report: Report,
    further: Sequence[Judged] = (),
    *,
    anew: bool,
) -> None:
    """Train the confidence head of a saved model and save it.

    Parameters
    ----------
    path : Path
        Of its card.
    seed : int
        Of the spectra is one more, so that no window of theirs trained the network.
    spectra : int
    report : Report
    further : sequence of Judged
        Peaks to learn from besides.
    anew : bool
        Begin with the head's starting weights and forget what it learnt before.
    """
    model = library.load_copy(path)
    arguments = (str(path), seed + 1)
    parts = list(in_processes(judged_spectra, arguments, spectra, report, "judging peaks"))
    network = dense(model.network)
    if anew:
        network.confidence.load_state_dict(dense(build(model.card)).confidence.state_dict())
    fit_head(network.confidence, Judged.joined([*parts, *further]), seed)
    library.save_model(path.parent, model.card, network)


def calibrate(path: Path, seed: int, spectra: int, report: Report) -> ModelCard:
    """Calibrate a saved model and save it, with the reliability that it has then.

    Notes
    -----
    The seed of the spectra is two more. Half of them give the calibration, the rest measure it.
    """
    model = library.load_copy(path)
    arguments = (str(path), seed + 2)
    text = "calibrating the confidence"
    parts = list(in_processes(scored_spectra, arguments, max(2, spectra), report, text))
    scored = [one for part in parts for one in part]
    half = len(scored) // 2
    calibration = calibration_of(*_together(scored[:half]))
    score, is_right = _together(scored[half:])
    said = np.interp(score, *np.array(calibration).T) if calibration else score
    curve = reliability(said, is_right)
    figures = {
        "peaks": len(said),
        "expected_calibration_error": round(expected_calibration_error(curve), 4),
        "reliability": [[round(a, 4), round(b, 4), n] for a, b, n in curve],
    }
    metrics = model.card.metrics | {"confidence": figures}
    card = replace(model.card, calibration=calibration, metrics=metrics)
    return library.save_model(path.parent, card, model.network)


def _together(spectra: Sequence[Scored]) -> Scored:
    """Return the scores and truths of several spectra as one."""
    return np.concatenate([s for s, _ in spectra]), np.concatenate([r for _, r in spectra])
