"""The mathematics of the steps from FID to spectrum, as pure functions.

Windows are in ``apodization.py``, finding the phase in ``autophase.py``, the baseline in
``baseline.py``; the order of the steps is the business of ``recipe.py``.
"""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from nmrquanv.errors import ProcessingError
from nmrquanv.spectra.spectrum import Fid, Spectrum


def zero_fill(fid: Fid, si: int) -> Fid:
    """Append zeros to a FID until it has ``si`` complex points; cut it if it has more.

    Parameters
    ----------
    fid : Fid
    si : int, complex points, >= 2

    Returns
    -------
    Fid
        With its axis resized to ``si`` points over the same sweep.

    Raises
    ------
    ProcessingError
        ``si`` is below 2.
    """
    if si < 2:
        raise ProcessingError(f"a spectrum needs at least 2 points, got si = {si}")
    data = np.zeros(si, dtype=np.complex128)
    kept = min(si, fid.data.size)
    data[:kept] = fid.data[:kept]
    return replace(fid, data=data, axis=fid.axis.resized(si))


def fourier_transform(fid: Fid, time_points: float | None = None) -> Spectrum:
    """Transform a FID and take out its group delay.

    Parameters
    ----------
    fid : Fid
        Zero-filled to the size that the spectrum shall have.
    time_points : float, points, or None
        How many points carry signal (TD before zero filling); None: all.

    Returns
    -------
    Spectrum
        Complex, highest ppm first.

    Notes
    -----
    ``S[k] = fftshift(fft(fid))[k] * exp(2 pi i g k / SI)`` with the group delay ``g`` in points:
    the spectrum of the FID moved forward by ``g`` points around its circle. The filter's
    build-up thus lands at the end, where it belongs to negative times. Counting k from the
    highest ppm, not from the centre, adds the constant ``exp(i pi g)``: so does TopSpin, and
    PHC0 is meant with it.
    """
    si = fid.data.size
    data = np.fft.fftshift(np.fft.fft(fid.data))
    if fid.group_delay_points:
        data *= np.exp(2j * np.pi * fid.group_delay_points * np.arange(si) / si)
    points = min(float(si if time_points is None else time_points), float(si))
    return Spectrum(data, fid.axis, fid.sample, fid.source, points)


_PHASE_BLOCK = 1024


def phase_trace(data: NDArray[Any], ph0_deg: float, ph1_deg: float) -> NDArray[np.float64]:
    """Return the real part of a complex trace after phasing; cheap enough for a live preview.

    Parameters
    ----------
    data : (n,) complex
        The whole sweep, or every m-th point of it: ``k/SI`` is then the same.
    ph0_deg, ph1_deg : float, degrees

    Returns
    -------
    (n,) float64

    Notes
    -----
    ``exp(i (ph0 + ph1 k/SI))`` is built as a geometric series in blocks: half a million
    exponentials would take longer than a frame.
    """
    size, block = data.size, _PHASE_BLOCK
    step = np.deg2rad(ph1_deg) / size
    fine = np.exp(1j * step * np.arange(block))
    coarse = np.exp(1j * (np.deg2rad(ph0_deg) + step * block * np.arange(-(-size // block))))
    factor = (coarse[:, None] * fine[None, :]).ravel()[:size]
    return np.asarray(data.real * factor.real - data.imag * factor.imag, dtype=np.float64)


def phase(spectrum: Spectrum, ph0_deg: float, ph1_deg: float) -> Spectrum:
    """Multiply a spectrum by ``exp(i pi/180 (ph0 + ph1 k/SI))``.

    Parameters
    ----------
    spectrum : Spectrum
        A real one gets its imaginary part by Hilbert transform, unless the angles are 0.
    ph0_deg, ph1_deg : float, degrees
        Bruker's PHC0 and PHC1: ``k = 0`` at the highest ppm.

    Returns
    -------
    Spectrum
    """
    if ph1_deg == 0 and ph0_deg % 360 == 0:
        return spectrum
    if ph1_deg == 0 and ph0_deg % 360 == 180:
        return spectrum.with_data(-spectrum.data)
    data = spectrum.data if spectrum.is_complex else with_imaginary(spectrum.trace)
    fraction = np.arange(data.size) / data.size
    return spectrum.with_data(data * np.exp(1j * np.deg2rad(ph0_deg + ph1_deg * fraction)))


def with_imaginary(trace: NDArray[np.float64]) -> NDArray[np.complex128]:
    """Add the imaginary part that belongs to a real trace of a causal signal.

    Parameters
    ----------
    trace : (si,) float64
        Highest ppm first.

    Returns
    -------
    (si,) complex128
        Its real part is ``trace``.

    Notes
    -----
    The discrete Hilbert transform with the sign of ``fftshift(fft(fid))``: of the trace's time
    signal only times before ``si/2`` are kept, doubled.
    """
    size = trace.size
    fid = np.fft.ifft(np.fft.ifftshift(trace))
    fid[1 : (size + 1) // 2] *= 2
    fid[size // 2 + 1 :] = 0
    data = np.fft.fftshift(np.fft.fft(fid))
    return trace + 1j * data.imag


def reference(spectrum: Spectrum, shift_ppm: float) -> Spectrum:
    """Return the spectrum with ``shift_ppm`` added to every chemical shift."""
    return spectrum.with_data(spectrum.data, spectrum.axis.shifted(shift_ppm))


def magnitude(spectrum: Spectrum) -> Spectrum:
    """Return the spectrum of magnitudes; a real one gets its imaginary part first."""
    data = spectrum.data if spectrum.is_complex else with_imaginary(spectrum.trace)
    return replace(spectrum.with_data(np.abs(data)), is_magnitude=True)


def smooth(spectrum: Spectrum, width_points: int, order: int) -> Spectrum:
    """Smooth both parts of a spectrum by sliding polynomials (Savitzky and Golay).

    Parameters
    ----------
    spectrum : Spectrum
    width_points : int, odd
    order : int
        Below ``width_points``.

    Raises
    ------
    ProcessingError
        The window is wider than the spectrum.
    """
    from scipy.signal import savgol_filter

    if width_points > spectrum.axis.size:
        raise ProcessingError(
            f"a window of {width_points} points is wider than the spectrum, which has "
            f"{spectrum.axis.size}: choose a narrower one"
        )
    parts = [savgol_filter(spectrum.trace, width_points, order)]
    if spectrum.is_complex:
        parts.append(savgol_filter(spectrum.data.imag, width_points, order))
    return spectrum.with_data(parts[0] + 1j * parts[1] if len(parts) > 1 else parts[0])
