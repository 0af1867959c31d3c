"""The last stages of training: the confidence of a saved model, on simulated spectra.

First the confidence head learns from refined peaks, then the one for settled lines from those that
the finder lists with it; its scores are calibrated on the final peaks of further spectra, and
measured on yet others.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import numpy as np
import torch
from numpy.typing import NDArray

from nmrquanv.models import library
from nmrquanv.models.cards import FINAL_VERSION, ModelCard
from nmrquanv.models.networks import ConfidenceHead, build, dense
from nmrquanv.progress import Report
from nmrquanv.training.confidence import FINAL, FIRST, calibration_of, fit_head
from nmrquanv.training.judged import Judged, Scored, judged_spectra, scored_spectra, settled_spectra
from nmrquanv.training.metrics import expected_calibration_error, reliability
from nmrquanv.training.parallel import TASK_SPECTRA, in_processes

_RATE, _STEPS, _STEPS_BETWEEN, _BATCH = 3e-4, 400, 20, 1024

_LEAST_SAID = 1e-3

Calibration = tuple[tuple[float, float], ...]


def add_confidence(path: Path, seed: int, spectra: int, report: Report) -> None:
    """Train the confidence head of a saved model from its starting weights, and save it.

    Parameters
    ----------
    path : Path
        Of its card.
    seed : int
        Of the spectra is one more, so that no window of theirs trained the network.
    spectra : int
    report : Report
    """
    model = library.load_copy(path)
    arguments = (str(path), seed + 1)
    parts = list(in_processes(judged_spectra, arguments, spectra, report, "judging peaks"))
    network = dense(model.network)
    # Also where a run that was cut had trained it already.
    network.confidence.load_state_dict(dense(build(model.card)).confidence.state_dict())
    fit_head(network.confidence, Judged.joined(parts), seed, FIRST)
    library.save_model(path.parent, model.card, network)


def add_last_word(path: Path, seed: int, spectra: int, report: Report) -> None:
    """Give a saved model a confidence for settled lines, and save it.

    Parameters
    ----------
    path : Path
        Of its card.
    seed : int
        Of the spectra is three more.
    spectra : int
    report : Report
    """
    model = library.load_copy(path)
    arguments = (str(path), seed + 3)
    parts = list(in_processes(settled_spectra, arguments, spectra, report, "judging settled lines"))
    judged = Judged.joined(parts)
    card = replace(
        model.card, architecture=model.card.architecture | {"final_evidence": FINAL_VERSION}
    )
    network = dense(build(card))
    # Also where a run that was cut had trained it already.
    known = {n: v for n, v in model.network.state_dict().items() if not n.startswith("final.")}
    network.load_state_dict(network.state_dict() | known)
    assert network.final is not None
    fit_head(network.final, judged, seed, FINAL)
    library.save_model(path.parent, replace(card, calibration=()), network)


def renew_confidence(
    path: Path, seed: int, spectra: int, report: Report, reviewed: Sequence[Judged]
) -> None:
    """Let the confidence head of a retrained model learn on from what it knows, and save it.

    Parameters
    ----------
    path : Path
        Of its card.
    seed : int
        Of the spectra is one more.
    spectra : int
        A quarter of them tells when to end.
    report : Report
    reviewed : sequence of Judged
        Peaks that a person judged, learnt beside those of the spectra.
    """
    model = library.load_copy(path)
    arguments = (str(path), seed + 1)
    text = "judging peaks"
    part = max(1, min(TASK_SPECTRA, spectra // 4))
    parts = list(in_processes(judged_spectra, arguments, spectra, report, text, at_once=part))
    aside = max(1, len(parts) // 4)
    network = dense(model.network)
    learnt = Judged.joined([*parts[aside:], *reviewed])
    continue_head(network.confidence, learnt, Judged.joined(parts[:aside]), seed)
    library.save_model(path.parent, model.card, network)


def continue_head(head: ConfidenceHead, learnt: Judged, held_out: Judged, seed: int) -> float:
    """Train a head a little further, in place; leaves it in evaluation mode.

    Parameters
    ----------
    head : ConfidenceHead
    learnt, held_out : Judged
        The state with the least loss on the latter is kept, be it the first one.
    seed : int

    Returns
    -------
    float
        That loss.

    Notes
    -----
    Few peaks are soon learnt by heart: trained on them as long as on many, the head judged others
    far worse (cross-entropy 0.35 on simulated peaks, 0.22 before).
    """
    evidence, truth = _counted(learnt)
    rng = np.random.default_rng(seed)
    optimiser = torch.optim.AdamW(head.parameters(), lr=_RATE, weight_decay=1e-3)
    loss_of = torch.nn.BCEWithLogitsLoss()
    least, best = _head_loss(head, held_out), _state(head)
    for step in range(_STEPS if len(truth) else 0):
        chosen = torch.from_numpy(rng.integers(0, len(truth), _BATCH))
        loss = loss_of(head(evidence[chosen]), truth[chosen])
        optimiser.zero_grad()
        loss.backward()
        optimiser.step()
        if (step + 1) % _STEPS_BETWEEN == 0:
            now = _head_loss(head, held_out)
            if now < least:
                least, best = now, _state(head)
    head.load_state_dict(best)
    head.eval()
    return least


def _counted(judged: Judged) -> tuple[torch.Tensor, torch.Tensor]:
    """Return evidence and truth of the peaks that are right or false."""
    keep = judged.counts
    truth = judged.is_right[keep].astype(np.float32)
    return torch.from_numpy(judged.evidence[keep]), torch.from_numpy(truth)


def _head_loss(head: ConfidenceHead, judged: Judged) -> float:
    evidence, truth = _counted(judged)
    with torch.no_grad():
        return float(torch.nn.functional.binary_cross_entropy_with_logits(head(evidence), truth))


def _state(head: ConfidenceHead) -> dict[str, torch.Tensor]:
    return {name: value.detach().clone() for name, value in head.state_dict().items()}


def calibrate(path: Path, seed: int, spectra: int, report: Report) -> ModelCard:
    """Calibrate a saved model and save it, with the reliability that it has then.

    Notes
    -----
    The seed of the spectra is two more. Half of them give the calibration, the rest measure it.
    Where a card has one already (a retrained model: its parent's), that stays unless the new one
    says the rest better: for a model that hardly changed, few peaks tell less than many did.
    """
    model = library.load_copy(path)
    arguments = (str(path), seed + 2)
    text = "calibrating the confidence"
    spectra = max(2, spectra)
    part = max(1, min(TASK_SPECTRA, spectra // 4))
    parts = list(in_processes(scored_spectra, arguments, spectra, report, text, at_once=part))
    scored = [one for part in parts for one in part]
    half = len(scored) // 2
    calibration = calibration_of(*_together(scored[:half]))
    score, is_right = _together(scored[half:])
    calibration = _better(calibration, model.card.calibration, score, is_right)
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


def _better(
    new: Calibration, old: Calibration, score: NDArray[np.float64], is_right: NDArray[np.bool_]
) -> Calibration:
    """Return the calibration that says peaks best, of a new and an old one."""
    if not old:
        return new
    if not new or _cross_entropy(old, score, is_right) <= _cross_entropy(new, score, is_right):
        return old
    return new


def _cross_entropy(
    calibration: Calibration, score: NDArray[np.float64], is_right: NDArray[np.bool_]
) -> float:
    said = np.clip(np.interp(score, *np.array(calibration).T), _LEAST_SAID, 1 - _LEAST_SAID)
    return float(-np.mean(np.log(np.where(is_right, said, 1.0 - said)))) if len(score) else 0.0


def _together(spectra: Sequence[Scored]) -> Scored:
    """Return the scores and truths of several spectra as one."""
    return np.concatenate([s for s, _ in spectra]), np.concatenate([r for _, r in spectra])
