"""What a spectrometer adds to ideal lines, in the time domain.

Everything that all lines of a spectrum share is one factor of the FID, the *envelope*:
inhomogeneous field (shim, feet), unsteady field, sidebands. What adds to the FID instead of
multiplying it is the baseline (wrong first points) and the noise. The digital filter comes last.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from nmrquanv.spectra.simulation.fid_synthesis import sum_of_decays
from nmrquanv.spectra.simulation.receiver import SOUND, Receiver

GROUP_DELAY_POINTS = 67.98625
"""Of a usual Bruker digitiser (GRPDLY); the filter is twice as long."""

_PASSBAND = 0.985
"""Share of the sweep that the digital filter passes; beyond it the edges bend."""


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
class FieldSpread:
    """Distribution of the field over the sample: a perfect magnet by default.

    Parameters
    ----------
    hz, width_hz, share : tuple of float
        Offsets, Lorentzian FWHM and shares (they add up to 1) of parts of the sample.
    """

    hz: tuple[float, ...] = (0.0,)
    width_hz: tuple[float, ...] = (0.0,)
    share: tuple[float, ...] = (1.0,)

    def with_part(self, part: FieldSpread, share: float) -> FieldSpread:
        """Return the distribution in which ``share`` of the sample sees another one."""
        return FieldSpread(
            self.hz + part.hz,
            self.width_hz + part.width_hz,
            tuple(s * (1 - share) for s in self.share) + tuple(s * share for s in part.share),
        )


@dataclass(frozen=True, slots=True)
class Instrument:
    """Settings and faults of a spectrometer.

    Parameters
    ----------
    field : FieldSpread
    drift_hz, drift_corner_hz : float, Hz
        Root mean square of the field's unsteadiness and the frequency beyond which it falls off.
    settle_rad, settle_s : float
        Phase error just after the pulse and how fast it dies out (eddy currents).
    sidebands : tuple of Sideband
    ph0_deg, ph1_deg : float, degrees
        Phase error that is left after processing.
    dead_points : float, points
        Delay of the first point; the processing corrects the phase, the baseline stays bent.
    first_point : float
        Factor of the FID's first point: 0.5 for a level baseline, others lift it as a whole.
    baseline : float
        Root mean square of the baseline roll relative to the tallest line.
    baseline_points : int
        First points of the FID that are wrong: how many periods the roll has.
    has_filter : bool
        A digital filter with group delay and bent edges.
    receiver : Receiver
    """

    field: FieldSpread = FieldSpread()
    drift_hz: float = 0.0
    drift_corner_hz: float = 1.0
    settle_rad: float = 0.0
    settle_s: float = 0.02
    sidebands: tuple[Sideband, ...] = ()
    ph0_deg: float = 0.0
    ph1_deg: float = 0.0
    dead_points: float = 0.0
    first_point: float = 0.5
    baseline: float = 0.0
    baseline_points: int = 0
    has_filter: bool = False
    receiver: Receiver = SOUND

    @property
    def group_delay_points(self) -> float:
        """What the FID is delayed by."""
        return GROUP_DELAY_POINTS if self.has_filter else 0.0


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
    field = instrument.field
    factor = sum_of_decays(
        -np.array(field.hz) / sw_hz,
        np.pi * np.array(field.width_hz) / sw_hz,
        np.array(field.share, dtype=np.complex128),
        td,
    )
    phase = np.zeros(td)
    if instrument.drift_hz > 0:
        phase += _drift_phase(rng, instrument, td, sw_hz)
    if instrument.settle_rad:
        phase += instrument.settle_rad * np.exp(-np.arange(td) / (instrument.settle_s * sw_hz))
    if phase.any():
        factor *= np.exp(1j * phase)
    if instrument.sidebands:
        hz = np.array([(-b.hz, b.hz) for b in instrument.sidebands]).ravel()
        share = np.array([(b.lower, b.upper) for b in instrument.sidebands]).ravel()
        factor *= 1 + sum_of_decays(-hz / sw_hz, np.zeros(hz.size), share + 0j, td)
    return factor


def _drift_phase(
    rng: np.random.Generator, instrument: Instrument, td: int, sw_hz: float
) -> NDArray[np.float64]:
    """Return the phase, radians, that a randomly wandering field has gathered at each point.

    Notes
    -----
    White noise with the power of a first-order low pass at the corner frequency, integrated.
    Twice the length is made and half used, so that the end knows nothing of the beginning.
    Frequencies beyond fifty corners are left out: they no longer turn the phase.
    """
    from scipy.fft import irfft

    n = 2 * td
    kept = min(td, int(50 * instrument.drift_corner_hz / sw_hz * n) + 2)
    hz = np.arange(kept) * (sw_hz / n)
    weight = 1.0 / np.sqrt(1 + (hz / instrument.drift_corner_hz) ** 2)
    weight[0] = 0.0
    coefficients = np.zeros(td + 1, dtype=np.complex128)
    coefficients[:kept] = weight * rng.standard_normal((kept, 2)).view(np.complex128)[:, 0]
    rms = 2.0 * float(np.sqrt((weight**2).sum())) / n
    wander = irfft(coefficients, n)[:td] * (instrument.drift_hz / rms)
    phase = 2 * np.pi / sw_hz * np.cumsum(wander)
    return np.asarray(phase - phase[0])


def baseline_points(
    rng: np.random.Generator, instrument: Instrument, height: float
) -> NDArray[np.complex128]:
    """Return what is wrong with the first points of the FID, shape ``(baseline_points,)``.

    Parameters
    ----------
    rng : Generator
    instrument : Instrument
    height : float
        Of the tallest line in the processed spectrum.

    Notes
    -----
    Point n adds a wave of n periods over the sweep, of the point's own amplitude; later points
    are less wrong. The wave of point 0, a constant, gets no part: it would be no roll.
    """
    n = instrument.baseline_points
    fall = np.concatenate([[0.2], 1.0 / np.arange(1, n)]) if n > 1 else np.zeros(n)
    wrong = fall * rng.standard_normal((n, 2)).view(np.complex128)[:, 0]
    rms = float(np.sqrt((np.abs(wrong) ** 2).sum() / 2))
    return np.asarray(wrong * (instrument.baseline * height / max(rms, 1e-300)))


def digitally_filtered(fid: NDArray[np.complex128]) -> NDArray[np.complex128]:
    """Return the FID as a digital filter gives it: delayed, built up, with bent edges.

    Parameters
    ----------
    fid : (td,) complex128
        Starting without delay.

    Returns
    -------
    (td,) complex128
        Delayed by ``GROUP_DELAY_POINTS``; the last points of the input are lost.

    Notes
    -----
    Convolution with a windowed sinc (Blackman), symmetric about the fractional delay.
    """
    from scipy.fft import fft, ifft, next_fast_len

    length = 2 * int(GROUP_DELAY_POINTS) + 2
    x = np.arange(length) - GROUP_DELAY_POINTS
    turn = 2 * np.pi * x / length
    taper = 0.42 + 0.5 * np.cos(turn) + 0.08 * np.cos(2 * turn)
    taps = _PASSBAND * np.sinc(_PASSBAND * x) * taper
    n = next_fast_len(fid.size + length)
    return np.asarray(ifft(fft(fid, n) * fft(taps, n))[: fid.size])
