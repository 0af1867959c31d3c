"""Lines fitted with the shape that the lines of their spectrum share."""

from __future__ import annotations

import numpy as np
import pytest

from nmrquanv.spectra.fitting import fit_lines
from nmrquanv.spectra.fitting.common_shape import CommonShape
from nmrquanv.spectra.fitting.level import Level
from nmrquanv.spectra.fitting.spread import EVEN, Spread

WHITE = np.array([1.0] + [0.0] * 24)
LOPSIDED = Spread(np.array([-0.4, 2.5, 5.5]), np.array([0.55, 0.3, 0.15]))
WIDTHS = 6.0 * np.linspace(0.7, 1.6, 25)
PLACES = 100.0 + 150.0 * np.arange(25) + np.linspace(0.0, 1.0, 25)


@pytest.fixture(scope="module")
def common() -> CommonShape:
    return CommonShape.of(LOPSIDED, 6.0)


def fitted(snr: float, common: CommonShape | None):
    """Return lines of several widths in a lopsided field: fitted, their true tops and widths."""
    x = np.arange(4000.0)
    trace = np.random.default_rng(1).normal(size=x.size)
    forms = [LOPSIDED.form(float(width)) for width in WIDTHS]
    for place, width, form in zip(PLACES, WIDTHS, forms, strict=True):
        trace += snr * LOPSIDED.line(x - place, float(width)) / form.height
    tops = PLACES + np.array([form.top for form in forms])
    fwhm = np.array([form.fwhm for form in forms])
    lines = fit_lines(
        trace, 1.0, tops + 0.3, 0.9 * fwhm, WHITE,
        max_shift=0.14, start_err=0.04, is_upright=True, common=common,
    )  # fmt: skip
    return lines, tops, fwhm


@pytest.mark.parametrize("snr", [100.0, 3000.0])
def test_lines_in_a_field_stand_at_their_tops_with_their_widths_and_heights(common, snr):
    lines, tops, fwhm = fitted(snr, common)
    assert np.median(np.abs(lines.position - tops) / fwhm) < max(0.4 / snr, 0.001)
    assert lines.fwhm == pytest.approx(fwhm, rel=max(4.0 / snr, 0.01))
    assert lines.height == pytest.approx(np.full(25, snr), rel=max(3.0 / snr, 0.01))
    assert np.median(lines.misfit) < 1.1
    off, _, _ = fitted(snr, None)
    assert np.median(np.abs(off.position - tops) / fwhm) > 0.02
    assert np.median(off.misfit) > 1.5


def test_areas_hold_what_the_field_adds(common):
    lines, _, _ = fitted(3000.0, common)
    true = [3000.0 / LOPSIDED.form(float(w)).height * np.pi / 2 * w for w in WIDTHS]
    assert lines.area == pytest.approx(np.array(true), rel=0.03)


def test_derivatives_are_those_of_the_table(common):
    u = np.random.default_rng(0).uniform(-13.0, 13.0, (200, 1))
    log_fwhm, step = np.full(200, 2.21), 1e-5
    value, slope, broader = common.at(u, log_fwhm)
    by_place = (common.at(u + step, log_fwhm)[0] - value) / step
    by_width = (common.at(u, log_fwhm + step)[0] - value) / step
    assert by_place == pytest.approx(slope, abs=1e-4)
    assert by_width == pytest.approx(broader, abs=1e-6)


def test_on_other_points_it_is_the_same_shape(common):
    u, log_fwhm = np.linspace(-5.0, 5.0, 11)[None], np.array([2.0])
    finer = common.wider(2.0).at(u, log_fwhm + np.log(2.0))
    assert finer[0] == pytest.approx(common.at(u, log_fwhm)[0], abs=1e-12)


def test_an_even_field_adds_nothing():
    assert np.abs(CommonShape.of(EVEN, 6.0).beyond).max() < 0.01


def test_it_is_as_large_as_the_field_is_lopsided(common):
    usual = float(np.log(LOPSIDED.form(6.0).fwhm))
    assert common.size(usual) > 0.03
    assert CommonShape.of(EVEN, 6.0).size(float(np.log(6.0))) < 0.005


def cut_trace(places, widths, height, td, si):
    """Return lines (points, Lorentzian FWHM in points) of an FID of ``td`` points, cut."""
    t = np.arange(td)
    fid = np.zeros(td, dtype=complex)
    for place, width in zip(places, widths, strict=True):
        decay = np.exp(-np.pi * width * t / si)
        decay[0] *= 0.5
        fid += height / decay.sum() * decay * np.exp(2j * np.pi * place * t / si)
    return np.fft.fft(fid, si).real


def test_lines_of_a_cut_fid_stand_at_their_places_with_their_heights():
    """Three at a time, each among the wiggles of the others."""
    period, snr = 8.0, 1000.0
    places = 500.0 + np.cumsum(period * np.tile([1.6, 2.3, 26.0], 5))
    widths = period * np.linspace(0.1, 0.8, 15)
    trace = cut_trace(places, widths, snr, 1024, 8192)
    trace += np.random.default_rng(1).normal(size=trace.size)
    options = {"max_shift": 0.14, "start_err": 0.04, "is_upright": True}
    options["level"] = Level.of(trace, 1.0, 0.7 * period)
    start, fwhm = places + 0.2, np.full(15, 0.7 * period)
    off, taller = [], []
    for common in (CommonShape.of_cut(period), None):
        lines = fit_lines(trace, 1.0, start, fwhm, WHITE, common=common, **options)
        off.append(np.median(np.abs(lines.position - places)) / period)
        taller.append(np.median(np.abs(lines.height / snr - 1.0)))
    assert off[0] < min(0.005, 0.2 * off[1])
    assert taller[0] < min(0.02, 0.2 * taller[1])


def test_lines_of_a_cut_fid_are_fitted_well_from_widths_that_none_of_them_can_have():
    """Bent valleys: started as narrow Lorentzians, lines were left half as tall."""
    period, snr, places = 4.0, 1e5, 400.0 + 301.37 * np.arange(9)
    trace = cut_trace(places, np.full(9, 0.4 * period), snr, 2048, 8192)
    trace += np.random.default_rng(1).normal(size=trace.size)
    lines = fit_lines(
        trace, 1.0, places + 0.05, np.full(9, 2.0), WHITE,
        max_shift=0.14, start_err=0.04, is_upright=True, common=CommonShape.of_cut(period),
    )  # fmt: skip
    assert lines.height / snr == pytest.approx(np.ones(9), abs=0.03)
    assert lines.fwhm == pytest.approx(np.full(9, 2.95), rel=0.02)


def test_a_line_that_died_away_before_the_end_is_plain():
    cut = CommonShape.of_cut(8.0)
    assert np.abs(cut.beyond[-1]).max() < 0.001
    assert np.all(np.diff(cut.log_fwhm) > 0)
