"""How well positions are known: against noise alone, and where lines lean to one side."""

from __future__ import annotations

import numpy as np
import pytest

from nmrquanv.spectra.fitting import fit_lines
from nmrquanv.spectra.fitting.shape import misses, slants

WHITE = np.array([1.0] + [0.0] * 24)
PLACES = 200.0 + 150.0 * np.arange(40)
WIDTH = 8.0


def trace_of(snr: float, phase: float = 0.0, seed: int = 0) -> np.ndarray:
    """Return Lorentzian lines, by a phase error (radians) mixed with their dispersion."""
    x = np.arange(PLACES[-1] + 200.0)
    z = (x[:, None] - PLACES) / (0.5 * WIDTH)
    lines = (np.cos(phase) + np.sin(phase) * z) / (1.0 + z * z)
    return snr * lines.sum(axis=1) + np.random.default_rng(seed).normal(size=x.size)


def fitted(trace: np.ndarray, start: np.ndarray = PLACES, **how: float):
    return fit_lines(trace, 1.0, start, np.full(PLACES.size, WIDTH), WHITE, **how)


@pytest.mark.parametrize("phase", [0.03, 0.1])
def test_middles_of_lines_move_as_a_phase_error_has_it(phase):
    trace = trace_of(3000.0, phase)
    # Where cos + z sin = level (1 + z^2) the middle is at tan / (2 level), half widths.
    told = 0.5 * np.tan(phase) * (1 / (2 * 0.35) - 1 / (2 * 0.85))
    assert np.median(slants(trace, 1.0, fitted(trace))) == pytest.approx(told, rel=0.15)


def test_middles_of_even_lines_stay():
    trace = trace_of(1000.0)
    assert slants(trace, 1.0, fitted(trace)).max() < 0.004


def test_lines_that_nobody_can_judge_lean_as_the_others_do():
    trace = trace_of(3000.0, 0.1)
    lines = fitted(trace)
    lines.height[:3] = 20.0
    found = slants(trace, 1.0, lines)
    assert found[:3] == pytest.approx(np.median(found[3:]), rel=0.1)


def test_without_clear_lines_nothing_is_said_to_lean():
    trace = trace_of(20.0, 0.1)
    assert not slants(trace, 1.0, fitted(trace)).any()


@pytest.mark.parametrize("place", [PLACES[5], 0.0, PLACES[-1] + 199.0, PLACES[-1] + 260.0])
def test_a_line_of_which_the_trace_shows_nothing_leans_as_the_others_do(place):
    trace = trace_of(3000.0, 0.1)
    lines = fitted(trace)
    usual = np.median(slants(trace, 1.0, lines))
    low = trace - 2.0 * np.max(trace) * (np.abs(np.arange(trace.size) - place) < 40)
    lines.position[5] = place
    assert slants(low, 1.0, lines)[5] == pytest.approx(usual, rel=0.1)


def test_a_phase_error_is_in_the_errors_of_positions():
    trace = trace_of(3000.0, 0.1)
    lines = fitted(trace)
    off = np.abs(lines.position - PLACES)
    assert np.mean(off < lines.with_shape(0.003).position_err) < 0.1
    told = lines.with_shape(0.003, slants(trace, 1.0, lines))
    assert np.mean(off < told.position_err) > 0.6
    assert np.median(told.position_err) < 3 * np.median(off)


def test_what_a_network_saw_in_the_same_noise_is_not_counted_twice():
    off, said, by_start = [], [], []
    for seed in range(8):
        trace = trace_of(8.0, seed=seed)
        # A start that knows of this very trace what the data say, and no more.
        start = fitted(trace).position
        lines = fitted(trace, start, max_shift=0.14, start_err=0.04)
        off.append(np.abs(lines.position - PLACES))
        said.append(lines.with_shape(0.0).position_err)
        by_start.append(lines.position_err)
    covered = np.mean(np.concatenate(off) < np.concatenate(said))
    assert 0.6 < covered < 0.78
    assert np.mean(np.concatenate(off) < np.concatenate(by_start)) < covered - 0.1


def test_a_line_on_what_no_line_explains_has_an_error_of_its_own():
    off, said, without = [], [], []
    for seed in range(6):
        trace = trace_of(200.0, seed=seed)
        x = np.arange(trace.size)
        # Wiggles of a cut signal, in every second line's place.
        for number, place in enumerate(PLACES[::2]):
            wave = np.cos(2 * np.pi * (x - place) / 16.0 + 0.8 * number)
            trace += 12.0 * wave * (np.abs(x - place) < 40)
        lines = fitted(trace)
        shape = np.maximum(misses(trace, 1.0, lines), 0.001)
        off.append(np.abs(lines.position - PLACES))
        said.append(lines.with_shape(shape).position_err)
        without.append(lines.with_shape(0.001).position_err)
    waved, covered = slice(0, None, 2), np.concatenate(off) < np.concatenate(said)
    by_usual = np.concatenate(off) < np.concatenate(without)
    # the fit takes part of the wiggle up, and nobody sees how much: the errors stay too small
    assert by_usual[waved].mean() < 0.1
    assert covered[waved].mean() > 0.2
    assert 0.6 < covered[1::2].mean() < 0.8


def test_noise_alone_is_no_miss():
    trace = trace_of(300.0)
    assert np.median(misses(trace, 1.0, fitted(trace))) < 0.001
