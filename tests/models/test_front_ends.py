"""Front ends: the same stretches for all, and what each control is blind to."""

from __future__ import annotations

import numpy as np
import pytest
import torch

from nmrquanv.models.cards import FRONT_ENDS, KINDS, new_card
from nmrquanv.models.circuits import KERNEL
from nmrquanv.models.front_ends import ConvolutionFrontEnd, QuadraticFrontEnd
from nmrquanv.models.networks import build, parameter_count
from nmrquanv.models.quanvolution import Quanvolution1d
from nmrquanv.models.unitary import observable_signs
from nmrquanv.training.config import TrainingConfig


def _traces(batch: int = 3, points: int = 80, seed: int = 0) -> torch.Tensor:
    return torch.from_numpy(np.random.default_rng(seed).normal(size=(batch, points))).float()


def _normalised(padding: str = "valid") -> ConvolutionFrontEnd:
    return ConvolutionFrontEnd(5, padding, is_normalised=True)


def test_convolution_covers_the_same_points_as_the_quanvolution() -> None:
    front = ConvolutionFrontEnd(5, "same")
    with torch.no_grad():
        front.convolution.weight.fill_(1.0)
        front.convolution.bias.zero_()
    trace = torch.zeros(1, 200)
    trace[0, 100] = 1.0
    touched = torch.nonzero(front(trace).sum(dim=(0, 1))).ravel().tolist()
    assert touched == list(range(84, 116))
    assert ConvolutionFrontEnd(5, "valid")(trace).shape == (1, 5, 169)


def test_normalised_convolution_is_the_convolution_of_stretches_of_norm_one() -> None:
    front, traces = _normalised(), _traces()
    stretches = traces.unfold(1, KERNEL, 1)
    unit = stretches / stretches.norm(dim=2, keepdim=True)
    weight, bias = front.convolution.weight[:, 0], front.convolution.bias
    torch.testing.assert_close(front(traces).mT, torch.relu(unit @ weight.T + bias))
    torch.testing.assert_close(front(traces * 1000.0), front(traces))


def test_quadratic_filter_is_its_formula_and_blind_to_scale_and_sign() -> None:
    torch.manual_seed(1)
    front, traces = QuadraticFrontEnd(5, "valid"), _traces()
    w, forms = traces.unfold(1, KERNEL, 1), front.matrices()
    expected = torch.einsum("bpi,kij,bpj->bkp", w, forms, w) / w.square().sum(dim=2)[:, None]
    torch.testing.assert_close(front(traces), expected, rtol=1e-4, atol=1e-5)
    torch.testing.assert_close(front(-300.0 * traces), front(traces), rtol=1e-4, atol=1e-5)


def test_quadratic_filter_with_the_circuits_observables_is_the_quanvolution() -> None:
    layer, traces = Quanvolution1d(seed=4), _traces()
    unitary, signs = layer.unitaries()[0], torch.from_numpy(observable_signs())
    turned = torch.einsum("ai,ka,aj->kij", unitary.conj(), signs.to(unitary), unitary)
    front = QuadraticFrontEnd(5, "valid")
    with torch.no_grad():
        front.forms.copy_(turned.real)
    torch.testing.assert_close(front(traces), layer(traces), rtol=1e-4, atol=1e-5)


@pytest.mark.parametrize("front", [_normalised("same"), QuadraticFrontEnd(5, "same")])
def test_empty_stretches_give_finite_values_and_gradients(front: torch.nn.Module) -> None:
    traces = torch.zeros(2, 100)
    traces[0, 50] = 1.0
    traces.requires_grad_()
    answer = front(traces)
    answer.sum().backward()
    assert answer.shape == (2, 5, 100)
    assert answer.isfinite().all()
    assert traces.grad is not None
    assert traces.grad.isfinite().all()
    assert all(p.grad.isfinite().all() for p in front.parameters())


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("head", ["dense", "slots"])
@pytest.mark.parametrize("front_end", FRONT_ENDS)
def test_a_card_chooses_the_front_end(kind: str, head: str, front_end: str) -> None:
    wanted = {"front_end": front_end} if front_end else {}
    front = build(new_card(kind, head, **wanted)).front_end
    own = Quanvolution1d if kind == "quanv" else ConvolutionFrontEnd
    classes = {"": own, "quadratic": QuadraticFrontEnd}
    assert type(front) is classes.get(front_end, ConvolutionFrontEnd)
    assert getattr(front, "is_normalised", False) == (front_end == "convolution_normalised")
    assert front.padding == ("same" if head == "dense" else "valid")
    assert front.out_channels == (20 if head == "dense" else 5)


def test_free_quadratic_filters_hold_many_more_numbers_than_circuits() -> None:
    assert parameter_count(QuadraticFrontEnd(5, "valid")) == 5 * 1024


@pytest.mark.parametrize("kind", KINDS)
def test_a_training_config_hands_its_front_end_to_the_card(kind: str) -> None:
    config = TrainingConfig("q", kind, front_end="quadratic")
    assert TrainingConfig.from_dict(config.to_dict()) == config
    assert config.architecture()["front_end"] == "quadratic"
    assert "ansatz" not in config.architecture()
    assert "front_end" not in TrainingConfig("q", kind).architecture()
