"""The two networks: one shell, any number of points, seeded."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
import torch

from nmrquanv.errors import ModelError
from nmrquanv.models.cards import KINDS, new_card
from nmrquanv.models.networks import (
    OFFSET_REACH,
    DenseNetwork,
    SlotsNetwork,
    build,
    dense,
    parameter_count,
)
from nmrquanv.models.windows import FEATURES
from nmrquanv.training.losses import dense_loss


def _features(batch: int, points: int, seed: int = 0) -> torch.Tensor:
    rng = np.random.default_rng(seed)
    return torch.from_numpy(rng.normal(size=(batch, len(FEATURES), points))).float()


@pytest.mark.parametrize("points", [200, 64, 1000])
@pytest.mark.parametrize("kind", KINDS)
def test_dense_head_answers_at_every_point(kind: str, points: int) -> None:
    answer = build(new_card(kind))(_features(3, points))
    assert answer.logit.shape == answer.offset.shape == (3, points)
    assert answer.offset.abs().max() <= OFFSET_REACH
    assert answer.logit.isfinite().all()


@pytest.mark.parametrize("kind", KINDS)
def test_dense_networks_are_small_and_of_like_size(kind: str) -> None:
    assert 125_000 <= parameter_count(build(new_card(kind))) <= 135_000


def test_both_networks_share_the_shell() -> None:
    quanv, cnn = (build(new_card(kind)) for kind in ("quanv", "cnn"))
    shells = [
        {n: tuple(v.shape) for n, v in net.state_dict().items() if not n.startswith("front_end")}
        for net in (quanv, cnn)
    ]
    assert shells[0] == shells[1]
    assert quanv.front_end.out_channels == cnn.front_end.out_channels == 20


@pytest.mark.parametrize("kind", KINDS)
def test_dense_network_moves_with_the_trace(kind: str) -> None:
    network, features = build(new_card(kind)).eval(), _features(1, 400)
    # Zeros of the padding reach 30 + 45 points in from either end.
    with torch.no_grad():
        whole = network(features).logit[0, 100:300]
        moved = network(features[:, :, 13:]).logit[0, 87:287]
    torch.testing.assert_close(moved, whole, rtol=1e-4, atol=1e-4)


@pytest.mark.parametrize("kind", KINDS)
def test_in_evaluation_batched_equals_looped(kind: str) -> None:
    network, features = build(new_card(kind)).eval(), _features(5, 200)
    with torch.no_grad():
        looped = torch.cat([network(f[None]).logit for f in features])
        torch.testing.assert_close(network(features).logit, looped, rtol=1e-4, atol=1e-4)


@pytest.mark.parametrize("head", ["dense", "slots"])
@pytest.mark.parametrize("kind", KINDS)
def test_the_cards_seed_fixes_the_start_and_touches_nothing_else(kind: str, head: str) -> None:
    torch.manual_seed(7)
    before = torch.get_rng_state()
    first, again, other = (build(new_card(kind, head, seed=s)) for s in (1, 1, 2))
    assert torch.equal(torch.get_rng_state(), before)
    same, different = first.state_dict(), other.state_dict()
    assert all(torch.equal(value, same[name]) for name, value in again.state_dict().items())
    learned = [name for name, _ in first.named_parameters() if name.endswith("weight")]
    assert not any(torch.equal(same[name], different[name]) for name in learned[:1])


@pytest.mark.parametrize("kind", KINDS)
def test_empty_features_are_harmless(kind: str) -> None:
    network = build(new_card(kind))
    features = torch.zeros(2, len(FEATURES), 200, requires_grad=True)
    answer = network(features)
    (answer.logit.square().sum() + answer.offset.sum()).backward()
    assert answer.logit.isfinite().all()
    assert features.grad.isfinite().all()
    for part in (network.front_end, network.stack, network.out):
        assert all(p.grad.isfinite().all() for p in part.parameters())


@pytest.mark.parametrize("ansatz", ["strongly_entangling", "two_design", "random"])
def test_the_circuits_weights_learn(ansatz: str) -> None:
    network = build(new_card("quanv", ansatz=ansatz, n_circuits=2))
    network(_features(4, 100)).logit.sum().backward()
    assert network.front_end.weights.grad.abs().max() > 0


def test_a_frozen_quanvolution_stays() -> None:
    network = build(new_card("quanv", trainable=False))
    network(_features(2, 100)).logit.sum().backward()
    assert network.front_end.weights.grad is None
    assert parameter_count(build(new_card("quanv"))) == parameter_count(network) + 4 * 45


@pytest.mark.parametrize("kind", KINDS)
def test_a_short_training_finds_plain_lines(kind: str) -> None:
    rng = np.random.default_rng(1)
    centres = rng.uniform(20, 80, (64, 1))
    trace = np.exp(-0.5 * ((np.arange(100) - centres) / 3) ** 2)
    features = torch.from_numpy(np.repeat(trace[:, None], len(FEATURES), axis=1)).float()
    offset = torch.from_numpy(centres - np.arange(100)).float()
    target, near = torch.exp(-0.5 * offset**2), offset.abs() <= 2
    network = build(new_card(kind, n_circuits=1, channels=12, dilations=[1, 2]))
    optimizer = torch.optim.Adam(network.parameters(), 0.01)
    for _ in range(50):
        optimizer.zero_grad()
        dense_loss(*network(features), target, offset, near).backward()
        optimizer.step()
    with torch.no_grad():
        answer = network.eval()(features)
    best = answer.logit.argmax(dim=1)
    found = best + answer.offset[torch.arange(64), best]
    assert np.median(np.abs(found.numpy() - centres[:, 0])) < 0.4


@pytest.mark.parametrize("kind", KINDS)
def test_slots_head_fills_five_slots(kind: str) -> None:
    network = build(new_card(kind, "slots")).eval()
    assert isinstance(network, SlotsNetwork)
    windows = torch.rand(4, 200)
    with torch.no_grad():
        answer = network(windows)
        scaled = network(windows * 7.5 + 30)
    assert answer.logit.shape == answer.position.shape == (4, 5)
    assert (answer.position >= 0).all()
    assert (answer.position <= 1).all()
    torch.testing.assert_close(scaled.logit, answer.logit, rtol=1e-3, atol=1e-3)
    assert network(torch.ones(2, 200)).logit.isfinite().all()


def test_slots_network_is_the_papers_shell() -> None:
    # 169 positions pooled to 33, times 5 channels, to 128, to 10; and 45 circuit weights.
    expected = (33 * 5 + 1) * 128 + (128 + 1) * 10 + 45
    assert parameter_count(build(new_card("quanv", "slots"))) == expected


def test_a_slots_head_can_have_any_number_of_slots() -> None:
    answer = build(new_card("cnn", "slots", n_slots=12))(torch.rand(3, 200))
    assert answer.logit.shape == answer.position.shape == (3, 12)


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"head": "sparse"}, "unknown head 'sparse'"),
        ({"ansatz": "other"}, "unknown ansatz"),
        ({"width": 6}, "must be odd"),
        ({"n_circuits": 0}, "from 1 to 64, got 0"),
        ({"channels": 10**9}, "from 1 to 1024"),
        ({"channels": 1024, "width": 255}, "weights, at most"),
        ({"front_end": "wavelet"}, "unknown front end 'wavelet'"),
        ({"surprise": 1}, "unknown entries: surprise"),
        ({"dilations": 3}, "cannot be built"),
        ({"channels": "many"}, "cannot be built"),
    ],
)
def test_impossible_architectures_are_refused_by_name(change: dict, message: str) -> None:
    card = new_card("quanv", name="mine")
    with pytest.raises(ModelError, match=message) as caught:
        build(replace(card, architecture=card.architecture | change))
    assert "'mine'" in str(caught.value)


@pytest.mark.parametrize("missing", ["head", "seed", "n_circuits", "channels", "dilations"])
def test_a_missing_entry_is_named(missing: str) -> None:
    card = new_card("cnn")
    rest = {k: v for k, v in card.architecture.items() if k != missing}
    with pytest.raises(ModelError, match=f"lacks '{missing}'"):
        build(replace(card, architecture=rest))


def test_wrong_inputs_are_refused_with_their_shape() -> None:
    with pytest.raises(ValueError, match=r"got \(2, 200\)"):
        build(new_card("cnn"))(torch.zeros(2, 200))
    with pytest.raises(ValueError, match=r"got \(2, 199\)"):
        build(new_card("cnn", "slots"))(torch.zeros(2, 199))


def test_dense_tells_the_heads_apart() -> None:
    assert isinstance(dense(build(new_card("cnn"))), DenseNetwork)
    with pytest.raises(ModelError, match="dense head"):
        dense(build(new_card("cnn", "slots")))
