"""The losses against brute force, and the dense targets against their definition."""

from __future__ import annotations

from itertools import permutations

import numpy as np
import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.optimize import linear_sum_assignment

from nmrquanv.training.losses import dense_loss, slots_loss


def _slots(seed: int, batch: int = 6) -> tuple[torch.Tensor, ...]:
    rng = np.random.default_rng(seed)
    logit = torch.from_numpy(rng.normal(0, 2, (batch, 5)))
    position = torch.from_numpy(rng.uniform(0, 1, (batch, 5)))
    truth = torch.from_numpy(rng.uniform(0, 1, (batch, 5)))
    mask = torch.from_numpy(np.arange(5) < rng.integers(0, 6, (batch, 1)))
    return logit, position, truth, mask


def _cost(p: float, x: float, truth: float, is_peak: bool, n_peaks: int) -> float:
    """One slot given to one true peak (or to nothing), written out."""
    score = 1 / (1 + np.exp(-p))
    cross_entropy = -np.log(score if is_peak else 1 - score)
    return cross_entropy / 5 + (5.0 * abs(x - truth) / n_peaks if is_peak else 0.0)


@settings(max_examples=25, deadline=None)
@given(st.integers(0, 10_000))
def test_slots_loss_is_the_best_of_all_120_assignments(seed: int) -> None:
    logit, position, truth, mask = _slots(seed)
    best = []
    for row in range(len(logit)):
        values = [t[row].numpy() for t in (logit, position, truth, mask)]
        n_peaks = max(1, int(values[3].sum()))
        costs = np.array(
            [
                [_cost(values[0][i], values[1][i], values[2][j], values[3][j], n_peaks)
                 for j in range(5)]
                for i in range(5)
            ]
        )  # fmt: skip
        best.append(min(sum(costs[i, p[i]] for i in range(5)) for p in permutations(range(5))))
        assert best[-1] == pytest.approx(costs[linear_sum_assignment(costs)].sum())
    assert float(slots_loss(logit, position, truth, mask)) == pytest.approx(np.mean(best))


def _least_of_all_permutations(
    logit: torch.Tensor, position: torch.Tensor, truth: torch.Tensor, mask: torch.Tensor
) -> torch.Tensor:
    """The loss by trying every permutation, differentiable by torch alone."""
    n = logit.shape[1]
    is_peak = mask.to(logit)
    scores = torch.nn.functional.binary_cross_entropy_with_logits(
        logit[:, :, None].expand(-1, -1, n), is_peak[:, None].expand(-1, n, -1), reduction="none"
    )
    distance = (position[:, :, None] - truth[:, None, :]).abs() * is_peak[:, None]
    cost = scores / n + 5.0 * distance / is_peak.sum(1).clamp_min(1.0)[:, None, None]
    orders = torch.tensor(list(permutations(range(n))))
    return cost[:, torch.arange(n), orders].sum(dim=2).amin(dim=1).mean()


@settings(max_examples=25, deadline=None)
@given(st.integers(0, 10_000), st.sampled_from([0.5, 2.0, 8.0]))
def test_slots_loss_and_gradients_are_those_of_all_120_permutations(
    seed: int, spread: float
) -> None:
    logit, position, truth, mask = _slots(seed, batch=40)
    logit *= spread  # strong logits make the masks, not the distances, choose the slots
    results = []
    for loss in (slots_loss, _least_of_all_permutations):
        leaves = [logit.clone().requires_grad_(), position.clone().requires_grad_()]
        value = loss(*leaves, truth, mask)
        value.backward()
        results.append([value.detach(), *(leaf.grad for leaf in leaves)])
    for ours, theirs in zip(*results, strict=True):
        torch.testing.assert_close(ours, theirs, rtol=1e-9, atol=1e-12)


@settings(max_examples=25, deadline=None)
@given(st.integers(1, 12), st.data())
def test_slots_loss_is_the_hungarian_assignment_for_any_number_of_slots(
    n: int, data: st.DataObject
) -> None:
    rng = np.random.default_rng(data.draw(st.integers(0, 10_000)))
    p = data.draw(st.integers(1, n))
    logit, position = rng.normal(0, 3, (3, n)), rng.choice(np.linspace(0, 1, 9), (3, n))
    truth, mask = rng.choice(np.linspace(0, 1, 9), (3, p)), rng.random((3, p)) < 0.7
    expected = []
    for row in range(3):
        peaks = truth[row][mask[row]]
        empty, full = np.logaddexp(0, logit[row]) / n, np.logaddexp(0, -logit[row]) / n
        costs = np.repeat(empty[:, None], n, axis=1)
        away = np.abs(position[row][:, None] - peaks)
        costs[:, : len(peaks)] = full[:, None] + 5.0 * away / max(len(peaks), 1)
        expected.append(costs[linear_sum_assignment(costs)].sum())
    tensors = [torch.from_numpy(x) for x in (logit, position, truth, mask)]
    assert float(slots_loss(*tensors)) == pytest.approx(np.mean(expected))


def test_more_peaks_than_slots_are_refused() -> None:
    with pytest.raises(ValueError, match="6 peaks have no room in 5 slots"):
        slots_loss(torch.zeros(2, 5), torch.zeros(2, 5), torch.zeros(2, 6), torch.ones(2, 6) > 0)


def test_slots_loss_forgets_the_order_of_slots_and_of_peaks() -> None:
    logit, position, truth, mask = _slots(3)
    loss = slots_loss(logit, position, truth, mask)
    order = torch.tensor([3, 0, 4, 2, 1])
    torch.testing.assert_close(slots_loss(logit[:, order], position[:, order], truth, mask), loss)
    torch.testing.assert_close(slots_loss(logit, position, truth[:, order], mask[:, order]), loss)


def test_a_perfect_slots_answer_costs_nothing() -> None:
    _, _, truth, mask = _slots(4)
    logit = torch.where(mask, 40.0, -40.0).double()
    assert float(slots_loss(logit, truth, truth, mask)) < 1e-12


def test_positions_of_absent_peaks_do_not_matter() -> None:
    logit, position, truth, mask = _slots(5)
    nothing = torch.where(mask, truth, torch.nan)
    position.requires_grad_()
    loss = slots_loss(logit, position, nothing, mask)
    loss.backward()
    torch.testing.assert_close(loss, slots_loss(logit, position, truth, mask))
    assert position.grad.isfinite().all()


def test_gradient_of_the_slots_loss_moves_the_matched_slot() -> None:
    position = torch.tensor([[0.1, 0.9, 0.5, 0.5, 0.5]], requires_grad=True)
    logit = torch.tensor([[3.0, 3.0, -3.0, -3.0, -3.0]])
    truth = torch.tensor([[0.8, 0.2, 0.0, 0.0, 0.0]])
    mask = torch.tensor([[True, True, False, False, False]])
    slots_loss(logit, position, truth, mask).backward()
    # Slot 1 is pulled up to 0.2, slot 2 down to 0.8, each with 5 / (two peaks).
    torch.testing.assert_close(position.grad, torch.tensor([[-2.5, 2.5, 0.0, 0.0, 0.0]]))


def dense_targets(rows, points=200):
    """What the dense head should answer for lines at given positions, one row for each window."""
    grid = np.arange(points, dtype=np.float32)
    target, offset = np.zeros((2, len(rows), points), np.float32)
    for number, lines in enumerate(rows):
        if len(lines):
            away = np.asarray(lines, np.float32)[:, None] - grid
            offset[number] = away[np.abs(away).argmin(axis=0), np.arange(points)]
            target[number] = np.exp(-0.5 * offset[number] ** 2)
    mask = (np.abs(offset) <= 2) & (target > 0)
    return target, np.where(mask, offset, np.float32(0)), mask


def _dense(batch: int = 4) -> tuple[torch.Tensor, ...]:
    rng = np.random.default_rng(0)
    target, offset, mask = dense_targets(rng.uniform(10, 190, (batch, 3)))
    return torch.from_numpy(target), torch.from_numpy(offset), torch.from_numpy(mask)


def test_no_dense_answer_costs_less_than_the_targets_themselves() -> None:
    target, offset, mask = _dense()
    perfect = torch.logit(target.double(), eps=1e-12)
    least = float(dense_loss(perfect, offset, target, offset, mask))
    for shift in (-0.3, 0.3):
        assert float(dense_loss(perfect + shift, offset, target, offset, mask)) > least + 0.005
        assert float(dense_loss(perfect, offset + shift, target, offset, mask)) > least + 0.1
    flat = torch.zeros_like(offset)
    assert float(dense_loss(flat, flat, target, offset, mask)) > least + 1


def test_dense_loss_is_its_formula() -> None:
    target, offset, mask = _dense()
    rng = np.random.default_rng(1)
    logit, found = (torch.from_numpy(rng.normal(size=target.shape)) for _ in range(2))
    weight = torch.from_numpy(rng.uniform(0, 1, target.shape))
    t, m, w = (v.double().numpy() for v in (target, mask, weight))
    p = 1 / (1 + np.exp(-logit.numpy()))
    entropy = -t * np.log(p) - (1 - t) * np.log(1 - p)
    expected = (w * entropy).sum() / (w * t).sum()
    away = abs(found.numpy() - offset.numpy())
    expected += 2.0 * (w * m * away).sum() / (w * m).sum()
    loss = dense_loss(logit, found, target, offset, mask, weight, offset_weight=2.0)
    assert float(loss) == pytest.approx(expected, rel=1e-6)


def test_points_without_weight_do_not_count() -> None:
    target, offset, mask = _dense()
    logit = torch.randn(target.shape, generator=torch.Generator().manual_seed(0))
    weight = torch.ones_like(target)
    weight[:, 80:120] = 0
    changed, moved = logit.clone().requires_grad_(), offset.clone().requires_grad_()
    loss = dense_loss(changed, moved + 0.3, target, offset, mask, weight)
    loss.backward()
    assert not changed.grad[:, 80:120].any()
    assert not moved.grad[:, 80:120].any()
    assert changed.grad[:, :80].any()
    with torch.no_grad():
        changed[:, 80:120] += 5.0
        again = dense_loss(changed, moved + 0.3, target, offset, mask, weight)
    torch.testing.assert_close(again, loss.detach())


def test_empty_trace_around_lines_leaves_the_size_of_the_loss() -> None:
    short = [torch.from_numpy(a) for a in dense_targets([[50.0]], 100)]
    long = [torch.from_numpy(a) for a in dense_targets([[50.0]], 190)]
    losses = [
        dense_loss(torch.full(t.shape, -9.0), torch.zeros(t.shape), t, o, m)
        for t, o, m in (short, long)
    ]
    torch.testing.assert_close(losses[0], losses[1], rtol=1e-3, atol=0)


@pytest.mark.parametrize("weight", [None, torch.zeros(2, 200)])
def test_noise_alone_and_nothing_at_all_are_finite(weight: torch.Tensor | None) -> None:
    target, offset, mask = (torch.from_numpy(a) for a in dense_targets([[], []]))
    logit = torch.zeros(2, 200, requires_grad=True)
    loss = dense_loss(logit, torch.zeros(2, 200), target, offset, mask, weight)
    loss.backward()
    assert loss.isfinite()
    assert logit.grad.isfinite().all()
    assert (loss.item() == 0) == (weight is not None)


def test_dense_loss_has_the_right_gradient() -> None:
    target, offset, mask = (t[:1, :30].double() for t in _dense(1))
    inputs = [torch.randn(1, 30, dtype=torch.float64, requires_grad=True) for _ in range(2)]
    assert torch.autograd.gradcheck(lambda a, b: dense_loss(a, b, target, offset, mask), inputs)
