"""How well circuits can be trained: variance of their gradients, spectrum of their information.

A *barren plateau* is a landscape whose gradients shrink exponentially with the number of qubits;
the Fisher information's eigenvalues say how many directions of the weights the outcomes feel.

References
----------
McClean, Boixo, Smelyanskiy, Babbush, Neven, Nat. Commun. 9, 4812 (2018); Abbas, Sutter, Zoufal,
Lucchi, Figalli, Woerner, Nat. Comput. Sci. 1, 403 (2021).
"""

from __future__ import annotations

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from nmrquanv.study.circuits.wider import apply, rotations_in, wide_gates, z_signs

QUBITS = (2, 3, 4, 5, 6, 7)
DRAWS = 200
"""Draws of weights, uniform over a full turn, behind each variance."""

_FISHER_DRAWS, _FISHER_STRETCHES = 12, 12
_LEAST_PROBABILITY = 1e-12


def drawn_stretches(
    traces: NDArray[np.floating], length: int, count: int, rng: np.random.Generator
) -> Tensor:
    """Return stretches of norm one from random places of spectra, ``(count, length)``."""
    rows = rng.integers(len(traces), size=count)
    starts = rng.integers(traces.shape[1] - length + 1, size=count)
    found = np.stack([traces[r, s : s + length] for r, s in zip(rows, starts, strict=True)])
    made = torch.from_numpy(np.asarray(found, dtype=np.float64)) + 1e-9
    scaled: Tensor = made / made.norm(dim=1, keepdim=True)
    return scaled


def gradient_variance(
    ansatz: str, n_layers: int, stretches: Tensor, rng: np.random.Generator
) -> float:
    """Return the variance of ``d<Z_0>/dw`` over draws of weights, mean over the weights.

    Parameters
    ----------
    ansatz : str
    n_layers : int
    stretches : (draws, 2**n) float64
        One for each draw; of norm one.
    rng : numpy.random.Generator
    """
    n_qubits = stretches.shape[1].bit_length() - 1
    table = wide_gates(ansatz, n_layers, n_qubits)
    weights = _weights(rotations_in(table), len(stretches), rng)
    state = apply(table, weights, stretches[:, :, None])
    signs = torch.from_numpy(z_signs(n_qubits)[0])
    values = (state.abs().square()[:, :, 0] * signs).sum()
    (slope,) = torch.autograd.grad(values, weights)
    return float(slope.var(dim=0).mean())


def fisher_spectrum(
    ansatz: str, n_layers: int, traces: NDArray[np.floating], rng: np.random.Generator
) -> list[float]:
    """Return the Fisher information's eigenvalues on five qubits, largest first, over their mean.

    Notes
    -----
    ``F = E_w sum_x (dp_x)(dp_x)^T / p_x`` with the probabilities ``p_x`` of the 32 outcomes, over
    stretches ``w``; for each of some draws of the weights, then the mean spectrum.
    """
    table = wide_gates(ansatz, n_layers, 5)
    count = rotations_in(table)
    spectra = []
    for _ in range(_FISHER_DRAWS):
        stretches = drawn_stretches(traces, 32, _FISHER_STRETCHES, rng)
        one = _weights(count, 1, rng).detach()
        weights = one.expand(len(stretches), -1).clone().requires_grad_()
        chances = apply(table, weights, stretches[:, :, None]).abs().square()[:, :, 0]
        matrix = torch.zeros(count, count, dtype=torch.float64)
        for outcome in range(chances.shape[1]):
            (slope,) = torch.autograd.grad(chances[:, outcome].sum(), weights, retain_graph=True)
            scaled = slope / chances[:, outcome, None].detach().clamp_min(_LEAST_PROBABILITY).sqrt()
            matrix += scaled.T @ scaled / len(stretches)
        values = torch.linalg.eigvalsh(matrix).flip(0).clamp_min(0.0)
        spectra.append((values / values.mean()).numpy())
    return [float(v) for v in np.mean(spectra, axis=0)]


def _weights(count: int, draws: int, rng: np.random.Generator) -> Tensor:
    turn = rng.uniform(0.0, 2 * np.pi, (draws, count))
    return torch.from_numpy(turn).requires_grad_()
