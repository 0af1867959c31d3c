"""What a relative minimum height refers to: one height for each spectrum, whoever searched it."""

from __future__ import annotations

from collections.abc import Iterable

import numpy as np
from numpy.typing import NDArray

from nmrquanv.spectra.solvents import solvent_bands
from nmrquanv.spectra.spectrum import Spectrum

LEAST_POINTS = 2
"""A line is at least so many points wide at its top; what is narrower is a spike."""


def in_bands(spectrum: Spectrum, excluded: Iterable[tuple[float, float]] = ()) -> NDArray[np.bool_]:
    """Tell which points lie where solvent and water are expected, or in excluded regions."""
    bands = solvent_bands(spectrum.sample.nucleus, spectrum.sample.solvent)
    result = np.zeros(spectrum.axis.size, dtype=bool)
    for high, low in [(band.high_ppm, band.low_ppm) for band in bands] + list(excluded):
        result[spectrum.axis.span(max(high, low), min(high, low))] = True
    return result


def reference_height(spectrum: Spectrum, excluded: Iterable[tuple[float, float]] = ()) -> float:
    """Return the height of the tallest point outside solvent, water and excluded regions.

    Parameters
    ----------
    spectrum : Spectrum
        Lines of either sign count.
    excluded : iterable of (high_ppm, low_ppm)
        Regions that the user left out.

    Returns
    -------
    float, intensity
        Above zero. Where lines stand in excluded places alone, that of the tallest point of what
        is left, noise then; where nothing is left, that of the whole trace.

    Notes
    -----
    It depends on the trace and on the table of solvents, not on what any finder found nor on the
    classes that a person gave: so lists of several finders are cut at one height, and correcting a
    class makes no list jump.
    """
    size = np.abs(spectrum.trace)
    is_left = ~in_bands(spectrum, excluded)
    for kept in (size[is_left], size):
        wide = np.minimum(kept[1:], kept[:-1]) if kept.size >= LEAST_POINTS else kept
        if wide.size and wide.max() > 0:
            at = int(wide.argmax())
            return float(kept[at : at + LEAST_POINTS].max())
    return 0.0
