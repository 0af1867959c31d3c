"""The kinds of synthetic spectra: which samples, which settings, which faults.

Ten kinds are narrow and serve as a benchmark; ``mixed`` is what models are trained on and draws
from far wider, continuous distributions.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field

import numpy as np

from nmrquanv.spectra.simulation.instrument import Instrument, Sideband
from nmrquanv.spectra.simulation.molecules import (
    PEPTIDE,
    SMALL_MOLECULE,
    STEROID,
    SUGAR,
    Scene,
    carbons,
    exchanging,
    fluorines,
    joined,
    molecule,
    satellites,
    solvent_triplet,
)


@dataclass(frozen=True, slots=True)
class Experiment:
    """How a sample is measured and processed.

    Parameters
    ----------
    sf_mhz, centre_hz, sw_hz : float
        Frequency of 0 ppm; middle of the sweep from 0 ppm; its width.
    td, si : int, complex points
    lb_hz : float, Hz
    snr : float
        Height of the tallest line over sigma, in the processed trace.
    nucleus, solvent : str
    receiver_deg : float
        Phase of the raw FID, which the recipe takes out.
    instrument : Instrument
    """

    sf_mhz: float
    centre_hz: float
    sw_hz: float
    td: int
    si: int
    lb_hz: float
    snr: float
    nucleus: str = "1H"
    solvent: str = "CDCl3"
    receiver_deg: float = 0.0
    instrument: Instrument = field(default_factory=Instrument)


def _log(rng: np.random.Generator, low: float, high: float) -> float:
    """Draw a number evenly on a logarithmic scale."""
    return float(np.exp(rng.uniform(np.log(low), np.log(high))))


@dataclass(frozen=True, slots=True)
class _Sweep:
    """Where a nucleus is looked for: middle and width, ppm."""

    centre_ppm: float
    width_ppm: float


_SWEEPS = {"1H": _Sweep(5.5, 16.0), "13C": _Sweep(110.0, 240.0), "19F": _Sweep(-125.0, 180.0)}


def _experiment(
    rng: np.random.Generator,
    sf_mhz: float,
    snr: float,
    points: int | None,
    *,
    instrument: Instrument | None = None,
    lb_hz: float | None = None,
    nucleus: str = "1H",
) -> Experiment:
    """Return usual settings: sweep of the nucleus, 32k or 64k points, filling 1, 2 or 4 times."""
    sweep = _SWEEPS[nucleus]
    si = points or int(rng.choice([32768, 65536]))
    filling = int(rng.choice([1, 2, 4], p=[0.35, 0.5, 0.15]))
    return Experiment(
        sf_mhz=sf_mhz,
        centre_hz=(sweep.centre_ppm + rng.normal(0, 0.03) * sweep.width_ppm) * sf_mhz,
        sw_hz=sweep.width_ppm * float(rng.uniform(0.95, 1.25)) * sf_mhz,
        td=si // filling,
        si=si,
        lb_hz=float(rng.choice([0.0, 0.3, rng.uniform(0, 0.5)])) if lb_hz is None else lb_hz,
        snr=snr,
        nucleus=nucleus,
        receiver_deg=float(rng.uniform(-180, 180)),
        instrument=instrument or Instrument(),
    )


_Drawn = tuple[Scene, Experiment]


def _field(rng: np.random.Generator) -> float:
    return float(rng.choice([300.13, 399.9, 400.13, 499.8, 500.13, 600.23, 700.3, 800.2]))


def _clean(rng: np.random.Generator, points: int | None) -> _Drawn:
    sf = _field(rng)
    scene = molecule(rng, sf, int(rng.integers(2, 8)), (0.5, 1.3))
    return scene, _experiment(rng, sf, _log(rng, 300, 5000), points)


def _noisy(rng: np.random.Generator, points: int | None) -> _Drawn:
    sf = _field(rng)
    scene = molecule(rng, sf, int(rng.integers(2, 8)), (0.6, 1.5))
    return scene, _experiment(rng, sf, float(rng.uniform(25, 60)), points)


def _crowded(rng: np.random.Generator, points: int | None) -> _Drawn:
    sf = _field(rng)
    family = (PEPTIDE, STEROID, SUGAR, SMALL_MOLECULE)[rng.integers(4)]
    scene = molecule(rng, sf, int(rng.integers(8, 18)), (0.6, 1.8), family)
    return scene, _experiment(rng, sf, _log(rng, 300, 5000), points)


def _range(rng: np.random.Generator, points: int | None) -> _Drawn:
    sf = _field(rng)
    main = molecule(rng, sf, int(rng.integers(2, 7)), (0.5, 1.3))
    minor = molecule(rng, sf, int(rng.integers(3, 8)), (0.5, 1.3))
    share = _log(rng, 0.005, 0.02)
    scene = joined(main, minor.scaled(share))
    return scene, _experiment(rng, sf, _log(rng, 3000, 30000), points)


def _dirty(rng: np.random.Generator, points: int | None) -> _Drawn:
    sf = _field(rng)
    scene = molecule(rng, sf, int(rng.integers(2, 8)), (0.6, 1.5))
    faults = Instrument(
        ph0_deg=float(rng.uniform(-8, 8)),
        ph1_deg=float(rng.uniform(-8, 8)),
        baseline=_log(rng, 0.01, 0.06),
        baseline_points=int(rng.integers(2, 7)),
    )
    return scene, _experiment(rng, sf, _log(rng, 200, 3000), points, instrument=faults)


def _broad(rng: np.random.Generator, points: int | None) -> _Drawn:
    sf = _field(rng)
    scene = molecule(rng, sf, int(rng.integers(2, 7)), (3.0, 12.0))
    return scene, _experiment(rng, sf, _log(rng, 150, 2000), points)


def _benchtop(rng: np.random.Generator, points: int | None) -> _Drawn:
    sf = float(rng.choice([60.0, 61.7, 80.5, rng.uniform(60, 80)]))
    scene = molecule(rng, sf, int(rng.integers(2, 7)), (0.5, 1.3))
    return scene, _experiment(rng, sf, _log(rng, 200, 3000), points)


def lopsided_shim(rng: np.random.Generator, width_hz: float) -> Instrument:
    """Return a magnet whose field falls off to one side, with the apex at the nominal place."""
    n = int(rng.integers(2, 6))
    reach = width_hz * rng.choice([-1.0, 1.0])
    offsets = np.concatenate([[0.0], reach * np.sort(rng.uniform(0.3, 2.5, n))])
    shares = np.concatenate([[1.0], _log(rng, 0.08, 0.35) * np.exp(-np.arange(n) * 0.6)])
    widths = np.concatenate([[0.0], np.full(n, 0.8 * width_hz)])
    shares /= shares.sum()
    return Instrument(tuple(offsets.tolist()), tuple(widths.tolist()), tuple(shares.tolist()))


def _shim(rng: np.random.Generator, points: int | None) -> _Drawn:
    sf = _field(rng)
    scene = molecule(rng, sf, int(rng.integers(2, 7)), (0.5, 1.2))
    snr = _log(rng, 500, 8000)
    scene = joined(scene, satellites(rng, scene, 0.0))
    magnet = lopsided_shim(rng, float(rng.uniform(0.6, 1.5)))
    return scene, _experiment(rng, sf, snr, points, instrument=magnet)


def _carbon(rng: np.random.Generator, points: int | None) -> _Drawn:
    sf = float(rng.choice([75.5, 100.6, 125.8, 150.9]))
    scene = carbons(rng, sf, int(rng.integers(5, 30)), (0.8, 3.0))
    if rng.random() < 0.7:
        scene = joined(scene, solvent_triplet(sf, 77.16, 32.0, 1, float(rng.uniform(0.5, 4))))
    roll = Instrument(baseline=0.05, baseline_points=int(rng.integers(3, 8)))
    experiment = _experiment(
        rng,
        sf,
        float(rng.uniform(12, 80)),
        points,
        instrument=roll,
        lb_hz=float(rng.uniform(0.8, 2.0)),
        nucleus="13C",
    )
    return scene, experiment


def _measured(rng: np.random.Generator, points: int | None) -> _Drawn:
    sf = _field(rng)
    scene = molecule(rng, sf, int(rng.integers(2, 8)), (0.5, 1.3))
    scene = joined(scene, exchanging(rng, sf, (8.0, 30.0)))
    scene = joined(scene, satellites(rng, scene, 0.0))
    share, reach = float(rng.uniform(0.01, 0.04)), _log(rng, 10, 60)
    magnet = Instrument(
        shim_hz=(0.0, float(rng.normal(0, 1.0))),
        shim_width_hz=(0.0, reach),
        shim_share=(1 - share, share),
        drift_hz=_log(rng, 0.02, 0.2),
        drift_corner_hz=_log(rng, 1, 10),
        sidebands=_spinning(rng),
    )
    return scene, _experiment(rng, sf, _log(rng, 8e3, 8e4), points, instrument=magnet)


def _spinning(rng: np.random.Generator) -> tuple[Sideband, ...]:
    """Return first and perhaps second sidebands of a rotating sample."""
    hz = float(rng.choice([20.0, rng.uniform(15, 25)]))
    first, turn = _log(rng, 0.002, 0.02), rng.uniform(0.7, 1.3)
    bands = [Sideband(hz, first, first * turn)]
    if rng.random() < 0.5:
        bands.append(Sideband(2 * hz, first * 0.2, first * 0.15))
    return tuple(bands)


def _mixed(rng: np.random.Generator, points: int | None) -> _Drawn:
    sf = _log(rng, 60, 1000)
    nucleus = str(rng.choice(["1H", "13C", "19F"], p=[0.8, 0.14, 0.06]))
    if nucleus == "13C":
        return _carbon(rng, points)
    if nucleus == "19F":
        scene = fluorines(rng, sf, int(rng.integers(1, 8)), (0.6, 15))
        return scene, _experiment(rng, sf, _log(rng, 12, 1e4), points, nucleus="19F")
    scene = molecule(rng, sf, int(rng.integers(1, 18)), (0.4, 30.0))
    return scene, _experiment(rng, sf, _log(rng, 20, 1e5), points)


_DRAW: dict[str, Callable[[np.random.Generator, int | None], _Drawn]] = {
    "clean": _clean,
    "noisy": _noisy,
    "crowded": _crowded,
    "range": _range,
    "dirty": _dirty,
    "broad": _broad,
    "benchtop": _benchtop,
    "shim": _shim,
    "13C": _carbon,
    "measured": _measured,
    "mixed": _mixed,
}

KINDS = tuple(_DRAW)
"""The ten kinds of the benchmark, and ``mixed``."""


def draw(rng: np.random.Generator, kind: str, points: int | None = None) -> _Drawn:
    """Return a random sample and the experiment that measures it.

    Raises
    ------
    ValueError
        There is no such kind.
    """
    if kind not in _DRAW:
        raise ValueError(f"unknown kind of spectrum {kind!r}: choose from {', '.join(KINDS)}")
    return _DRAW[kind](rng, points)
