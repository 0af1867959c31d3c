"""A spectrum of known lines and a peak list of it, with words that formats must not fall for."""

from __future__ import annotations

import numpy as np
import pytest

from nmrquanv.io.peak_tables import ExportedIntegral, PeakExport, peak_export
from nmrquanv.spectra.axis import Axis
from nmrquanv.spectra.peaks import Peak, PeakList, Provenance
from nmrquanv.spectra.spectrum import Sample, Source, Spectrum

HASH = "0123456789abcdef" * 4
EVIL = '=HYPERLINK("http://x") <b>&amp;</b> \\ ; $$ ## "a\tb\n##END=\x00'


@pytest.fixture
def spectrum() -> Spectrum:
    axis = Axis(4096, 5000.0, 500.0, 10.0)
    x = (axis.all_ppm()[:, None] - np.array([7.26, 3.5, 1.25])) * 500.0
    data = (1 - 1j * x) / (1 + x**2) @ np.array([100.0, 10.0, -50.0])
    source = Source("/data/menthol/10", "1", "Bruker", HASH, ("1i missing",))
    return Spectrum(data, axis, Sample("1H", "CDCl3", "menthol é"), source)


@pytest.fixture
def peaks() -> PeakList:
    return PeakList(
        (
            Peak(7.2600012, 100.00012345, 500.0, 2.0, 314.159265, 2e-6, 0.98, "quanv", id="a",
                 peak_class="solvent"),
            Peak(3.50012345, 10.0, 50.0, 2.0, 31.4159, 3e-4, 0.61, "quanv", id="b"),
            Peak(1.25, -50.0, None, None, None, None, None, "user", "added", id="c", label=EVIL),
        ),
        Provenance("quanv", HASH, {"polarity": "both", "min_height": 0.001}, "0.1.0"),
        0.2,
    )  # fmt: skip


@pytest.fixture
def export(spectrum, peaks) -> PeakExport:
    integrals = [ExportedIntegral(7.4, 7.1, 314.0, 1.0, EVIL)]
    return peak_export(spectrum, {"version": 1, "steps": []}, peaks, integrals)
