"""Gate dropout against circuits thinned by hand."""

from __future__ import annotations

import copy

import numpy as np
import pytest
import torch

from nmrquanv.models.circuits import ANSATZES, RZ, gates, weight_count
from nmrquanv.models.quanvolution import Quanvolution1d
from nmrquanv.models.unitary import compile_circuits
from nmrquanv.models.unitary_gradients import build_unitaries
from nmrquanv.study.circuits.gate_dropout import GateDropout


def _traces(seed: int = 0) -> torch.Tensor:
    return torch.from_numpy(np.random.default_rng(seed).normal(size=(2, 60))).float()


@pytest.mark.parametrize("ansatz", ANSATZES)
def test_a_rotation_left_out_is_one_by_no_angle(ansatz: str) -> None:
    tables = [gates(ansatz, 2, seed) for seed in range(3)]
    weights = torch.rand(3, weight_count(ansatz, 2), dtype=torch.float64) + 0.5
    thinned, left = GateDropout(rotations=0.4, seed=3).draw(tables, weights)
    # Which ones stayed is read off the values: all differ from zero.
    stays = torch.stack([torch.isin(w, k) for w, k in zip(weights, left, strict=True)])
    assert 0.4 < stays.double().mean() < 0.8
    by_angle = build_unitaries(compile_circuits(tables), weights * stays)
    thin = build_unitaries(compile_circuits(thinned), left)
    torch.testing.assert_close(thin, by_angle, rtol=0, atol=1e-13)


def test_entanglers_go_at_their_rate_and_rotations_stay() -> None:
    table = gates("strongly_entangling", 3)
    weights, dropout = torch.rand(1, 45), GateDropout(entanglers=0.3, seed=1)
    left = []
    for _ in range(200):
        (thinned,), same = dropout.draw([table], weights)
        assert torch.equal(same, weights)
        assert (thinned[:, 0] <= RZ).sum() == 45
        left.append((thinned[:, 0] > RZ).sum() / 15)
    assert np.mean(left) == pytest.approx(0.7, abs=0.03)
    assert len(set(left)) > 3


def test_training_draws_anew_and_evaluation_sees_every_gate() -> None:
    layer, traces = Quanvolution1d(2, seed=4), _traces()
    full = layer(traces).detach()
    layer.gate_dropout = GateDropout(rotations=0.3, entanglers=0.3, seed=8)
    first, second = layer(traces).detach(), layer(traces).detach()
    assert not torch.allclose(first, second, atol=1e-3)
    assert not torch.allclose(first, full, atol=1e-3)
    assert first.abs().max() <= 1 + 1e-6
    layer.eval()
    torch.testing.assert_close(layer(traces).detach(), full, rtol=0, atol=1e-6)
    layer.train().gate_dropout = GateDropout(rotations=0.3, entanglers=0.3, seed=8)
    assert torch.equal(layer(traces).detach(), first)


def test_no_dropout_and_rate_zero_are_bitwise_the_same() -> None:
    layer, traces = Quanvolution1d(2, "random", seed=4), _traces()
    layer(traces).square().sum().backward()
    plain, gradient = layer(traces).detach(), layer.weights.grad.clone()
    layer.gate_dropout, layer.weights.grad = GateDropout(), None
    layer(traces).square().sum().backward()
    assert torch.equal(layer(traces).detach(), plain)
    assert torch.equal(layer.weights.grad, gradient)


def test_weights_left_out_get_no_gradient() -> None:
    layer = Quanvolution1d(1, "two_design", seed=4)
    layer.gate_dropout = GateDropout(rotations=0.5, seed=2)
    layer(_traces()).square().sum().backward()
    _, left = GateDropout(rotations=0.5, seed=2).draw([layer.structure()], layer.weights.detach())
    stayed = torch.isin(layer.weights.detach(), left)
    assert not layer.weights.grad[~stayed].any()
    assert (layer.weights.grad[stayed] != 0).double().mean() > 0.5
    assert 5 < stayed.sum() < 25


def test_all_gates_but_one_may_go() -> None:
    layer, traces = Quanvolution1d(1, "two_design", 1, seed=4), _traces()
    layer.gate_dropout = GateDropout(rotations=0.999999, entanglers=0.999999)
    found = layer(traces)  # nothing left: the expectations of the stretch itself
    stretch = traces[0, :32].double().square()
    first = (stretch[:16].sum() - stretch[16:].sum()) / stretch.sum()
    assert found[0, 0, 0].item() == pytest.approx(first.item(), abs=1e-6)
    found.sum().backward()
    assert layer.weights.grad.isfinite().all()


def test_a_copied_layer_goes_on_with_the_same_draws() -> None:
    layer, traces = Quanvolution1d(1, seed=4), _traces()
    layer.gate_dropout = GateDropout(rotations=0.3)
    layer(traces)
    twin = copy.deepcopy(layer)
    assert torch.equal(layer(traces), twin(traces))


@pytest.mark.parametrize("wrong", [{"rotations": 1.0}, {"entanglers": -0.1}])
def test_impossible_rates_are_refused(wrong: dict) -> None:
    with pytest.raises(ValueError, match=r"\[0, 1\)"):
        GateDropout(**wrong)
