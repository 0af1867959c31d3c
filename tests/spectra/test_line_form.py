"""Widths and lean of a common line shape, against lines that are known in closed form."""

from __future__ import annotations

import numpy as np
import pytest

from nmrquanv.spectra.fitting.spread import EVEN, Spread
from nmrquanv.spectra.line_form import LEVELS, LineForm, measured_hz

POINT_HZ = 0.25


def test_a_lorentzian_is_its_own_ideal() -> None:
    form = LineForm.of(EVEN, 6.0, POINT_HZ)
    assert form.width_hz == pytest.approx(form.ideal_hz, rel=1e-3)
    assert form.width_hz[0] == pytest.approx(1.5, rel=1e-3)
    assert form.width_hz[1] == pytest.approx(1.5 * np.sqrt(1 / 0.0055 - 1), rel=1e-3)
    assert form.lean == pytest.approx(0.0, abs=1e-3)
    assert np.abs(form.line - form.ideal).max() < 1e-3


def test_a_part_towards_low_ppm_widens_that_side() -> None:
    lopsided = Spread(np.array([0.0, 4.0]), np.array([0.8, 0.2]))
    form = LineForm.of(lopsided, 6.0, POINT_HZ)
    assert form.lean < -0.05
    low = form.offset_hz < -1.0
    assert (form.line - form.ideal)[low].max() > 0.03
    mirrored = LineForm.of(Spread(-lopsided.shift, lopsided.share), 6.0, POINT_HZ)
    assert mirrored.lean == pytest.approx(-form.lean, abs=1e-3)
    assert mirrored.width_hz == pytest.approx(form.width_hz, rel=1e-3)


def test_widths_are_measured_where_the_trace_tells_them() -> None:
    x = np.arange(4001.0)
    line = 1000.0 / (1.0 + ((x - 2000.0) / 3.0) ** 2)
    alone = measured_hz(line, 2000, 0.5, POINT_HZ)
    assert alone == pytest.approx(LineForm.of(EVEN, 6.0, POINT_HZ).width_hz, rel=1e-2)
    in_noise = measured_hz(line, 2000, 3.0, POINT_HZ)
    assert np.isfinite(in_noise).tolist() == [True, True, False]
    beside = line + 50.0 / (1.0 + ((x - 2080.0) / 3.0) ** 2)
    hidden = measured_hz(beside, 2000, 0.5, POINT_HZ)
    assert np.isfinite(hidden).tolist() == [True, True, False]
    assert len(LEVELS) == 3
