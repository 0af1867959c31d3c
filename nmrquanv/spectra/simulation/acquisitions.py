"""The ten kinds of the benchmark: which samples, which settings, which faults.

They are narrow on purpose; what models are trained on is drawn from far wider distributions in
``training_mix.py``.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from nmrquanv.spectra.apodization import window
from nmrquanv.spectra.simulation.faults import foot, log_uniform, lopsided_field, spinning
from nmrquanv.spectra.simulation.instrument import FieldSpread, Instrument
from nmrquanv.spectra.simulation.molecules import (
    PEPTIDE,
    SMALL_MOLECULE,
    STEROID,
    SUGAR,
    TEXTBOOK,
    molecule,
)
from nmrquanv.spectra.simulation.other_nuclei import carbon_solvent, carbons
from nmrquanv.spectra.simulation.scene import Scene, joined
from nmrquanv.spectra.simulation.side_signals import exchanging, satellites
from nmrquanv.spectra.steps import Apodization


@dataclass(frozen=True, slots=True)
class Acquisition:
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
    window : Apodization or None
        In place of the exponential of ``lb_hz``.
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
    window: Apodization | None = None

    @property
    def apodization(self) -> Apodization:
        """What the processing multiplies the FID by."""
        return self.window or Apodization(self.lb_hz)

    def weight(self) -> NDArray[np.float64]:
        """Return the values of that over the points of the FID, shape ``(td,)``."""
        since_pulse = np.arange(self.td) - self.instrument.group_delay_points
        if self.window is None:
            return np.asarray(np.exp(-np.pi * self.lb_hz / self.sw_hz * since_pulse))
        return window(self.window, np.asarray(since_pulse / self.sw_hz, np.float64))

    @property
    def limits_hz(self) -> tuple[float, float]:
        """Lowest and highest frequency that gets through the receiver, from 0 ppm."""
        reach_hz = self.sw_hz / 2 * (0.96 if self.instrument.has_filter else 1.0)
        return self.centre_hz - reach_hz, self.centre_hz + reach_hz


@dataclass(frozen=True, slots=True)
class Sweep:
    """Where a nucleus is looked for: middle and width, ppm."""

    centre_ppm: float
    width_ppm: float


SWEEPS = {
    "1H": Sweep(5.5, 16.0),
    "13C": Sweep(110.0, 240.0),
    "19F": Sweep(-125.0, 180.0),
    "31P": Sweep(60.0, 240.0),
    "11B": Sweep(20.0, 220.0),
}


def usual_experiment(
    rng: np.random.Generator,
    sf_mhz: float,
    snr: float,
    points: int | None,
    *,
    instrument: Instrument | None = None,
    lb_hz: float | None = None,
    nucleus: str = "1H",
) -> Acquisition:
    """Return usual settings: sweep of the nucleus, 32k or 64k points, filling 1, 2 or 4 times."""
    sweep = SWEEPS[nucleus]
    si = points or int(rng.choice([32768, 65536]))
    filling = int(rng.choice([1, 2, 4], p=[0.35, 0.5, 0.15]))
    return Acquisition(
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


Drawn = tuple[Scene, Acquisition]


def _field(rng: np.random.Generator) -> float:
    return float(rng.choice([300.13, 399.9, 400.13, 499.8, 500.13, 600.23, 700.3, 800.2]))


def _clean(rng: np.random.Generator, points: int | None) -> Drawn:
    sf = _field(rng)
    scene = molecule(rng, sf, int(rng.integers(3, 9)), (0.5, 1.2), TEXTBOOK)
    return scene, usual_experiment(rng, sf, log_uniform(rng, 300, 5000), points)


def _noisy(rng: np.random.Generator, points: int | None) -> Drawn:
    sf = _field(rng)
    scene = molecule(rng, sf, int(rng.integers(3, 9)), (0.6, 1.4), TEXTBOOK)
    return scene, usual_experiment(rng, sf, float(rng.uniform(25, 60)), points)


def _crowded(rng: np.random.Generator, points: int | None) -> Drawn:
    sf = _field(rng)
    family = (PEPTIDE, STEROID, SUGAR, SMALL_MOLECULE)[rng.integers(4)]
    scene = molecule(rng, sf, int(rng.integers(8, 18)), (0.6, 1.8), family)
    return scene, usual_experiment(rng, sf, log_uniform(rng, 300, 5000), points)


def _range(rng: np.random.Generator, points: int | None) -> Drawn:
    sf = _field(rng)
    main = molecule(rng, sf, int(rng.integers(3, 8)), (0.5, 1.2), TEXTBOOK)
    minor = molecule(rng, sf, int(rng.integers(3, 8)), (0.5, 1.3), TEXTBOOK)
    share = log_uniform(rng, 0.005, 0.02)
    scene = joined(main, minor.scaled(share))
    return scene, usual_experiment(rng, sf, log_uniform(rng, 3000, 30000), points)


def _dirty(rng: np.random.Generator, points: int | None) -> Drawn:
    sf = _field(rng)
    scene = molecule(rng, sf, int(rng.integers(3, 9)), (0.6, 1.4), TEXTBOOK)
    faults = Instrument(
        ph0_deg=float(rng.uniform(-8, 8)),
        ph1_deg=float(rng.uniform(-8, 8)),
        baseline=log_uniform(rng, 0.01, 0.06),
        baseline_points=int(rng.integers(2, 7)),
    )
    return scene, usual_experiment(rng, sf, log_uniform(rng, 200, 3000), points, instrument=faults)


def _broad(rng: np.random.Generator, points: int | None) -> Drawn:
    sf = _field(rng)
    scene = molecule(rng, sf, int(rng.integers(2, 7)), (3.0, 12.0))
    return scene, usual_experiment(rng, sf, log_uniform(rng, 150, 2000), points)


def _benchtop(rng: np.random.Generator, points: int | None) -> Drawn:
    sf = float(rng.choice([60.0, 61.7, 80.5, rng.uniform(60, 80)]))
    scene = molecule(rng, sf, int(rng.integers(2, 7)), (0.5, 1.3))
    return scene, usual_experiment(rng, sf, log_uniform(rng, 200, 3000), points)


def _shim(rng: np.random.Generator, points: int | None) -> Drawn:
    sf = _field(rng)
    scene = molecule(rng, sf, int(rng.integers(3, 9)), (0.5, 1.2), TEXTBOOK)
    scene = joined(scene, satellites(rng, scene, 0.0))
    magnet = Instrument(field=lopsided_field(rng, float(rng.uniform(0.6, 1.2))))
    return scene, usual_experiment(rng, sf, log_uniform(rng, 500, 8000), points, instrument=magnet)


def _carbon(rng: np.random.Generator, points: int | None) -> Drawn:
    sf = float(rng.choice([75.5, 100.6, 125.8, 150.9]))
    scene = carbons(rng, sf, int(rng.integers(5, 30)), (0.8, 3.0))
    if rng.random() < 0.7:
        scene = joined(scene, carbon_solvent(rng, sf, "CDCl3"))
    roll = Instrument(baseline=0.05, baseline_points=int(rng.integers(3, 7)))
    snr, lb_hz = float(rng.uniform(12, 80)), float(rng.uniform(0.8, 2.0))
    return scene, usual_experiment(
        rng, sf, snr, points, instrument=roll, lb_hz=lb_hz, nucleus="13C"
    )


def _measured(rng: np.random.Generator, points: int | None) -> Drawn:
    sf = _field(rng)
    scene = molecule(rng, sf, int(rng.integers(3, 9)), (0.5, 1.2), TEXTBOOK)
    scene = joined(scene, exchanging(rng, sf, (8.0, 30.0)))
    scene = joined(scene, satellites(rng, scene, 0.0))
    reach_hz = log_uniform(rng, 10, 60)
    magnet = Instrument(
        field=FieldSpread().with_part(foot(rng, reach_hz), float(rng.uniform(0.01, 0.04))),
        drift_hz=log_uniform(rng, 0.03, 0.25),
        drift_corner_hz=log_uniform(rng, 1, 10),
        sidebands=spinning(rng, (0.002, 0.02)),
        has_filter=bool(rng.random() < 0.5),
    )
    return scene, usual_experiment(rng, sf, log_uniform(rng, 8e3, 8e4), points, instrument=magnet)


_DRAW: dict[str, Callable[[np.random.Generator, int | None], Drawn]] = {
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
}

BENCHMARK_KINDS = tuple(_DRAW)
"""The ten kinds that finders are compared on."""


def draw_kind(rng: np.random.Generator, kind: str, points: int | None = None) -> Drawn:
    """Return a random sample of one of the ten kinds and the experiment that measures it."""
    return _DRAW[kind](rng, points)
