"""Find ph0 and ph1 of a complex spectrum without a person."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from nmrquanv.spectra.processing import phase_trace
from nmrquanv.spectra.spectrum import Spectrum


@dataclass(frozen=True, slots=True)
class FoundPhase:
    """What automatic phasing found.

    Parameters
    ----------
    ph0_deg, ph1_deg : float, degrees
        Bruker's PHC0 and PHC1.
    notes : tuple of str
        Why the angles may be wrong, for the status bar.
    """

    ph0_deg: float
    ph1_deg: float
    notes: tuple[str, ...] = ()


def _entropy(data: NDArray[np.complex128], ph0_deg: float, ph1_deg: float) -> float:
    """Return the entropy of the absolute slope, which lines of either sign keep low."""
    slope = np.abs(np.diff(phase_trace(data, ph0_deg, ph1_deg)))
    share = slope / max(slope.sum(), np.finfo(float).tiny)
    return float(-(share * np.log(share + np.finfo(float).tiny)).sum())


def autophase(spectrum: Spectrum) -> FoundPhase:
    """Find the phase that gives the trace the lowest entropy of slope.

    Parameters
    ----------
    spectrum : Spectrum
        A real one is left as it is.

    Returns
    -------
    FoundPhase
    """
    from scipy.optimize import minimize

    if not spectrum.is_complex:
        return FoundPhase(0.0, 0.0, ("automatic phase needs the imaginary part: left as it is",))
    data = np.asarray(spectrum.data, dtype=np.complex128)
    starts = [(_entropy(data, ph0, 0.0), ph0) for ph0 in range(-90, 90, 15)]
    best = minimize(
        lambda p: _entropy(data, p[0], p[1]), (min(starts)[1], 0.0), method="Nelder-Mead"
    )
    ph0, ph1 = (float(value) for value in best.x)
    trace = phase_trace(data, ph0, ph1)
    sign = 0.0 if trace.max() >= -trace.min() else 180.0
    return FoundPhase((ph0 + sign + 180) % 360 - 180, ph1)
