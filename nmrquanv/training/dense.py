"""The dense head's task: windows with a target, an offset and a weight at every point."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from nmrquanv.models.networks import DenseNetwork, Network, dense
from nmrquanv.training.losses import dense_loss
from nmrquanv.training.simulated import Windows

HIT_PROBABILITY = 0.4
"""Score from which a point counts as an answer in the quick count of an epoch."""

_BATCH = 512


@dataclass(frozen=True, slots=True, eq=False)
class DenseTask:
    """Training and validation windows for a network with the dense head."""

    training: Windows
    validation: Windows

    def __len__(self) -> int:
        return len(self.training)

    def loss(self, network: Network, index: NDArray[np.int64], rng: np.random.Generator) -> Tensor:
        """Return the loss of a batch, half of it mirrored."""
        chosen = self.training.chosen(index)
        return window_loss(dense(network), chosen, mirror=rng.random(len(chosen)) < 0.5)

    def validate(self, network: Network) -> tuple[float, float]:
        """Return mean loss and F1 of line points on the validation windows."""
        return validate(dense(network), self.validation)


def window_loss(
    network: DenseNetwork, windows: Windows, mirror: np.ndarray[Any, np.dtype[np.bool_]]
) -> Tensor:
    """Return the dense loss of a batch, some of its windows read from right to left."""
    values = [windows.features, windows.target, windows.offset, windows.near, windows.weight]
    turned = []
    for value in values:
        value = value.copy()
        value[mirror] = value[mirror][..., ::-1]
        turned.append(value)
    turned[2][mirror] *= -1.0
    features, target, offset, near, weight = (torch.from_numpy(value) for value in turned)
    answer = network(features)
    return dense_loss(answer.logit, answer.offset, target, offset, near, weight)


def validate(network: DenseNetwork, windows: Windows) -> tuple[float, float]:
    """Return the mean loss over windows and the F1 of their line points."""
    network.eval()
    losses, right, false, missed = [], 0, 0, 0
    with torch.no_grad():
        for first in range(0, len(windows), _BATCH):
            part = windows.chosen(np.arange(first, min(first + _BATCH, len(windows))))
            losses.append(float(window_loss(network, part, np.zeros(len(part), bool))) * len(part))
            answer = torch.sigmoid(network(torch.from_numpy(part.features)).logit).numpy()
            r, f, m = _count(answer, part)
            right, false, missed = right + r, false + f, missed + m
    return sum(losses) / max(len(windows), 1), 2 * right / max(2 * right + false + missed, 1)


def _count(answer: np.ndarray[Any, Any], windows: Windows) -> tuple[int, int, int]:
    """Count right, false and missed line points of a batch."""
    counts = windows.weight > 0
    top = np.zeros_like(counts)
    inner = answer[:, 1:-1]
    top[:, 1:-1] = (inner > answer[:, :-2]) & (inner >= answer[:, 2:]) & (inner > HIT_PROBABILITY)
    line = (windows.target > 0.85) & counts
    near_line = windows.near & counts
    near_top = top.copy()
    for shift in (1, 2):
        near_top[:, shift:] |= top[:, :-shift]
        near_top[:, :-shift] |= top[:, shift:]
    right = int((line & near_top).sum())
    return right, int((top & counts & ~near_line).sum()), int((line & ~near_top).sum())
