"""Random spin systems whose classes are known: crossed, shared, roofed, second order.

Harder than ``multiplets.py``: couplings of any size, lines that coincide by chance, signals among
each other's lines, partners near and far, uneven lines in every third spectrum.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from nmrquanv.spectra.simulate import Simulated, acquire
from nmrquanv.spectra.simulation.acquisitions import usual_experiment
from nmrquanv.spectra.simulation.faults import log_uniform, lopsided_field
from nmrquanv.spectra.simulation.instrument import Instrument
from nmrquanv.spectra.simulation.scene import joined, lines
from nmrquanv.spectra.simulation.spin_systems import Sticks, first_order, transitions

Couplings = tuple[tuple[float, int], ...]

_FAR_HZ = 30_000.0
"""Partners that are first order stand about here; their own lines are left out."""

_APART_FWHM = 1.2
_COUPLED_HZ = 0.3


@dataclass(frozen=True, slots=True)
class SystemSignal:
    """A signal of a random system.

    Parameters
    ----------
    hz : float, Hz
        From the middle of its system.
    couplings : tuple of (Hz, partners)
        Largest first.
    dnu_over_j, own_dnu_over_j : float
        The least of its own partners and of theirs; of its own.
    is_open : bool
        Its lines stand among another signal's, or it has no first-order class.
    """

    hz: float
    couplings: Couplings
    dnu_over_j: float = np.inf
    own_dnu_over_j: float = np.inf
    is_open: bool = False


@dataclass(frozen=True, slots=True)
class System:
    """A random spin system: its kind, where it stands (Hz), its lines, its signals."""

    kind: str
    hz: float
    sticks: Sticks
    signals: tuple[SystemSignal, ...]


def make_systems(rng: np.random.Generator) -> tuple[Simulated, tuple[System, ...], float]:
    """Return a spectrum with systems far from each other, what they are, and their FWHM in Hz."""
    sf_mhz = float(rng.choice([300.13, 400.13, 500.13, 600.23]))
    width_hz = log_uniform(rng, 0.5, 1.6)
    is_uneven = rng.random() < 0.3
    field = lopsided_field(rng, float(rng.uniform(0.2, 0.6))) if is_uneven else None
    magnet = Instrument() if field is None else Instrument(field=field)
    snr = log_uniform(rng, 1000.0, 20_000.0)
    experiment = usual_experiment(rng, sf_mhz, snr, 65_536, instrument=magnet)
    fwhm_hz = width_hz + experiment.lb_hz + 0.6 * experiment.sw_hz / experiment.td
    low, high = experiment.limits_hz
    edges = np.linspace(low + 0.05 * (high - low), high - 0.05 * (high - low), len(_DRAWN) + 1)
    scenes, systems = [], []
    places = (0.5 * (edges[1:] + edges[:-1])).tolist()
    for place, number in zip(places, rng.permutation(len(_DRAWN)), strict=True):
        one = _DRAWN[int(number)](rng, fwhm_hz)
        there = Sticks(one.sticks.hz + place, one.sticks.area)
        scenes.append(lines(there, width_hz, log_uniform(rng, 0.2, 2.0)))
        systems.append(replace(one, hz=place))
    return acquire(rng, joined(*scenes), experiment, kind="systems"), tuple(systems), fwhm_hz


def _coupling(rng: np.random.Generator) -> float:
    return float(rng.choice([rng.uniform(0.5, 3.0), rng.uniform(3, 9), rng.uniform(9, 17)]))


def _couplings(rng: np.random.Generator, most: int, least: int = 0) -> Couplings:
    number = int(rng.integers(least, most + 1))
    drawn = [(_coupling(rng), int(rng.choice([1, 1, 1, 2, 2, 3]))) for _ in range(number)]
    return tuple(sorted(drawn, reverse=True))


def _weak(rng: np.random.Generator, fwhm_hz: float) -> System:
    couplings = _couplings(rng, 4)
    sticks = first_order(0.0, couplings, float(rng.integers(1, 4)))
    return System("weak", 0.0, sticks, (SystemSignal(0.0, couplings),))


def _strong(kind: str, groups: Sequence[tuple[float, int]], j: NDArray[np.float64]) -> System:
    """Return a strongly coupled system of groups (Hz, spins); those far away give no lines."""
    spins = [k for k, (_, n) in enumerate(groups) for _ in range(n)]
    own = np.array(spins)
    matrix = np.where(own[:, None] == own, 0.0, j[np.ix_(own, own)])
    sticks = transitions([groups[k][0] for k in spins], matrix)
    here = np.abs(sticks.hz) < 0.5 * _FAR_HZ
    near = [k for k, (hz, _) in enumerate(groups) if abs(hz) < 0.5 * _FAR_HZ]
    ratio = {
        (a, b): abs(groups[a][0] - groups[b][0]) / abs(j[a, b])
        for a in near
        for b in range(len(groups))
        if b != a and abs(j[a, b]) > _COUPLED_HZ
    }
    worst = {a: min((r for (x, _), r in ratio.items() if x == a), default=np.inf) for a in near}
    signals = []
    for a in near:
        mixed = min((worst[b] for x, b in ratio if x == a and b in worst), default=np.inf)
        coupled = [b for b in range(len(groups)) if b != a and j[a, b] != 0]
        couplings = sorted(((abs(float(j[a, b])), groups[b][1]) for b in coupled), reverse=True)
        least = float(min(worst[a], mixed))
        signals.append(SystemSignal(groups[a][0], tuple(couplings), least, float(worst[a])))
    return System(kind, 0.0, Sticks(sticks.hz[here], sticks.area[here]), tuple(signals))


def _pair(rng: np.random.Generator, fwhm_hz: float) -> System:
    """Return two spins, dnu/J from .7 to 20, each with up to two more partners far away."""
    first = max(_coupling(rng) if rng.random() < 0.6 else float(rng.uniform(6, 17)), 1.5)
    dnu = first * log_uniform(rng, 0.7, 20.0)
    groups = [(-dnu / 2, 1), (dnu / 2, 1)]
    j = np.zeros((6, 6))
    j[0, 1] = j[1, 0] = first
    for side in (0, 1):
        for _ in range(int(rng.integers(0, 3))):
            k = len(groups)
            groups.append((_FAR_HZ * (1 + 0.2 * k), int(rng.choice([1, 1, 2])) if k < 4 else 1))
            j[side, k] = j[k, side] = _coupling(rng)
            if rng.random() < 0.4:
                j[1 - side, k] = j[k, 1 - side] = _coupling(rng)
    if sum(n for _, n in groups) > 7:
        groups[2:] = [(hz, 1) for hz, _ in groups[2:]]
    return _strong("pair", groups, j[: len(groups), : len(groups)])


def _triple(rng: np.random.Generator, fwhm_hz: float) -> System:
    """Return three spins that are all coupled, half of them with a geminal pair."""
    hz = [0.0, log_uniform(rng, 6, 120), -log_uniform(rng, 6, 200)]
    is_geminal = rng.random() < 0.5
    j = np.zeros((3, 3))
    j[1, 0] = -float(rng.uniform(10, 16)) if is_geminal else float(rng.uniform(1, 9))
    j[2, 0], j[2, 1] = float(rng.uniform(1, 11)), float(rng.uniform(0, 11))
    return _strong("triple", [(x, 1) for x in hz], j + j.T)


def _alkyl(rng: np.random.Generator, fwhm_hz: float) -> System:
    first, second = [(3, 2), (3, 1), (2, 2), (6, 1), (2, 1)][int(rng.integers(5))]
    coupling = float(rng.uniform(6.3, 7.8))
    dnu = coupling * log_uniform(rng, 2.5, 40)
    j = np.array([[0, coupling], [coupling, 0]])
    return _strong("alkyl", [(-dnu / 2, first), (dnu / 2, second)], j)


def _two(rng: np.random.Generator) -> tuple[list[Couplings], list[Sticks]]:
    """Return two first-order signals; a singlet is taller or lower than the other's lines."""
    while True:
        couplings = [_couplings(rng, 2), _couplings(rng, 2)]
        own = [first_order(0.0, c, float(rng.integers(1, 4))) for c in couplings]
        ratio = own[0].area.max() / own[1].area.max()
        if all(couplings) or (any(couplings) and not 0.6 < ratio < 1.6):
            return couplings, own


def _beside(
    kind: str,
    couplings: Sequence[Couplings],
    own: Sequence[Sticks],
    apart_hz: float,
    fwhm_hz: float,
) -> System:
    moved = own[1].hz + apart_hz
    margin = _APART_FWHM * fwhm_hz
    mixes = own[0].hz.max() + margin > moved.min() and moved.max() + margin > own[0].hz.min()
    sticks = Sticks(np.append(own[0].hz, moved), np.append(own[0].area, own[1].area))
    places = zip((0.0, apart_hz), couplings, strict=True)
    signals = tuple(SystemSignal(hz, c, is_open=bool(mixes)) for hz, c in places)
    return System(kind, 0.0, sticks, signals)


def _crossed(rng: np.random.Generator, fwhm_hz: float) -> System:
    couplings, own = _two(rng)
    return _beside("crossed", couplings, own, float(rng.uniform(1.5 * fwhm_hz, 30)), fwhm_hz)


def _shared(rng: np.random.Generator, fwhm_hz: float) -> System:
    """Return two signals of which a line of one coincides with one of the other."""
    while True:
        couplings, own = _two(rng)
        first, second = (o.hz[int(rng.integers(o.hz.size))] for o in own)
        apart_hz = float(first - second + rng.uniform(-0.15, 0.15) * fwhm_hz)
        if all(couplings) and abs(apart_hz) >= 1.5 * fwhm_hz:
            return _beside("shared", couplings, own, apart_hz, fwhm_hz)


def _near(rng: np.random.Generator, fwhm_hz: float) -> System:
    """Return a signal and a foreign line of 3 to 30 % of its tallest one."""
    one = _weak(rng, fwhm_hz)
    low, high = float(one.sticks.hz.min()), float(one.sticks.hz.max())
    at_hz = float(rng.uniform(low - 12, high + 12))
    height = one.sticks.area.max() * log_uniform(rng, 0.03, 0.3)
    sticks = Sticks(np.append(one.sticks.hz, at_hz), np.append(one.sticks.area, height))
    margin = _APART_FWHM * fwhm_hz
    foreign = SystemSignal(at_hz, (), is_open=low - margin < at_hz < high + margin)
    return System("foreign line", 0.0, sticks, (*one.signals, foreign))


_DRAWN: tuple[Callable[[np.random.Generator, float], System], ...] = (
    _weak, _weak, _pair, _pair, _pair, _triple, _triple, _alkyl, _crossed, _crossed, _shared, _near,
)  # fmt: skip
"""One spectrum's systems."""
