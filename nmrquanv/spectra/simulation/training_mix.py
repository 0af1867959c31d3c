"""What models are trained on: wide, continuous draws over all the physics there is.

Every ingredient comes with a probability of its own, so that it is also often absent: models
must know a clean spectrum too. Ranges are wider than those of the benchmark's ten kinds. How a
sample is measured stands in ``training_experiments.py``.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import numpy as np

from nmrquanv.spectra.simulation.acquisitions import Drawn
from nmrquanv.spectra.simulation.exchange import exchanging_sites
from nmrquanv.spectra.simulation.faults import log_uniform
from nmrquanv.spectra.simulation.large_systems import LARGE
from nmrquanv.spectra.simulation.molecules import (
    PEPTIDE,
    SMALL_MOLECULE,
    STEROID,
    SUGAR,
    molecule,
)
from nmrquanv.spectra.simulation.other_nuclei import (
    CARBON_SOLVENTS,
    carbon_solvent,
    carbons,
    edited,
    fluorines,
    phosphoruses,
)
from nmrquanv.spectra.simulation.partners import with_partners
from nmrquanv.spectra.simulation.scene import EMPTY, Scene, joined
from nmrquanv.spectra.simulation.side_signals import (
    SOLVENTS,
    close_pairs,
    exchanging,
    hump,
    reference_standard,
    residual_solvent,
    satellites,
    saturated,
    stray_lines,
    suppressed_water,
)
from nmrquanv.spectra.simulation.sweeps import folded, narrow_sweep
from nmrquanv.spectra.simulation.training_experiments import experiment_for, signal_to_noise
from nmrquanv.spectra.simulation.unresolved import bump
from nmrquanv.spectra.simulation.wide_lines import beside_narrow, borons, paramagnetic

_FAMILIES = (SMALL_MOLECULE, SMALL_MOLECULE, SMALL_MOLECULE, PEPTIDE, STEROID, SUGAR)


def draw_mixed(rng: np.random.Generator, points: int | None = None) -> Drawn:
    """Return a random sample and the experiment that measures it."""
    scene, experiment = _STYLES[rng.choice(len(_STYLES), p=_SHARES)](rng, points)
    if not len(scene):
        return scene, experiment
    if _is(rng, 0.25):
        narrowest_hz = float(scene.lorentz_hz.min())
        scene = scene.voigt(narrowest_hz * log_uniform(rng, 0.3, 2.0))
    if _is(rng, 0.08):
        experiment = narrow_sweep(rng, scene, experiment)
    if _is(rng, 0.18):
        scene = with_partners(rng, scene, experiment)
    return folded(rng, scene, experiment), experiment


def _base_width(rng: np.random.Generator) -> float:
    """Draw the natural line width of a sample, Hz: narrow mostly, up to 12, rarely 30."""
    low, high = ((0.4, 2.0), (0.4, 4.0), (4.0, 12.0), (12.0, 30.0))[
        rng.choice(4, p=[0.45, 0.3, 0.2, 0.05])
    ]
    return log_uniform(rng, low, high)


def _protons(rng: np.random.Generator, points: int | None) -> Drawn:
    sf = log_uniform(rng, 60, 1000)
    width = _base_width(rng)
    solvent = str(rng.choice(SOLVENTS))
    snr = signal_to_noise(rng, 1e5)
    scene = _molecules(rng, sf, width, snr)
    tallest = float((scene.area / scene.lorentz_hz).max())
    if rng.random() < 0.45:
        scene = joined(scene, residual_solvent(rng, sf, solvent, width))
    if rng.random() < 0.3:
        scene = _with_stray(rng, sf, width, scene)
    if rng.random() < 0.04:
        scene = replace(scene, area=-scene.area)
    if snr > 150 and rng.random() < 0.5:
        scene = joined(scene, satellites(rng, scene, scene.area.max() / (snr * 50)))
    if _is(rng, 0.09):
        scene = saturated(scene, 4.75 * sf, log_uniform(rng, 3, 60))
        scene = joined(scene, suppressed_water(rng, sf).scaled(log_uniform(rng, 0.1, 30)))
    if _is(rng, 0.12):
        scene = joined(scene, beside_narrow(rng, sf, width, tallest, snr))
    if rng.random() < 0.1:
        middle, area = rng.uniform(0.5, 9) * sf, float(rng.uniform(0.5, 30))
        scene = joined(scene, hump(rng, middle, area, (40.0, 600.0)))
    return scene, experiment_for(rng, sf, snr, points, width, solvent=solvent)


def _molecules(rng: np.random.Generator, sf: float, width: float, snr: float) -> Scene:
    """Return a main component, perhaps minor ones, broader parts and exchanging protons."""
    n = int(min(24, 1 + rng.geometric(0.15)))
    family = _FAMILIES[rng.integers(len(_FAMILIES))]
    parts = [molecule(rng, sf, n, (width, 1.5 * width), family)]
    for _ in range(int(rng.choice([0, 1, 2], p=[0.5, 0.3, 0.2]))):
        share = log_uniform(rng, 2.0 / snr, 0.5) if snr > 20 else 0.5
        minor = molecule(rng, sf, int(rng.integers(1, 7)), (width, 1.5 * width))
        parts.append(minor.scaled(share))
    if rng.random() < 0.3:
        broader = molecule(rng, sf, int(rng.integers(1, 4)), (1.5 * width, max(30.0, 2 * width)))
        parts.append(broader)
    parts += [
        exchanging(rng, sf, (max(2.0, width), 40.0))
        for _ in range(int(rng.choice([0, 1, 2], p=[0.55, 0.3, 0.15])))
    ]
    if _is(rng, 0.25):
        large = [LARGE[rng.integers(len(LARGE))] for _ in range(int(rng.integers(1, 3)))]
        parts.append(molecule(rng, sf, len(large), (width, 1.5 * width), tuple(large)))
    scene = joined(*parts)
    if _is(rng, 0.25):
        scene = scene.with_blends(*(bump(rng, sf, width) for _ in range(rng.integers(1, 7))))
    if _is(rng, 0.15):
        n = int(rng.integers(1, 5))
        scene = scene.with_blends(*(exchanging_sites(rng, sf, width) for _ in range(n)))
    return scene


def _with_stray(rng: np.random.Generator, sf: float, width: float, scene: Scene) -> Scene:
    span = (-1.0 * sf, 11.0 * sf)
    tallest = float((scene.area / scene.lorentz_hz).max())
    stray = stray_lines(rng, span, int(rng.integers(3, 40)), (width, 1.3 * width), 5.0)
    pairs = close_pairs(rng, span, int(rng.integers(2, 16)), width)
    return joined(scene, stray.scaled(tallest), pairs)


def _mixture(rng: np.random.Generator, points: int | None) -> Drawn:
    """Many small molecules over four decades of concentration in water: a body fluid."""
    sf = log_uniform(rng, 300, 900)
    width = log_uniform(rng, 0.6, 1.8)
    snr = log_uniform(rng, 1e3, 5e4)
    parts = [reference_standard(sf, width, float(rng.uniform(2, 12)))]
    for _ in range(int(rng.integers(12, 45))):
        one = molecule(rng, sf, int(rng.integers(1, 4)), (width, 1.6 * width))
        parts.append(one.scaled(log_uniform(rng, 3e-4, 3.0)))
    scene = joined(*parts)
    if _is(rng, 0.5):
        scene = saturated(scene, 4.75 * sf, log_uniform(rng, 3, 60))
    scene = joined(scene, suppressed_water(rng, sf).scaled(log_uniform(rng, 0.05, 3)))
    if _is(rng, 0.4):
        broad = hump(rng, rng.uniform(0.8, 4) * sf, float(rng.uniform(1, 20)), (100.0, 900.0))
        scene = joined(scene, broad)
    scene = joined(scene, satellites(rng, scene, float(scene.area.max()) / (snr * 20)))
    return scene, experiment_for(rng, sf, snr, points, width, solvent="D2O")


def _scattered(rng: np.random.Generator, points: int | None) -> Drawn:
    """Lines without any chemistry: heights over five decades, pairs, mixed widths."""
    sf = log_uniform(rng, 60, 1000)
    width = _base_width(rng)
    span = (-1.0 * sf, 12.0 * sf)
    decades, widest = float(rng.uniform(0.5, 5)), float(rng.choice([1.3, 3, 10]))
    stray = stray_lines(rng, span, int(rng.integers(5, 150)), (width, widest * width), decades)
    pairs = close_pairs(rng, span, int(rng.integers(0, 60)), width)
    scene = joined(stray, pairs.scaled(1.0 / width))
    if rng.random() < 0.25:
        sign = rng.choice([1.0, -1.0], len(scene), p=[0.6, 0.4])
        scene = replace(scene, area=scene.area * sign)
    return scene, experiment_for(rng, sf, signal_to_noise(rng, 1e5), points, width)


def _sparse_carbon(rng: np.random.Generator, points: int | None) -> Drawn:
    sf = log_uniform(rng, 15, 250)
    width = log_uniform(rng, 0.4, 6)
    scene = carbons(rng, sf, int(rng.integers(1, 45)), (width, 2 * width))
    solvent = str(rng.choice(list(CARBON_SOLVENTS)))
    if rng.random() < 0.25:
        scene = edited(rng, scene)
    elif rng.random() < 0.7:
        scene = joined(scene, carbon_solvent(rng, sf, solvent))
    snr = signal_to_noise(rng, 2000)
    experiment = experiment_for(rng, sf, snr, points, width, nucleus="13C", solvent=solvent)
    if rng.random() < 0.6:
        roll = replace(
            experiment.instrument,
            baseline=log_uniform(rng, 0.005, 0.12),
            baseline_points=int(rng.integers(2, 10)),
        )
        experiment = replace(experiment, instrument=roll)
    return scene, experiment


def _sparse_other(rng: np.random.Generator, points: int | None) -> Drawn:
    nucleus = str(rng.choice(["19F", "31P"]))
    sf = log_uniform(rng, 56, 900) if nucleus == "19F" else log_uniform(rng, 25, 350)
    width = log_uniform(rng, 0.6, 12)
    make = fluorines if nucleus == "19F" else phosphoruses
    scene = make(rng, sf, int(rng.integers(1, 9)), (width, 3 * width))
    snr = signal_to_noise(rng, 2e4)
    return scene, experiment_for(rng, sf, snr, points, width, nucleus=nucleus)


def _paramagnetic(rng: np.random.Generator, points: int | None) -> Drawn:
    """Protons near a metal, or borons: widths from a few hertz to thousands, in a wide sweep."""
    if _is(rng, 0.5):
        sf = log_uniform(rng, 60, 700)
        scene, snr = paramagnetic(rng, sf, log_uniform(rng, 1.5, 10)), signal_to_noise(rng, 5e3)
        experiment = experiment_for(rng, sf, snr, points, 5.0)
        wide = log_uniform(rng, 60, 200) * sf
        return scene, replace(experiment, sw_hz=wide, centre_hz=float(rng.uniform(0, 20)) * sf)
    sf = log_uniform(rng, 60, 260)
    experiment = experiment_for(rng, sf, signal_to_noise(rng, 5e3), points, 10.0, nucleus="11B")
    return borons(rng, sf), experiment


def _nothing(rng: np.random.Generator, points: int | None) -> Drawn:
    """Noise, and perhaps a rolling baseline: nothing to find."""
    sf = log_uniform(rng, 60, 1000)
    return EMPTY, experiment_for(rng, sf, log_uniform(rng, 6, 300), points, 1.0)


_STYLES: tuple[Callable[[np.random.Generator, int | None], Drawn], ...] = (
    _protons,
    _mixture,
    _scattered,
    _sparse_carbon,
    _sparse_other,
    _paramagnetic,
    _nothing,
)
_SHARES = (0.62, 0.05, 0.09, 0.11, 0.06, 0.04, 0.03)


def _is(rng: np.random.Generator, probability: float) -> bool:
    return bool(rng.random() < probability)
