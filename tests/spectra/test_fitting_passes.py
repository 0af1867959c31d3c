"""Fits of many lines in turns: what spares work changes no number."""

from __future__ import annotations

import numpy as np
import pytest
from scipy.linalg import toeplitz

from nmrquanv.spectra.fitting import fit_lines
from nmrquanv.spectra.fitting.passes import Known, _SoFar
from nmrquanv.spectra.fitting.standard_errors import ERRORS, _between

RNG = np.random.default_rng(11)


def test_groups_that_see_what_they_saw_are_not_asked_again(monkeypatch: pytest.MonkeyPatch) -> None:
    size, lines = 8192, 160
    place = np.sort(RNG.uniform(60, size - 60, lines))
    height = np.exp(RNG.normal(3.5, 0.5, lines))
    width = RNG.uniform(5, 9, lines)
    x = np.arange(size)
    trace = RNG.normal(size=size)
    for at, tall, wide in zip(place, height, width, strict=True):
        trace += tall / (1.0 + (2.0 * (x - at) / wide) ** 2)
    white = np.array([1.0, 0.0])
    asked: list[float] = []

    def fitted(everyone: bool):
        sees = _SoFar.sees_others

        def told(self, window):
            own = np.ones(len(window.which), dtype=bool) if everyone else sees(self, window)
            asked.append(float(own.mean()))
            return own

        with monkeypatch.context() as patch:
            patch.setattr(_SoFar, "sees_others", told)
            known: Known = {}
            fit_lines(trace, 1.0, place + 0.5, 1.2 * width, white, known=known)
            rest = np.delete(np.arange(lines), 80)
            return fit_lines(trace, 1.0, place[rest] + 0.5, 1.2 * width[rest], white, known=known)

    spared = fitted(everyone=False)
    assert min(asked) < 1.0  # else nothing is spared here
    whole = fitted(everyone=True)
    for name in ("position", "fwhm", "height", "eta", *ERRORS):
        np.testing.assert_array_equal(getattr(spared, name), getattr(whole, name))


@pytest.mark.parametrize("lags", [0, 3, 39])
def test_covariances_that_depend_on_the_distance_alone(lags: int) -> None:
    rows, alike = RNG.normal(size=(3, 6, 40)), RNG.uniform(size=(3, 40))
    alike[:, lags + 1 :] = 0.0
    expected = [r @ toeplitz(c) @ r.T for r, c in zip(rows, alike, strict=True)]
    np.testing.assert_allclose(_between(rows, alike), expected, rtol=1e-10, atol=1e-12)
