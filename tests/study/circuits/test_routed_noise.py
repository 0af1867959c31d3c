"""Routed circuits on calibrated devices: the same unitary, honest channels, sane mitigation."""

from __future__ import annotations

import itertools

import numpy as np
import pennylane as qml
import pytest
import torch

from nmrquanv.errors import TrainingError
from nmrquanv.models.circuits import CNOT, RX, RY, RZ, gates, weight_count
from nmrquanv.models.quanvolution import Quanvolution1d
from nmrquanv.study.circuits import calibrations, routed_noise
from nmrquanv.study.circuits.calibrations import LAYERS, Placed, devices, placed, routed
from nmrquanv.study.circuits.pauli_transfer import real_matrices
from nmrquanv.study.circuits.preparation import PREPARATION
from nmrquanv.study.circuits.routed_noise import DeviceNoiseEvaluator, noisy_states
from nmrquanv.study.circuits.routed_program import Noisy, depolarised, relaxation

ANSATZES = ("strongly_entangling", "two_design")
SHAPES = {"line": [(0, 1), (1, 2), (2, 3), (3, 4)], "fork": [(0, 1), (1, 2), (1, 3), (3, 4)]}
CASES = [pytest.param(a, s, id=f"{a}-{s}") for a in ANSATZES for s in SHAPES]
PAULI = np.array([[[1, 0], [0, 1]], [[0, 1], [1, 0]], [[0, -1j], [1j, 0]], [[1, 0], [0, -1]]])


def _turn(kind: int, angle: float) -> np.ndarray:
    generator = {RX: PAULI[1], RY: PAULI[2], RZ: PAULI[3]}[kind]
    return np.cos(angle / 2) * np.eye(2) - 1j * np.sin(angle / 2) * generator


def _unitary(rows: list, weights: np.ndarray) -> np.ndarray:
    """Multiply gates (kind, a, b, weight, angle) by hand; qubit 0 is the most significant bit."""
    total = np.eye(32, dtype=complex).reshape((2,) * 5 + (32,))
    for kind, a, b, weight, angle in rows:
        if kind <= RZ:
            turn = _turn(kind, weights[weight] if weight >= 0 else angle)
            total = np.moveaxis(np.tensordot(turn, total, ([1], [a])), 0, a)
        else:
            flip = PAULI[1] if kind == CNOT else PAULI[3]
            gate = np.eye(4, dtype=complex)
            gate[2:, 2:] = flip
            moved = np.tensordot(gate.reshape(2, 2, 2, 2), total, ([2, 3], [a, b]))
            total = np.moveaxis(moved, [0, 1], [a, b])
    return total.reshape(32, 32)


def _rows(table: np.ndarray) -> list:
    used, rows = itertools.count(), []
    for kind, a, b in table.tolist():
        rows.append((kind, a, b, next(used) if kind <= RZ else -1, 0.0))
    return rows


def _permuted(unitary: np.ndarray, start: list[int], end: list[int]) -> np.ndarray:
    """Rename the places of a routed circuit by the qubits that stand there."""
    whole = unitary.reshape((2,) * 10)
    return whole.transpose(*end, *(5 + p for p in start)).reshape(32, 32)


@pytest.mark.parametrize(("ansatz", "shape"), CASES)
def test_a_routed_circuit_is_the_same_unitary_but_for_where_its_qubits_end(ansatz, shape) -> None:
    rng = np.random.default_rng(3)
    pair = routed(ansatz, shape)
    edges = {frozenset(e) for e in SHAPES[shape]}
    logical = {"ansatz": gates(ansatz, LAYERS), "preparation": PREPARATION}
    for part, table in logical.items():
        circuit = getattr(pair, part)
        for kind, a, b, *_ in circuit.gates:
            assert kind <= RZ or frozenset((a, b)) in edges
        weights = rng.uniform(0, 2 * np.pi, int((table[:, 0] <= RZ).sum()))
        assert sorted(r[3] for r in circuit.gates if r[3] >= 0) == list(range(len(weights)))
        wanted = _unitary(_rows(table), weights)
        found = _permuted(_unitary(circuit.gates, weights), circuit.start, circuit.end)
        phase = np.vdot(found, wanted) / 32
        assert abs(phase) == pytest.approx(1.0, abs=1e-9)
        assert found * phase == pytest.approx(wanted, abs=1e-9)
    assert pair.preparation.end == pair.ansatz.start


def test_the_ring_needs_far_more_entanglers_than_it_has_and_the_chain_none_more() -> None:
    counts = {(a, s): routed(a, s).ansatz.entanglers for a in ANSATZES for s in SHAPES}
    assert counts["strongly_entangling", "line"] > 2 * 15
    assert counts["strongly_entangling", "fork"] >= 2 * 15
    assert counts["two_design", "line"] == 12


def _ideal(shape: str) -> Placed:
    pairs = [(a, b, 0.0, 100.0) for a, b in SHAPES[shape]]
    return Placed(shape, [0] * 5, [1e15] * 5, [1e15] * 5, *([[0.0] * 5] * 2), *([[0.0] * 5] * 2),
                  pairs)  # fmt: skip


@pytest.fixture
def ideal(monkeypatch):
    """Give every device without any noise, on either shape."""

    def put(shape: str) -> None:
        for cached in (routed_noise.noisy_circuit, routed_noise._program):
            cached.cache_clear()
        monkeypatch.setattr(routed_noise, "placed", lambda device, ansatz: _ideal(shape))

    yield put
    for cached in (routed_noise.noisy_circuit, routed_noise._program):
        cached.cache_clear()


@pytest.mark.parametrize(("ansatz", "shape"), CASES)
def test_without_noise_it_is_the_layer(ideal, ansatz, shape) -> None:
    ideal(shape)
    layer = Quanvolution1d(2, ansatz, LAYERS, seed=5).double()
    traces = torch.from_numpy(np.random.default_rng(1).normal(size=(2, 40)))
    traces[1, :35] = 0.0
    wanted = layer(traces).detach()
    for mitigation in routed_noise.MITIGATIONS:
        for has_gates in (False, True):
            layer.evaluator = DeviceNoiseEvaluator(
                "manila", ansatz, 0, mitigation, has_noisy_preparation=has_gates
            )
            assert torch.allclose(layer(traces).detach(), wanted, atol=1e-7)


def _strings(state: np.ndarray) -> np.ndarray:
    """Return the expectations of all Pauli strings in a real state, ``(1024,)``."""
    rho = np.outer(state, state).reshape((2,) * 10)
    for qubit in range(5):
        # tr(P rho): contract the qubit's row and column; the string's letter goes to the end.
        rho = np.tensordot(rho, PAULI, ([0, 5 - qubit], [2, 1]))
    return rho.real.ravel()


def _forward(circuit: Noisy, strings: np.ndarray, weights: np.ndarray) -> np.ndarray:
    """Push a state forward through the timed operations; expectations of Z as they are read."""
    order = np.argsort(circuit.circuit.start)
    state = strings.reshape((4,) * 5).transpose(order)
    for step in circuit.operations():
        if step.turn is not None:
            (still, cosine, sine), weight = step.turn
            angle = weights[weight] if weight >= 0 else 0.0
            turn = still + np.cos(angle) * cosine + np.sin(angle) * sine
            (wire,) = step.wires
            state = np.moveaxis(np.tensordot(turn, state, ([1], [wire])), 0, wire)
        else:
            channel = step.channel.reshape(4, 4, 4, 4)
            moved = np.tensordot(channel, state, ([2, 3], list(step.wires)))
            state = np.moveaxis(moved, [0, 1], step.wires)
    constant, factor = circuit.read()
    there = [
        state[tuple(3 if p == place else 0 for p in range(5))] for place in circuit.circuit.end
    ]
    return constant + factor * np.array(there)


@pytest.mark.parametrize("ansatz", ANSATZES)
@pytest.mark.parametrize("device", ["manila", "quito", "fez"])
def test_forward_and_backward_pictures_agree_under_noise(ansatz, device) -> None:
    rng = np.random.default_rng(11)
    weights = rng.uniform(0, 2 * np.pi, weight_count(ansatz, LAYERS))
    stretch = rng.normal(size=32)
    for folds in (1, 3):
        circuit = routed_noise.noisy_circuit(device, ansatz, folds)
        wanted = _forward(circuit, _strings(stretch / np.linalg.norm(stretch)), weights)
        strings = routed_noise.device_strings(
            device, ansatz, torch.from_numpy(weights)[None], folds
        )
        forms = real_matrices(strings)[0].numpy()
        found = np.einsum("i,kij,j->k", stretch, forms, stretch) / (stretch @ stretch)
        assert found == pytest.approx(wanted, abs=1e-9)


def test_relaxation_is_pennylanes() -> None:
    t1, t2, wait = 80.0, 60.0, 3.0
    kraus = qml.ThermalRelaxationError(0.0, t1, t2, wait, wires=0).kraus_matrices()
    wanted = [
        [np.trace(p @ sum(k @ q @ k.conj().T for k in kraus)).real / 2 for q in PAULI]
        for p in PAULI
    ]
    assert relaxation(wait, t1, t2) == pytest.approx(np.array(wanted), abs=1e-7)


@pytest.mark.parametrize("qubits", [1, 2])
def test_a_gate_has_the_error_that_is_reported(qubits: int) -> None:
    """Average over random states, by definition."""
    relaxed = relaxation(0.3, 70.0, 50.0)
    channel = relaxed if qubits == 1 else np.kron(relaxed, relaxed)
    made = depolarised(channel, 0.02)
    letters = PAULI if qubits == 1 else np.array([np.kron(a, b) for a in PAULI for b in PAULI])
    rng, d = np.random.default_rng(0), 2**qubits
    fidelity = []
    for _ in range(20_000):
        state = rng.normal(size=d) + 1j * rng.normal(size=d)
        state /= np.linalg.norm(state)
        strings = np.einsum("i,kij,j->k", state.conj(), letters, state).real
        fidelity.append(strings @ made @ strings / d)
    assert 1 - np.mean(fidelity) == pytest.approx(0.02, abs=3e-4)
    assert depolarised(channel, 0.0) == pytest.approx(channel)


@pytest.mark.parametrize("ansatz", ANSATZES)
@pytest.mark.parametrize("device", list(devices()))
def test_every_operation_is_a_channel(ansatz, device) -> None:
    where = placed(device, ansatz)
    circuit = Noisy(routed(ansatz, where.shape).ansatz, where)
    for step in circuit.operations():
        if step.channel is not None:
            channel, letters = step.channel, [np.kron(a, b) for a in PAULI for b in PAULI]
        else:
            (still, cosine, _), weight = step.turn
            channel, letters = still + (cosine if weight >= 0 else 0), PAULI
        choi = sum(
            channel[i, j] * np.kron(letters[i], letters[j].T)
            for i in range(len(letters))
            for j in range(len(letters))
        )
        assert np.linalg.eigvalsh(choi).min() > -1e-9
        assert channel[0] == pytest.approx(np.eye(len(channel))[0])


def test_noise_shrinks_what_is_read_and_mitigation_brings_it_back() -> None:
    rng = np.random.default_rng(4)
    layer = Quanvolution1d(1, "strongly_entangling", LAYERS, seed=2).double()
    traces = torch.from_numpy(rng.normal(size=(3, 60)))
    wanted = layer(traces).detach()
    away = {}
    for mitigation in routed_noise.MITIGATIONS:
        layer.evaluator = DeviceNoiseEvaluator("manila", "strongly_entangling", 0, mitigation)
        away[mitigation] = float((layer(traces).detach() - wanted).square().mean().sqrt())
    assert away["none"] > 0.02
    assert away["readout"] < away["none"]
    assert away["extrapolation"] < away["none"]
    assert away["both"] < min(away["readout"], away["extrapolation"])


def test_noisy_preparation_loses_more_than_the_circuit_alone() -> None:
    stretches = np.random.default_rng(5).normal(size=(6, 32))
    purity = (noisy_states("manila", "two_design", stretches) ** 2).sum(axis=1) / 32
    assert (purity < 0.6).all()
    assert (purity > 1 / 32).all()
    ideal = np.array([_strings(s / np.linalg.norm(s)) for s in stretches])
    assert ((ideal**2).sum(axis=1) / 32) == pytest.approx(np.ones(6))


def test_gradients_are_those_of_finite_differences() -> None:
    layer = Quanvolution1d(1, "two_design", LAYERS, seed=2).double()
    layer.evaluator = DeviceNoiseEvaluator("quito", "two_design")
    traces = torch.from_numpy(np.random.default_rng(6).normal(size=(1, 34)))
    layer(traces).sum().backward()
    step = 1e-5
    for k in (0, 7, 20):
        values = []
        for sign in (1, -1):
            with torch.no_grad():
                layer.weights[0, k] += sign * step
                values.append(float(layer(traces).sum()))
                layer.weights[0, k] -= sign * step
        slope = (values[0] - values[1]) / (2 * step)
        assert float(layer.weights.grad[0, k]) == pytest.approx(slope, abs=1e-6)


def test_what_is_not_routed_or_calibrated_is_refused_by_name() -> None:
    with pytest.raises(TrainingError, match="manila"):
        DeviceNoiseEvaluator("osaka", "two_design")
    with pytest.raises(TrainingError, match="strongly_entangling"):
        DeviceNoiseEvaluator("manila", "random")
    layer = Quanvolution1d(1, "two_design", 2)
    layer.evaluator = DeviceNoiseEvaluator("manila", "two_design")
    with pytest.raises(TrainingError, match="3 layers"):
        layer(torch.rand(1, 40))


def test_the_table_tells_its_source_and_dates() -> None:
    assert "qiskit-ibm-runtime" in calibrations.source()
    assert len(devices()) == 5
    assert all(len(d.date) == 10 for d in devices().values())
