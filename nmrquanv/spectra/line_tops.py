"""How high the trace stands where the peaks of a list are."""

from __future__ import annotations

import numpy as np

from nmrquanv.spectra.peaks import PeakList
from nmrquanv.spectra.spectrum import Spectrum


def line_tops(spectrum: Spectrum, peaks: PeakList) -> dict[str, tuple[float, float]]:
    """Return where each peak is and how far the trace or its line reaches there.

    Lines that share a top are each lower than it.

    Parameters
    ----------
    spectrum : Spectrum
    peaks : PeakList

    Returns
    -------
    dict of str to (ppm, intensity)
        By the ids of the peaks; heights have the signs of the lines.
    """
    ppm = peaks.positions_ppm()
    height = np.array([peak.height for peak in peaks], dtype=float)
    sign = np.where(height < 0, -1.0, 1.0)
    point = np.rint(spectrum.axis.point(ppm)).astype(np.intp)
    near = np.clip(point[:, None] + np.arange(-1, 2), 0, spectrum.axis.size - 1)
    seen = (spectrum.trace[near] * sign[:, None]).max(axis=1, initial=0.0)
    tops = sign * np.maximum(seen, np.abs(height))
    return dict(
        zip((p.id for p in peaks), zip(ppm.tolist(), tops.tolist(), strict=True), strict=True)
    )
