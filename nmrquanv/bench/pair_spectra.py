"""Spectra of close pairs and of the single lines that look like them.

Each spectrum has its own line width and its own field, so that half of them have lopsided lines.
It shows pairs, equal and 1:3, at 0.5, 0.8 and 1.2 FWHM; for each a single line as wide as the
pair's *envelope*, broader as a Lorentzian or by a Gaussian (Voigt); and, as in reality, ordinary
lines of the natural width. All stand far apart, pairs and single lines 300 sigma tall.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import product

import numpy as np
from numpy.typing import NDArray

from nmrquanv.spectra.peaks import Peak
from nmrquanv.spectra.simulate import Simulated, acquire
from nmrquanv.spectra.simulation.acquisitions import Acquisition, usual_experiment
from nmrquanv.spectra.simulation.faults import log_uniform, lopsided_field
from nmrquanv.spectra.simulation.fid_synthesis import transform_at
from nmrquanv.spectra.simulation.instrument import Instrument, envelope
from nmrquanv.spectra.simulation.scene import Scene, joined, lines
from nmrquanv.spectra.simulation.spin_systems import Sticks, first_order
from nmrquanv.spectra.simulation.true_lines import Shapes, processed_shapes

SEPARATIONS = (0.5, 0.8, 1.2)
"""Distances of a pair, in processed FWHM of one of its lines."""

_SHARES = (0.5, 0.5, 0.25, 0.75)
"""Of the line at higher frequency in the area of a pair, two of each kind in a spectrum; the first
and third of their single counterparts are broader Lorentzians, the others Voigt lines."""

SNR = 300.0
NEAR_FWHM = 0.2
"""How near both lines of a pair must be found."""

_ORDINARY = 24
_POINTS = 65_536
_REACH_FWHM = 3.0
"""Beyond its envelope a site reaches this far: peaks there split it."""

_SPAN_FWHM, _PROFILE_POINTS = 4.0, 401
_NODES = 7


@dataclass(frozen=True, slots=True)
class Site:
    """A pair, or the single line that looks like it.

    Parameters
    ----------
    hz : tuple of float
        Where its lines have their maxima, from 0 ppm.
    fwhm_hz : float
        Of one line of the pair, as processed; for a single line that of its counterpart's.
    reach_hz : float
        Peaks within this distance of the middle belong to the site.
    separation, ratio : float
        Of the pair, or of the single line's counterpart.
    is_voigt : bool
        A single line that a Gaussian broadens.
    """

    hz: tuple[float, ...]
    fwhm_hz: float
    reach_hz: float
    separation: float
    ratio: float
    is_voigt: bool = False

    @property
    def is_pair(self) -> bool:
        """Whether there are two lines."""
        return len(self.hz) == 2

    def is_resolved(self, found_hz: Sequence[float]) -> bool:
        """Tell whether the peaks at a site are as many as its lines, those of a pair near them."""
        if len(found_hz) != len(self.hz):
            return False
        near = NEAR_FWHM * self.fwhm_hz
        pairs = zip(sorted(self.hz), sorted(found_hz), strict=True)
        return not self.is_pair or all(abs(a - b) <= near for a, b in pairs)

    def own(self, peaks: Sequence[Peak], sf_mhz: float) -> list[float]:
        """Return where the peaks of this site are, Hz."""
        middle = float(np.mean(self.hz))
        hz = [p.ppm * sf_mhz for p in peaks]
        return [x for x in hz if abs(x - middle) <= self.reach_hz]


@dataclass(frozen=True, slots=True)
class PairSpectrum:
    """A spectrum of pairs and single lines."""

    made: Simulated
    sites: tuple[Site, ...]


@dataclass(frozen=True, slots=True)
class Look:
    """A pair and the single lines that look like it, in a given field.

    Parameters
    ----------
    separation, share : float
    apart_hz, envelope_hz, height : float
        Distance; FWHM and height (for a total area of 1) of the pair's envelope.
    lorentz_hz, gauss_hz : float
        Width of the broader Lorentzian, and Gaussian part of the Voigt line, whose processed
        FWHM is the envelope's.
    """

    separation: float
    share: float
    apart_hz: float
    envelope_hz: float
    height: float
    lorentz_hz: float
    gauss_hz: float

    @property
    def ratio(self) -> float:
        """Of the taller line to the other."""
        return max(self.share, 1 - self.share) / min(self.share, 1 - self.share)


@dataclass(frozen=True, slots=True)
class Bench:
    """A spectrometer, what it does to every line, and a natural width.

    Parameters
    ----------
    experiment : Acquisition
    decay : (td,) complex128
        Field and apodization.
    width_hz : float, Hz
        Lorentzian FWHM of ordinary lines before the field and the apodization.
    """

    experiment: Acquisition
    decay: NDArray[np.complex128]
    width_hz: float

    def shapes(self, lorentz_hz: Sequence[float], gauss_hz: float = 0.0) -> Shapes:
        """Return height per area, FWHM and displacement of the maximum of lines, processed."""
        widths = np.asarray(lorentz_hz, dtype=np.float64)
        flat = np.zeros(widths.size)
        scene = Scene(flat, flat + 1, widths, flat + gauss_hz, flat, flat > 0)
        return processed_shapes(scene, self.decay, self.experiment.sw_hz)

    def fwhm_hz(self, gauss_hz: float) -> float:
        """Return the FWHM of a natural line with a Gaussian part."""
        return float(self.shapes([self.width_hz], gauss_hz).fwhm_hz[0])

    def looks(self) -> list[Look]:
        """Return all pairs, with how wide and tall each is together, and lines of that width."""
        factors = np.linspace(1.0, 2.8, _NODES)
        broader = self.shapes((self.width_hz * factors).tolist()).fwhm_hz
        fwhm_hz = float(broader[0])
        parts = np.linspace(0.0, 2.8, _NODES) * fwhm_hz
        voigt = [fwhm_hz, *(self.fwhm_hz(g) for g in parts[1:])]
        hz = np.linspace(-_SPAN_FWHM, _SPAN_FWHM, _PROFILE_POINTS) * fwhm_hz
        rate = np.full(hz.size, np.pi * self.width_hz / self.experiment.sw_hz)
        # A line's own frequency axis runs against that of the FID.
        shape = transform_at(self.decay, -hz / self.experiment.sw_hz, rate).real
        shape -= 0.5 * self.decay[0].real
        result = []
        for separation, share in product(SEPARATIONS, _SHARES):
            apart_hz = separation * fwhm_hz
            height, wide_hz = _envelope(hz, shape, apart_hz, share)
            lorentz_hz = self.width_hz * float(np.interp(wide_hz, broader, factors))
            gauss_hz = float(np.interp(wide_hz, voigt, parts))
            result.append(Look(separation, share, apart_hz, wide_hz, height, lorentz_hz, gauss_hz))
        return result


def _envelope(
    hz: NDArray[np.float64], shape: NDArray[np.float64], apart_hz: float, share: float
) -> tuple[float, float]:
    """Return height and FWHM of two lines of a sampled shape, their areas 1 together.

    For a pair with a dip the FWHM is that of its outer flanks.
    """
    step = 0.002 * (hz[-1] - hz[0]) / (2 * _SPAN_FWHM)
    grid = np.arange(hz[0] + apart_hz / 2, hz[-1] - apart_hz / 2, step)
    together = (1 - share) * np.interp(grid + apart_hz / 2, hz, shape)
    together += share * np.interp(grid - apart_hz / 2, hz, shape)
    above = np.flatnonzero(together >= together.max() / 2)
    return float(together.max()), float(grid[above[-1]] - grid[above[0]])


def make_pairs(rng: np.random.Generator, *, is_lopsided: bool) -> PairSpectrum:
    """Return a spectrum of pairs and single lines.

    Parameters
    ----------
    rng : Generator
    is_lopsided : bool
        Whether the field is distorted.
    """
    bench = make_bench(rng, is_lopsided=is_lopsided)
    looks = bench.looks()
    places = _places(rng, bench.experiment, 1 + _ORDINARY + 2 * len(looks))
    natural = bench.shapes([bench.width_hz])
    # The tallest line sets the scale of the noise: one of twice the others' height does.
    scenes = [lines(first_order(places.pop(), ()), bench.width_hz, 2.0 / natural.height[0])]
    sites: list[Site] = []
    for number, here in enumerate(looks):
        for scene, site in (
            _pair(bench, natural, places.pop(), here),
            _single(bench, natural, places.pop(), here, is_voigt=number % 2 == 1),
        ):
            scenes.append(scene)
            sites.append(site)
    scenes += [_ordinary(rng, bench, natural, places.pop()) for _ in range(_ORDINARY)]
    made = acquire(rng, joined(*scenes), bench.experiment, kind="pairs")
    return PairSpectrum(made, tuple(sites))


def make_bench(rng: np.random.Generator, *, is_lopsided: bool) -> Bench:
    """Return a random spectrometer for :func:`make_pairs`."""
    sf_mhz = float(rng.choice([399.9, 400.13, 500.13, 600.23]))
    width_hz = log_uniform(rng, 0.6, 1.5)
    field = lopsided_field(rng, float(rng.uniform(0.4, 1.0)) * width_hz)
    magnet = Instrument(field=field) if is_lopsided else Instrument()
    experiment = usual_experiment(rng, sf_mhz, 2 * SNR, _POINTS, instrument=magnet)
    factor = envelope(rng, magnet, experiment.td, experiment.sw_hz)
    weight = np.exp(-np.pi * experiment.lb_hz / experiment.sw_hz * np.arange(experiment.td))
    return Bench(experiment, factor * weight, width_hz)


def _places(rng: np.random.Generator, experiment: Acquisition, count: int) -> list[float]:
    """Return so many frequencies far apart, in random order, Hz from 0 ppm."""
    low, high = experiment.limits_hz
    edges = np.linspace(low + 0.05 * (high - low), high - 0.05 * (high - low), count + 1)
    step = edges[1] - edges[0]
    places = edges[:-1] + step * rng.uniform(0.35, 0.65, count)
    return [float(x) for x in rng.permutation(places)]


def _pair(bench: Bench, natural: Shapes, hz: float, here: Look) -> tuple[Scene, Site]:
    """Return a pair around a frequency."""
    place = np.array([hz - here.apart_hz / 2, hz + here.apart_hz / 2])
    area = np.array([1 - here.share, here.share]) / here.height
    true = tuple(float(x) for x in place + natural.apex_hz[0])
    return lines(Sticks(place, area), bench.width_hz), _site(natural, true, here)


def _single(
    bench: Bench, natural: Shapes, hz: float, here: Look, *, is_voigt: bool
) -> tuple[Scene, Site]:
    """Return a single line as wide as a pair."""
    lorentz_hz = bench.width_hz if is_voigt else here.lorentz_hz
    gauss_hz = here.gauss_hz if is_voigt else 0.0
    own = bench.shapes([lorentz_hz], gauss_hz)
    scene = lines(first_order(hz, ()), lorentz_hz, 1 / float(own.height[0]), gauss_hz=gauss_hz)
    return scene, _site(natural, (hz + float(own.apex_hz[0]),), here, is_voigt=is_voigt)


def _site(natural: Shapes, hz: tuple[float, ...], here: Look, *, is_voigt: bool = False) -> Site:
    fwhm_hz = float(natural.fwhm_hz[0])
    reach_hz = here.envelope_hz / 2 + _REACH_FWHM * fwhm_hz
    return Site(hz, fwhm_hz, reach_hz, here.separation, here.ratio, is_voigt)


def _ordinary(rng: np.random.Generator, bench: Bench, natural: Shapes, hz: float) -> Scene:
    """Return a singlet or doublet of the natural width, up to as tall as the pairs."""
    coupling_hz = float(rng.uniform(5, 12)) * max(1.0, bench.width_hz)
    sticks = first_order(hz, ((coupling_hz, 1),) if rng.random() < 0.5 else ())
    height = log_uniform(rng, 0.05, 1.0) * len(sticks.hz)
    return lines(sticks, bench.width_hz, height / float(natural.height[0]))
