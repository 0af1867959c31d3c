"""The spike in the middle of the sweep is no line."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from nmrquanv.bench.second.hard_kinds import second_spectrum
from nmrquanv.models.finder import find_peaks
from nmrquanv.spectra.axis import Axis
from nmrquanv.spectra.peaks import Peak
from nmrquanv.spectra.spectrum import Sample, Spectrum
from nmrquanv.spectra.zero_frequency import with_spike

AXIS = Axis(4096, 4000.0, 400.0, 10.0)
SPECTRUM = Spectrum(np.zeros(4096), AXIS, Sample("1H"), time_points=2048.0)
MIDDLE = float(AXIS.ppm(2048))
LINES = tuple(Peak(ppm, 100.0, snr=100.0, fwhm_hz=1.3) for ppm in (9.0, 7.0, 3.0, 2.0))
SPIKE = Peak(MIDDLE, 100.0, snr=100.0, fwhm_hz=0.6)


@pytest.mark.parametrize("model", ["classical", "quanv"])
def test_a_constant_voltage_is_told_from_lines(model) -> None:
    made = second_spectrum("artefacts", 2)
    centre = float(made.spectrum.axis.ppm(made.spectrum.axis.size // 2))
    found = find_peaks(made.spectrum, model)
    spike = min(found, key=lambda p: abs(p.ppm - centre))
    assert abs(spike.ppm - centre) < 1e-3
    assert spike.peak_class == "artefact"


def test_the_sharp_peak_in_the_middle_is_an_artefact() -> None:
    assert [p.peak_class for p in with_spike((*LINES, SPIKE), SPECTRUM)] == ["signal"] * 4 + [
        "artefact"
    ]


@pytest.mark.parametrize(
    "other",
    [
        replace(SPIKE, fwhm_hz=1.2),
        replace(SPIKE, fwhm_hz=None),
        replace(SPIKE, ppm=MIDDLE + 4 * AXIS.point_hz / AXIS.sf_mhz),
        replace(SPIKE, is_confirmed=True),
    ],
    ids=["broad", "unknown", "beside", "confirmed"],
)
def test_what_may_be_a_line_stays_one(other) -> None:
    assert all(p.peak_class == "signal" for p in with_spike((*LINES, other), SPECTRUM))


def test_too_few_lines_tell_nothing() -> None:
    assert with_spike((LINES[0], SPIKE), SPECTRUM)[1].peak_class == "signal"


def test_a_solvent_among_the_broad_lines_of_a_paramagnet_is_a_line() -> None:
    broad = [replace(line, fwhm_hz=200.0) for line in LINES]
    assert with_spike((*broad, SPIKE), SPECTRUM)[4].peak_class == "signal"
