"""A quanvolution under noise that answers in the place of the exact one, in numpy."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from nmrquanv.models.answering_front_ends import Circuits, QuadraticFilters
from nmrquanv.models.circuits import N_QUBITS
from nmrquanv.study.circuits.noise_model import NoiseModel

Array = NDArray[np.float64]


@dataclass(slots=True, eq=False)
class NoisyCircuits:
    """A quanvolution under noise, in the place of the exact one.

    Parameters
    ----------
    filters : QuadraticFilters
        The observables, pulled back through circuits and noise.
    shots : int
        Behind each expectation; 0 for infinitely many.
    rng : Generator
    circuits : int
        How many were executed so far.
    """

    filters: QuadraticFilters
    shots: int
    rng: np.random.Generator
    circuits: int = 0

    @classmethod
    def of(cls, exact: Circuits, noise: NoiseModel, rng: np.random.Generator) -> NoisyCircuits:
        """Pull the observables of circuits back through their noise."""
        import torch

        from nmrquanv.study.circuits.noise_channels import heisenberg_observables

        weights = torch.from_numpy(exact.weights.copy())
        observables = heisenberg_observables(list(exact.tables), weights, noise)
        filters = QuadraticFilters(observables.flatten(0, 1).numpy(), exact.padding)
        return cls(filters, noise.shots, rng)

    @property
    def out_channels(self) -> int:
        """Channels at each position."""
        return self.filters.out_channels

    def __call__(self, traces: Array) -> Array:
        """Measure all circuits at all positions of all traces.

        Notes
        -----
        The mean of ``shots`` outcomes of -1 and 1; each channel is drawn by itself. An empty
        stretch has no state to prepare: it stays 0, without noise of shots.
        """
        means = self.filters(traces)
        is_empty = (means == 0).all(axis=0)
        self.circuits += int((~is_empty).sum()) * (self.out_channels // N_QUBITS)
        if not self.shots:
            return means
        ones = np.clip(0.5 + 0.5 * means, 0.0, 1.0)
        found = (2.0 / self.shots) * self.rng.binomial(self.shots, ones) - 1.0
        return np.asarray(np.where(is_empty, 0.0, found))
