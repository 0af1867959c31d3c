"""The second simulator's kinds of spectra: each one thing that real spectra have."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import numpy as np

from nmrquanv.bench.second.spectrometer import (
    EVEN,
    Resonance,
    SecondSpectrum,
    Setup,
    ShimParts,
    acquire,
    has_one_top,
)
from nmrquanv.bench.second.sticks import SignalSticks, coupled, single, split

Rng = np.random.Generator

SEED = 20_271_004
"""First entry of every spectrum's seed."""

_EDGE_HZ = 200.0
_TRIES = 40


def log_between(rng: Rng, low: float, high: float) -> float:
    """Return a number, its logarithm evenly distributed."""
    return float(np.exp(rng.uniform(np.log(low), np.log(high))))


def lopsided(rng: Rng, size_hz: float, decay_hz: float) -> ShimParts:
    """Return a field of two to eight parts, most of them on one side, that shows one maximum.

    Parameters
    ----------
    size_hz : float
        Spread over the sample.
    decay_hz : float
        Natural width of the narrowest lines: parts that they would show apart are drawn again.
    """
    setup = Setup(td=8192, sw_hz=2500.0)
    for attempt in range(_TRIES):
        n, shrink = int(rng.integers(2, 9)), 0.92**attempt
        side = rng.choice([-1.0, 1.0])
        hz = side * np.abs(rng.exponential(0.5, n)) * size_hz * shrink
        hz[rng.random(n) < 0.2] *= -0.4
        hz[0] = 0.0
        share = rng.dirichlet(np.full(n, 2.0))
        share[0] += 0.7
        gauss = rng.uniform(0.1, 0.5, n) * size_hz * shrink
        field = ShimParts(hz, share / share.sum(), gauss)
        envelope = np.exp(-np.pi * decay_hz * setup.t) * field.over(setup.t)
        if has_one_top(envelope, setup):
            return field
    return EVEN


def _places(rng: Rng, count: int, sw_hz: float) -> list[float]:
    half = 0.5 * sw_hz - _EDGE_HZ
    return [float(x) for x in rng.uniform(-half, half, count)]


def _pattern(rng: Rng) -> SignalSticks:
    """Return a first-order pattern as organic molecules have them."""
    count = int(rng.choice([0, 1, 1, 2, 2, 3, 4]))
    couplings: list[float] = []
    for _ in range(count):
        repeats = int(rng.choice([1, 1, 2, 3]))
        couplings += [log_between(rng, 2.0, 16.0)] * repeats
    return split(couplings[:6])


def sample(
    rng: Rng, setup: Setup, snr: tuple[float, float], *, count: int = 12, width: float = 0.6
) -> list[Resonance]:
    """Return ordinary signals, each with a decay of its own."""
    return [
        Resonance(_pattern(rng).at(hz), log_between(rng, *snr), width * log_between(rng, 0.8, 1.6))
        for hz in _places(rng, count, setup.sw_hz)
    ]


def _usual(rng: Rng) -> Setup:
    sf_mhz = float(rng.choice([400.0, 500.0, 600.0]))
    return Setup(sf_mhz=sf_mhz, lb_hz=log_between(rng, 0.1, 0.5))


def _lopsided(rng: Rng) -> SecondSpectrum:
    setup = replace(_usual(rng), field=lopsided(rng, log_between(rng, 0.6, 2.5), 0.8))
    return acquire(rng, sample(rng, setup, (50, 5000)), setup, "lopsided")


def _long_range(rng: Rng) -> SecondSpectrum:
    setup, signals = _usual(rng), []
    for own in sample(rng, _usual(rng), (30, 2000)):
        wide = own.width_hz + setup.lb_hz
        small = tuple(float(x) for x in rng.uniform(0.12, 0.4, rng.integers(0, 6)) * wide)
        signals.append(replace(own, unresolved_hz=small))
    return acquire(rng, signals, setup, "long-range")


def _faint(rng: Rng) -> SecondSpectrum:
    setup = _usual(rng)
    signals = [
        Resonance(single().at(hz), float(rng.uniform(6.5, 11.0)), log_between(rng, 0.5, 1.5))
        for hz in _places(rng, 25, setup.sw_hz)
    ]
    return acquire(rng, signals, setup, "faint")


def _uneven_pairs(rng: Rng) -> SecondSpectrum:
    setup, signals = _usual(rng), []
    for hz in _places(rng, 20, setup.sw_hz):
        width = log_between(rng, 0.5, 1.2)
        apart = rng.choice([-1, 1]) * rng.uniform(0.9, 1.8) * (width + setup.lb_hz)
        snr = log_between(rng, 200, 2000)
        signals.append(Resonance(single().at(hz), snr, width))
        signals.append(Resonance(single().at(hz + apart), snr / log_between(rng, 1, 20), width))
    return acquire(rng, signals, setup, "uneven pairs")


def _truncated(rng: Rng) -> SecondSpectrum:
    setup = replace(_usual(rng), td=int(rng.integers(2500, 5000)), lb_hz=0.0)
    return acquire(rng, sample(rng, setup, (30, 3000), count=8, width=0.4), setup, "truncated")


def _unapodized(rng: Rng) -> SecondSpectrum:
    setup = replace(_usual(rng), lb_hz=0.0)
    return acquire(rng, sample(rng, setup, (15, 1500)), setup, "unapodized")


def _enhanced(rng: Rng) -> SecondSpectrum:
    setup = replace(_usual(rng), lb_hz=-rng.uniform(0.4, 0.9), gauss_hz=rng.uniform(0.7, 1.4))
    return acquire(rng, sample(rng, setup, (30, 2000), width=1.0), setup, "Gaussian-enhanced")


def _roofing(rng: Rng) -> SecondSpectrum:
    setup, signals = _usual(rng), []
    for hz in _places(rng, 8, setup.sw_hz):
        n = int(rng.integers(2, 6))
        shifts = np.cumsum(rng.uniform(8, 60, n))
        couplings = rng.uniform(-3, 14, (n, n)) * (rng.random((n, n)) < 0.8)
        sticks = coupled(shifts - shifts.mean(), couplings).at(hz)
        signals.append(Resonance(sticks, log_between(rng, 100, 3000), log_between(rng, 0.4, 1.0)))
    return acquire(rng, signals, setup, "roofing")


def _broad(rng: Rng) -> SecondSpectrum:
    setup = _usual(rng)
    signals = sample(rng, setup, (50, 2000), count=8)
    for hz in _places(rng, int(rng.integers(1, 4)), setup.sw_hz):
        signals.append(
            Resonance(single().at(hz), log_between(rng, 30, 300), log_between(rng, 15, 250))
        )
    return acquire(rng, signals, setup, "broad beside sharp")


def _few_points(rng: Rng) -> SecondSpectrum:
    setup = replace(_usual(rng), td=4096, si=int(rng.choice([4096, 8192])), lb_hz=0.3)
    return acquire(rng, sample(rng, setup, (30, 2000), width=0.8), setup, "few points")


def _many_points(rng: Rng) -> SecondSpectrum:
    setup = replace(_usual(rng), si=131_072)
    return acquire(rng, sample(rng, setup, (30, 2000), width=0.5), setup, "many points")


def _artefacts(rng: Rng) -> SecondSpectrum:
    setup = replace(_usual(rng), image=log_between(rng, 0.002, 0.02), dc_snr=rng.uniform(20, 200))
    signals = sample(rng, setup, (100, 4000), count=9)
    hum = [
        replace(s, sticks=s.sticks.at(by), snr=0.008 * s.snr, is_excused=True)
        for s in signals
        for by in (-50.0, 50.0)
    ]
    images = [
        Resonance(SignalSticks(-s.sticks.hz, s.sticks.share), 1e-9, s.width_hz, is_excused=True)
        for s in signals
    ]
    known = acquire(rng, [*signals, *hum, *images], setup, "artefacts")
    said = [
        replace(x, height=max(x.height, 4.0 * known.sigma)) if x.is_excused else x
        for x in known.lines
    ]
    return replace(known, lines=tuple(said))


def _unphased(rng: Rng) -> SecondSpectrum:
    angle, roll = rng.choice([-1, 1]) * rng.uniform(3, 12), rng.uniform(5, 25)
    setup = replace(_usual(rng), phase_deg=float(angle), roll=float(roll))
    return acquire(rng, sample(rng, setup, (50, 2000)), setup, "phase and roll")


DRAWS: dict[str, Callable[[Rng], SecondSpectrum]] = {
    "lopsided": _lopsided,
    "long-range": _long_range,
    "faint": _faint,
    "uneven pairs": _uneven_pairs,
    "truncated": _truncated,
    "unapodized": _unapodized,
    "Gaussian-enhanced": _enhanced,
    "roofing": _roofing,
    "broad beside sharp": _broad,
    "few points": _few_points,
    "many points": _many_points,
    "artefacts": _artefacts,
    "phase and roll": _unphased,
}
"""How a spectrum of each kind is drawn."""

SECOND_KINDS = tuple(DRAWS)


def second_spectrum(kind: str, number: int, seed: int = SEED) -> SecondSpectrum:
    """Return the spectrum of this kind and number: the same at every call."""
    place = SECOND_KINDS.index(kind)
    return DRAWS[kind](np.random.default_rng([seed, place, number]))
