"""How many peaks a finder sees in spectra in which there is nothing.

Counted for each 1,000 windows of 200 points of the spectrum itself. (A model's own windows are
more: it lays such a spectrum on finer grids.)
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np

from nmrquanv.bench.shipped_finders import Finder
from nmrquanv.models.windows import WINDOW_POINTS
from nmrquanv.spectra.simulate import Simulated, acquire
from nmrquanv.spectra.simulation.acquisitions import usual_experiment
from nmrquanv.spectra.simulation.faults import log_uniform
from nmrquanv.spectra.simulation.instrument import Instrument
from nmrquanv.spectra.simulation.scene import EMPTY
from nmrquanv.statistics import poisson_upper

CONDITIONS = ("white", "filled twice", "filled four times", "baseline roll", "uneven noise")
AIM = 0.2
"""False peaks for each 1,000 windows that the project allows."""

_FILLING = {"white": 1, "filled twice": 2, "filled four times": 4}


def make_noise(rng: np.random.Generator, condition: str) -> Simulated:
    """Return a spectrum without a line.

    Parameters
    ----------
    rng : Generator
    condition : str
        One of ``CONDITIONS``. The last two are zero filled once, twice or fourfold at random; a
        roll is 1 to 180 sigma (root mean square), uneven noise varies by up to a factor of 3.3.
    """
    nucleus = str(rng.choice(["1H", "13C"]))
    sf_mhz = float(rng.uniform(300, 800)) / (1.0 if nucleus == "1H" else 3.976)
    lb_hz = float(rng.uniform(0.8, 2.0)) if nucleus == "13C" else None
    if condition == "white":
        lb_hz = 0.0
    roll = Instrument(
        baseline=log_uniform(rng, 0.01, 0.06), baseline_points=int(rng.integers(2, 7))
    )
    experiment = usual_experiment(
        rng,
        sf_mhz,
        log_uniform(rng, 100, 3000),
        None,
        instrument=roll if condition == "baseline roll" else None,
        lb_hz=lb_hz,
        nucleus=nucleus,
    )
    if condition in _FILLING:
        experiment = replace(experiment, td=experiment.si // _FILLING[condition])
    made = acquire(rng, EMPTY, experiment, kind=condition)
    if condition != "uneven noise":
        return made
    place = np.linspace(0, 1, made.spectrum.axis.size, endpoint=False)
    waves = np.cos(2 * np.pi * (rng.integers(1, 4) * place + rng.random()))
    profile = np.exp(float(rng.uniform(0.2, 0.6)) * waves)
    return replace(made, spectrum=made.spectrum.with_data(made.spectrum.data * profile))


@dataclass(frozen=True, slots=True)
class NoiseTask:
    """A spectrum of noise to be made, and the finders to measure on it."""

    seed: int
    condition: str
    number: int
    models: tuple[str, ...]
    find: Finder


@dataclass(frozen=True, slots=True)
class NoiseOutcome:
    """How many peaks a finder shows in a spectrum of noise."""

    condition: str
    peaks: int
    windows: float


def noise_on(task: NoiseTask) -> list[NoiseOutcome]:
    """Return for each model what it shows in the task's spectrum."""
    place = CONDITIONS.index(task.condition)
    made = make_noise(np.random.default_rng([task.seed, 2, place, task.number]), task.condition)
    windows = made.spectrum.axis.size / WINDOW_POINTS
    return [
        NoiseOutcome(task.condition, len(task.find(made, model).shown), windows)
        for model in task.models
    ]


@dataclass(frozen=True, slots=True)
class NoiseResult:
    """False peaks of a finder in noise.

    Parameters
    ----------
    condition : str
        ``"all"`` for all of them together.
    peaks : int
    windows : float
    per_1000, upper : float
        Peaks for each 1,000 windows, and the 95 % upper limit if they come singly (Poisson).
    """

    condition: str
    peaks: int
    windows: float
    per_1000: float
    upper: float


def noise_results(outcomes: Sequence[NoiseOutcome]) -> tuple[NoiseResult, ...]:
    """Sum up, for each condition and for all."""
    parts = {c: [o for o in outcomes if o.condition == c] for c in CONDITIONS}
    return tuple(_result(c, part) for c, part in {**parts, "all": list(outcomes)}.items())


def _result(condition: str, outcomes: Sequence[NoiseOutcome]) -> NoiseResult:
    peaks, windows = sum(o.peaks for o in outcomes), sum(o.windows for o in outcomes)
    scale = 1000 / windows if windows else float("nan")
    return NoiseResult(condition, peaks, windows, peaks * scale, poisson_upper(peaks) * scale)
