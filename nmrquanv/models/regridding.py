"""A spectrum laid on another grid, by way of its time domain."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from nmrquanv.progress import Report, silent_report
from nmrquanv.spectra.spectrum import Spectrum

FADE_POINTS = 2.0
"""Width, in grid points, that the fade on a coarser grid gives to the narrowest line."""

_TRANSFORMING = "laying out grids"
_END_POINTS, _TILTED = 8, 0.2
_ALIKE, _SILENT, _RINGING = 1.15, 1e-3, 96
"""Envelopes that count as equal, the share of its start at which a signal is gone, and points by
which digital filters ring before a signal, at most."""

_FADE = 2.3548 / (2.0 * np.pi * FADE_POINTS)


def time_domain(
    spectrum: Spectrum, report: Report = silent_report
) -> tuple[NDArray[np.complex128], int]:
    """Return the time-domain signal of a spectrum and how many of its points lie before t = 0.

    Parameters
    ----------
    spectrum : Spectrum
        ``si`` points. A real one is made causal first, which is right when it was zero filled.
    report : Report
        May cancel.

    Returns
    -------
    (si,) complex128
        Starting at the earliest time.
    int
        Points before t = 0, where the transform's wrap-around keeps the filter's pre-ringing.

    Notes
    -----
    A spectrum of ``si`` points cannot tell late times from negative ones. The signal is cut where
    its envelope is weakest in the last third, so that a zero-filled spectrum keeps its short
    pre-ringing, and one with ``si = td`` all of its decay. Where that is not silent either, the
    decay goes on to the end, weak only where lines beat: then no more than a digital filter's
    pre-ringing lies before t = 0.
    """
    from scipy.fft import fft, ifft, ifftshift

    n = spectrum.data.size
    signal = ifft(ifftshift(spectrum.data)) if spectrum.is_complex else fft(spectrum.trace) / n
    if not spectrum.is_complex:
        # Point 0 is the highest ppm: conjugation puts the decay at positive times.
        np.conj(signal, out=signal)
        signal[1::2] *= -1.0
        signal[1 : (n + 1) // 2] *= 2.0
        signal[n // 2 + 1 :] = 0.0
    report(0, 1, _TRANSFORMING)
    length = max(8, n // 256)
    before, weakest = _quietest(signal, n // 3, length)
    report(0, 1, _TRANSFORMING)
    first, last = (float(np.abs(part).mean()) for part in (signal[:length], signal[-length:]))
    if weakest > _SILENT * first > _SILENT * last:  # else its imaginary part has the other sign
        before = _quietest(signal, _RINGING, min(length, _RINGING // 8))[0]
    return np.roll(signal, before), before


def _quietest(signal: NDArray[np.complex128], points: int, length: int) -> tuple[int, float]:
    """Return how many points follow the last quiet block at a signal's end, and its envelope."""
    blocks = max(1, points // length)
    end = signal[max(0, signal.size - blocks * length) :]
    envelope = np.abs(end[end.size % length :]).reshape(-1, length).mean(axis=1)
    quiet = np.flatnonzero(envelope <= _ALIKE * envelope.min())
    return (envelope.size - 1 - int(quiet[-1])) * length, float(envelope.min())


def resample(spectrum: Spectrum, size: int, band: int | None = None) -> NDArray[np.float64]:
    """Return the real part of a spectrum on a grid of ``size`` points over the same sweep.

    Parameters
    ----------
    spectrum : Spectrum
    size : int, points
        More than ``si``: exact band-limited interpolation of the complex spectrum. Fewer: the
        late time domain is faded out, so that unresolved lines do not ring.
    band : int, points, <= size
        Fade as for a grid of ``band`` points; ``size`` by default.

    Returns
    -------
    (size,) float64
        ``size == k * si`` passes through the native points.

    Notes
    -----
    Working on the complex spectrum matters when SI = TD/2: the real part alone holds the signal
    folded in time, and its interpolation is another spectrum.
    """
    return Resampler.of(spectrum).on(size, band)


@dataclass(frozen=True, slots=True, eq=False)
class Resampler:
    """A spectrum in the time domain, from which it is laid on any grid: see :func:`resample`.

    Parameters
    ----------
    signal : (si,) complex128
        Of the spectrum without its tilt; ``before`` of its points lie before t = 0.
    before : int
    tilt : float, intensity
        How much higher the end of the trace is than its start.
    """

    signal: NDArray[np.complex128]
    before: int
    tilt: float

    @classmethod
    def of(cls, spectrum: Spectrum, report: Report = silent_report) -> Resampler:
        """Transform a spectrum; ``report`` may cancel."""
        tilt = _tilt(spectrum)
        report(0, 1, _TRANSFORMING)
        if tilt:
            line = tilt * np.arange(spectrum.axis.size) / spectrum.axis.size
            spectrum = spectrum.with_data(spectrum.data - line)
        return cls(*time_domain(spectrum, report), tilt)

    def on(self, size: int, band: int | None = None) -> NDArray[np.float64]:
        """Return the real part on a grid of ``size`` points, faded as for one of ``band``."""
        from scipy.fft import fft, fftshift

        early, late = self.signal[: self.before], self.signal[self.before :]
        band = size if band is None else band
        if band < self.signal.size:
            early = early[max(0, self.before - band // 8) :]
            late = late[: band - early.size]
            late = late * np.exp(-0.5 * (np.arange(late.size) / (_FADE * band)) ** 2)
        padded = np.zeros(size, dtype=np.complex128)
        padded[: late.size] = late
        padded[size - early.size :] += early
        even = fftshift(fft(padded, overwrite_x=True)).real
        return even + self.tilt * np.arange(size) / size if self.tilt else even


def _tilt(spectrum: Spectrum) -> float:
    """Return how much higher the end of a trace is than its start, where that is much; else 0.

    A transform takes a step from the end to the start for signal and rings at both.
    """
    trace = spectrum.trace
    ends = max(1, min(_END_POINTS, trace.size // 16))
    step = float(trace[-ends:].mean() - trace[:ends].mean())
    return step if abs(step) > _TILTED * np.ptp(trace) else 0.0
