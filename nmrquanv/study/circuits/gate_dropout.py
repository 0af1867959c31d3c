"""Gate dropout: leave gates of a circuit out at random while it is trained.

The quantum sibling of dropout, and a question the paper's authors leave open. A *rotation* that is
left out keeps its weight, which gets no gradient in that step; an *entangler* (CNOT, CZ) that is
left out changes which qubits speak to each other. Nothing is rescaled: expectations stay in
[-1, 1] whatever is missing.

References
----------
Scala, Ceschini, Panella, Gerace, "A General Approach to Dropout in Quantum Neural Networks",
Adv. Quantum Technol. (2023), arXiv 2310.04120: the kinds of quantum dropout.
"""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np
import torch
from torch import Tensor

from nmrquanv.models.circuits import RZ, Gates


@dataclass(slots=True)
class GateDropout:
    """Draw which gates take part in one step.

    Set it on a layer, ``layer.gate_dropout = GateDropout(rotations=0.1)``: each forward pass in
    training mode then sees new circuits, each circuit of the layer its own; evaluation sees all.

    Parameters
    ----------
    rotations, entanglers : float in [0, 1)
        Probability with which each gate of the kind is left out, independently.
    seed : int
        Fixes the sequence of draws.

    Raises
    ------
    ValueError
        A rate outside [0, 1).
    """

    rotations: float = 0.0
    entanglers: float = 0.0
    seed: int = 0
    _rng: np.random.Generator = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        for name in ("rotations", "entanglers"):
            rate = getattr(self, name)
            if not 0.0 <= rate < 1.0:
                raise ValueError(f"dropout rate of {name} must be in [0, 1), got {rate}")
        self._rng = np.random.default_rng(self.seed)

    def draw(self, tables: list[Gates], weights: Tensor) -> tuple[list[Gates], Tensor]:
        """Leave gates out.

        Parameters
        ----------
        tables : list of (n_gates, 3) int64
            As :func:`~.circuits.gates` writes them.
        weights : (circuits, n_weights), rad

        Returns
        -------
        list of (n_left, 3) int64
        (circuits, most_left) tensor
            Weights of the rotations left, in their order, zeros behind them; differentiable.
        """
        thinned, kept = [], []
        for table in tables:
            turns = table[:, 0] <= RZ
            rates = np.where(turns, self.rotations, self.entanglers)
            stays = self._rng.random(len(table)) >= rates
            thinned.append(table[stays])
            kept.append(np.flatnonzero(stays[turns]))
        index = np.full((len(kept), max(map(len, kept))), weights.shape[1], dtype=np.int64)
        for c, places in enumerate(kept):
            index[c, : len(places)] = places
        padded = torch.nn.functional.pad(weights, (0, 1))
        return thinned, torch.gather(padded, 1, torch.from_numpy(index).to(weights.device))
