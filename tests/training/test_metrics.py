import numpy as np
import pytest

from nmrquanv.spectra.scoring import Score
from nmrquanv.training.metrics import accuracy, expected_calibration_error, reliability


def test_scores_of_several_spectra_count_together():
    total = accuracy([Score(8, 2, 0, 0.1), Score(2, 0, 8, 0.5)])
    assert total.precision == pytest.approx(10 / 12)
    assert total.recall == pytest.approx(10 / 18)
    assert total.error_hz == pytest.approx((8 * 0.1 + 2 * 0.5) / 10)
    assert total.lines == 18


def test_nothing_to_count_is_none_and_not_perfect():
    assert accuracy([]).f1 is None
    assert accuracy([Score(0, 0, 0, None)]).error_hz is None


def test_honest_confidence_has_no_calibration_error():
    rng = np.random.default_rng(0)
    said = rng.uniform(size=200_000)
    right = rng.uniform(size=said.size) < said
    assert expected_calibration_error(reliability(said, right)) < 0.01


def test_overconfidence_is_measured():
    said = np.full(1000, 0.9)
    right = np.arange(1000) % 2 == 0
    assert expected_calibration_error(reliability(said, right)) == pytest.approx(0.4)
