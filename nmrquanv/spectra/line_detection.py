"""Where the lines of a spectrum stand, whatever its phase and baseline.

Baselines roll because the first points of the FID are wrong, and phase turns lines about without
moving them. So lines are sought in the magnitude of the transform of t * FID: the weight t
removes the first points, and the tails of a Lorentzian fall off as fast there as those of its
absorption. This serves phasing and baseline correction; finding peaks for the user is another
matter (``picking.py``).
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from nmrquanv.spectra.processing import with_imaginary
from nmrquanv.spectra.spectrum import Spectrum

DETECT_NOISES = 5.5
"""A line stands out when its magnitude reaches this many times the median magnitude: noise does
so once in 500 spectra of 65,536 points (Rayleigh distribution)."""

CUTS = (1, 4, 16)
"""Fractions of the FID that are transformed: the shorter ones show the broader lines."""

_MIN_POINTS = 256
_CLEAR, _NEARLY = 25.0, 0.75


@dataclass(frozen=True, slots=True)
class Scale:
    """A spectrum at one resolution, twofold zero-filled.

    Parameters
    ----------
    spectrum : (size,) complex128
    lines : (size,) float64
        Magnitude of the transform of t * FID.
    angles_rad : (size,) float64, radians
        Its phase, which at a line is the line's own, sign included: neither the tails of others
        nor the baseline reach there.
    tops : (n,) intp, points
        Lines that stand out of the noise, strongest first.
    """

    spectrum: NDArray[np.complex128]
    lines: NDArray[np.float64]
    angles_rad: NDArray[np.float64]
    tops: NDArray[np.intp]

    @property
    def noise(self) -> float:
        """Median magnitude of ``lines``; noise only, where lines fill less than half of it."""
        return max(float(np.median(self.lines)), float(np.finfo(np.float64).tiny))

    @property
    def clearness(self) -> float:
        """Signal to noise of the ten strongest lines, summed up to a ceiling for each."""
        return float(np.minimum(self.lines[self.tops[:10]] / self.noise, _CLEAR).sum())

    def width(self, top: int) -> int:
        """Return the full width at half height of a line, in points, at least 2.

        At half height ``1/(R + i w)**2`` is as wide as the absorption line.
        """
        half = self.lines[top] / 2
        below = np.flatnonzero(self.lines[top:] < half)
        above = np.flatnonzero(self.lines[top::-1] < half)
        right = int(below[0]) if below.size else self.lines.size - top
        left = int(above[0]) if above.size else top + 1
        return max(2, left + right - 1)


def _at_scale(fid: NDArray[np.complex128]) -> Scale:
    """Transform a FID, cut to the wanted resolution, and find its lines."""
    from scipy.signal import find_peaks

    edge = max(2, fid.size // 64)
    fid = fid * np.concatenate([np.ones(fid.size - edge), np.cos(np.linspace(0, 1.5, edge)) ** 2])
    t = np.arange(fid.size) / fid.size
    size = 1 << (2 * fid.size - 1).bit_length()
    # exp(-2 t) ends the truncation wiggles of long-lived lines, exp(-6 t) keeps the noise of
    # t * FID down; neither moves a phase.
    weighted = np.fft.fftshift(np.fft.fft(fid * t * np.exp(-6 * t), size))
    lines = np.abs(weighted)
    threshold = DETECT_NOISES * float(np.median(lines))
    tops, _ = find_peaks(lines, height=threshold, prominence=threshold)
    tops = tops[np.argsort(-lines[tops], kind="stable")]
    data = np.fft.fftshift(np.fft.fft(fid * np.exp(-2 * t), size))
    return Scale(data, lines, np.angle(weighted), tops)


def scales(spectrum: Spectrum) -> tuple[Scale, ...]:
    """Return a spectrum at falling resolution, down to the one for broad lines.

    Parameters
    ----------
    spectrum : Spectrum
        A real one is given its imaginary part by Hilbert transform.

    Returns
    -------
    tuple of Scale
        Finest first; at least one.
    """
    data = spectrum.data if spectrum.is_complex else with_imaginary(spectrum.trace)
    fid = np.fft.ifft(np.fft.ifftshift(data))
    fid = fid[: int(max(2, min(spectrum.time_points or fid.size, fid.size)))]
    cuts = [cut for cut in CUTS if cut == 1 or fid.size // cut >= _MIN_POINTS]
    return tuple(_at_scale(fid[: fid.size // cut]) for cut in cuts)


def best_scale(spectrum: Spectrum) -> Scale:
    """Return the finest scale at which lines stand out about as clearly as at any."""
    every = scales(spectrum)
    most = max(scale.clearness for scale in every)
    return next(scale for scale in every if scale.clearness >= _NEARLY * most)
