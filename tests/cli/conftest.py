"""Spectra for the command line: small, exact, as text files."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

FLUORINE_PPM = (-75.0, -100.3, -120.5)


@pytest.fixture
def fluorine(tmp_path: Path) -> Path:
    """Return a text file with Lorentzians at FLUORINE_PPM, the middle one negative, and noise."""
    ppm = np.linspace(-50.0, -150.0, 8192)
    trace = np.random.default_rng(1).normal(0.0, 1.0, ppm.size)
    for position, height in zip(FLUORINE_PPM, (1000.0, -600.0, 300.0), strict=True):
        trace += height / (1.0 + ((ppm - position) / 0.03) ** 2)
    path = tmp_path / "fluorine.csv"
    np.savetxt(
        path, np.column_stack((ppm, trace)), "%.9f", ",", header="ppm,intensity", comments=""
    )
    return path
