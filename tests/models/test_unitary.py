"""Unitaries against matrices multiplied by hand."""

from __future__ import annotations

import numpy as np
import pytest
import torch

from nmrquanv.models import circuits
from nmrquanv.models.unitary import compile_circuits, observable_signs
from nmrquanv.models.unitary_gradients import build_unitaries

PAULI = {
    circuits.RX: np.array([[0, 1], [1, 0]]),
    circuits.RY: np.array([[0, -1j], [1j, 0]]),
    circuits.RZ: np.diag([1, -1]),
}


def _on(qubit_gates: dict[int, np.ndarray]) -> np.ndarray:
    """Kronecker product over five qubits, the first being the most significant."""
    product = np.eye(1)
    for qubit in range(5):
        product = np.kron(product, qubit_gates.get(qubit, np.eye(2)))
    return product


def _gate(kind: int, first: int, second: int, angle: float) -> np.ndarray:
    if kind in PAULI:
        turn = np.cos(angle / 2) * np.eye(2) - 1j * np.sin(angle / 2) * PAULI[kind]
        return _on({first: turn})
    target = PAULI[circuits.RX] if kind == circuits.CNOT else PAULI[circuits.RZ]
    return _on({first: np.diag([1, 0])}) + _on({first: np.diag([0, 1]), second: target})


def _by_hand(table: np.ndarray, weights: np.ndarray) -> np.ndarray:
    unitary, angles = np.eye(32), iter(weights)
    for kind, first, second in table.tolist():
        angle = next(angles) if kind in PAULI else 0.0
        unitary = _gate(kind, first, second, angle) @ unitary
    return unitary


@pytest.mark.parametrize("ansatz", circuits.ANSATZES)
def test_unitaries_equal_matrices_multiplied_by_hand(ansatz: str) -> None:
    rng = np.random.default_rng(11)
    tables = [circuits.gates(ansatz, 4, seed) for seed in range(3)]
    weights = rng.uniform(-7, 7, (3, circuits.weight_count(ansatz, 4)))
    built = build_unitaries(compile_circuits(tables), torch.from_numpy(weights)).numpy()
    for table, values, unitary in zip(tables, weights, built, strict=True):
        np.testing.assert_allclose(unitary, _by_hand(table, values), atol=1e-13)
        np.testing.assert_allclose(unitary @ unitary.conj().T, np.eye(32), atol=1e-13)


def test_any_order_of_gates_is_packed_right() -> None:
    rng = np.random.default_rng(2)
    for _ in range(25):
        kinds = rng.integers(0, 5, size=30)
        kinds[:8] = circuits.RY  # some rotations, so that there is a weight
        wires = np.array([rng.choice(5, 2, replace=False) for _ in kinds])
        wires[kinds <= circuits.RZ, 1] = wires[kinds <= circuits.RZ, 0]
        table = np.column_stack([kinds, wires])
        weights = rng.uniform(0, 6, int((kinds <= circuits.RZ).sum()))
        built = build_unitaries(compile_circuits([table]), torch.from_numpy(weights[None]))
        np.testing.assert_allclose(built[0].numpy(), _by_hand(table, weights), atol=1e-13)


def test_gradient_of_the_unitary_against_finite_differences() -> None:
    program = compile_circuits([circuits.gates("random", 1, 5), circuits.gates("random", 1, 6)])
    weights = torch.rand(2, 15, dtype=torch.float64, requires_grad=True)

    def some_entries(w: torch.Tensor) -> torch.Tensor:
        unitary = build_unitaries(program, w)
        return torch.view_as_real(unitary[:, ::7, ::5])

    assert torch.autograd.gradcheck(some_entries, weights)


def test_gradient_through_a_conjugate_is_that_of_the_unitary() -> None:
    program = compile_circuits([circuits.gates("strongly_entangling", 2)])
    weights = torch.rand(1, 30, dtype=torch.float64, requires_grad=True)
    z = torch.diag(torch.from_numpy(observable_signs()[2])).to(torch.complex128)

    def observable(w: torch.Tensor) -> torch.Tensor:
        unitary = build_unitaries(program, w)[0]
        return (unitary.conj().T @ z @ unitary).real[::5, ::3]

    assert torch.autograd.gradcheck(observable, weights)
    (gradient,) = torch.autograd.grad(build_unitaries(program, weights).mH.imag[0, 1, 4], weights)
    (plain,) = torch.autograd.grad(-build_unitaries(program, weights).imag[0, 4, 1], weights)
    torch.testing.assert_close(gradient, plain)


def test_observables_are_pauli_z_with_the_first_qubit_most_significant() -> None:
    for qubit, diagonal in enumerate(observable_signs()):
        np.testing.assert_array_equal(np.diag(diagonal), _on({qubit: np.diag([1.0, -1.0])}))
