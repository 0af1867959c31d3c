"""The law that made a gap is found."""

import numpy as np
import pytest

from nmrquanv.study.experiments.laws import fit_laws

PEAKS = np.repeat(np.arange(1, 13), 3)


@pytest.mark.parametrize(
    ("truth", "name", "last"),
    [
        (lambda n: 0 * n + 0.1, "constant", 0.1),
        (lambda n: 0.02 * n - 0.05, "linear", 0.02),
        (lambda n: 0.002 * np.exp(0.4 * n), "exponential", 0.4),
        (lambda n: 0.2 * np.exp(-0.5 * n), "exponential", -0.5),
    ],
)
def test_the_law_that_made_the_gap_is_found(truth, name, last):
    rng = np.random.default_rng(3)
    gap = truth(PEAKS.astype(float)) + 0.004 * rng.normal(size=PEAKS.size)
    fitted = fit_laws(PEAKS, gap)
    best = min(fitted, key=lambda law: law.bic)
    assert best.name == name
    assert best.parameters[-1] == pytest.approx(last, rel=0.1)
    assert best.low <= last <= best.high
    assert best.at(PEAKS) == pytest.approx(truth(PEAKS.astype(float)), abs=0.01)


def test_noise_alone_does_not_pin_alpha():
    gap = 0.01 * np.random.default_rng(4).normal(size=PEAKS.size)
    _, _, exponential = fit_laws(PEAKS, gap)
    assert exponential.low < 0 < exponential.high
    with pytest.raises(ValueError, match="5 values"):
        fit_laws([1, 2], [0.1, 0.2])
