"""Parameter-shift and devices against the exact layer; the whole path to a fake device."""

from __future__ import annotations

import numpy as np
import pennylane as qml
import pytest
import torch
from pennylane.devices import device_constructor
from pennylane.devices.preprocess import decompose

from nmrquanv.errors import ModelError, TrainingError
from nmrquanv.models.circuits import ANSATZES
from nmrquanv.models.quanvolution import Evaluator, Quanvolution1d
from nmrquanv.progress import Cancelled
from nmrquanv.study.circuits import devices
from nmrquanv.study.circuits.devices import Cost, DeviceEvaluator
from nmrquanv.study.circuits.evaluators import cost, make_evaluator
from nmrquanv.study.circuits.gate_dropout import GateDropout
from nmrquanv.study.running import learning
from nmrquanv.study.running.specs import RunSpec


def _traces(batch: int, points: int, seed: int = 0) -> torch.Tensor:
    return torch.from_numpy(np.random.default_rng(seed).normal(size=(batch, points))).float()


def _step(
    layer: Quanvolution1d, traces: torch.Tensor, evaluator: Evaluator | None
) -> tuple[np.ndarray, np.ndarray]:
    """Values and gradients of the weights of one step with a fixed loss."""
    layer.evaluator, layer.weights.grad = evaluator, None
    found = layer(traces)
    mixing = torch.from_numpy(np.random.default_rng(5).normal(size=found.shape)).to(found)
    (found * mixing).mean().backward()
    return found.detach().numpy(), layer.weights.grad.numpy()


@pytest.mark.parametrize("n_circuits", [1, 3])
@pytest.mark.parametrize("ansatz", ANSATZES)
def test_parameter_shift_equals_backpropagation(ansatz: str, n_circuits: int) -> None:
    layer, traces = Quanvolution1d(n_circuits, ansatz, 2, "same", seed=3), _traces(3, 50)
    traces[1] = 0
    values, slopes = _step(layer, traces, None)
    found, gradient = _step(layer, traces, make_evaluator("parameter-shift"))
    np.testing.assert_allclose(found, values, atol=1e-6)
    np.testing.assert_allclose(gradient, slopes, atol=1e-5 * np.abs(slopes).max())
    assert not found[1].any()


def test_parameter_shift_in_double_precision_is_exact() -> None:
    layer, traces = Quanvolution1d(2, seed=3).double(), _traces(2, 50).double()
    values, slopes = _step(layer, traces, None)
    found, gradient = _step(layer, traces, make_evaluator("parameter-shift"))
    np.testing.assert_allclose(found, values, atol=1e-13)
    np.testing.assert_allclose(gradient, slopes, atol=1e-14)
    assert np.abs(slopes).max() > 1e-3


def test_five_of_forty_five_weights_have_no_gradient_by_either_rule() -> None:
    # The last layer's last rotations turn about Z; the CNOTs behind them map Z to products of Z.
    layer, traces = Quanvolution1d(seed=3).double(), _traces(4, 90).double()
    for evaluator in (None, make_evaluator("parameter-shift")):
        _, slopes = _step(layer, traces, evaluator)
        without = np.flatnonzero(np.abs(slopes[0]) < 1e-15)
        assert without.tolist() == [32, 35, 38, 41, 44]


@pytest.mark.parametrize("name", ["parameter-shift", "device"])
def test_gates_left_out_are_left_out_by_every_evaluator(name: str) -> None:
    layer, traces = Quanvolution1d(2, "random", 1, seed=3), _traces(1, 32)

    def dropped(evaluator: Evaluator | None) -> tuple[np.ndarray, np.ndarray]:
        layer.gate_dropout = GateDropout(rotations=0.4, entanglers=0.4, seed=2)
        return _step(layer, traces, evaluator)

    values, slopes = dropped(None)
    found, gradient = dropped(make_evaluator(name, "lightning.qubit"))
    np.testing.assert_allclose(found, values, atol=1e-6)
    np.testing.assert_allclose(gradient, slopes, atol=1e-6)


@pytest.mark.parametrize("device", ["lightning.qubit", "default.mixed"])
def test_devices_give_the_layer_and_its_gradient(device: str) -> None:
    layer, traces = Quanvolution1d(1, "two_design", 1, seed=3), _traces(2, 33)
    values, slopes = _step(layer, traces, None)
    evaluator = DeviceEvaluator(device)
    found, gradient = _step(layer, traces, evaluator)
    np.testing.assert_allclose(found, values, atol=1e-6)
    np.testing.assert_allclose(gradient, slopes, atol=1e-6)
    assert evaluator.spent == cost(2, 2, 13, 0, with_gradient=True) == Cost(4 * 27, 0)


@pytest.mark.parametrize("device", ["lightning.qubit", "default.mixed"])
def test_devices_with_shots_scatter_about_the_layer(device: str) -> None:
    layer, traces = Quanvolution1d(1, seed=3).eval(), _traces(1, 40)
    with torch.no_grad():
        mean = layer(traces).numpy()
        layer.evaluator = DeviceEvaluator(device, 400, {"seed": 7})
        found, again = layer(traces).numpy(), layer(traces).numpy()
    in_sigmas = (found - mean) / np.sqrt((1 - mean**2) / 400)
    assert 0.6 < in_sigmas.std() < 1.5
    assert not np.array_equal(found, again)
    assert layer.evaluator.spent == cost(1, 9, 45, 400, with_gradient=False).times(2)


class _FakeHardware(qml.devices.Device):
    """A device with few gates, which insists on shots and keeps a log of what it was sent."""

    name = "fake.hardware"
    native = frozenset({"RY", "RZ", "PhaseShift", "CNOT"})  # not even a prepared state

    def __init__(self, wires: int, backend: str = "", seed: int = 0) -> None:
        super().__init__(wires=wires)
        self.backend, self.rng = backend, np.random.default_rng(seed)
        self.log: list[list[tuple[int, set[str]]]] = []

    def preprocess_transforms(self, execution_config: object = None) -> qml.CompilePipeline:
        pipeline = qml.CompilePipeline()

        def is_native(op: qml.operation.Operator) -> bool:
            return op.name in self.native

        pipeline.add_transform(
            decompose, stopping_condition=is_native, skip_initial_state_prep=False, name=self.name
        )
        return pipeline

    def execute(self, circuits: tuple, execution_config: object = None) -> tuple:
        self.log.append([(c.shots.total_shots, {op.name for op in c.operations}) for c in circuits])
        return tuple(self._sample(circuit) for circuit in circuits)

    def _sample(self, circuit: qml.tape.QuantumScript) -> tuple:
        state = np.eye(32)[0]
        for gate in circuit.operations:
            state = qml.matrix(gate, wire_order=range(5)) @ state
        drawn = self.rng.multinomial(circuit.shots.total_shots, np.abs(state) ** 2)
        bits = (np.arange(32)[:, None] >> np.arange(4, -1, -1)) & 1
        return tuple(drawn @ (1 - 2 * bits) / circuit.shots.total_shots)


@pytest.fixture
def fake_plugin(monkeypatch: pytest.MonkeyPatch) -> str:
    """Install the fake device as a plugin would, under its name."""

    class _EntryPoint:
        @staticmethod
        def load() -> type:
            return _FakeHardware

    known = device_constructor.plugin_devices | {_FakeHardware.name: _EntryPoint}
    monkeypatch.setattr(device_constructor, "plugin_devices", known)
    return _FakeHardware.name


def test_a_plugin_by_its_name_gets_circuits_and_shots_and_its_results_train(
    fake_plugin: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(devices, "SUBMISSION", 30)
    layer, traces = Quanvolution1d(1, "two_design", 1, seed=3), _traces(1, 34)
    values, slopes = _step(layer, traces, None)
    evaluator = DeviceEvaluator(fake_plugin, 40_000, {"backend": "paris"})
    found, gradient = _step(layer, traces, evaluator)

    device, expected = evaluator.device, cost(1, 3, 13, 40_000, with_gradient=True)
    assert device.backend == "paris"
    sent = [circuit for submission in device.log for circuit in submission]
    assert [len(submission) for submission in device.log] == [3, 30, 30, 18]
    assert len(sent) == expected.circuits == evaluator.spent.circuits
    assert sum(shots for shots, _ in sent) == expected.shots == evaluator.spent.shots
    assert set.union(*(names for _, names in sent)) <= device.native
    np.testing.assert_allclose(found, values, atol=5 / np.sqrt(40_000))
    np.testing.assert_allclose(gradient, slopes, atol=0.01)
    assert np.abs(slopes).max() > 0.05


def test_empty_stretches_and_those_without_slope_are_not_sent() -> None:
    device = _FakeHardware(5)
    layer = Quanvolution1d(1, "two_design", 1, "same", seed=3)
    layer.evaluator = DeviceEvaluator(device, 10)
    traces = torch.zeros(1, 100)
    traces[0, 50] = 1.0  # seen by 32 positions
    found = layer(traces)
    assert sum(map(len, device.log)) == 32
    assert not found[0, :, :20].any()
    found[0, 2, [20, 45, 46]].sum().backward()
    assert sum(map(len, device.log)) == 32 + 2 * 2 * 13


def test_frozen_weights_ask_for_no_shifted_circuits() -> None:
    layer = Quanvolution1d(1, trainable=False, seed=3)
    layer.evaluator = DeviceEvaluator(_FakeHardware(5), 10)
    assert not layer(_traces(1, 33)).requires_grad
    assert layer.evaluator.spent == Cost(2, 20)


def test_a_run_on_a_device_tells_its_progress_and_can_be_cancelled(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(devices, "SUBMISSION", 4)
    told = []

    def report(done: int, total: int, text: str) -> None:
        told.append((done, total))
        if done == 8:
            raise Cancelled

    layer = Quanvolution1d(1, seed=3)
    layer.evaluator = DeviceEvaluator(_FakeHardware(5), 10, report=report)
    with pytest.raises(Cancelled):
        layer(_traces(1, 41))
    assert told == [(4, 10), (8, 10)]
    assert layer.evaluator.spent == Cost(8, 80)


def test_cost_counts_two_shifted_circuits_for_each_weight() -> None:
    assert cost(32, 169, 45, 1024, with_gradient=False) == Cost(5408, 5408 * 1024)
    step = cost(32, 169, 45, 1024, with_gradient=True)
    assert step == Cost(5408 * 91, 5408 * 91 * 1024)
    assert step.times(3) + Cost(1, 2) == Cost(5408 * 273 + 1, 5408 * 273 * 1024 + 2)


def test_an_unknown_device_is_refused_by_its_name() -> None:
    with pytest.raises(ModelError, match=r"no\.such\.device"):
        make_evaluator("device", "no.such.device")


def test_unknown_evaluators_and_negative_shots_are_refused() -> None:
    assert make_evaluator("exact") is None
    with pytest.raises(ValueError, match="finite-difference"):
        make_evaluator("finite-difference")
    with pytest.raises(ValueError, match="shots"):
        make_evaluator("device", "lightning.qubit", -1)


@pytest.mark.parametrize("name", ["parameter-shift", "device"])
def test_a_gradient_of_the_trace_is_refused_and_not_left_out(name: str) -> None:
    layer = Quanvolution1d(1, seed=3)
    layer.evaluator = make_evaluator(name, "lightning.qubit")
    with pytest.raises(ValueError, match="not of the trace"):
        layer(_traces(1, 33).requires_grad_())


def test_a_runs_device_is_made_with_its_options(fake_plugin: str) -> None:
    spec = RunSpec(
        "quanv",
        evaluator="device-test",
        device=fake_plugin,
        shots=10,
        device_options=(("seed", 5), ("backend", "paris")),
    )
    assert RunSpec.from_dict(spec.to_dict()) == spec
    plain = RunSpec("quanv", evaluator="device-test", device=fake_plugin, shots=10)
    assert spec.key() != plain.key()
    network = learning.build_network(spec)
    with learning.tested_circuit(network, spec):
        assert network.front_end.evaluator.device.backend == "paris"
    assert network.front_end.evaluator is None
    with pytest.raises(TrainingError, match="options of a device need its name"):
        RunSpec("quanv", device_options=(("seed", 5),))
