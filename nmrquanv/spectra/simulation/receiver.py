"""What the receiver adds: the quadrature image, a direct current, clipping at its limit.

All three are faults of the two channels whose signals are the real and the imaginary part.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from nmrquanv.spectra.axis import Axis
from nmrquanv.spectra.spectrum import TrueLine

Complex = NDArray[np.complex128]
Array = NDArray[np.float64]

_SEEN_SIGMAS, _MOST_FALSE = 4.0, 80


@dataclass(frozen=True, slots=True)
class Receiver:
    """Faults of a receiver: none by default.

    Parameters
    ----------
    image : complex
        Amplitude of every line's mirror image about the middle of the sweep, relative to the line:
        the channels differ in gain, or are not 90 degrees apart.
    dc : complex
        Height of the line in the middle of the sweep that a constant voltage makes, relative to the
        tallest line.
    clip : float, 0 to 1
        Where the converter's range ends, as a share of the greatest value; 0 is nowhere.
    """

    image: complex = 0.0
    dc: complex = 0.0
    clip: float = 0.0

    def with_image(self, fid: Complex) -> Complex:
        """Return a FID with its own conjugate added, which turns the other way."""
        return np.asarray(fid + self.image * fid.conj()) if self.image else fid

    def clipped(self, fid: Complex, phase_deg: float) -> Complex:
        """Return a FID whose two channels end at the converter's range.

        Parameters
        ----------
        fid : (td,) complex128
        phase_deg : float, degrees
            Of the FID as it was received, which it is turned back by.
        """
        if not self.clip:
            return fid
        turn = np.exp(-1j * np.deg2rad(phase_deg))
        parts = (fid * turn).view(np.float64)
        limit = self.clip * float(np.abs(parts).max(initial=0.0))
        return np.asarray(np.clip(parts, -limit, limit).view(np.complex128) / turn)


SOUND = Receiver()
"""A receiver without faults."""


def line_of_dc(place_ppm: float, height: float, weight: Array, sw_hz: float) -> TrueLine:
    """Return the line that a constant voltage makes: as narrow as the window over it allows."""
    fwhm_hz = 1.2 * sw_hz * float(weight.max()) / float(weight.sum())
    return TrueLine(place_ppm, fwhm_hz, height, is_excused=True)


def with_false_lines(
    lines: tuple[TrueLine, ...], change: Array, axis: Axis, sigma: float
) -> tuple[TrueLine, ...]:
    """Return the lines with what clipping did to a spectrum.

    Parameters
    ----------
    lines : tuple of TrueLine
        Of the spectrum as it would be without; their heights change.
    change : (si,) float64
        What clipping added to the trace: harmonics and sums of the lines' frequencies, of which
        the tallest are listed, excused, where no line stands.
    axis : Axis
    sigma : float
    """
    from scipy.signal import find_peaks, peak_widths

    kept = [_changed(line, change, axis) for line in lines]
    kept = [now for now, line in zip(kept, lines, strict=True) if now.height * line.height > 0.0]
    size = np.abs(change)
    place, found = find_peaks(size, prominence=_SEEN_SIGMAS * sigma, height=0.0)
    place = place[np.argsort(-found["peak_heights"])[:_MOST_FALSE]]
    width = peak_widths(size, place)[0]
    there = np.array([float(axis.point(line.ppm)) for line in kept])
    reach = np.array([line.fwhm_hz / axis.point_hz for line in kept])
    false = [
        TrueLine(float(axis.ppm(k)), wide * axis.point_hz, float(change[k]), is_excused=True)
        for k, wide in zip(place.tolist(), width.tolist(), strict=True)
        if not (np.abs(there - k) < np.maximum(reach, wide)).any()
    ]
    return tuple(sorted((*kept, *false), key=lambda line: -line.ppm))


def _changed(line: TrueLine, change: Array, axis: Axis) -> TrueLine:
    place = min(max(round(float(axis.point(line.ppm))), 0), change.size - 1)
    return replace(line, height=line.height + float(change[place]))
