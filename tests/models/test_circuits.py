"""The circuits of record: PennyLane's templates against our tables of gates."""

from __future__ import annotations

import subprocess
import sys

import numpy as np
import pennylane as qml
import pytest

from nmrquanv.models import circuits

NAMES = ("RX", "RY", "RZ", "CNOT", "CZ")


def _operations(ansatz: str, n_layers: int, weights: np.ndarray, seed: int) -> list:
    """All gates that PennyLane's own template expands to, down to single rotations."""
    window = np.ones(32)
    with qml.queuing.AnnotatedQueue() as queue:
        circuits.embed_and_apply(window, weights, ansatz, n_layers, seed)
    operations = []
    for template in qml.tape.QuantumScript.from_queue(queue).operations[1:]:
        gates = [template] if template.name in NAMES else template.decomposition()
        for op in gates:
            operations += op.decomposition() if op.name == "Rot" else [op]
    return operations


@pytest.mark.parametrize("n_layers", [1, 3, 6])
@pytest.mark.parametrize("ansatz", circuits.ANSATZES)
def test_table_repeats_the_template_gate_by_gate(ansatz: str, n_layers: int) -> None:
    for seed in (0, 7, 123_456_789):
        # Every weight is another number, so that a wrong order shows.
        weights = np.arange(1.0, circuits.weight_count(ansatz, n_layers) + 1)
        ops = _operations(ansatz, n_layers, weights, seed)
        table = circuits.gates(ansatz, n_layers, seed)
        assert [op.name for op in ops] == [NAMES[kind] for kind in table[:, 0]]
        assert [tuple(op.wires) for op in ops] == [
            (a,) if a == b else (a, b) for a, b in table[:, 1:].tolist()
        ]
        np.testing.assert_array_equal([float(op.data[0]) for op in ops if op.data], weights)


@pytest.mark.parametrize("n_layers", [1, 2, 5])
def test_weight_counts_are_the_templates_shapes(n_layers: int) -> None:
    entangling = qml.StronglyEntanglingLayers.shape(n_layers, 5)
    first, later = qml.SimplifiedTwoDesign.shape(n_layers, 5)
    assert circuits.weight_count("strongly_entangling", n_layers) == np.prod(entangling)
    assert circuits.weight_count("two_design", n_layers) == np.prod(first) + np.prod(later)
    drawn = qml.RandomLayers.shape(n_layers, circuits.RANDOM_ROTATIONS)
    assert circuits.weight_count("random", n_layers) == np.prod(drawn)


def test_paper_has_45_parameters_in_three_strongly_entangling_layers() -> None:
    assert circuits.weight_count("strongly_entangling", 3) == 45


@pytest.mark.parametrize("device", ["default.qubit", "lightning.qubit", "default.mixed"])
def test_runs_on_any_device_by_name(device: str) -> None:
    rng = np.random.default_rng(3)
    window, weights = rng.normal(size=32), rng.uniform(0, 6, 45)
    expected = circuits.qnode("strongly_entangling")(window, weights)
    found = circuits.qnode("strongly_entangling", device=device)(window, weights)
    np.testing.assert_allclose(found, expected, atol=1e-10)


def test_recorded_random_circuit_runs_like_the_template_with_its_seed() -> None:
    rng = np.random.default_rng(4)
    window, weights = rng.normal(size=32), rng.uniform(0, 6, 30)
    by_seed = circuits.qnode("random", 2, structure=99)(window, weights)
    by_table = circuits.qnode("random", 2, circuits.gates("random", 2, 99))(window, weights)
    np.testing.assert_allclose(by_table, by_seed, atol=1e-12)


def test_different_seeds_give_different_random_circuits() -> None:
    tables = {circuits.gates("random", 3, seed).tobytes() for seed in range(20)}
    assert len(tables) == 20


@pytest.mark.parametrize(("ansatz", "n_layers"), [("hardware_efficient", 3), ("random", 0)])
def test_impossible_circuits_are_refused(ansatz: str, n_layers: int) -> None:
    with pytest.raises(ValueError, match=r"unknown ansatz|at least one layer"):
        circuits.gates(ansatz, n_layers)


def test_inference_needs_no_pennylane() -> None:
    code = (
        "import sys, torch\n"
        "from nmrquanv.models import cards, library, networks\n"
        "network = networks.build(cards.new_card('quanv', ansatz='random')).eval()\n"
        "network(torch.zeros(1, 4, 200))\n"
        "assert 'pennylane' not in sys.modules\n"
    )
    subprocess.run([sys.executable, "-c", code], check=True)
