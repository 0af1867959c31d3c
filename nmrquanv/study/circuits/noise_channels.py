"""The quanvolution on a noisy device, in the Heisenberg picture.

After every gate, noise acts on the wires of that gate; at the end, the readout flips bits. Density
matrices of thousands of stretches would take days. So the five observables are pulled back through
the gates and the channels instead, once per step: channel ``k`` of a circuit becomes one real
symmetric 32 x 32 matrix ``A_k``, and the noisy expectation of any stretch ``w`` is
``w^T A_k w / w^T w``.

**State preparation is taken as noiseless.** On hardware the amplitude embedding of 32 numbers
takes dozens of two-qubit gates and would dominate everything that is modelled here.

Observables are kept as real coefficients of the 1,024 Pauli strings, in which a rotation followed
by its noise is a real 4 x 4 matrix on one qubit (a *Pauli transfer matrix*) and an entangler with
its noise a 16 x 16 one on two.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import lru_cache

import numpy as np
import torch
from torch import Tensor

from nmrquanv.models.circuits import EMPTY, N_QUBITS, Gates
from nmrquanv.models.front_ends import quadratic_forms
from nmrquanv.study.circuits.noise_model import NoiseModel
from nmrquanv.study.circuits.pauli_transfer import (
    STRINGS,
    TransferProgram,
    compile_transfer,
    damping,
    depolarising,
    depolarising_pair,
    pauli_z,
    real_matrices,
)


@dataclass(slots=True)
class NoisyEvaluator:
    """Evaluate a layer under noise: ``layer.evaluator = NoisyEvaluator(noise)``.

    Parameters
    ----------
    noise : NoiseModel
    seed : int
        Of the shots.
    """

    noise: NoiseModel
    seed: int = 0
    _generator: torch.Generator = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        self._generator = torch.Generator().manual_seed(self.seed)

    def evaluate(self, stretches: Tensor, tables: list[Gates], weights: Tensor) -> Tensor:
        """Evaluate all circuits on all stretches; see :class:`~.quanvolution.Evaluator`."""
        observables = heisenberg_observables(tables, weights, self.noise)
        return noisy_expectations(stretches, observables, self.noise.shots, self._generator)


def noisy_expectations(
    stretches: Tensor,
    observables: Tensor,
    shots: int = 0,
    generator: torch.Generator | None = None,
) -> Tensor:
    """Evaluate ``w^T A w / w^T w``, and measure it with so many shots.

    Parameters
    ----------
    stretches : (n, 32)
    observables : (circuits, 5, 32, 32)
        Real symmetric, as :func:`heisenberg_observables` gives them.
    shots : int
        0 for the expectation itself. Else the mean of that many outcomes of -1 and 1, drawn from
        the binomial distribution: variance ``(1 - m^2) / shots``.
    generator : torch.Generator on the CPU, optional

    Returns
    -------
    (n, 5 * circuits), of the stretches' type
        Zero, without shot noise, for a stretch that is all zero: it has no state to prepare (and
        gets no value of the relaxed state under amplitude damping either).

    Notes
    -----
    The gradient through the shots is that of the expectation: what parameter-shift measures, up
    to its own shot noise. Each channel is drawn by itself; that the five qubits of one shot are
    correlated is not modelled.
    """
    flat = observables.flatten(0, 1).to(stretches)
    squares = stretches.square().sum(dim=1, keepdim=True)
    forms = quadratic_forms(stretches, flat)
    means = forms / squares.clamp_min(EMPTY)
    if not shots:
        return means
    with torch.no_grad():
        ones = (0.5 + 0.5 * means.double()).clamp(0.0, 1.0).cpu()
        counts = torch.binomial(torch.full_like(ones, shots), ones, generator=generator)
        found = ((2.0 / shots) * counts - 1.0).to(means)
        change = torch.where(squares > EMPTY, found - means, 0.0)
    return means + change


def heisenberg_observables(tables: list[Gates], weights: Tensor, noise: NoiseModel) -> Tensor:
    """Pull Pauli-Z of each qubit back through the noisy circuits.

    Parameters
    ----------
    tables : list of (n_gates, 3) int64
        As :func:`~.circuits.gates` writes them.
    weights : (circuits, n_weights), rad
        Behind the rotations of a table there may be unused ones.
    noise : NoiseModel
        Its shots play no part here.

    Returns
    -------
    (circuits, 5, 32, 32) float64
        Real symmetric: the imaginary parts vanish on real stretches and are left out.
        Differentiable with respect to the weights.
    """
    program = _compile(tuple(table.tobytes() for table in tables), noise).to(weights.device)
    read = torch.from_numpy(pauli_z()) * (1.0 - 2.0 * noise.readout_flip)
    return real_matrices(pulled_back(program, weights, read))


def pulled_back(program: TransferProgram, weights: Tensor, read: Tensor) -> Tensor:
    """Pull observables back through noisy circuits.

    Parameters
    ----------
    program : TransferProgram
    weights : (circuits, n_weights), rad
    read : (1024, 5) float64
        What is measured of each circuit, as coefficients of Pauli strings.

    Returns
    -------
    (circuits, 1024, 5) float64
        What that asks of the state at the start; differentiable with respect to the weights.
    """
    count = len(weights)
    padded = torch.nn.functional.pad(weights.double(), (0, 1))
    turn = torch.where(program.weight < 0, padded.shape[1] - 1, program.weight)
    angle = torch.gather(padded, 1, turn.flatten(1)).view(turn.shape)[..., None, None]
    still, cosine, sine = program.turns.unbind(0)
    steps = still + torch.cos(angle) * cosine + torch.sin(angle) * sine
    chain = steps[..., 0, :, :]
    for t in range(1, steps.shape[-3]):
        chain = steps[..., t, :, :] @ chain
    pairs = chain[:, :, 0, :, None, :, None] * chain[:, :, 1, None, :, None, :]
    # Transposed, since observables go through a channel from its other side.
    blocks = (program.channels @ pairs.reshape(program.channels.shape)).transpose(2, 3)
    strings = read.to(weights.device).tile(count, 1)
    for b in range(blocks.shape[1] - 1, -1, -1):
        strings = strings.index_select(0, program.order[b + 1])
        strings = (blocks[:, b] @ strings.view(count, 16, -1)).view(-1, N_QUBITS)
    strings = strings.index_select(0, program.order[0])
    return strings.view(count, STRINGS, N_QUBITS)


# Training asks for the same circuits at every step; gate dropout for others each time.
@lru_cache(maxsize=8)
def _compile(tables: tuple[bytes, ...], noise: NoiseModel) -> TransferProgram:
    spoil = damping(noise.amplitude_damping, noise.phase_damping)
    return compile_transfer(
        [np.frombuffer(table, np.int64).reshape(-1, 3) for table in tables],
        spoil @ depolarising(noise.depolarising_1q),
        np.kron(spoil, spoil) @ depolarising_pair(noise.depolarising_2q),
    )
