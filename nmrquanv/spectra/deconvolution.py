"""Reference deconvolution: lines that share a lopsided shape are made Lorentzians.

References
----------
G. A. Morris, H. Barjat, T. J. Horne, Prog. NMR Spectrosc. 31 (1997) 197; K. R. Metz, M. M. Lam,
A. G. Webb, Concepts Magn. Reson. 12 (2000) 21. There one line is the reference; here it is what
several lines have in common (:mod:`nmrquanv.spectra.field`).
"""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from nmrquanv.errors import ProcessingError
from nmrquanv.spectra.spectrum import Spectrum
from nmrquanv.spectra.step_checks import require_switch, require_within

Array = NDArray[np.float64]

_MOST_PARTS, _MOST_HZ = 256, 10_000.0
_FADED, _NARROWER, _MOST_GAIN = 0.01, 0.5, 4.0
_BEFORE_ZERO = 16


@dataclass(frozen=True, slots=True)
class Deconvolution:
    """Take the shape that all lines share out of a spectrum.

    Parameters
    ----------
    fwhm_hz : float, Hz
        Of the Lorentzians that lines of the usual width become.
    width_hz : float, Hz
        Lorentzian width of a usual line before the field spreads it.
    shift_hz, share : tuple of float
        Where the parts of the sample put a line (towards high ppm), and how much of it.
    lines : int
        How many lines the shape was learnt from.
    """

    fwhm_hz: float
    width_hz: float
    shift_hz: tuple[float, ...]
    share: tuple[float, ...]
    lines: int = 0
    is_on: bool = True

    def __post_init__(self) -> None:
        require_within(self, "fwhm_hz", 1e-3, _MOST_HZ)
        require_within(self, "width_hz", 1e-3, _MOST_HZ)
        require_switch(self, "is_on")
        shift, share = np.asarray(self.shift_hz, float), np.asarray(self.share, float)
        is_row = shift.ndim == 1 and shift.shape == share.shape and 0 < shift.size <= _MOST_PARTS
        if not is_row or not (np.isfinite(shift).all() and np.isfinite(share).all()):
            raise ProcessingError("Deconvolution: the shape is as many finite shifts as shares")
        if share.min() < 0 or not abs(share.sum() - 1.0) < 1e-3:
            raise ProcessingError("Deconvolution: the shares of a shape add to 1")

    @property
    def remark(self) -> str:
        """What a list of peaks must say of it."""
        return (
            f"the trace was cleaned by reference deconvolution, with the shape of {self.lines} of "
            f"its own lines, to Lorentzians of {self.fwhm_hz:.2f} Hz: widths, heights and noise "
            "are those of the cleaned trace"
        )


def deconvolve(spectrum: Spectrum, step: Deconvolution) -> Spectrum:
    """Return a spectrum whose lines have the shape of a step no more.

    Raises
    ------
    ProcessingError
        Nothing is known in Hz.

    Notes
    -----
    In the time domain lines are their own decays times what the field makes of all of them,
    ``g(t)``. The signal is multiplied by the decay of the Lorentzian wanted over ``g(t)``, and
    fades where that of a line half as broad as usual is lost: noise would be all that grows. What
    stands at the end of the circle belongs to negative times (filters, baseline curves), where
    the factor is that of the positive ones, conjugated.
    """
    if not spectrum.axis.has_hz:
        raise ProcessingError(
            "reference deconvolution needs the spectrometer's frequency: the shape is in Hz"
        )
    size = spectrum.axis.size
    points = np.arange(size)
    is_late = points >= _first_negative(spectrum)
    seconds = np.where(is_late, size - points, points) / spectrum.axis.sw_hz
    factor = np.zeros(size, dtype=np.complex128)
    used = seconds < _lost_s(step)
    factor[used] = _factor(step, seconds[used])
    factor[is_late] = factor[is_late].conj()
    signal = np.fft.ifft(np.fft.ifftshift(spectrum.data)) * factor
    data = np.fft.fftshift(np.fft.fft(signal))
    cleaned = spectrum.with_data(data if spectrum.is_complex else data.real)
    return replace(cleaned, remarks=(*spectrum.remarks, step.remark))


def _first_negative(spectrum: Spectrum) -> int:
    """Return the point of the time domain from which on times are negative."""
    size = spectrum.axis.size
    if not spectrum.is_complex:
        return size // 2 + 1
    measured = min(float(size if spectrum.time_points is None else spectrum.time_points), size)
    return min(int(measured + size) // 2, size - size // _BEFORE_ZERO) + 1


def _lost_s(step: Deconvolution) -> float:
    """Return after how many seconds a line half as broad as usual is lost beyond use."""
    return float(-np.log(_FADED**2) / (np.pi * _NARROWER * step.width_hz))


def _factor(step: Deconvolution, seconds: Array) -> NDArray[np.complex128]:
    """Return what the signal is multiplied by at some times."""
    field = np.zeros(seconds.size, dtype=np.complex128)
    for shift, share in zip(step.shift_hz, step.share, strict=True):
        field += share * np.exp(-2j * np.pi * shift * seconds)
    wanted = np.exp(-np.pi * (step.fwhm_hz - step.width_hz) * seconds)
    left = np.abs(field) ** 2 * np.exp(-2.0 * np.pi * _NARROWER * step.width_hz * seconds)
    safe = np.where(np.abs(field) > 1e-9, field, 1.0)
    factor = wanted / safe * left / (left + _FADED**2)
    return np.asarray(factor / np.maximum(1.0, np.abs(factor) / _MOST_GAIN))
