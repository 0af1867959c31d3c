"""How the samples that models are trained on are measured and processed: widely drawn settings."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from nmrquanv.spectra.simulation.acquisitions import SWEEPS, Acquisition, usual_experiment
from nmrquanv.spectra.simulation.faults import foot, hum, log_uniform, spinning
from nmrquanv.spectra.simulation.fields import random_field
from nmrquanv.spectra.simulation.instrument import FieldSpread, Instrument
from nmrquanv.spectra.simulation.receiver import Receiver
from nmrquanv.spectra.steps import Apodization

LEAST_SNR = 4.0
"""Of the tallest line: hardly a spectrum."""

NARROWEST_POINTS, WIDEST_POINTS = 0.5, 40.0
"""Natural width of a usual line, in points of the spectrum, where that is what is drawn."""

SIZES = (4096, 8192, 16384, 32768, 65536, 131072)


def signal_to_noise(rng: np.random.Generator, most: float) -> float:
    """Draw the tallest line's height over sigma, low ones more often than evenly."""
    return log_uniform(rng, LEAST_SNR, 30.0 if _is(rng, 0.08) else most)


def experiment_for(
    rng: np.random.Generator,
    sf_mhz: float,
    snr: float,
    points: int | None,
    width_hz: float,
    *,
    nucleus: str = "1H",
    solvent: str = "CDCl3",
) -> Acquisition:
    """Return settings drawn widely: sweep, size, filling, window, faults.

    Parameters
    ----------
    sf_mhz, snr : float
    points : int or None
        Size of the spectrum.
    width_hz : float, Hz
        Natural width of the sample's usual lines.
    nucleus, solvent : str
    """
    wide = SWEEPS[nucleus].width_ppm * sf_mhz * log_uniform(rng, 0.8, 1.6)
    si = points or _size(rng, wide, width_hz)
    filling = float(rng.choice([1.0, 2.0, 4.0, rng.uniform(1.0, 4.0)], p=[0.35, 0.35, 0.1, 0.2]))
    usual = usual_experiment(
        rng,
        sf_mhz,
        snr,
        si,
        instrument=_instrument(rng, width_hz, snr),
        lb_hz=float(rng.choice([0.0, 0.3, rng.uniform(0, 1.5) * width_hz], p=[0.3, 0.3, 0.4])),
        nucleus=nucleus,
    )
    return replace(
        usual, td=int(si / filling), sw_hz=wide, solvent=solvent, window=_window(rng, width_hz)
    )


def _size(rng: np.random.Generator, sw_hz: float, width_hz: float) -> int:
    """Draw the size of a spectrum: a usual one, or such that lines are so many points wide."""
    if _is(rng, 0.35):
        return int(rng.choice(SIZES, p=[0.02, 0.05, 0.2, 0.4, 0.28, 0.05]))
    wanted = log_uniform(rng, NARROWEST_POINTS, WIDEST_POINTS) * sw_hz / width_hz
    return min(SIZES, key=lambda size: abs(np.log(size / wanted)))


def _window(rng: np.random.Generator, width_hz: float) -> Apodization | None:
    """Return another window than the usual exponential, in a quarter of the cases.

    A strong exponential; the Lorentz-Gauss transformation, which sharpens; a sine bell; a
    trapezoid.
    """
    kind = rng.choice(5, p=[0.74, 0.07, 0.11, 0.05, 0.03])
    if kind == 1:
        return Apodization(float(rng.uniform(1.5, 5.0)) * width_hz)
    if kind == 2:
        lb_hz, gauss = -float(rng.uniform(0.3, 1.0)), float(rng.uniform(0.6, 1.5))
        return Apodization(lb_hz * width_hz, "gaussian", gaussian_hz=min(gauss * width_hz, 1000.0))
    if kind == 3:
        start, power = float(rng.uniform(40, 90)), int(rng.integers(1, 3))
        return Apodization(0.0, "sine bell", start_deg=start, power=power)
    if kind == 4:
        return Apodization(0.0, "trapezoid", rise=0.0, fall=float(rng.uniform(0.1, 0.8)))
    return None


def _instrument(rng: np.random.Generator, width_hz: float, snr: float) -> Instrument:
    """Return a spectrometer, each fault with a probability of its own."""
    field = random_field(rng, width_hz) if _is(rng, 0.5) else FieldSpread()
    if _is(rng, 0.4):
        reach_hz = width_hz * log_uniform(rng, 8, 60)
        field = field.with_part(foot(rng, reach_hz), log_uniform(rng, 0.003, 0.06))
    bands = spinning(rng, (3e-4, 0.03)) if _is(rng, 0.25) else ()
    bands += hum(rng, (3e-5, 2e-3)) if _is(rng, 0.12) else ()
    worst_deg = float(rng.choice([0.0, 2.0, 10.0], p=[0.45, 0.3, 0.25]))
    return Instrument(
        field=field,
        drift_hz=log_uniform(rng, 0.005, 0.3) * min(width_hz, 2.0) if _is(rng, 0.4) else 0.0,
        drift_corner_hz=log_uniform(rng, 0.3, 20),
        settle_rad=float(rng.normal(0, 0.1)) if _is(rng, 0.15) else 0.0,
        settle_s=log_uniform(rng, 0.002, 0.05),
        sidebands=bands,
        ph0_deg=float(rng.uniform(-worst_deg, worst_deg)),
        ph1_deg=float(rng.uniform(-2, 2)) * worst_deg if _is(rng, 0.4) else 0.0,
        dead_points=float(rng.uniform(0, 1.5)) if _is(rng, 0.1) else 0.0,
        first_point=float(rng.uniform(0.4, 1.0)) if _is(rng, 0.3) else 0.5,
        baseline=log_uniform(rng, 1e-4, 0.1) if _is(rng, 0.35) else 0.0,
        baseline_points=int(rng.integers(2, 12)),
        has_filter=_is(rng, 0.5),
        receiver=_receiver(rng, snr),
    )


def _receiver(rng: np.random.Generator, snr: float) -> Receiver:
    """Return a receiver, sound in four of five cases; what it adds stands above the noise."""
    image = log_uniform(rng, 1.0, max(3.0, 0.03 * snr)) / snr if _is(rng, 0.1) else 0.0
    dc = log_uniform(rng, 3.0, max(10.0, 0.5 * snr)) / snr if _is(rng, 0.1) else 0.0
    return Receiver(
        image=min(image, 0.1) * _phase(rng),
        dc=dc * _phase(rng),
        clip=float(rng.uniform(0.3, 0.97)) if _is(rng, 0.05) else 0.0,
    )


def _phase(rng: np.random.Generator) -> complex:
    return complex(np.exp(2j * np.pi * rng.random()))


def _is(rng: np.random.Generator, probability: float) -> bool:
    return bool(rng.random() < probability)
