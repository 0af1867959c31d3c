"""Random faults of instruments, as they are seen in real spectra at 1e-2 to 1e-5 of a line."""

from __future__ import annotations

import numpy as np

from nmrquanv.spectra.simulation.instrument import FieldSpread, Sideband


def log_uniform(rng: np.random.Generator, low: float, high: float) -> float:
    """Draw a number evenly on a logarithmic scale."""
    return float(np.exp(rng.uniform(np.log(low), np.log(high))))


def lopsided_field(rng: np.random.Generator, width_hz: float) -> FieldSpread:
    """Return a field that falls off to one side: a shoulder or a tail of a few line widths.

    Parameters
    ----------
    width_hz : float, Hz
        Scale of the distortion, about the natural width of the lines.
    """
    n = int(rng.integers(2, 7))
    steps = np.sort(rng.uniform(0.2, 2.5, n)) * width_hz * rng.choice([-1.0, 1.0])
    weight = log_uniform(rng, 0.1, 0.6) * np.exp(-np.arange(n) * rng.uniform(0.4, 1.0))
    share = np.concatenate([[1.0], weight / max(1.0, float(weight.sum()))])
    hz = np.concatenate([[0.0], steps])
    spread = np.concatenate([[0.0], np.full(n, rng.uniform(0.4, 1.0) * width_hz)])
    return FieldSpread(_numbers(hz), _numbers(spread), _numbers(share / share.sum()))


def foot(rng: np.random.Generator, reach_hz: float) -> FieldSpread:
    """Return the field at the ends of the sample, which puts a foot below every line.

    Parameters
    ----------
    reach_hz : float, Hz
        Width of the foot, 10 to 60 line widths.

    Notes
    -----
    Either one broad Lorentzian, or what real feet look like: a smooth plateau to one side or
    both that ends rather suddenly, here as a row of overlapping Lorentzians.
    """
    if rng.random() < 0.4:
        return FieldSpread((float(rng.normal(0, 0.1)) * reach_hz,), (reach_hz,), (1.0,))
    n = 14
    low = float(rng.choice([-0.5, -0.1, rng.uniform(-1, 0)]))
    hz = (low + np.linspace(0, 1, n)) * reach_hz * rng.choice([-1.0, 1.0])
    slope = rng.uniform(-1.5, 1.5)
    share = np.exp(slope * np.linspace(-1, 1, n)) * rng.uniform(0.7, 1.3, n)
    spacing = reach_hz / (n - 1)
    return FieldSpread(_numbers(hz), (1.6 * spacing,) * n, _numbers(share / share.sum()))


def spinning(rng: np.random.Generator, strength: tuple[float, float]) -> tuple[Sideband, ...]:
    """Return first and perhaps second sidebands of a rotating sample.

    Parameters
    ----------
    strength : (float, float)
        Range of the first sideband's height relative to the line.
    """
    hz = float(rng.choice([20.0, rng.uniform(12, 30)]))
    first = log_uniform(rng, *strength)
    bands = [_pair(rng, hz, first)]
    if rng.random() < 0.6:
        bands.append(_pair(rng, 2 * hz, first * log_uniform(rng, 0.1, 0.5)))
    return tuple(bands)


def hum(rng: np.random.Generator, strength: tuple[float, float]) -> tuple[Sideband, ...]:
    """Return sidebands at multiples of the mains frequency, of any phase."""
    mains = float(rng.choice([50.0, 60.0]))
    bands = []
    for multiple in rng.permutation([1, 2, 3, 4, 6])[: rng.integers(1, 4)]:
        share = log_uniform(rng, *strength) * np.exp(2j * np.pi * rng.random())
        bands.append(Sideband(mains * float(multiple), complex(share), -complex(share).conjugate()))
    return tuple(bands)


def _pair(rng: np.random.Generator, hz: float, height: float) -> Sideband:
    """Return two sidebands of nearly the right phase and not quite the same height."""
    lower, upper = height * np.exp(0.3 * rng.standard_normal(2) + 0.3j * rng.standard_normal(2))
    return Sideband(hz, complex(lower), complex(upper))


def _numbers(values: np.ndarray) -> tuple[float, ...]:
    return tuple(float(v) for v in values)
