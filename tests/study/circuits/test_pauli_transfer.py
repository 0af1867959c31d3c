"""Transfer matrices against their definition, from the Kraus operators of the channels."""

from __future__ import annotations

import itertools
import math

import numpy as np
import pytest
import torch

from nmrquanv.models.circuits import CNOT, CZ, RX, RY, RZ
from nmrquanv.study.circuits import pauli_transfer

PAULI = np.array([[[1, 0], [0, 1]], [[0, 1], [1, 0]], [[0, -1j], [1j, 0]], [[1, 0], [0, -1]]])


def _definition(kraus: list[np.ndarray]) -> np.ndarray:
    """Elements ``tr(P_i E(P_j)) / 2^n``."""
    size = len(kraus[0])
    pairs = [np.kron(a, b) for a, b in itertools.product(PAULI, repeat=2)]
    strings = PAULI if size == 2 else pairs
    after = [sum(k @ string @ k.conj().T for k in kraus) for string in strings]
    return np.array([[np.trace(p @ a).real / size for a in after] for p in strings])


@pytest.mark.parametrize("kind", [RX, RY, RZ])
def test_rotations(kind: int) -> None:
    for angle in (0.0, 0.4, -2.0, 5.0):
        pauli = PAULI[1 + kind]
        gate = math.cos(angle / 2) * np.eye(2) - 1j * math.sin(angle / 2) * pauli
        still, cosine, sine = pauli_transfer.rotations()[kind]
        found = still + math.cos(angle) * cosine + math.sin(angle) * sine
        np.testing.assert_allclose(found, _definition([gate]), atol=1e-14)


def test_entanglers() -> None:
    cnot = np.array([[1, 0, 0, 0], [0, 1, 0, 0], [0, 0, 0, 1], [0, 0, 1, 0]])
    np.testing.assert_allclose(pauli_transfer.entangler(CNOT), _definition([cnot]), atol=1e-14)
    controlled_z = np.diag([1, 1, 1, -1])
    np.testing.assert_allclose(pauli_transfer.entangler(CZ), _definition([controlled_z]))


def test_depolarising_of_one_and_of_two_qubits() -> None:
    p = 0.12
    one = [math.sqrt(1 - p) * PAULI[0], *(math.sqrt(p / 3) * PAULI[1:])]
    np.testing.assert_allclose(pauli_transfer.depolarising(p), _definition(one), atol=1e-14)
    errors = [np.kron(a, b) for a, b in itertools.product(PAULI, repeat=2)][1:]
    two = [math.sqrt(1 - p) * np.eye(4), *(math.sqrt(p / 15) * e for e in errors)]
    np.testing.assert_allclose(pauli_transfer.depolarising_pair(p), _definition(two), atol=1e-14)


def test_damping_is_amplitude_and_then_phase() -> None:
    g, f = 0.2, 0.3
    amplitude = [np.diag([1, math.sqrt(1 - g)]), np.array([[0, math.sqrt(g)], [0, 0]])]
    phase = [np.diag([1, math.sqrt(1 - f)]), np.diag([0, math.sqrt(f)])]
    both = [b @ a for a in amplitude for b in phase]
    np.testing.assert_allclose(pauli_transfer.damping(g, f), _definition(both), atol=1e-14)


def test_strings_add_up_to_the_real_part_of_their_matrices() -> None:
    rng = np.random.default_rng(0)
    coefficients, expected = np.zeros((2, 1024, 3)), np.zeros((2, 3, 32, 32))
    for c, k in np.ndindex(2, 3):
        for string in rng.integers(1024, size=12):
            coefficients[c, string, k] = rng.normal()
        for string in np.flatnonzero(coefficients[c, :, k]):
            matrix = np.eye(1)
            for digit in np.unravel_index(string, (4,) * 5):
                matrix = np.kron(matrix, PAULI[digit])
            expected[c, k] += coefficients[c, string, k] * matrix.real
    found = pauli_transfer.real_matrices(torch.from_numpy(coefficients))
    np.testing.assert_allclose(found.numpy(), expected, atol=1e-13)
    for qubit, column in enumerate(pauli_transfer.pauli_z().T):
        signs = 1 - 2 * ((np.arange(32) >> (4 - qubit)) & 1)
        found = pauli_transfer.real_matrices(torch.from_numpy(column).view(1, -1, 1))
        np.testing.assert_array_equal(found[0, 0].numpy(), np.diag(signs))
