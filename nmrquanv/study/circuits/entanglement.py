"""How entangled the circuit's states are, before and after it.

The measure is the von Neumann entropy of one side of a cut through the five qubits, in bits: 0
where the two sides know nothing of each other, at most the number of qubits on the smaller side.
A stretch of a spectrum, embedded as amplitudes, is as a rule entangled already, so that what the
circuit does is the difference: after MINUS before.
"""

from __future__ import annotations

import itertools

import torch
from torch import Tensor

from nmrquanv.models.circuits import EMPTY, KERNEL, N_QUBITS

#: The smaller side of each of the 15 cuts: five single qubits, then ten pairs.
BIPARTITIONS: tuple[tuple[int, ...], ...] = tuple(
    side for size in (1, 2) for side in itertools.combinations(range(N_QUBITS), size)
)

# States in one block: their density matrices of one cut take 1 MB.
_BLOCK = 4096


def entanglement_entropy(states: Tensor) -> Tensor:
    """Return the von Neumann entropy of every cut, in bits.

    Parameters
    ----------
    states : (n, 32), real or complex
        Amplitudes, first qubit most significant; normalised here.

    Returns
    -------
    (n, 15) float64
        In the order of :data:`BIPARTITIONS`; NaN for amplitudes that are all zero, which are no
        state.

    Raises
    ------
    ValueError
        States of another shape.
    """
    if states.ndim != 2 or states.shape[1] != KERNEL:
        raise ValueError(f"states must be (n, {KERNEL}), got {tuple(states.shape)}")
    double = torch.complex128 if states.is_complex() else torch.float64
    blocks = [_entropies(block.to(double)) for block in states.split(_BLOCK)]  # type: ignore[no-untyped-call]
    return torch.cat(blocks)


def _entropies(states: Tensor) -> Tensor:
    states = states / states.abs().amax(dim=1, keepdim=True).clamp_min(1e-300)
    norms = torch.linalg.vector_norm(states, dim=1, keepdim=True)
    empty = norms[:, 0] == 0
    qubits = (states / norms.clamp_min(1e-300)).view(-1, *(2,) * N_QUBITS)
    found = []
    for side in BIPARTITIONS:
        front = qubits.movedim([1 + q for q in side], list(range(1, 1 + len(side))))
        amplitudes = front.reshape(-1, 2 ** len(side), 2 ** (N_QUBITS - len(side)))
        shares = torch.linalg.eigvalsh(amplitudes @ amplitudes.mH).clamp(0.0, 1.0)
        found.append(-torch.special.xlogy(shares, shares).sum(dim=1))
    bits = torch.stack(found, dim=1).clamp_min(0.0) / torch.log(torch.tensor(2.0).double())
    bits[empty] = torch.nan
    return bits


def spectrum_entropies(traces: Tensor, unitary: Tensor, step: int = 1) -> tuple[Tensor, Tensor]:
    """Average the entropies before and after a circuit over each trace's stretches and all cuts.

    Parameters
    ----------
    traces : (n, points)
    unitary : (32, 32) complex
        One of ``Quanvolution1d.unitaries()``.
    step : int, >= 1
        Points from one stretch to the next.

    Returns
    -------
    before, after : (n,) float64, bits
        Means over the stretches that are not all zero; NaN for a trace without any. The circuit's
        share is ``after - before``, in [-2, 2].
    """
    stretches = traces.detach().double().unfold(1, KERNEL, step)
    tops = traces.double().square().amax(dim=1, keepdim=True)
    is_filled = stretches.square().sum(dim=2) > EMPTY * tops
    states = stretches[is_filled].to(torch.complex128)
    means = []
    for these in (states, states @ unitary.detach().T.to(states)):
        entropies = torch.zeros_like(tops).expand(is_filled.shape).clone()
        entropies[is_filled] = entanglement_entropy(these).mean(dim=1)
        means.append(entropies.sum(dim=1) / is_filled.sum(dim=1))
    return means[0], means[1]
