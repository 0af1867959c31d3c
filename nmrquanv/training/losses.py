"""What training minimises: the dense loss and the slots loss."""

from __future__ import annotations

import torch
from torch import Tensor
from torch.nn.functional import binary_cross_entropy_with_logits

#: Weight of the matched positions (in windows) against the masks in the slots loss: ours.
SLOTS_POSITION_WEIGHT = 5.0
#: Weight of the offsets (in points) against the scores in the dense loss: ours.
DENSE_OFFSET_WEIGHT = 0.5

# A batch of noise alone has no line to divide by; it then counts as one line in a hundred points.
_FEWEST_LINE_POINTS = 0.01


def dense_loss(
    logit: Tensor,
    offset: Tensor,
    target: Tensor,
    true_offset: Tensor,
    offset_mask: Tensor,
    weight: Tensor | None = None,
    *,
    offset_weight: float = DENSE_OFFSET_WEIGHT,
) -> Tensor:
    """Return the dense head's loss, a scalar.

    Parameters
    ----------
    logit, offset : (batch, points)
        The head's answer.
    target, true_offset, offset_mask : (batch, points)
        A Gaussian of one point's width at each line, points from each point to the nearest line,
        and where that counts (``training/simulated.py``).
    weight : (batch, points) or None
        How much each point counts; 0 means "don't care" (excused lines, lines below the noise,
        regions that nobody reviewed). None means 1 everywhere.
    offset_weight : float
        Of the offsets (in points) against the scores.

    Notes
    -----
    ``sum(w BCE(p, t)) / sum(w t)`` + ``offset_weight * sum(w m |d - d'|) / sum(w m)``. The first
    sum is divided by the weight of the lines, not of all points, so that its size does not depend
    on how much empty trace surrounds them. A factor ``|t - p|``, which makes little of the many
    easy empty points, was tried: the answers it trains tell doubtful lines apart less well.
    """
    counted = torch.ones_like(logit) if weight is None else weight.to(logit)
    target = target.to(logit)
    scores = binary_cross_entropy_with_logits(logit, target, reduction="none")
    floor = (_FEWEST_LINE_POINTS * counted.sum()).clamp_min(1.0)
    score_term = (counted * scores).sum() / torch.maximum((counted * target).sum(), floor)
    near = counted * offset_mask.to(logit)
    distance = (near * (offset - true_offset.to(offset)).abs()).sum()
    return score_term + offset_weight * distance / near.sum().clamp_min(1.0)


def slots_loss(
    logit: Tensor,
    position: Tensor,
    true_position: Tensor,
    true_mask: Tensor,
    *,
    position_weight: float = SLOTS_POSITION_WEIGHT,
) -> Tensor:
    """Return the slots head's loss under the best assignment of peaks to slots, a scalar.

    Parameters
    ----------
    logit, position : (batch, n)
        The head's answer; positions in [0, 1].
    true_position : (batch, p), p <= n
        Any value where the mask is False.
    true_mask : (batch, p) bool
        Which of the true positions are peaks.
    position_weight : float
        Of the mean distance of the peaks against the mean cross-entropy of the masks.

    Raises
    ------
    ValueError
        More columns of peaks than slots.

    Notes
    -----
    For every window the least, over all assignments of its peaks to different slots, of
    ``mean BCE`` over the slots ``+ position_weight * mean |position - true|`` over the window's
    peaks; then the mean over windows. The search is exact, so it equals the Hungarian assignment
    on the same costs.
    """
    if true_mask.shape[1] > logit.shape[1]:
        raise ValueError(f"{true_mask.shape[1]} peaks have no room in {logit.shape[1]} slots")
    position, order = position.sort(dim=1)
    logit = logit.gather(1, order)
    is_peak = true_mask.bool()
    weight = position_weight / is_peak.sum(dim=1, keepdim=True).clamp_min(1).to(logit)
    with torch.no_grad():
        truth = true_position.to(position).masked_fill(~is_peak, torch.inf).sort(dim=1).values
        # BCE of a slot called a peak is that of an empty one less its logit.
        distance = weight[..., None] * (position[:, :, None] - truth[:, None, :]).abs()
        cost = distance - logit[:, :, None] / logit.shape[1]
        is_matched, peak = _best_assignment(cost, is_peak.sum(dim=1, keepdim=True))
        target = truth.gather(1, peak).masked_fill(~is_matched, 0.0)
    masks = binary_cross_entropy_with_logits(logit, is_matched.to(logit))
    away = (position - target).abs() * is_matched
    return masks + (weight * away).sum() / len(logit)


def _best_assignment(cost: Tensor, n_peaks: Tensor) -> tuple[Tensor, Tensor]:
    """Give every peak a slot of its own at the least total cost.

    Parameters
    ----------
    cost : (batch, n, p)
        Of giving a peak to a slot rather than leaving the slot empty: a term of the slot alone
        and a multiple of their distance; both in rising order of position.
    n_peaks : (batch, 1) int64
        The first so many peaks exist.

    Returns
    -------
    is_matched : (batch, n) bool
    peak : (batch, n) int64
        Of each matched slot; any for the others.

    Notes
    -----
    For ``a <= b`` and ``x <= y``: ``|a - x| + |b - y| <= |a - y| + |b - x|``. So two crossed pairs
    can be uncrossed at no cost, which changes neither which slots are matched nor their own terms:
    some best assignment keeps the order. The dynamic programme goes through all of these, slot by
    slot; ``best[j]`` is the least cost with the first ``j`` peaks given away.
    """
    batch, n, p = cost.shape
    best = cost.new_full((batch, p + 1), torch.inf)
    best[:, 0] = 0.0
    takes = torch.zeros((n, batch, p + 1), dtype=torch.bool, device=cost.device)
    for slot in range(n):
        taken = best[:, :-1] + cost[:, slot]
        torch.lt(taken, best[:, 1:], out=takes[slot, :, 1:])
        best[:, 1:] = torch.minimum(taken, best[:, 1:])
    left = n_peaks
    matched, peak = [], []
    for slot in reversed(range(n)):
        took = takes[slot].gather(1, left)
        matched.append(took)
        peak.append(left)
        left = left - took.long()
    peaks = (torch.cat(peak[::-1], dim=1) - 1).clamp_min(0)
    return torch.cat(matched[::-1], dim=1), peaks
