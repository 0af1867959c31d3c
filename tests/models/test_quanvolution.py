"""The quanvolution against PennyLane, parameter-shift, analytic results and itself."""

from __future__ import annotations

import numpy as np
import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from safetensors.torch import load, save

from nmrquanv.models.circuits import ANSATZES, qnode
from nmrquanv.models.quanvolution import Quanvolution1d


def _traces(batch: int, points: int, seed: int = 0) -> torch.Tensor:
    return torch.from_numpy(np.random.default_rng(seed).normal(size=(batch, points))).float()


def _record(layer: Quanvolution1d, traces: torch.Tensor, circuit: int) -> np.ndarray:
    """One circuit of the layer, run by PennyLane, ``(batch, 5, positions)``."""
    stretches = traces.double().unfold(1, 32, 1)
    run = qnode(layer.ansatz, layer.n_layers, layer.structure(circuit))
    weights = layer.weights[circuit].detach().double().numpy()
    values = np.stack(run(stretches.reshape(-1, 32).numpy(), weights))
    return values.reshape(5, *stretches.shape[:2]).transpose(1, 0, 2)


@pytest.mark.parametrize("n_layers", [1, 3])
@pytest.mark.parametrize("ansatz", ANSATZES)
def test_equals_the_circuit_of_record(ansatz: str, n_layers: int) -> None:
    layer = Quanvolution1d(3, ansatz, n_layers, seed=8)
    traces = _traces(3, 70)
    found = layer(traces).detach().numpy()
    assert found.shape == (3, 15, 39)
    for circuit in range(3):
        expected = _record(layer, traces, circuit)
        np.testing.assert_allclose(found[:, 5 * circuit : 5 * circuit + 5], expected, atol=1e-6)


def test_equals_the_circuit_of_record_over_a_range_like_that_of_real_spectra() -> None:
    # A line 10^5 sigma tall beside noise.
    traces = _traces(1, 120)
    traces[0, 60] = 1e5
    layer = Quanvolution1d(seed=1)
    np.testing.assert_allclose(layer(traces).detach().numpy(), _record(layer, traces, 0), atol=1e-6)


@pytest.mark.parametrize("ansatz", ANSATZES)
def test_gradient_equals_parameter_shift(ansatz: str) -> None:
    layer = Quanvolution1d(1, ansatz, 1, seed=3)
    trace, mixing = _traces(1, 32, 5), torch.tensor([1.0, -2.0, 0.5, 3.0, 0.1])
    (layer(trace)[0, :, 0] * mixing).sum().backward()
    run = qnode(ansatz, 1, layer.structure(), diff_method="parameter-shift", interface="torch")
    weights = layer.weights.detach()[0].double().requires_grad_()
    (torch.stack(run(trace[0].double(), weights)) * mixing).sum().backward()
    np.testing.assert_allclose(layer.weights.grad[0].numpy(), weights.grad.numpy(), atol=3e-6)
    assert weights.grad.abs().max() > 0.1


@pytest.mark.parametrize("wants", ["weights", "traces"])
def test_gradient_equals_finite_differences(wants: str) -> None:
    layer = Quanvolution1d(2, "two_design", 1, "same", seed=3).double()
    traces = _traces(2, 40).double().requires_grad_(wants == "traces")
    weights = layer.weights.detach().clone().requires_grad_(wants == "weights")

    def run(w: torch.Tensor, x: torch.Tensor) -> torch.Tensor:
        return torch.func.functional_call(layer, {"weights": w}, x)[:, :, ::9]

    assert torch.autograd.gradcheck(run, (weights, traces))


def test_own_gradient_spans_several_blocks() -> None:
    layer = Quanvolution1d(2, seed=4)
    traces = _traces(20, 200)  # 3,380 positions, more than one block holds
    layer(traces).square().sum().backward()
    at_once, layer.weights.grad = layer.weights.grad.clone(), None
    for trace in traces:
        layer(trace[None]).square().sum().backward()
    torch.testing.assert_close(layer.weights.grad, at_once, rtol=1e-4, atol=1e-3)


def test_last_rotation_before_z_has_no_gradient() -> None:
    # RZ commutes with Z, but the last layer's entanglers stand between them: CNOTs map Z to
    # products of Z, with which RZ commutes as well.
    layer = Quanvolution1d(seed=2)
    layer(_traces(2, 60)).square().sum().backward()
    gradient = layer.weights.grad.reshape(3, 5, 3)
    np.testing.assert_allclose(gradient[2, :, 2], 0, atol=1e-4)
    assert gradient[:2].abs().sum() > 1
    assert gradient[2, :, 1].abs().max() > 0.1


def test_without_rotations_the_entanglers_permute_basis_states() -> None:
    layer = Quanvolution1d(n_layers=1, seed=0)
    with torch.no_grad():
        layer.weights.zero_()
    found = layer(torch.eye(32))[:, :, 0].detach().numpy()
    for state in range(32):
        bits = [(state >> (4 - q)) & 1 for q in range(5)]
        for q in range(5):  # the ring of CNOTs, each with its neighbour
            bits[(q + 1) % 5] ^= bits[q]
        np.testing.assert_allclose(found[state], [1 - 2 * b for b in bits], atol=1e-6)


@pytest.mark.parametrize("padding", ["valid", "same"])
def test_batched_equals_looped(padding: str) -> None:
    layer = Quanvolution1d(4, "random", padding=padding, seed=6)
    traces = _traces(7, 200)
    looped = torch.cat([layer(trace[None]) for trace in traces])
    torch.testing.assert_close(layer(traces), looped, rtol=0, atol=1e-6)


def test_one_position_at_a_time_equals_all_at_once() -> None:
    layer, traces = Quanvolution1d(2, seed=6), _traces(1, 50)
    single = [layer(traces[:, p : p + 32]) for p in range(19)]
    torch.testing.assert_close(layer(traces), torch.cat(single, dim=2), rtol=0, atol=1e-6)


def test_same_padding_puts_15_zeros_left_and_16_right() -> None:
    valid, same = Quanvolution1d(seed=1), Quanvolution1d(padding="same", seed=1)
    traces = _traces(2, 200)
    padded = torch.nn.functional.pad(traces, (15, 16))
    assert same(traces).shape == (2, 5, 200)
    torch.testing.assert_close(same(traces), valid(padded), rtol=0, atol=1e-6)


def test_same_padding_centres_the_kernel_half_a_point_to_the_right() -> None:
    layer = Quanvolution1d(padding="same", seed=1)
    trace = torch.zeros(1, 200)
    trace[0, 100] = 1.0
    touched = torch.nonzero(layer(trace).abs().sum(dim=(0, 1))).ravel()
    # Position p sees p - 15 .. p + 16, so point 100 is seen from 84 .. 115: mean 99.5, and a
    # position's centre is half a point above its index.
    assert (touched.min(), touched.max(), len(touched)) == (84, 115, 32)
    assert touched.double().mean() + 0.5 == 100


def test_empty_stretches_give_zeros_and_finite_gradients() -> None:
    layer = Quanvolution1d(2, padding="same", seed=1)
    traces = torch.zeros(3, 200)
    traces[1, 100] = 5.0
    traces[2] = 1e-30
    traces.requires_grad_()
    found = layer(traces)
    assert not found[0].any()
    assert not found[1, :, :80].any()
    assert found[1, :, 90:110].abs().amax() > 0.01
    found.square().sum().backward()
    assert traces.grad.isfinite().all()
    assert layer.weights.grad.isfinite().all()


@settings(max_examples=40, deadline=None)
@given(
    scale=st.floats(1e-12, 1e12),
    sign=st.sampled_from([-1.0, 1.0]),
    seed=st.integers(0, 10_000),
    ansatz=st.sampled_from(ANSATZES),
)
def test_blind_to_scale_and_sign_and_bounded_by_one(
    scale: float, sign: float, seed: int, ansatz: str
) -> None:
    layer, traces = Quanvolution1d(ansatz=ansatz, seed=seed).eval(), _traces(2, 60, seed)
    with torch.no_grad():
        found = layer(traces)
        torch.testing.assert_close(layer(sign * scale * traces), found, rtol=0, atol=2e-6)
    assert found.abs().max() <= 1 + 1e-6


@pytest.mark.parametrize("ansatz", ANSATZES)
def test_seed_fixes_weights_and_structure(ansatz: str) -> None:
    first, again, other = (Quanvolution1d(3, ansatz, seed=s) for s in (5, 5, 6))
    assert torch.equal(first.weights, again.weights)
    assert torch.equal(first.gates, again.gates)
    assert not torch.equal(first.weights, other.weights)
    structures = {first.structure(c).tobytes() for c in range(3)}
    assert len(structures) == (3 if ansatz == "random" else 1)


def test_without_a_seed_torch_decides() -> None:
    torch.manual_seed(1)
    first, second = Quanvolution1d(), Quanvolution1d()
    torch.manual_seed(1)
    assert torch.equal(Quanvolution1d().weights, first.weights)
    assert not torch.equal(first.weights, second.weights)


@pytest.mark.parametrize("ansatz", ANSATZES)
def test_state_dict_through_safetensors_keeps_the_structure(ansatz: str) -> None:
    saved, traces = Quanvolution1d(2, ansatz, seed=1).eval(), _traces(2, 64)
    expected = saved(traces)
    other = Quanvolution1d(2, ansatz, seed=77).eval()
    assert not torch.allclose(other(traces), expected, atol=1e-3)
    other.load_state_dict(load(save(saved.state_dict())))
    assert torch.equal(other(traces), expected)
    for circuit in range(2):
        np.testing.assert_array_equal(other.structure(circuit), saved.structure(circuit))


def test_a_state_with_another_number_of_circuits_is_refused() -> None:
    with pytest.raises(RuntimeError, match="size mismatch"):
        Quanvolution1d(2).load_state_dict(Quanvolution1d(3).state_dict())


def test_frozen_layer_has_nothing_to_train() -> None:
    layer = Quanvolution1d(trainable=False)
    assert not [p for p in layer.parameters() if p.requires_grad]
    assert not layer(_traces(1, 40)).requires_grad


def test_kept_filters_follow_the_weights() -> None:
    layer, traces = Quanvolution1d(seed=1).eval(), _traces(2, 50)
    with torch.inference_mode():
        before = layer(traces).clone()
        assert torch.equal(layer(traces), before)
    optimizer = torch.optim.Adam(layer.parameters(), lr=0.3)
    layer(traces)[:, 0].sum().backward()
    optimizer.step()
    with torch.no_grad():
        after = layer(traces)
    assert not torch.allclose(after, before, atol=1e-3)
    torch.testing.assert_close(after, layer.train()(traces).detach(), rtol=0, atol=1e-6)


def test_filters_kept_in_inference_mode_serve_gradients_of_the_trace() -> None:
    layer, traces = Quanvolution1d(trainable=False, seed=1).eval(), _traces(1, 40)
    with torch.inference_mode():
        layer(traces)
    layer(traces.requires_grad_())[:, 1].sum().backward()
    assert traces.grad.abs().max() > 0


@pytest.mark.parametrize(
    ("shape", "message"), [((40,), "batch, points"), ((1, 31), "32 points"), ((1, 1, 40), "batch")]
)
def test_wrong_traces_are_refused_with_their_shape(shape: tuple[int, ...], message: str) -> None:
    with pytest.raises(ValueError, match=message):
        Quanvolution1d()(torch.zeros(shape))


@pytest.mark.parametrize(
    "wrong", [{"n_circuits": 0}, {"padding": "full"}, {"ansatz": "other"}, {"n_layers": 0}]
)
def test_impossible_layers_are_refused(wrong: dict) -> None:
    with pytest.raises(ValueError, match=r"."):
        Quanvolution1d(**wrong)


def test_double_traces_give_double_precision() -> None:
    layer, traces = Quanvolution1d(seed=1), _traces(1, 60).double()
    found = layer(traces)
    assert found.dtype == torch.float64
    np.testing.assert_allclose(found.detach().numpy(), _record(layer, traces, 0), atol=1e-12)
