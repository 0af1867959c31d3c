"""The line shape that the lines of a spectrum share: what is told of it, and cleaning by it."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from nmrquanv.bench.second.sites import site_spectrum
from nmrquanv.models.line_shape import line_shape
from nmrquanv.models.line_shape_words import in_words
from nmrquanv.spectra.recipe import Recipe


def test_a_lopsided_field_is_told_and_lines_are_clean_after_it() -> None:
    spectrum = site_spectrum("lopsided", 3000.0, 0)[0].spectrum
    shape = line_shape(spectrum)
    assert shape.field.is_adopted
    assert shape.is_in_fits
    assert shape.form is not None
    assert shape.field.left < 0.2 * shape.field.by_voigt
    assert shape.teachers_ppm.size == shape.field.lines
    at = [spectrum.trace[round(spectrum.axis.point(float(p)))] for p in shape.teachers_ppm]
    assert min(at) > 30 * spectrum.noise.sigma
    assert shape.measured_hz[:2] == pytest.approx(shape.form.width_hz[:2], rel=0.1)
    assert abs(shape.form.lean) > 0.03
    text = " ".join(in_words(shape))
    assert f"Learnt from {shape.field.lines} lines" in text
    assert "fits every line with it" in text
    assert shape.cleaning is not None
    after = line_shape(Recipe((shape.cleaning,)).apply(spectrum))
    assert after.field.by_voigt < 0.2 * shape.field.by_voigt
    assert after.form is not None
    assert abs(after.form.lean) < 0.2 * abs(shape.form.lean)
    assert after.form.width_hz[0] == pytest.approx(shape.form.width_hz[0], rel=0.05)


def test_lines_of_a_good_shim_need_no_shape_and_it_is_said() -> None:
    shape = line_shape(site_spectrum("Lorentzian", 3000.0, 0)[0].spectrum)
    assert not shape.field.is_adopted
    assert shape.cleaning is None
    assert "The usual Voigt line is used" in in_words(shape)[0]


def test_noise_alone_has_no_shape() -> None:
    spectrum = site_spectrum("Lorentzian", 300.0, 0)[0].spectrum
    noise = np.random.default_rng(2).normal(size=spectrum.axis.size)
    shape = line_shape(spectrum.with_data(noise))
    assert shape.form is None
    assert np.isnan(shape.measured_hz).all()
    assert "no two tall lines" in " ".join(in_words(shape))


def test_without_hz_nothing_can_be_cleaned() -> None:
    spectrum = site_spectrum("lopsided", 3000.0, 0)[0].spectrum
    nameless = spectrum.with_data(spectrum.data, replace(spectrum.axis, has_hz=False))
    assert line_shape(nameless).cleaning is None
