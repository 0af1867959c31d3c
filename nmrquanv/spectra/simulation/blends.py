"""Lines that stand as one shape: unresolved couplings, two sites in exchange.

A *blend* is a short sum of decays with complex amplitudes, its *pattern*, and the places where it
stands. What a trace shows of it is no sum of what its parts would show by themselves, so its truth
is read off the transform of all of them together: each top is a line.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from nmrquanv.spectra.simulation.fid_synthesis import sum_of_decays, transform_at

Array = NDArray[np.float64]
Complex = NDArray[np.complex128]

LEAST_DIP = 0.03
"""A valley this deep, as a share of the lower top, makes two lines of one."""

_LEAST_TOP, _LEAST_PART = 0.01, 0.02
_FEW, _BESIDE = 2, 0.5
"""Of so few parts each may be a shoulder, where no top is nearer than this share of its width."""

_STEPS_PER_WIDTH, _FEWEST, _MOST, _MARGIN = 6.0, 97, 1025, 1.5


@dataclass(frozen=True, slots=True, eq=False)
class Blend:
    """A pattern of decays at several places.

    Parameters
    ----------
    offset_hz, lorentz_hz : (k,) float64, Hz
        Where the decays of the pattern are, from its place, and their natural FWHM.
    amplitude : (k,) complex128
        They add up to 1.
    hz, area : (m,) float64
        Where the pattern stands, Hz from 0 ppm, and how much of it; signed.
    """

    offset_hz: Array
    lorentz_hz: Array
    amplitude: Complex
    hz: Array
    area: Array

    def scaled(self, by: float) -> Blend:
        """Return the same at another concentration."""
        return replace(self, area=self.area * by)

    def chosen(self, which: NDArray[np.bool_]) -> Blend:
        """Return the pattern at some of its places."""
        return replace(self, hz=self.hz[which], area=self.area[which])

    def decays(self, centre_hz: float, sw_hz: float, td: int, dead_points: float = 0.0) -> Complex:
        """Return the FID, shape ``(td,)``, whose first point comes so many points late."""
        frequency, flat = (centre_hz - self.hz) / sw_hz, np.zeros(self.hz.size)
        amplitude = self.area * np.exp(2j * np.pi * dead_points * frequency)
        return self._pattern(sw_hz, td) * sum_of_decays(frequency, flat, amplitude, td)

    def _pattern(self, sw_hz: float, td: int) -> Complex:
        decay = np.pi * self.lorentz_hz / sw_hz
        return sum_of_decays(-self.offset_hz / sw_hz, decay, self.amplitude, td)

    def tops(self, decay: Complex, sw_hz: float) -> BlendTops:
        """Return what the processed pattern shows, by unit of area.

        Parameters
        ----------
        decay : (td,) complex128
            What the instrument and the processing multiply onto every decay.
        sw_hz : float, Hz
        """
        signal = self._pattern(sw_hz, decay.size) * decay
        seen = self._seen(decay, sw_hz)
        hz = seen.places()
        shape = transform_at(signal, -hz / sw_hz, np.zeros(hz.size)).real - 0.5 * signal[0].real
        tops = _tops_of(hz, shape)
        return tops if self.offset_hz.size > _FEW else tops.with_shoulders(seen, hz, shape)

    def _seen(self, decay: Complex, sw_hz: float) -> _Parts:
        """Return the decays that can be seen in the processed pattern."""
        own, of_own = np.unique(self.lorentz_hz, return_inverse=True)
        tall = transform_at(decay, np.zeros(own.size), np.pi * own / sw_hz).real
        tall = np.maximum(tall - 0.5 * decay[0].real, 1e-3)[of_own]
        height = self.amplitude.real * tall
        is_seen = np.abs(height) > _LEAST_PART * np.abs(height).max()
        width = sw_hz / (np.pi * tall)
        return _Parts(self.offset_hz[is_seen], width[is_seen], height[is_seen])


@dataclass(frozen=True, slots=True, eq=False)
class _Parts:
    """Decays of a pattern, as processed: Hz from its place, rough width, height by unit of area."""

    hz: Array
    width_hz: Array
    height: Array

    def places(self) -> Array:
        """Return where the pattern is looked at, Hz: as finely as its narrowest line asks for."""
        margin = _MARGIN * self.width_hz.max()
        low, high = self.hz.min() - margin, self.hz.max() + margin
        count = (high - low) / self.width_hz.min() * _STEPS_PER_WIDTH
        return np.linspace(low, high, int(np.clip(count, _FEWEST, _MOST)))


@dataclass(frozen=True, slots=True, eq=False)
class BlendTops:
    """What is seen of a pattern, arrays over ``n``.

    Parameters
    ----------
    hz : (n,) float64, Hz
        From its place.
    height : (n,) float64
        By unit of area.
    fwhm_hz : (n,) float64, Hz
    is_excused : (n,) bool
        Shoulders: parts that make no top of their own.
    """

    hz: Array
    height: Array
    fwhm_hz: Array
    is_excused: NDArray[np.bool_]

    def with_shoulders(self, parts: _Parts, hz: Array, shape: Array) -> BlendTops:
        """Return the tops and, excused, the parts that stand beside them without a top."""
        away = np.abs(parts.hz[:, None] - self.hz).min(axis=1, initial=np.inf)
        beside = (parts.height > 0) & (away > _BESIDE * parts.width_hz)
        beside &= (parts.hz > hz[0]) & (parts.hz < hz[-1])
        height = np.interp(parts.hz[beside], hz, shape)
        return BlendTops(
            np.concatenate([self.hz, parts.hz[beside]]),
            np.concatenate([self.height, height]),
            np.concatenate([self.fwhm_hz, parts.width_hz[beside]]),
            np.concatenate([self.is_excused, np.ones(height.size, dtype=bool)]),
        )


def _tops_of(hz: Array, shape: Array) -> BlendTops:
    """Return the tops that a dip sets apart, tall enough to be lines."""
    from scipy.signal import find_peaks, peak_widths

    tall = max(float(shape.max()), 1e-300)
    padded = np.concatenate([[-tall], shape, [-tall]])  # so that ends are no lower neighbours
    place, _ = find_peaks(padded, height=_LEAST_TOP * tall, prominence=_LEAST_TOP * tall)
    if not place.size:
        none = np.zeros(0)
        return BlendTops(none, none, none, np.zeros(0, dtype=bool))
    middle, left, right = padded[place], padded[place - 1], padded[place + 1]
    bend = left - 2 * middle + right
    shift = np.where(bend < 0, 0.5 * (left - right) / np.where(bend < 0, bend, 1.0), 0.0)
    shift = np.clip(shift, -0.5, 0.5)
    step = float(hz[1] - hz[0])
    whole = (middle, np.zeros_like(place), np.full_like(place, padded.size - 1))
    fwhm = np.maximum(peak_widths(padded, place, 0.5, whole)[0], 1.0) * step
    height, where = middle - 0.25 * (left - right) * shift, hz[0] + (place - 1 + shift) * step
    group = _by_dips(padded, place)
    starts = np.flatnonzero(np.diff(group, prepend=-1))
    weight = np.add.reduceat(height, starts)
    return BlendTops(
        np.add.reduceat(where * height, starts) / weight,
        np.maximum.reduceat(height, starts),
        np.maximum.reduceat(fwhm, starts),
        np.zeros(starts.size, dtype=bool),
    )


def _by_dips(shape: Array, place: NDArray[np.intp]) -> NDArray[np.intp]:
    """Return the number of the line that each top belongs to: those without a dip share one."""
    valley = np.array([shape[a:b].min() for a, b in pairwise(place)], dtype=np.float64)
    lower = np.minimum(shape[place[:-1]], shape[place[1:]])
    return np.concatenate([[0], np.cumsum(valley < (1 - LEAST_DIP) * lower)]).astype(np.intp)
