"""What a spectrometer adds to ideal lines, in the time domain.

Everything that all lines of a spectrum share is one factor of the FID, the *envelope*:
inhomogeneous field (shim), feet, unsteady field, sidebands. What adds to the FID instead of
multiplying it is the baseline (wrong first points) and the noise.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from nmrquanv.spectra.simulation.fid_synthesis import sum_of_decays


@dataclass(frozen=True, slots=True)
class Sideband:
    """A pair of small copies of every line.

    Parameters
    ----------
    hz : float, Hz
        Distance: the rotation of the sample, or a multiple of the mains frequency.
    lower, upper : complex
        Amplitude on either side, relative to the line.
    """

    hz: float
    lower: complex
    upper: complex


@dataclass(frozen=True, slots=True)
class Instrument:
    """Settings and faults of a spectrometer.

    Parameters
    ----------
    shim_hz, shim_width_hz, shim_share : tuple of float
        Distribution of the field over the sample: offsets, Lorentzian FWHM and shares (they add
        up to 1). One entry at 0 Hz of width 0 is a perfect magnet.
    drift_hz, drift_corner_hz : float, Hz
        Root mean square of the field's unsteadiness and the frequency beyond which it falls off.
    sidebands : tuple of Sideband
    ph0_deg, ph1_deg : float, degrees
        Phase error that is left after processing.
    baseline : float
        Root mean square of the baseline roll relative to the tallest line.
    baseline_points : int
        First points of the FID that are wrong: how many periods the roll has.
    has_filter : bool
        A digital filter with group delay and edges.
    """

    shim_hz: tuple[float, ...] = (0.0,)
    shim_width_hz: tuple[float, ...] = (0.0,)
    shim_share: tuple[float, ...] = (1.0,)
    drift_hz: float = 0.0
    drift_corner_hz: float = 1.0
    sidebands: tuple[Sideband, ...] = ()
    ph0_deg: float = 0.0
    ph1_deg: float = 0.0
    baseline: float = 0.0
    baseline_points: int = 0
    has_filter: bool = False


def envelope(
    rng: np.random.Generator, instrument: Instrument, td: int, sw_hz: float
) -> NDArray[np.complex128]:
    """Return the factor that the instrument multiplies onto every line's decay, shape ``(td,)``.

    Parameters
    ----------
    rng : Generator
        For the unsteady field.
    instrument : Instrument
    td : int, points
    sw_hz : float, Hz
    """
    factor = sum_of_decays(
        -np.array(instrument.shim_hz) / sw_hz,
        np.pi * np.array(instrument.shim_width_hz) / sw_hz,
        np.array(instrument.shim_share, dtype=np.complex128),
        td,
    )
    if instrument.drift_hz > 0:
        factor *= np.exp(1j * _drift_phase(rng, instrument, td, sw_hz))
    if instrument.sidebands:
        hz = np.array([(-b.hz, b.hz) for b in instrument.sidebands]).ravel()
        share = np.array([(b.lower, b.upper) for b in instrument.sidebands]).ravel()
        factor *= 1 + sum_of_decays(-hz / sw_hz, np.zeros(hz.size), share, td)
    return factor


def _drift_phase(
    rng: np.random.Generator, instrument: Instrument, td: int, sw_hz: float
) -> NDArray[np.float64]:
    """Return the phase, radians, that a randomly wandering field has gathered at each point.

    Notes
    -----
    White noise with the power of a first-order low pass at the corner frequency, integrated.
    Twice the length is made and half used, so that the end knows nothing of the beginning.
    """
    from scipy.fft import irfft

    n = 2 * td
    hz = np.arange(td + 1) * (sw_hz / n)
    weight = 1.0 / np.sqrt(1 + (hz / instrument.drift_corner_hz) ** 2)
    weight[0] = 0.0
    coefficients = weight * (rng.standard_normal(td + 1) + 1j * rng.standard_normal(td + 1))
    wander = irfft(coefficients, n)[:td]
    wander *= instrument.drift_hz / max(float(np.sqrt((weight**2).sum()) * 2 / n), 1e-300)
    phase = 2 * np.pi / sw_hz * np.cumsum(wander)
    return np.asarray(phase - phase[0])


def baseline_points(
    rng: np.random.Generator, instrument: Instrument, si: int, height: float
) -> NDArray[np.complex128]:
    """Return what is wrong with the first points of the FID.

    Parameters
    ----------
    rng : Generator
    instrument : Instrument
    si : int, points
        Not used by the transform of few points, but sets no scale either: a point of amplitude
        a makes a wave of amplitude a across the whole spectrum.
    height : float
        Of the tallest line in the processed spectrum.

    Returns
    -------
    (baseline_points,) complex128
    """
    n = min(instrument.baseline_points, si)
    fall = 1.0 / (1.0 + np.arange(n))
    wrong = fall * (rng.standard_normal(n) + 1j * rng.standard_normal(n))
    rms = float(np.sqrt((np.abs(wrong) ** 2).sum() / 2))
    return np.asarray(wrong * (instrument.baseline * height / max(rms, 1e-300)))
