"""What to know of a spectrum before trusting a list of its peaks, and what to do about it.

Each :class:`Note` is a plain sentence: something of the spectrum lies outside what peaks are found
in reliably (and what the networks were trained on), or makes positions and heights wrong. A
healthy spectrum has none. The lines that stand alone tell; fewer than a few tell nothing. What is
said of a training names the network that had it: classical picking was not trained.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from nmrquanv.spectra.integrals import NONE_BELOW, why_not
from nmrquanv.spectra.peak import Peak
from nmrquanv.spectra.quiet import quiet_level
from nmrquanv.spectra.spectrum import Spectrum
from nmrquanv.spectra.trace_notes import Note, clipped, noise_notes, roll
from nmrquanv.spectra.trained_notes import broad, strength
from nmrquanv.spectra.wiggles import CUT_WIDTH, TALL_SHARE

Array = NDArray[np.float64]

FEWEST_POINTS = 2.5
"""Points across half a line's height below which its place and height hang on interpolation."""

MOST_PHASE_DEG = 8.0
"""A phase error that moves tops by a tenth of a width, and heights by a hundredth."""

_TALL, _ALONE, _MOST, _FEWEST = 100.0, 12.0, 40, 3
_LOBE, _CUT = (0.6, 3.0), 0.03
_BESIDE = np.array([-16.0, -12.0, -9.0, -7.0, -5.5, -4.5, 4.5, 5.5, 7.0, 9.0, 12.0, 16.0])
_LOBE_REACH = 16.0
_FREE, _LINES, _LEAST_PLACES, _ROUNDS, _LEAST_LEFT = 4.0, 400, 12, 8, 0.01


@dataclass(frozen=True, slots=True, eq=False)
class _Lone:
    """Tall lines that stand alone, the trace beside them in heights of each; over ``n`` lines.

    Parameters
    ----------
    trace : (m,) float64
    middle, fwhm, height : (n,) float64
        Points, points, intensity; heights have their sign.
    level : (m,) float64
        Of the trace where nothing stands.
    """

    trace: Array
    middle: Array
    fwhm: Array
    height: Array
    level: Array

    def lobes(self) -> Array:
        """Return the least that is seen beside each line, on either side, in heights; (n, 2)."""
        seen = np.zeros((self.middle.size, 2))
        rows = zip(self.middle, self.fwhm, self.height, strict=True)
        for i, (middle, fwhm, height) in enumerate(rows):
            for side, step in enumerate((-1.0, 1.0)):
                ends = sorted(middle + step * x * fwhm for x in _LOBE)
                part = slice(max(0, round(ends[0])), max(0, round(ends[1])) + 1)
                stretch = (self.trace[part] - self.level[part]) / height
                seen[i, side] = stretch.min() if stretch.size else 0.0
        return seen


def notes_of(spectrum: Spectrum, peaks: Sequence[Peak], network: str = "") -> tuple[Note, ...]:
    """Return what to know of a spectrum in which peaks were found.

    Parameters
    ----------
    spectrum : Spectrum
        As it was searched.
    peaks : sequence of Peak
        All that were found in it; those that stand tall and alone tell.
    network : str
        Name of the finder, if it is a network; else nothing is said of any training.
    """
    by_noise = noise_notes(spectrum)
    if why_not(spectrum):
        known = "these are magnitudes" if spectrum.is_magnitude else NONE_BELOW
        return (
            *by_noise,
            Note(
                "magnitude",
                f"{known}: lines are broader than they are and heights do not add; process the "
                "FID with a phase instead",
            ),
        )
    level = quiet_level(spectrum.trace, spectrum.noise.sigma)
    tall = _tall(spectrum, peaks, level)
    found = [
        *by_noise,
        clipped(spectrum),
        strength(peaks, network),
        _narrow(_lone(spectrum, peaks, level)) or broad(_widths_hz(spectrum, peaks), network),
        _lines(spectrum, peaks, tall, level),
        roll(spectrum, level),
    ]
    return tuple(note for note in found if note is not None)


def _lines(spectrum: Spectrum, peaks: Sequence[Peak], tall: _Lone, level: Array) -> Note | None:
    """Tell a FID that was cut, or a wrong phase: what stands beside lines cannot tell both.

    Where the time that the FID lasted is known, it is held against the lines' widths; of a wrong
    phase these are not to be trusted, so that it is asked first.
    """
    if spectrum.time_points:
        return _phase(spectrum, peaks, level) or _truncated(spectrum, tall)
    return _truncated(spectrum, tall) or _phase(spectrum, peaks, level)


def texts_of(spectrum: Spectrum, peaks: Sequence[Peak], network: str = "") -> tuple[str, ...]:
    """Return remarks on a spectrum and the sentences of :func:`notes_of`, for a provenance."""
    return (*spectrum.remarks, *(note.text for note in notes_of(spectrum, peaks, network)))


def _lone(spectrum: Spectrum, peaks: Sequence[Peak], level: Array) -> _Lone:
    """Return the tallest lines with no other of a fiftieth of their height nearby."""
    axis, sigma = spectrum.axis, spectrum.noise.sigma
    known = [p for p in peaks if p.fwhm_hz and p.peak_class != "water" and p.kind == "line"]
    row = sorted(known, key=lambda p: -abs(p.height))
    at = np.array([axis.point(p.ppm) for p in row])
    fwhm = np.array([(p.fwhm_hz or 0.0) / axis.point_hz for p in row])
    height = np.array([p.height for p in row])
    every = np.array([axis.point(p.ppm) for p in peaks])
    tall = np.abs(np.array([p.height for p in peaks]))
    chosen: list[int] = []
    for i in range(min(len(row), _LINES)):
        if abs(height[i]) < _TALL * sigma or len(chosen) >= _MOST:
            break
        gap = np.abs(every - at[i])
        near = (gap > 0.05 * fwhm[i]) & (gap < _ALONE * fwhm[i])
        is_inside = _ALONE * fwhm[i] < at[i] < axis.size - _ALONE * fwhm[i]
        if is_inside and not (tall[near] > 0.02 * abs(height[i])).any():
            chosen.append(i)
    which = np.array(chosen, dtype=np.int64)
    return _Lone(spectrum.trace, at[which], fwhm[which], height[which], level)


def _narrow(lone: _Lone) -> Note | None:
    if lone.fwhm.size < _FEWEST or np.median(lone.fwhm) >= FEWEST_POINTS:
        return None
    return Note(
        "narrow",
        f"lines are {np.median(lone.fwhm):.1f} points broad: places and heights hang on few points;"
        " zero-fill once or twice more",
    )


def _widths_hz(spectrum: Spectrum, peaks: Sequence[Peak]) -> Array:
    """Return the widths of tall lines and tops: networks call lines that merge by tops alone."""
    known = [p for p in peaks if p.kind != "unresolved" and p.peak_class != "edge"]
    return np.array([p.fwhm_hz or 0.0 for p in _clear(spectrum, known)])


def _tall(spectrum: Spectrum, peaks: Sequence[Peak], level: Array) -> _Lone:
    """Return the tallest lines, whatever stands beside them: wiggles of theirs may be listed."""
    axis, row = spectrum.axis, _clear(spectrum, [p for p in peaks if p.kind == "line"])
    at = np.array([axis.point(p.ppm) for p in row])
    fwhm = np.array([(p.fwhm_hz or 0.0) / axis.point_hz for p in row])
    return _Lone(spectrum.trace, at, fwhm, np.array([p.height for p in row]), level)


def _clear(spectrum: Spectrum, peaks: Sequence[Peak]) -> list[Peak]:
    """Return those of peaks that stand tall."""
    known = [p for p in peaks if p.fwhm_hz and p.peak_class != "water"]
    most = max((abs(p.height) for p in known), default=0.0)
    least = max(_TALL * spectrum.noise.sigma, TALL_SHARE * most)
    return [p for p in known if abs(p.height) > least][:_LINES]


def _truncated(spectrum: Spectrum, lone: _Lone) -> Note | None:
    """Tell a FID that ends before its lines have decayed."""
    if lone.fwhm.size and spectrum.time_points:
        duration_s = spectrum.time_points / spectrum.axis.sw_hz
        is_cut = float(np.median(lone.fwhm)) * spectrum.axis.point_hz * duration_s < CUT_WIDTH
    else:
        # of a cut FID both sides go below zero, of a wrong phase one
        lobes = lone.lobes() if lone.fwhm.size >= _FEWEST else np.zeros((1, 2))
        is_cut = float(np.median(lobes.max(axis=1))) < -_CUT
    if not is_cut:
        return None
    return Note(
        "truncated",
        "the FID ends before the lines have decayed: wiggles stand beside tall lines, and small "
        "lines may be such; apodize (exponential, as broad as the lines), or acquire longer",
    )


def _phase(spectrum: Spectrum, peaks: Sequence[Peak], level: Array) -> Note | None:
    """Tell a wrong phase by the tails of all lines: of a phased spectrum they are even.

    Notes
    -----
    Beside the lines the trace is ``cos(phase) A + sin(phase) D``, with the absorptive and the
    dispersive Lorentzian tails of all lines together. Lines that nobody listed stand out of it:
    so the sum of the absolute residuals is made small, not that of their squares.
    """
    axis, sigma = spectrum.axis, spectrum.noise.sigma
    row = sorted((p for p in peaks if p.fwhm_hz), key=lambda p: -abs(p.height))[:_LINES]
    tall = [p for p in row[:_MOST] if abs(p.height) > _TALL * sigma]
    if not tall:
        return None
    at = np.array([axis.point(p.ppm) for p in row])
    half = np.array([0.5 * (p.fwhm_hz or 0.0) / axis.point_hz for p in row])
    half, height = np.maximum(half, 0.25), np.array([p.height for p in row])
    # a lobe that a wrong phase makes may be listed as a line of the other sign: it tells nothing
    is_lobe = np.abs(at[:, None] - at) < _LOBE_REACH * half
    is_lobe &= (height[:, None] * height < 0) & (np.abs(height)[:, None] < np.abs(height))
    kept = ~is_lobe.any(axis=1)
    at, half, height = at[kept], half[kept], height[kept]
    x = np.round(at[: len(tall), None] + half[: len(tall), None] * _BESIDE).ravel()
    x = np.unique(x[(x > 0) & (x < axis.size - 1)])
    u = (x[:, None] - at) / half
    is_free = (np.abs(u) > _FREE).all(axis=1)
    u, x = u[is_free], x[is_free].astype(np.int64)
    if x.size < _LEAST_PLACES:
        return None
    even, odd = (height / (1.0 + u**2)).sum(axis=1), (height * u / (1.0 + u**2)).sum(axis=1)
    design, y = np.stack([even, odd], axis=1), spectrum.trace[x] - level[x]
    size = np.hypot(even, odd) + sigma
    weight, found = 1.0 / size, np.zeros(2)
    for _ in range(_ROUNDS):
        found = np.linalg.lstsq(design * weight[:, None], y * weight, rcond=None)[0]
        left = np.abs(y - design @ found) / size
        weight = 1.0 / (size * np.sqrt(np.maximum(left, _LEAST_LEFT)))
    off = float(np.degrees(np.arctan2(found[1], abs(found[0]))))
    # of lines narrower than a point there are no tails that could lean
    if abs(off) < MOST_PHASE_DEG or abs(found[1]) < np.sin(np.radians(MOST_PHASE_DEG)):
        return None
    # tails of the other sign than the heights: those are of lobes, and tell no angle
    told = f"{abs(off):.0f} degrees" if found[0] > 0 else "far"
    return Note(
        "phase",
        f"lines lean as if the phase were {told} off: places and heights are wrong by it; phase "
        "the spectrum",
    )
