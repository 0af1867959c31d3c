"""Circuits on any number of qubits, their gradients and their information."""

from __future__ import annotations

import numpy as np
import pytest
import torch

from nmrquanv.errors import TrainingError
from nmrquanv.models.circuits import gates, qnode, weight_count
from nmrquanv.study.circuits import landscape
from nmrquanv.study.circuits.wider import ANSATZES, apply, rotations_in, wide_gates, z_signs
from nmrquanv.study.data.datasets import PRESETS, make


@pytest.mark.parametrize("ansatz", ANSATZES)
@pytest.mark.parametrize("n_layers", [1, 3, 6])
def test_on_five_qubits_they_are_the_layers_own(ansatz, n_layers) -> None:
    table = wide_gates(ansatz, n_layers, 5)
    assert np.array_equal(table, gates(ansatz, n_layers))
    assert rotations_in(table) == weight_count(ansatz, n_layers)


@pytest.mark.parametrize("ansatz", ANSATZES)
def test_they_agree_with_pennylane(ansatz) -> None:
    rng = np.random.default_rng(1)
    weights = rng.uniform(0, 2 * np.pi, (2, weight_count(ansatz, 3)))
    window = rng.normal(size=32)
    state = torch.from_numpy(window / np.linalg.norm(window)).expand(2, 32)[:, :, None]
    chances = apply(wide_gates(ansatz, 3, 5), torch.from_numpy(weights), state).abs().square()
    found = chances[:, :, 0].numpy() @ z_signs(5).T
    for row, w in zip(found, weights, strict=True):
        assert row == pytest.approx(np.array(qnode(ansatz, 3)(window, w)), abs=1e-6)


@pytest.mark.parametrize("n_qubits", [2, 4, 6])
def test_they_are_unitary_on_any_number(n_qubits) -> None:
    table = wide_gates("strongly_entangling", 4, n_qubits)
    weights = torch.rand(1, rotations_in(table), dtype=torch.float64) * 6
    unitary = apply(table, weights, torch.eye(2**n_qubits, dtype=torch.float64)[None])[0]
    assert torch.allclose(unitary @ unitary.mH, torch.eye(2**n_qubits).to(unitary), atol=1e-10)
    with pytest.raises(TrainingError, match="unknown ansatz"):
        wide_gates("nothing", 2, n_qubits)


def test_the_random_one_has_three_turns_a_qubit_and_layer_on_any_number() -> None:
    assert [rotations_in(wide_gates("random", 2, n)) for n in (2, 5, 7)] == [12, 30, 42]
    for row in wide_gates("random", 8, 7).tolist():
        assert 0 <= min(row[1:]) <= max(row[1:]) < 7


def test_the_variance_is_that_of_finite_differences_and_known_for_one_turn() -> None:
    """Without entanglers only three turns of the first qubit count: RZ, RY, RZ on it."""
    rng = np.random.default_rng(2)
    stretches = torch.zeros(4000, 4, dtype=torch.float64)
    stretches[:, 0] = 1.0
    found = landscape.gradient_variance("product", 1, stretches, rng)
    # <Z> = cos(angle of RY): its slope has variance 1/2 for one weight of six, others none.
    assert found == pytest.approx(0.5 / 6, rel=0.05)


def test_gradients_shrink_with_the_number_of_qubits_where_circuits_are_deep() -> None:
    traces, rng = make(PRESETS["hard"], 40, 1).traces, np.random.default_rng(3)
    found = {
        n: landscape.gradient_variance(
            "strongly_entangling", 8, landscape.drawn_stretches(traces, 2**n, 200, rng), rng
        )
        for n in (2, 6)
    }
    assert found[6] < 0.3 * found[2]


def test_information_counts_the_directions_that_outcomes_feel() -> None:
    traces, rng = make(PRESETS["hard"], 40, 1).traces, np.random.default_rng(4)
    spectrum = landscape.fisher_spectrum("strongly_entangling", 1, traces, rng)
    assert len(spectrum) == 15
    assert spectrum == sorted(spectrum, reverse=True)
    assert np.mean(spectrum) == pytest.approx(1.0)
    # The last five RZ are before the CNOTs, which only permute outcomes: they cannot be felt.
    assert max(spectrum[10:]) < 1e-9 * spectrum[0]
    assert spectrum[9] > 1e-4 * spectrum[0]
