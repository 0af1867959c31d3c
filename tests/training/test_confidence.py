import numpy as np
import pytest

from nmrquanv.models.confidence import EVIDENCE
from nmrquanv.models.networks import ConfidenceHead
from nmrquanv.training.confidence import Lesson, calibration_of, fit_head
from nmrquanv.training.judged import Judged


def test_the_head_learns_what_the_evidence_says():
    import torch

    rng = np.random.default_rng(0)
    evidence = rng.normal(size=(4000, len(EVIDENCE))).astype(np.float32)
    right = evidence[:, 0] + 0.5 * evidence[:, 3] > 0
    head = ConfidenceHead()
    fit_head(head, Judged(evidence, right, np.ones(4000, bool)), 0, Lesson(300, 1e-3))
    with torch.no_grad():
        said = torch.sigmoid(head(torch.from_numpy(evidence))).numpy() > 0.5
    assert np.mean(said == right) > 0.95


def test_calibration_rises_and_mends_overconfidence():
    rng = np.random.default_rng(1)
    score = rng.uniform(size=50_000)
    right = rng.uniform(size=score.size) < score**2
    corners = np.array(calibration_of(score, right))
    assert (np.diff(corners, axis=0) >= 0).all()
    assert np.interp(0.5, *corners.T) == pytest.approx(0.25, abs=0.06)


def test_too_few_peaks_give_no_calibration():
    assert calibration_of(np.array([0.1, 0.9]), np.array([False, True])) == ()
