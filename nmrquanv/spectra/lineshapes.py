"""Line shapes by height and full width at half maximum, and their areas.

One pure function per shape; ``x`` and ``fwhm`` share a unit, and areas come in height x that unit.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

LN2 = float(np.log(2.0))

Array = NDArray[np.float64]


def lorentzian(x: Array, height: float, center: float, fwhm: float) -> Array:
    """Return ``height / (1 + (2 (x - center) / fwhm)^2)``."""
    return height / (1.0 + (2.0 * (x - center) / fwhm) ** 2)


def gaussian(x: Array, height: float, center: float, fwhm: float) -> Array:
    """Return ``height exp(-4 ln 2 ((x - center) / fwhm)^2)``."""
    return height * np.exp(-4.0 * LN2 * ((x - center) / fwhm) ** 2)


def pseudo_voigt(x: Array, height: float, center: float, fwhm: float, eta: float) -> Array:
    """Return ``eta`` Lorentzian plus ``1 - eta`` Gaussian of the same height and width."""
    return eta * lorentzian(x, height, center, fwhm) + (1.0 - eta) * gaussian(
        x, height, center, fwhm
    )


def pseudo_voigt_area(height: Array, fwhm: Array, eta: Array) -> Array:
    """Return the area under a pseudo-Voigt line over all frequencies, same sign as ``height``.

    Notes
    -----
    A Lorentzian has ``pi/2 height fwhm``, a Gaussian ``sqrt(pi / ln 2) / 2 height fwhm``.
    """
    per_height = eta * np.pi / 2.0 + (1.0 - eta) * np.sqrt(np.pi / LN2) / 2.0
    return np.asarray(height * fwhm * per_height, dtype=np.float64)
