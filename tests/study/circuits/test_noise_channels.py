"""Noise against density matrices multiplied by hand, and against PennyLane's default.mixed."""

from __future__ import annotations

import copy
import itertools
import math

import numpy as np
import pennylane as qml
import pytest
import torch

from nmrquanv.models.circuits import ANSATZES, CNOT, RZ, gates, weight_count
from nmrquanv.models.quanvolution import Quanvolution1d
from nmrquanv.study.circuits.noise_channels import (
    NoisyEvaluator,
    heisenberg_observables,
    noisy_expectations,
)
from nmrquanv.study.circuits.noise_model import NOISE_PRESETS, NoiseModel

X, Y, Z = np.array([[0, 1], [1, 0]]), np.array([[0, -1j], [1j, 0]]), np.diag([1, -1])
KINDS = {
    "depolarising of rotations": NoiseModel(depolarising_1q=0.05),
    "depolarising of entanglers": NoiseModel(depolarising_2q=0.08),
    "amplitude damping": NoiseModel(amplitude_damping=0.07),
    "phase damping": NoiseModel(phase_damping=0.09),
    "readout": NoiseModel(readout_flip=0.06),
    "all": NoiseModel(0.03, 0.05, 0.04, 0.02, 0.03),
}


def _on(qubit_gates: dict[int, np.ndarray]) -> np.ndarray:
    product = np.eye(1)
    for qubit in range(5):
        product = np.kron(product, qubit_gates.get(qubit, np.eye(2)))
    return product


def _channel(rho: np.ndarray, kraus: list[np.ndarray]) -> np.ndarray:
    return sum(k @ rho @ k.conj().T for k in kraus)


def _damping(noise: NoiseModel, wire: int) -> list[list[np.ndarray]]:
    g, f = noise.amplitude_damping, noise.phase_damping
    amplitude = [np.diag([1, math.sqrt(1 - g)]), np.array([[0, math.sqrt(g)], [0, 0]])]
    phase = [np.diag([1, math.sqrt(1 - f)]), np.diag([0, math.sqrt(f)])]
    return [[_on({wire: k}) for k in kraus] for kraus in (amplitude, phase)]


def _by_hand(
    table: np.ndarray, weights: np.ndarray, noise: NoiseModel, window: np.ndarray
) -> np.ndarray:
    """Five expectations of one stretch, from its density matrix."""
    state = window / np.linalg.norm(window)
    rho, angles = np.outer(state, state).astype(complex), iter(weights)
    for kind, first, second in table.tolist():
        if kind <= RZ:
            angle, wires = next(angles), (first,)
            pauli = _on({first: (X, Y, Z)[kind]})
            gate = math.cos(angle / 2) * np.eye(32) - 1j * math.sin(angle / 2) * pauli
            p, errors = noise.depolarising_1q, [_on({first: e}) for e in (X, Y, Z)]
        else:
            wires, target = (first, second), X if kind == CNOT else Z
            gate = _on({first: np.diag([1, 0])}) + _on({first: np.diag([0, 1]), second: target})
            pairs = list(itertools.product((np.eye(2), X, Y, Z), repeat=2))[1:]
            p, errors = noise.depolarising_2q, [_on({first: a, second: b}) for a, b in pairs]
        rho = gate @ rho @ gate.conj().T
        rho = (1 - p) * rho + p / len(errors) * _channel(rho, errors)
        for wire in wires:
            for kraus in _damping(noise, wire):
                rho = _channel(rho, kraus)
    read = 1 - 2 * noise.readout_flip
    return np.array([read * np.trace(_on({q: Z}) @ rho).real for q in range(5)])


def _stretches(n: int, seed: int = 0) -> torch.Tensor:
    return torch.from_numpy(np.random.default_rng(seed).normal(size=(n, 32)))


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("ansatz", ANSATZES)
def test_equals_density_matrices_multiplied_by_hand(ansatz: str, kind: str) -> None:
    noise, tables = KINDS[kind], [gates(ansatz, 2, seed) for seed in (4, 5)]
    weights = np.random.default_rng(2).uniform(0, 7, (2, weight_count(ansatz, 2)))
    stretches = _stretches(2)
    observables = heisenberg_observables(tables, torch.from_numpy(weights), noise)
    found = noisy_expectations(stretches, observables).reshape(2, 2, 5).numpy()
    for n, c in np.ndindex(2, 2):
        expected = _by_hand(tables[c], weights[c], noise, stretches[n].numpy())
        np.testing.assert_allclose(found[n, c], expected, atol=1e-12)


def _mixed(table: np.ndarray, noise: NoiseModel) -> qml.QNode:
    """The noisy circuit on default.mixed, with PennyLane's own channels."""
    device = qml.device("default.mixed", wires=5)
    letters = ["".join(w) for w in itertools.product("IXYZ", repeat=2)][1:]
    words = [qml.pauli.string_to_pauli_word(w, wire_map={0: 0, 1: 1}) for w in letters]
    errors = [qml.matrix(w, wire_order=[0, 1]) for w in words]
    p = noise.depolarising_2q
    kraus = [math.sqrt(1 - p) * np.eye(4), *(math.sqrt(p / 15) * e for e in errors)]

    @qml.qnode(device)
    def circuit(window: np.ndarray, weights: np.ndarray) -> list:
        qml.AmplitudeEmbedding(window, wires=range(5), normalize=True)
        angles = iter(weights)
        for kind, first, second in table.tolist():
            wires = [first] if kind <= RZ else [first, second]
            if kind <= RZ:
                (qml.RX, qml.RY, qml.RZ)[kind](next(angles), wires=first)
                qml.DepolarizingChannel(noise.depolarising_1q, wires=first)
            else:
                (qml.CNOT if kind == CNOT else qml.CZ)(wires=wires)
                qml.QubitChannel(kraus, wires=wires)
            for wire in wires:
                qml.AmplitudeDamping(noise.amplitude_damping, wires=wire)
                qml.PhaseDamping(noise.phase_damping, wires=wire)
        for q in range(5):
            qml.BitFlip(noise.readout_flip, wires=q)
        return [qml.expval(qml.Z(q)) for q in range(5)]

    return circuit


@pytest.mark.parametrize("strength", NOISE_PRESETS)
@pytest.mark.parametrize("ansatz", ANSATZES)
def test_layer_equals_default_mixed(ansatz: str, strength: str) -> None:
    noise = NoiseModel.from_dict(NOISE_PRESETS[strength].to_dict() | {"shots": 0})
    layer = Quanvolution1d(1, ansatz, 3, seed=3)
    traces = _stretches(1, 9).float()
    ideal = layer(traces).detach()[0, :, 0]
    layer.evaluator = NoisyEvaluator(noise)
    found = layer(traces).detach()[0, :, 0]
    run = _mixed(layer.structure(), noise)
    expected = run(traces[0].double().numpy(), layer.weights[0].detach().double().numpy())
    np.testing.assert_allclose(found.numpy(), np.array(expected), atol=1e-6)
    assert (found - ideal).abs().max() > 1e-3


@pytest.mark.parametrize("ansatz", ANSATZES)
def test_without_noise_it_is_the_exact_layer(ansatz: str) -> None:
    layer = Quanvolution1d(3, ansatz, padding="same", seed=7)
    traces = _stretches(4).repeat(1, 3).double()
    traces[1] = 0
    layer(traces).square().sum().backward()
    exact, slopes, layer.weights.grad = layer(traces).detach(), layer.weights.grad.clone(), None
    layer.evaluator = NoisyEvaluator(NoiseModel())
    found = layer(traces)
    torch.testing.assert_close(found.detach(), exact, rtol=0, atol=1e-12)
    found.square().sum().backward()
    torch.testing.assert_close(layer.weights.grad, slopes, rtol=1e-5, atol=1e-4)


def test_observables_without_noise_are_those_of_the_unitary() -> None:
    layer = Quanvolution1d(2, "random", seed=7)
    unitary = layer.unitaries().detach()
    signs = torch.from_numpy(np.stack([np.diag(_on({q: Z})) for q in range(5)])).to(unitary)
    expected = torch.einsum("cki,qk,ckj->cqij", unitary.conj(), signs, unitary).real
    tables = [layer.structure(c) for c in range(2)]
    found = heisenberg_observables(tables, layer.weights.detach(), NoiseModel())
    torch.testing.assert_close(found, expected, rtol=0, atol=1e-13)


@pytest.mark.parametrize("ansatz", ANSATZES)
def test_gradient_equals_finite_differences(ansatz: str) -> None:
    tables = [gates(ansatz, 1, seed) for seed in (1, 2)]
    weights = torch.rand(2, weight_count(ansatz, 1), dtype=torch.float64, requires_grad=True)
    stretches = _stretches(3).requires_grad_()

    def run(w: torch.Tensor, rows: torch.Tensor) -> torch.Tensor:
        return noisy_expectations(rows, heisenberg_observables(tables, w, KINDS["all"]))

    assert torch.autograd.gradcheck(run, (weights, stretches))


def test_gates_without_rotations_and_rotations_without_gates() -> None:
    noise, stretches = KINDS["all"], _stretches(1)
    only_turns = np.array([[RZ, 2, 2], [0, 2, 2], [1, 4, 4], [0, 0, 0]])
    only_entanglers = np.array([[CNOT, 1, 3], [CNOT, 3, 0]])
    weights = torch.rand(3, 4, dtype=torch.float64)
    tables = [only_turns, only_entanglers, np.empty((0, 3), dtype=np.int64)]
    observables = heisenberg_observables(tables, weights, noise)
    found = noisy_expectations(stretches, observables).reshape(3, 5).numpy()
    for table, values, expectations in zip(tables, weights.numpy(), found, strict=True):
        expected = _by_hand(table, values, noise, stretches[0].numpy())
        np.testing.assert_allclose(expectations, expected, atol=1e-12)


def test_depolarising_shrinks_and_full_amplitude_damping_relaxes_to_one() -> None:
    layer, traces = Quanvolution1d(seed=5), _stretches(6).float()
    spread = []
    for strength in (0.0, 0.01, 0.1, 0.7):
        layer.evaluator = NoisyEvaluator(NoiseModel(strength, strength))
        spread.append(layer(traces).square().mean().item())
    assert spread == sorted(spread, reverse=True)
    assert spread[-1] < 1e-8
    layer.evaluator = NoisyEvaluator(NoiseModel(amplitude_damping=1.0))
    torch.testing.assert_close(layer(traces), torch.ones(6, 5, 1), rtol=0, atol=1e-6)


@pytest.mark.parametrize("shots", [0, 100])
def test_empty_stretches_give_zero_even_where_noise_relaxes_to_one(shots: int) -> None:
    layer = Quanvolution1d(seed=5, padding="same")
    layer.evaluator = NoisyEvaluator(NoiseModel(amplitude_damping=0.3, shots=shots))
    traces = torch.zeros(2, 200)
    traces[1, 150] = 1.0
    found = layer(traces)
    assert not found[0].any()
    assert not found[1, :, :130].any()
    assert found[1, :, 150].abs().max() > 0.1
    found.sum().backward()
    assert layer.weights.grad.isfinite().all()


def test_shots_have_the_binomial_mean_variance_and_values() -> None:
    layer, stretch = Quanvolution1d(seed=6), _stretches(1).float()
    mean = layer(stretch).detach()[0, :, 0].double()
    layer.evaluator = NoisyEvaluator(NoiseModel(shots=50), seed=3)
    with torch.no_grad():
        drawn = layer(stretch.repeat(20_000, 1))[:, :, 0].double()
    counts = (drawn + 1) * 25
    torch.testing.assert_close(counts, counts.round(), rtol=0, atol=1e-4)
    spread = (1 - mean**2) / 50
    assert ((drawn.mean(0) - mean) / (spread / 20_000).sqrt()).abs().max() < 4
    torch.testing.assert_close(drawn.var(0), spread, rtol=0.05, atol=0)


def test_gradient_through_shots_is_that_of_the_expectation() -> None:
    layer, traces = Quanvolution1d(seed=6), _stretches(2).float()
    mixing = torch.rand(2, 5, 1)
    (layer(traces) * mixing).sum().backward()
    expected, layer.weights.grad = layer.weights.grad.clone(), None
    layer.evaluator = NoisyEvaluator(NoiseModel(shots=10))
    found = layer(traces)
    (found * mixing).sum().backward()
    torch.testing.assert_close(layer.weights.grad, expected, rtol=1e-4, atol=1e-5)
    assert not torch.equal(found, layer(traces))  # shots are drawn anew


def test_seed_fixes_the_shots_and_a_copy_goes_on_with_them() -> None:
    layer, traces = Quanvolution1d(seed=6), _stretches(2).float()
    layer.evaluator = NoisyEvaluator(NOISE_PRESETS["strong"], seed=4)
    twin = copy.deepcopy(layer)
    first = layer(traces)
    assert torch.equal(twin(traces), first)
    layer.evaluator = NoisyEvaluator(NOISE_PRESETS["strong"], seed=4)
    assert torch.equal(layer(traces), first)


@pytest.mark.parametrize("strength", NOISE_PRESETS)
def test_presets_survive_json_and_grow_in_every_parameter(strength: str) -> None:
    noise = NOISE_PRESETS[strength]
    assert NoiseModel.from_dict(noise.to_dict()) == noise
    weak, middle, strong = NOISE_PRESETS.values()
    for name in ("depolarising_1q", "depolarising_2q", "amplitude_damping", "readout_flip"):
        assert getattr(weak, name) < getattr(middle, name) < getattr(strong, name)
    assert weak.shots > middle.shots > strong.shots


@pytest.mark.parametrize(
    ("wrong", "message"),
    [
        ({"depolarising_1q": 0.8}, "depolarising_1q"),
        ({"readout_flip": 0.6}, "readout_flip"),
        ({"shots": -1}, "shots"),
        ({"amplitude_damping": float("nan")}, "amplitude_damping"),
        ({"t1": 3}, "t1"),
    ],
)
def test_impossible_noise_is_refused_by_name(wrong: dict, message: str) -> None:
    with pytest.raises(ValueError, match=message):
        NoiseModel.from_dict(wrong)
