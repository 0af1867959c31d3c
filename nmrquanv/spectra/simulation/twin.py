"""The synthetic twin of a measured spectrum: its own lines simulated anew, so that they are known.

A *twin* has the lines of a list, each with its place, height and width as processed, spread by the
field that the spectrum's lines share and cut off where its FID ends; the spectrum's baseline; and
fresh noise of the same strength, profile and correlation. What the list lacks is not in it.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from nmrquanv.spectra.array_rows import ArrayRows
from nmrquanv.spectra.fitting.spread import Spread
from nmrquanv.spectra.noise_correlation import noise_correlation
from nmrquanv.spectra.processing import with_imaginary
from nmrquanv.spectra.simulation.acquisitions import Acquisition
from nmrquanv.spectra.simulation.fid_synthesis import sum_of_decays
from nmrquanv.spectra.simulation.scene import Scene, joined
from nmrquanv.spectra.simulation.true_lines import Shapes, processed_shapes, true_lines
from nmrquanv.spectra.spectrum import Source, Spectrum, TrueLine

Array = NDArray[np.float64]
Complex = NDArray[np.complex128]

_ROUNDS = 6
_START, _NARROWEST = 0.7, 0.01
"""Own width of a line from which the search starts, and the least; shares of the processed one."""

_APART, _SIDE_TOP, _SHARE_STEP = 0.5, 0.01, 0.02
"""Lines whose own width would be below this share of those that taught the field, or below the one
at which a part of it stands out as a top, by that share of the height, do not share it: solvent in
the field of broader lines would fall into the parts that the field is made of."""

_FINE = 0.05
"""Step in own widths at which a line's tops are looked for."""

_LAGS = 96
_BLOCK_WIDTHS, _FEWEST_POINTS = 40.0, 64
"""Length of a block that tells the baseline: so many narrow lines stand in the median's shadow."""


@dataclass(frozen=True, slots=True, eq=False)
class DrawnLines(ArrayRows):
    """Lines as a spectrum shows them, arrays over ``n``.

    Parameters
    ----------
    position, fwhm : (n,) float64, points
        Of the maximum; full width as processed.
    height : (n,) float64, intensity
        Signed, without the neighbours.
    is_excused : (n,) bool
        Satellites: neither missed nor false when found.
    """

    position: Array
    fwhm: Array
    height: Array
    is_excused: NDArray[np.bool_]


@dataclass(frozen=True, slots=True, eq=False)
class Shared:
    """What the lines have in common.

    Parameters
    ----------
    spread : Spread
        The field, in points.
    width : float, points
        Own width of the lines that taught it; NaN where none did.
    """

    spread: Spread
    width: float = np.nan


@dataclass(frozen=True, slots=True, eq=False)
class Twin:
    """A twin before its noise is drawn.

    Parameters
    ----------
    original : Spectrum
    clean : (si,) complex128
        Lines and baseline.
    lines : tuple of TrueLine
        Highest ppm first; lines closer than half a FWHM are one.
    envelope : (si,) float64
        Root mean square of the noise in the time domain; the spectrum's real part gets sigma.
    """

    original: Spectrum
    clean: Complex
    lines: tuple[TrueLine, ...]
    envelope: Array

    @property
    def sigma(self) -> float:
        """Standard deviation of the noise in the quiet parts, which is the original's."""
        return self.original.noise.sigma

    def drawn(self, rng: np.random.Generator) -> Spectrum:
        """Return the twin with fresh noise."""
        si = self.clean.size
        white = rng.standard_normal((si, 2)).view(np.complex128)[:, 0]
        noise = np.fft.fftshift(np.fft.fft(white * self.envelope))
        noise *= self.original.noise.profile / self.sigma
        data = self.clean + noise
        sample = replace(self.original.sample, title=_titled(self.original))
        source = Source("", "simulated", "simulated")
        return replace(
            self.original,
            data=data if self.original.is_complex else data.real,
            sample=sample,
            source=source,
        )


def twin_of(spectrum: Spectrum, drawn: DrawnLines, shared: Shared, narrow: float) -> Twin:
    """Return the twin of a spectrum.

    Parameters
    ----------
    spectrum : Spectrum
    drawn : DrawnLines
        Its lines.
    shared : Shared
    narrow : float, points
        Width of its narrow lines.

    Notes
    -----
    Lines are decays in the time domain, ended after ``time_points``: their feet, the wiggles of
    truncation and what neighbours do to each other follow. A line's own width is searched until
    its processed one is that of the list; lines that are too narrow for the field stand in an even
    one. The baseline is what the lines leave of the original, as medians of long blocks.
    """
    td = _time_points(spectrum)
    factor = _field_factor(shared.spread, td, spectrum.axis.size)
    scene, shapes = _matched(spectrum, drawn, factor)
    is_apart = scene.lorentz_hz < _least_width(shared) * spectrum.axis.point_hz
    groups = [(scene, shapes, factor)]
    if is_apart.any():
        groups = [
            (*_matched(spectrum, drawn.chosen(own), f), f)
            for own, f in ((~is_apart, factor), (is_apart, np.ones_like(factor)))
        ]
    clean = np.sum([_transformed(spectrum, scene, f) for scene, _, f in groups], axis=0)
    whole = joined(*(scene for scene, _, _ in groups))
    looks = Shapes.joined([shapes for _, shapes, _ in groups])
    lines = true_lines(whole, looks, _experiment(spectrum, td), spectrum.noise.sigma)
    left = spectrum.trace - clean.real
    base = _baseline(left, narrow)
    envelope = _noise_envelope(left - base, spectrum, td)
    return Twin(spectrum, clean + with_imaginary(base), lines, envelope)


def _least_width(shared: Shared) -> float:
    """Return the own width, points, below which lines do not share a field; NaN where none is.

    Such lines would show more tops than the lines that taught it.
    """
    taught = _tops(shared.spread, shared.width)
    for share in np.arange(1.0 - _SHARE_STEP, _APART, -_SHARE_STEP).tolist():
        if _tops(shared.spread, share * shared.width) > taught:
            return float(share * shared.width)
    return _APART * shared.width


def _tops(spread: Spread, width: float) -> int:
    """Return how many tops a line of an own width (points) has in a field."""
    from scipy.signal import find_peaks

    if not np.isfinite(width):
        return 0
    x = np.arange(spread.shift.min() - width, spread.shift.max() + width, _FINE * width)
    line = spread.line(x, width)
    return int(find_peaks(line, prominence=_SIDE_TOP * line.max())[0].size)


def _titled(spectrum: Spectrum) -> str:
    return f"Twin of {spectrum.sample.title or 'a spectrum'}"


def _time_points(spectrum: Spectrum) -> int:
    size = spectrum.axis.size
    return size if spectrum.time_points is None else int(np.clip(spectrum.time_points, 2, size))


def _field_factor(spread: Spread, td: int, si: int) -> Complex:
    """Return what the field multiplies onto every decay, shape ``(td,)``."""
    share = spread.share.astype(np.complex128)
    return sum_of_decays(spread.shift / si, np.zeros(spread.shift.size), share, td)


def _experiment(spectrum: Spectrum, td: int) -> Acquisition:
    """Return the measurement as the simulation describes it; lines are as processed."""
    axis = spectrum.axis
    centre_hz = float(axis.hz(float(axis.ppm(axis.size // 2))))
    return Acquisition(axis.sf_mhz, centre_hz, axis.sw_hz, td, axis.size, 0.0, 1.0)


def _matched(spectrum: Spectrum, drawn: DrawnLines, factor: Complex) -> tuple[Scene, Shapes]:
    """Return decays whose processed lines are those of the list, and these lines' shapes."""
    axis, n = spectrum.axis, drawn.position.size
    wanted, flat = drawn.fwhm * axis.point_hz, np.zeros(n)
    own, place = _START * wanted, np.asarray(axis.ppm(drawn.position)) * axis.sf_mhz
    scene = Scene(place, drawn.height, own, flat, flat, drawn.is_excused)
    shapes = processed_shapes(scene, factor, axis.sw_hz)
    for _ in range(_ROUNDS):
        own = np.maximum(scene.lorentz_hz + wanted - shapes.fwhm_hz, _NARROWEST * wanted)
        scene = replace(scene, lorentz_hz=own)
        shapes = processed_shapes(scene, factor, axis.sw_hz)
    scene = replace(scene, hz=place - shapes.apex_hz, area=drawn.height / shapes.height)
    return scene, shapes


def _transformed(spectrum: Spectrum, scene: Scene, factor: Complex) -> Complex:
    """Return the spectrum of the decays, without noise, shape ``(si,)``."""
    axis = spectrum.axis
    position = np.asarray(axis.point(scene.hz / axis.sf_mhz))
    frequency = (position - axis.size // 2) / axis.size
    decay = np.pi * scene.lorentz_hz / axis.sw_hz
    fid = np.zeros(axis.size, dtype=np.complex128)
    area = scene.area.astype(np.complex128)
    fid[: factor.size] = factor * sum_of_decays(frequency, decay, area, factor.size)
    fid[0] *= 0.5
    return np.asarray(np.fft.fftshift(np.fft.fft(fid)))


def _baseline(left: Array, narrow: float) -> Array:
    """Return what the lines stand on: medians of long blocks, bridged."""
    length = max(_FEWEST_POINTS, round(_BLOCK_WIDTHS * narrow))
    count = max(2, left.size // length)
    blocks = np.array_split(left, count)
    middle = (np.arange(count) + 0.5) * left.size / count
    medians = [float(np.median(block)) for block in blocks]
    return np.asarray(np.interp(np.arange(left.size), middle, medians))


def _noise_envelope(quiet: Array, spectrum: Spectrum, td: int) -> Array:
    """Return the noise's root mean square over time, from how the original's is correlated.

    The power over time is the transform of the autocorrelation (Wiener and Khinchin), tapered,
    since far lags are not known.
    """
    si, sigma = quiet.size, spectrum.noise.sigma
    lags = min(_LAGS, si // 8)
    correlation = noise_correlation(quiet, sigma, lags)
    tapered = correlation * (0.5 + 0.5 * np.cos(np.pi * np.arange(lags + 1) / (lags + 1)))
    padded = np.zeros(si)
    padded[: lags + 1] = tapered
    padded[-lags:] += tapered[:0:-1]
    power = np.maximum(np.fft.fft(padded).real, 0.0)
    power[td:] = 0.0
    return np.asarray(sigma * np.sqrt(power / power.sum()))
