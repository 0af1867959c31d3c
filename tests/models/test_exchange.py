"""Two sites in exchange: broad tops where the trace has them, none in the saddle between."""

from __future__ import annotations

import numpy as np
import pytest

from nmrquanv.interface import find_peaks
from nmrquanv.spectra.axis import Axis
from nmrquanv.spectra.spectrum import Sample, Spectrum

AXIS = Axis(32768, 2501.3, 250.13, 9.0)
SHARP = ((1.97, 1.0), (3.10, 0.35))
SITES_PPM = (2.96, 2.82)
SHARP_R2, SITE_R2 = 4.7, 6.0
"""1/s; a sharp line is 1.5 Hz wide."""


def exchanging(rate: float) -> Spectrum:
    """Return two sites that change places so many times a second, beside two sharp lines."""
    t_s = np.arange(8192) / AXIS.sw_hz

    def omega(ppm: float) -> float:
        hz = (AXIS.offset_ppm - ppm) * AXIS.sf_mhz - AXIS.sw_hz / 2
        return float(2 * np.pi * hz)

    fid = sum(height * np.exp((1j * omega(ppm) - SHARP_R2) * t_s) for ppm, height in SHARP)
    first, second = (1j * omega(ppm) - SITE_R2 - rate for ppm in SITES_PPM)
    values, vectors = np.linalg.eig(np.array([[first, rate], [rate, second]]))
    weights = np.linalg.solve(vectors, np.ones(2)) * vectors.sum(axis=0)
    fid = fid + sum(w * np.exp(v * t_s) for w, v in zip(weights, values, strict=True))
    rng = np.random.default_rng(4)
    fid += 2e-3 * rng.normal(size=(2, t_s.size)).T @ [1, 1j]
    fid[0] *= 0.5
    data = np.fft.fftshift(np.fft.fft(fid, AXIS.size))
    return Spectrum(data, AXIS, Sample("1H"), time_points=t_s.size)


@pytest.mark.parametrize("model", ["quanv", "cnn"])
@pytest.mark.parametrize(("rate", "tops"), [(40.0, (2.949, 2.831)), (95.0, (2.890,))])
def test_exchange_broadened_lines_stand_where_their_tops_are(model, rate, tops) -> None:
    spectrum = exchanging(rate)
    found = find_peaks(spectrum, model)
    between = sorted((p for p in found if 2.7 < p.ppm < 3.05), key=lambda p: -p.ppm)
    assert [p.ppm for p in between] == pytest.approx(tops, abs=0.004)
    sharp = [p.ppm for p in found if not 2.7 < p.ppm < 3.05]
    assert sorted(sharp) == pytest.approx([1.97, 3.10], abs=0.002)
    if len(tops) == 1:
        assert between[0].fwhm_hz == pytest.approx(28.0, abs=2.0)
