"""What training minimises: the dense loss and the slots loss."""

from __future__ import annotations

from functools import cache
from itertools import permutations

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
    ``sum(w |t - p| BCE(p, t)) / sum(w t)`` + ``offset_weight * sum(w m |d - d'|) / sum(w m)``,
    with the factor ``|t - p|`` so that the many easy empty points do not drown the lines. The
    first sum is divided by the weight of the lines, not of all points, so that its size does not
    depend on how much empty trace surrounds them.
    """
    counted = torch.ones_like(logit) if weight is None else weight.to(logit)
    target = target.to(logit)
    focus = (target - torch.sigmoid(logit)).abs()
    scores = focus * binary_cross_entropy_with_logits(logit, target, reduction="none")
    floor = (_FEWEST_LINE_POINTS * counted.sum()).clamp_min(1.0)
    score_term = (counted * scores).sum() / torch.maximum((counted * target).sum(), floor)
    near = counted * offset_mask.to(logit)
    distance = (near * (offset - true_offset.to(offset)).abs()).sum()
    return score_term + offset_weight * distance / near.sum().clamp_min(1.0)


@cache
def _assignments(n: int) -> tuple[tuple[int, ...], ...]:
    return tuple(permutations(range(n)))


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
    logit, position : (batch, 5)
        The head's answer; positions in [0, 1].
    true_position : (batch, 5)
        Any value where the mask is False.
    true_mask : (batch, 5) bool
        Which of the true positions are peaks.
    position_weight : float
        Of the mean distance of the peaks against the mean cross-entropy of the masks.

    Notes
    -----
    For every window the least, over all 120 assignments, of ``mean BCE`` over the slots
    ``+ position_weight * mean |position - true|`` over the window's peaks; then the mean over
    windows. The search is exact, so it equals the Hungarian assignment on the same costs.
    """
    n = logit.shape[1]
    is_peak = true_mask.to(logit)
    truth = is_peak[:, None, :].expand(-1, n, -1)
    answer = logit[:, :, None].expand(-1, -1, n)
    masks = binary_cross_entropy_with_logits(answer, truth, reduction="none") / n
    true_position = torch.where(true_mask.bool(), true_position.to(position), 0.0)
    distance = (position[:, :, None] - true_position[:, None, :]).abs() * truth
    n_peaks = is_peak.sum(dim=1).clamp_min(1.0)[:, None, None]
    cost = masks + position_weight * distance / n_peaks
    orders = torch.tensor(_assignments(n), device=cost.device)
    totals = cost[:, torch.arange(n, device=cost.device), orders].sum(dim=2)
    return totals.amin(dim=1).mean()
