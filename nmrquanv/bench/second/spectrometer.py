"""What the second simulator's spectrometer makes of sticks: a spectrum, and its lines exactly.

Everything is counted in sigma: a signal says how many sigma its tallest line has *as processed*.
A line has its maximum and its width where its own transform has them, by numbers.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from nmrquanv.bench.second.sticks import SignalSticks
from nmrquanv.spectra.axis import Axis
from nmrquanv.spectra.spectrum import Sample, Spectrum, TrueLine

Array = NDArray[np.float64]
Complex = NDArray[np.complex128]

_FINE = 8
_MERGED = 0.5 - 1e-6


@dataclass(frozen=True, slots=True, eq=False)
class ShimParts:
    """How the field is spread over the sample: shifted parts, each with a Gaussian width.

    Parameters
    ----------
    hz, share, gauss_hz : (n,) float64
        Shares add to 1.
    """

    hz: Array
    share: Array
    gauss_hz: Array

    def over(self, t: Array) -> Complex:
        """Return the factor that all lines have in the time domain."""
        factor = np.zeros(t.size, dtype=np.complex128)
        for hz, share, width in zip(self.hz, self.share, self.gauss_hz, strict=True):
            factor += share * np.exp(-2j * np.pi * hz * t - _gauss(width, t))
        return factor


EVEN = ShimParts(np.zeros(1), np.ones(1), np.zeros(1))
"""No spread."""


@dataclass(frozen=True, slots=True, eq=False)
class Resonance:
    """Sticks that share one decay.

    Parameters
    ----------
    sticks : SignalSticks
        Hz from the middle of the sweep.
    snr : float, sigma
        Of the tallest line, as processed.
    width_hz : float
        Lorentzian width of its own.
    gauss_hz : float
        Gaussian width of its own.
    unresolved_hz : tuple of float
        Couplings too small to be seen.
    is_excused : bool
        Neither missed nor false when found.
    """

    sticks: SignalSticks
    snr: float
    width_hz: float
    gauss_hz: float = 0.0
    unresolved_hz: tuple[float, ...] = ()
    is_excused: bool = False

    def decay(self, t: Array) -> Array:
        """Return its own decay."""
        decay = np.exp(-np.pi * self.width_hz * t - _gauss(self.gauss_hz, t))
        for j in self.unresolved_hz:
            decay = decay * np.cos(np.pi * j * t)
        return np.asarray(decay)


@dataclass(frozen=True, slots=True, eq=False)
class Setup:
    """How a spectrum is taken and processed.

    Parameters
    ----------
    sf_mhz, sw_hz, middle_ppm : float
    td, si : int
    field : ShimParts
    lb_hz, gauss_hz : float
        Apodization by ``exp(-pi lb t)``, negative to sharpen, and a Gaussian of this width.
    phase_deg, roll : float
        Left in the spectrum; sine-shaped baseline, sigma.
    image : float
        Share of each line that appears mirrored at the middle.
    dc_snr : float, sigma
        A spike in the middle.
    """

    sf_mhz: float = 500.0
    sw_hz: float = 5000.0
    middle_ppm: float = 5.0
    td: int = 12_288
    si: int = 32_768
    field: ShimParts = EVEN
    lb_hz: float = 0.3
    gauss_hz: float = 0.0
    phase_deg: float = 0.0
    roll: float = 0.0
    image: float = 0.0
    dc_snr: float = 0.0

    @property
    def t(self) -> Array:
        """Times of the FID's points, seconds."""
        return np.arange(self.td) / self.sw_hz

    @property
    def window(self) -> Array:
        """Apodization, (td,)."""
        return np.asarray(np.exp(-np.pi * self.lb_hz * self.t - _gauss(self.gauss_hz, self.t)))

    @property
    def axis(self) -> Axis:
        """Axis of the spectrum."""
        offset = self.middle_ppm + 0.5 * self.sw_hz / self.sf_mhz
        return Axis(self.si, self.sw_hz, self.sf_mhz, offset)


@dataclass(frozen=True, slots=True, eq=False)
class SecondSpectrum:
    """A spectrum and its lines.

    Parameters
    ----------
    spectrum : Spectrum
    lines : tuple of TrueLine
        Highest ppm first; those closer than half a FWHM are one.
    sigma : float, intensity
    kind : str
    """

    spectrum: Spectrum
    lines: tuple[TrueLine, ...]
    sigma: float
    kind: str


@dataclass(frozen=True, slots=True)
class StickShape:
    """A line of unit amplitude as processed: Hz of its maximum from its stick, width, height."""

    top_hz: float
    fwhm_hz: float
    height: float


@dataclass(slots=True, eq=False)
class _Sample:
    """What goes into the tube, and out as a FID."""

    fid: Complex
    lines: list[TrueLine] = field(default_factory=list)


def acquire(
    rng: np.random.Generator, signals: Sequence[Resonance], setup: Setup, kind: str
) -> SecondSpectrum:
    """Take and process a spectrum.

    Parameters
    ----------
    rng : Generator
        Draws the noise and the unit of intensity.
    signals : sequence of Resonance
    setup : Setup
    kind : str
        Recorded.
    """
    t, window = setup.t, setup.window
    sample = _Sample(np.zeros(t.size, dtype=np.complex128))
    unit = float(np.sqrt(np.sum(window**2)))  # sigma of the spectrum for noise of 1 in the FID
    for signal in signals:
        _add(sample, signal, setup, unit)
    fid = sample.fid
    fid = fid + setup.image * fid.conj()
    fid[0] *= 0.5
    fid = fid + rng.normal(size=t.size) + 1j * rng.normal(size=t.size)
    if setup.dc_snr:
        fid = fid + setup.dc_snr * unit / window.sum()
    data = np.fft.fftshift(np.fft.fft(fid * window, setup.si)) / unit
    data = data * np.exp(1j * np.deg2rad(setup.phase_deg))
    data = data + setup.roll * np.sin(np.linspace(0, 5, setup.si) + rng.uniform(0, 6))
    scale = 10.0 ** rng.uniform(0, 6)
    lines = tuple(
        TrueLine(x.ppm, x.fwhm_hz, x.height * scale, x.is_excused)
        for x in merged(sample.lines, setup.sf_mhz)
    )
    sample_said = Sample("1H", "", kind)
    spectrum = Spectrum(scale * data, setup.axis, sample_said, time_points=float(setup.td))
    return SecondSpectrum(spectrum, lines, scale, kind)


def _add(sample: _Sample, signal: Resonance, setup: Setup, unit: float) -> None:
    """Put a signal into the FID, and its lines on the list."""
    t = setup.t
    envelope = signal.decay(t) * setup.field.over(t)
    shape = shape_of(envelope * setup.window, setup)
    amplitude = signal.snr * unit / shape.height
    for hz, share in zip(signal.sticks.hz, signal.sticks.share, strict=True):
        sample.fid += amplitude * share * envelope * np.exp(-2j * np.pi * hz * t)
        ppm = setup.middle_ppm + (hz + shape.top_hz) / setup.sf_mhz
        height = signal.snr * float(share)
        sample.lines.append(TrueLine(float(ppm), shape.fwhm_hz, height, signal.is_excused))


def shape_of(envelope: Complex, setup: Setup) -> StickShape:
    """Return the processed shape of a line with this time-domain envelope."""
    start = envelope.astype(np.complex128).copy()
    start[0] *= 0.5
    size = _FINE * 2 ** int(np.ceil(np.log2(setup.td)))
    trace = np.fft.fftshift(np.fft.fft(start, size)).real
    step = setup.sw_hz / size
    top = int(np.argmax(trace))
    left, middle, right = (float(v) for v in trace[top - 1 : top + 2])
    bend = left - 2 * middle + right
    shift = 0.5 * (left - right) / bend if bend < 0 else 0.0
    height = middle - 0.25 * (left - right) * shift
    below = [int(np.argmax(side < 0.5 * height)) for side in (trace[top:], trace[top::-1])]
    width = sum(
        k - 1 + (side[k - 1] - 0.5 * height) / (side[k - 1] - side[k])
        for k, side in zip(below, (trace[top:], trace[top::-1]), strict=True)
    )
    return StickShape((size // 2 - top - shift) * step, float(width) * step, height)


def has_one_top(envelope: Complex, setup: Setup) -> bool:
    """Tell whether such a line has one maximum above a twentieth of its height."""
    from scipy.signal import find_peaks

    start = envelope.astype(np.complex128).copy()
    start[0] *= 0.5
    trace = np.fft.fft(start, _FINE * setup.td).real
    middle = np.roll(trace, trace.size // 2)
    tops, _ = find_peaks(middle, height=0.05 * middle.max(), prominence=0.01 * middle.max())
    return bool(tops.size == 1)


def merged(lines: Sequence[TrueLine], sf_mhz: float) -> list[TrueLine]:
    """Return lines, highest ppm first, those closer than half a FWHM as one at their mean."""
    ordered = sorted(lines, key=lambda x: -x.ppm)
    result: list[TrueLine] = []
    for line in ordered:
        last = result[-1] if result else None
        if last is None or (last.ppm - line.ppm) * sf_mhz >= _MERGED * max(
            last.fwhm_hz, line.fwhm_hz
        ):
            result.append(line)
            continue
        total = last.height + line.height
        ppm = (last.ppm * last.height + line.ppm * line.height) / total
        fwhm = max(last.fwhm_hz, line.fwhm_hz)
        result[-1] = TrueLine(ppm, fwhm, total, last.is_excused and line.is_excused)
    return result


def _gauss(fwhm_hz: float, t: Array) -> Array:
    """Return minus the logarithm of the decay of a line with this Gaussian width."""
    return np.asarray((np.pi * fwhm_hz * t) ** 2 / (4 * np.log(2)))
