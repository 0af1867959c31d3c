"""Synthetic spectra whose lines are known exactly, made in the time domain.

A FID is built from a random sample (``simulation/molecules.py``) and a random spectrometer
(``simulation/instrument.py``), then processed by an ordinary recipe: truncation, apodization and
zero filling leave their real marks, and the noise is correlated as in a measured spectrum. What
a kind of spectrum is made of stands in ``simulation/acquisitions.py``, what models learn from in
``simulation/training_mix.py``.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from nmrquanv.spectra.axis import Axis
from nmrquanv.spectra.dataset import DataSet
from nmrquanv.spectra.recipe import (
    Baseline,
    FourierTransform,
    GroupDelay,
    Phase,
    Recipe,
    Reference,
    ZeroFill,
)
from nmrquanv.spectra.simulation.acquisitions import BENCHMARK_KINDS, Acquisition, draw_kind
from nmrquanv.spectra.simulation.fid_synthesis import gaussian_decay, sum_of_decays
from nmrquanv.spectra.simulation.instrument import baseline_points, digitally_filtered, envelope
from nmrquanv.spectra.simulation.line_table import LineTable
from nmrquanv.spectra.simulation.receiver import line_of_dc, with_false_lines
from nmrquanv.spectra.simulation.scene import Scene
from nmrquanv.spectra.simulation.training_mix import draw_mixed
from nmrquanv.spectra.simulation.true_lines import (
    Shapes,
    blended_lines,
    processed_shapes,
    true_lines,
)
from nmrquanv.spectra.spectrum import Fid, Sample, Source, Spectrum, TrueLine

MIXED = "mixed"
"""What models are trained on."""

KINDS = (*BENCHMARK_KINDS, MIXED)
"""The ten kinds of the benchmark, and ``mixed``."""

SIMULATION_VERSION = 5
"""Raised whenever a seed gives another spectrum to learn from; models record it."""

KINDS_VERSION = 4
"""Raised whenever a seed of the ten kinds gives another spectrum: what is measured on them stays
comparable when only the training mix changes."""


@dataclass(frozen=True, slots=True)
class Simulated:
    """A synthetic measurement and all that is known of it.

    Parameters
    ----------
    fid : Fid
    recipe : Recipe
        Leaves the phase error and the baseline roll in the spectrum on purpose.
    spectrum : Spectrum
        What the recipe makes of the FID.
    lines : tuple of TrueLine
        Highest ppm first; lines closer than half a FWHM are one.
    sigma : float
        Standard deviation of the noise in the spectrum's real part.
    kind : str
        One of ``KINDS``.
    seed : int
        :func:`simulate_seed` makes the same spectrum again.
    """

    fid: Fid
    recipe: Recipe
    spectrum: Spectrum
    lines: tuple[TrueLine, ...]
    sigma: float
    kind: str
    seed: int


def simulate(
    rng: np.random.Generator, kind: str = "mixed", *, points: int | None = None
) -> Simulated:
    """Return a random spectrum.

    Parameters
    ----------
    rng : Generator
        One number is drawn from it: the seed.
    kind : str
        One of ``KINDS``.
    points : int or None
        Size of the spectrum; None leaves it to the kind (16k to 128k).

    Raises
    ------
    ValueError
        There is no such kind.
    """
    return simulate_seed(int(rng.integers(2**63)), kind, points=points)


def simulate_seed(seed: int, kind: str = "mixed", *, points: int | None = None) -> Simulated:
    """Return the spectrum that belongs to a seed: the same bits at every call."""
    if kind not in KINDS:
        raise ValueError(f"unknown kind of spectrum {kind!r}: choose from {', '.join(KINDS)}")
    version = SIMULATION_VERSION if kind == MIXED else KINDS_VERSION
    rng = np.random.default_rng([version, KINDS.index(kind), seed])
    scene, experiment = draw_mixed(rng, points) if kind == MIXED else draw_kind(rng, kind, points)
    return acquire(rng, scene, experiment, kind=kind, seed=seed)


def acquire(
    rng: np.random.Generator,
    scene: Scene,
    experiment: Acquisition,
    *,
    kind: str = "",
    seed: int = 0,
) -> Simulated:
    """Return what an experiment makes of a sample.

    Parameters
    ----------
    rng : Generator
        For noise, baseline and unsteady field.
    scene : Scene
        Lines outside the sweep are left out.
    experiment : Acquisition
    kind, seed
        Recorded in the result.
    """
    scene = scene.within(*experiment.limits_hz)
    instrument, td = experiment.instrument, experiment.td
    factor, weight = envelope(rng, instrument, td, experiment.sw_hz), experiment.weight()
    lag = round(instrument.group_delay_points)
    decay = factor[: td - lag] * weight[lag:]
    shapes = processed_shapes(scene, decay, experiment.sw_hz)
    blended = blended_lines(scene.blends, decay, experiment.sw_hz)
    lines, tallest = _true_lines(scene, shapes, experiment, blended)
    sigma = tallest / experiment.snr
    data = _clean_fid(scene, experiment, factor)
    data[0] *= instrument.first_point
    wrong = baseline_points(rng, instrument, tallest)
    data[: wrong.size] += wrong
    noise = sigma / float(np.sqrt((weight**2).sum()))
    noisy = noise * rng.standard_normal((td, 2)).view(np.complex128)[:, 0]
    data, change = _received(data, noisy, experiment)
    dc = instrument.receiver.dc * tallest
    data += dc / float(weight.sum() - 0.5 * weight[0])
    fid, recipe = _fid(data, experiment, kind), _recipe(experiment)
    spectrum = recipe.apply(fid)
    if dc:
        place = experiment.centre_hz / experiment.sf_mhz
        own = line_of_dc(place, abs(dc), weight, experiment.sw_hz)
        lines = tuple(sorted((*lines, own), key=lambda x: -x.ppm))
    if change is not None:
        traced = recipe.apply(_fid(change, experiment, kind)).trace
        lines = with_false_lines(lines, traced, spectrum.axis, sigma)
    return Simulated(fid, recipe, spectrum, lines, sigma, kind, seed)


def _received(
    data: NDArray[np.complex128], noise: NDArray[np.complex128], experiment: Acquisition
) -> tuple[NDArray[np.complex128], NDArray[np.complex128] | None]:
    """Return the FID behind the receiver, and what clipping changed of it, if anything.

    A digital filter comes behind the converter, and its noise is taken for that of the FID.
    """
    receiver, has_filter = experiment.instrument.receiver, experiment.instrument.has_filter
    sound = receiver.with_image(data)
    if not has_filter:
        sound = sound + noise
    clipped = receiver.clipped(sound, experiment.receiver_deg)
    change = None if clipped is sound else clipped - sound
    if not has_filter:
        return clipped, change
    return digitally_filtered(clipped) + noise, (
        None if change is None else digitally_filtered(change)
    )


def _true_lines(
    scene: Scene, shapes: Shapes, experiment: Acquisition, blended: LineTable
) -> tuple[tuple[TrueLine, ...], float]:
    """Return the lines that stand above the noise and the height of the tallest that counts.

    Lines that fall together make one taller line, so the noise is known only after merging:
    single lines give a lower limit of it first.
    """
    heights = np.abs(np.concatenate([scene.area * shapes.height, blended.height]))
    counts = ~np.concatenate([scene.is_excused, blended.is_excused])
    single = float(heights[counts].max(initial=0.0)) or 1.0
    lines = true_lines(scene, shapes, experiment, single / experiment.snr, blended)
    tallest = max((abs(x.height) for x in lines if not x.is_excused), default=single)
    sigma = tallest / experiment.snr
    return tuple(line for line in lines if abs(line.height) >= sigma), tallest


def _clean_fid(
    scene: Scene, experiment: Acquisition, factor: NDArray[np.complex128]
) -> NDArray[np.complex128]:
    """Return the FID of all lines, without noise, from its first point on."""
    td, sw_hz = experiment.td, experiment.sw_hz
    data = np.zeros(td, dtype=np.complex128)
    frequency = (experiment.centre_hz - scene.hz) / sw_hz
    decay = np.pi * scene.lorentz_hz / sw_hz
    dead = 2 * np.pi * experiment.instrument.dead_points * frequency
    amplitude = scene.area * np.exp(1j * (np.deg2rad(scene.phase_deg) + dead))
    for gauss_hz in np.unique(scene.gauss_hz):
        own = scene.gauss_hz == gauss_hz
        part = sum_of_decays(frequency[own], decay[own], amplitude[own], td)
        data += part * gaussian_decay(float(gauss_hz), td, sw_hz) if gauss_hz else part
    for blend in scene.blends:
        data += blend.decays(experiment.centre_hz, sw_hz, td, experiment.instrument.dead_points)
    return data * factor


def _fid(data: NDArray[np.complex128], experiment: Acquisition, kind: str) -> Fid:
    """Return the FID as a spectrometer hands it over: with a receiver phase."""
    turned = data * np.exp(-1j * np.deg2rad(experiment.receiver_deg))
    axis = Axis(
        size=experiment.td,
        sw_hz=experiment.sw_hz,
        sf_mhz=experiment.sf_mhz,
        offset_ppm=(experiment.centre_hz + experiment.sw_hz / 2) / experiment.sf_mhz,
    )
    sample = Sample(experiment.nucleus, experiment.solvent, f"Simulated: {kind}")
    source = Source("", "fid", "simulated")
    sfo1 = experiment.sf_mhz + experiment.centre_hz * 1e-6
    delay = experiment.instrument.group_delay_points
    return Fid(turned, axis, sfo1, delay, sample, source)


def _recipe(experiment: Acquisition) -> Recipe:
    """Return the processing whose phase is off by the experiment's phase error."""
    instrument = experiment.instrument
    dead = 180.0 * instrument.dead_points
    delay = 180.0 * instrument.group_delay_points  # the delay's phase turns about the middle
    ph0_deg = instrument.ph0_deg + experiment.receiver_deg + dead - delay
    return Recipe(
        (
            GroupDelay(),
            experiment.apodization,
            ZeroFill(experiment.si),
            FourierTransform(),
            Phase("manual", (ph0_deg + 180.0) % 360.0 - 180.0, instrument.ph1_deg - 2 * dead),
            Baseline(is_on=False),
            Reference(),
        )
    )


def truth(simulated: Simulated) -> dict[str, Any]:
    """Return the true lines as JSON values: what scoring a peak list needs.

    Returns
    -------
    dict
        ``stratum``, ``sf_mhz``, ``sigma``, ``point_hz`` and ``lines`` with ``hz`` (from 0 ppm),
        ``fwhm_hz``, ``snr`` (height over sigma, unsigned) and, where true, ``excused``.
    """
    axis = simulated.spectrum.axis
    lines: list[dict[str, Any]] = []
    for line in simulated.lines:
        entry: dict[str, Any] = {
            "hz": line.ppm * axis.sf_mhz,
            "fwhm_hz": line.fwhm_hz,
            "snr": abs(line.height) / simulated.sigma,
        }
        if line.is_excused:
            entry["excused"] = True
        lines.append(entry)
    return {
        "stratum": simulated.kind,
        "sf_mhz": axis.sf_mhz,
        "sigma": simulated.sigma,
        "point_hz": axis.point_hz,
        "lines": lines,
    }


def to_dataset(simulated: Simulated) -> DataSet:
    """Return the FID with its recipe and true lines, as reading a file would."""
    return DataSet(simulated.fid, simulated.recipe, ("fid",), simulated.lines)
