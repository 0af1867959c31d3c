"""Find and subtract the smooth curve that lies under the lines."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from nmrquanv.spectra.spectrum import Spectrum


def estimate_baseline(trace: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return the smooth curve under the lines of a trace, shape ``(si,)``."""
    from pybaselines import Baseline

    step = max(1, trace.size // 2048)
    kept = trace[: trace.size // step * step].reshape(-1, step)
    points = np.arange(kept.shape[0]) * step + (step - 1) / 2
    coarse, _ = Baseline(points).std_distribution(np.median(kept, axis=1), half_window=12)
    return np.interp(np.arange(trace.size), points, coarse)


def subtract_baseline(spectrum: Spectrum) -> Spectrum:
    """Subtract the baseline from the real part of a spectrum; the imaginary part is left."""
    return spectrum.with_data(spectrum.data - estimate_baseline(spectrum.trace))
