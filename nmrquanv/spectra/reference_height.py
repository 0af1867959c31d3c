"""What a relative minimum height refers to: one height for each spectrum, whoever searched it."""

from __future__ import annotations

from collections.abc import Iterable

import numpy as np
from numpy.typing import NDArray

from nmrquanv.spectra.quiet import quiet_level
from nmrquanv.spectra.solvent_tables import solvent_bands
from nmrquanv.spectra.spectrum import Spectrum

LEAST_POINTS = 2
"""A line is at least so many points wide at its top; what is narrower is a spike."""

_BLOCK = 1 << 16


def in_bands(spectrum: Spectrum, excluded: Iterable[tuple[float, float]] = ()) -> NDArray[np.bool_]:
    """Tell which points lie where solvent and water are expected, or in excluded regions."""
    bands = solvent_bands(spectrum.sample.nucleus, spectrum.sample.solvent)
    result = np.zeros(spectrum.axis.size, dtype=bool)
    for high, low in [(band.high_ppm, band.low_ppm) for band in bands] + list(excluded):
        result[spectrum.axis.span(max(high, low), min(high, low))] = True
    return result


def reference_height(spectrum: Spectrum, excluded: Iterable[tuple[float, float]] = ()) -> float:
    """Return the height of the tallest point outside solvent, water and excluded regions.

    Above the level where nothing stands: an offset is no height.

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
    trace = spectrum.trace - quiet_level(spectrum.trace, spectrum.noise.sigma)
    is_out = in_bands(spectrum, excluded)
    left = _tallest(trace[~is_out]) if is_out.any() else 0.0
    return left or _tallest(trace)


def _tallest(trace: NDArray[np.float64]) -> float:
    """Return the magnitude of a trace's tallest point that is no single spike; 0 without any.

    A block at a time: of millions of points the intermediate arrays would take longer than all.
    """
    tallest = height = 0.0
    for first in range(0, trace.size, _BLOCK):
        size = np.abs(trace[first : first + _BLOCK + LEAST_POINTS - 1])
        is_line = trace.size >= LEAST_POINTS
        wide = np.minimum(size[1:], size[:-1]) if is_line else size
        if wide.size and wide.max() > height:
            at = int(wide.argmax())
            height, tallest = float(wide[at]), float(size[at : at + LEAST_POINTS].max())
    return tallest
