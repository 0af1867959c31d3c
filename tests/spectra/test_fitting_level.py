"""The level that groups of lines stand on."""

from __future__ import annotations

import numpy as np
import pytest

from nmrquanv.spectra.fitting import fit_lines
from nmrquanv.spectra.fitting.level import Level
from nmrquanv.spectra.lineshapes import gaussian, lorentzian

WHITE = np.array([1.0] + [0.0] * 24)
X, WIDTH = np.arange(8192.0), 6.0
PLACES = 4000.0 + 9.0 * np.arange(10)


def noise(seed: int) -> np.ndarray:
    return np.random.default_rng(seed).normal(0.0, 1.0, X.size)


def footed(places: np.ndarray, height: float) -> np.ndarray:
    """Lines of a field with a foot, as real ones have: no pseudo-Voigt has this shape."""
    sharp = sum(lorentzian(X, 0.8 * height, p, WIDTH) for p in places)
    return np.asarray(sharp + sum(gaussian(X, 0.2 * height, p, 6 * WIDTH) for p in places))


def fitted(trace: np.ndarray, level: Level | None):
    widths = np.full(PLACES.size, WIDTH)
    return fit_lines(trace, 1.0, PLACES, widths, WHITE, is_upright=True, level=level)


def test_a_multiplet_keeps_the_area_of_its_tails() -> None:
    clean = footed(PLACES, 5000.0)
    trace = clean + noise(1)
    firm = fitted(trace, Level.of(trace, 1.0, WIDTH)).area.sum() / clean.sum()
    free = fitted(trace, None).area.sum() / clean.sum()
    assert firm == pytest.approx(1.0, abs=0.1)
    assert free < 0.6


def test_a_hump_under_lines_is_not_taken_for_their_tails() -> None:
    lines = sum(lorentzian(X, 300.0, p, WIDTH) for p in PLACES)
    trace = lines + gaussian(X, 2000.0, 4040.0, 1500.0) + noise(2)
    found = fitted(trace, Level.of(trace, 1.0, WIDTH))
    assert np.median(found.height) == pytest.approx(300.0, rel=0.1)


def test_the_level_follows_a_baseline_that_rolls_and_says_how_well() -> None:
    roll = 40.0 * np.sin(2 * np.pi * X / 8000.0)
    trace = roll + footed(PLACES, 5000.0) + noise(3)
    level = Level.of(trace, 1.0, WIDTH)
    value, error = level.at(np.array([1000.0, 2500.0, 6500.0]))
    assert np.all(np.abs(value - np.interp([1000, 2500, 6500], X, roll)) < 3.0 * error)
    assert np.all(error < 15.0)


def test_a_trace_without_a_quiet_place_tells_nothing() -> None:
    trace = noise(4) * 50.0
    assert np.isinf(Level.of(trace, 1.0, WIDTH).error).all()
    assert np.isinf(Level.unknown(5).at(np.array([-3.0, 99.0]))[1]).all()
