"""Lines that overlap are as broad as those beside them, where their own data do not tell."""

from __future__ import annotations

import numpy as np
import pytest

from nmrquanv.models.alike import Alike
from nmrquanv.models.finder import find_peaks
from nmrquanv.spectra.axis import Axis
from nmrquanv.spectra.fitting import FittedLines
from nmrquanv.spectra.spectrum import Spectrum
from nmrquanv.spectra.thresholds import Thresholds

MODELS = ("quanv", "cnn")


def _lines(fwhm, error) -> FittedLines:
    """Lines 10 points apart, of given widths that are known so well."""
    n = len(fwhm)
    at, ones = 10.0 * np.arange(n), np.ones(n)
    names = FittedLines.__dataclass_fields__
    arrays = {name: ones.copy() for name in names if name != "common"}
    arrays |= {"position": at, "fwhm": np.array(fwhm, float), "fwhm_err": np.array(error, float)}
    return FittedLines(**arrays, common=None)


def test_a_line_that_knows_its_width_keeps_it_and_another_takes_its_neighbours() -> None:
    lines = _lines([4.0, 4.0, 12.0, 4.0, 12.0, 4.0], [0.01, 0.01, 6.0, 0.01, 0.01, 0.01])
    expected = Alike(4.0, 0.1).expected(lines)
    assert expected[[0, 1, 3, 5]] == pytest.approx(4.0, rel=0.05)
    assert expected[2] < 6.0
    assert expected[4] == pytest.approx(12.0, rel=0.05)


def test_lines_that_differ_as_any_do_tell_nothing_of_each_other() -> None:
    assert Alike(4.0, 0.2).tells
    assert not Alike(4.0, 0.5).tells
    assert not Alike(float("nan"), 0.1).tells


def _crowd(seed: int) -> tuple[Spectrum, np.ndarray]:
    """Return multiplets of one width whose lines are 0.6 widths apart, and where they stand."""
    rng, axis = np.random.default_rng(seed), Axis(32768, 6000.0, 400.0, 10.0)
    width, hz = 2.5, []
    for centre in np.arange(500.0, 3500.0, 150.0):
        hz += [centre + 0.6 * width * k for k in range(3)] + [centre + 60.0]
    x = axis.all_ppm()[:, None] * 400.0 - np.array(hz)
    trace = (40.0 / (1.0 + (2.0 * x / width) ** 2)).sum(axis=1)
    return Spectrum(trace + rng.normal(size=axis.size), axis), np.array(hz)


@pytest.mark.parametrize("model", MODELS)
def test_lines_in_a_bump_have_the_width_of_those_that_stand_alone(model) -> None:
    spectrum, hz = _crowd(3)
    found = find_peaks(spectrum, model).passing(Thresholds())
    place = np.array([p.ppm * 400.0 for p in found])
    is_found = np.abs(place[:, None] - hz).min(axis=0) < 0.4
    assert is_found.mean() > 0.86
    own = np.abs(place[:, None] - hz).argmin(axis=0)[is_found]
    widths = np.array([p.fwhm_hz for p in found])[own]
    assert np.quantile(np.abs(widths / 2.5 - 1.0), 0.9) < 0.3
