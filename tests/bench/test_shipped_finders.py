"""The benchmark judges what the program lists, lines that a pattern needs among it."""

from __future__ import annotations

from types import SimpleNamespace

import numpy as np
import pytest

import nmrquanv as nq
from nmrquanv.bench.shipped_finders import WithPreset, find_as_shipped
from nmrquanv.spectra.axis import Axis
from nmrquanv.spectra.presets import PRESETS
from nmrquanv.spectra.simulation.spin_systems import first_order
from nmrquanv.spectra.spectrum import Sample, Spectrum
from nmrquanv.spectra.thresholds import Thresholds

SF = 400.0


@pytest.fixture(scope="module")
def made() -> SimpleNamespace:
    """Return a septet whose outer lines are .06 % of a singlet, beside that singlet."""
    hz = np.linspace(3000.0, 1000.0, 1 << 14)
    septet = first_order(1500.0, ((7.0, 6),))
    trace = np.random.default_rng(3).normal(0.0, 1.0, hz.size)
    heights = 600.0 * septet.area / septet.area.max()
    for at, height in ((2500.0, 50_000.0), *zip(septet.hz, heights, strict=True)):
        trace += height / (1.0 + (2.0 * (hz - at)) ** 2)
    spectrum = Spectrum(trace, Axis.through(hz / SF, SF), sample=Sample("1H", "CDCl3"))
    return SimpleNamespace(spectrum=spectrum, lines=(), sigma=1.0, kind="made up")


def places(peaks: nq.PeakList) -> list[float]:
    return sorted(round(p.ppm * SF, 1) for p in peaks)


@pytest.mark.parametrize("preset", ["default", "main"])
def test_what_is_judged_is_what_find_peaks_lists(made: SimpleNamespace, preset: str) -> None:
    found = WithPreset(preset)(made, "classical")
    asked = Thresholds() if preset == "default" else PRESETS[preset]
    listed = nq.find_peaks(made.spectrum, "classical", thresholds=asked)
    assert places(found.shown) == places(listed)


def test_the_outer_lines_of_a_septet_are_judged_though_a_least_height_would_hide_them(
    made: SimpleNamespace,
) -> None:
    found = find_as_shipped(made, "classical")
    septet = [p for p in found.shown if abs(p.ppm * SF - 1500.0) < 25.0]
    assert len(septet) == 7
    alone = found.candidates.passing(Thresholds())
    assert sum(abs(p.ppm * SF - 1500.0) < 25.0 for p in alone) == 5
