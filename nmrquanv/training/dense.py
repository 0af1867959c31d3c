"""The dense head's task: windows with a target, an offset and a weight at every point."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from nmrquanv.models.networks import DenseOutput, Network, dense
from nmrquanv.training.config import Precision
from nmrquanv.training.losses import dense_loss
from nmrquanv.training.precision import head_in
from nmrquanv.training.simulated import Windows

HIT_PROBABILITY = 0.4
"""Score from which a point counts as an answer in the quick count of an epoch."""

_BATCH = 512


class _Batch(NamedTuple):
    """The fields of :class:`Windows` as tensors on the training's device."""

    features: Tensor
    target: Tensor
    offset: Tensor
    near: Tensor
    weight: Tensor

    @classmethod
    def of(cls, windows: Windows, device: str) -> _Batch:
        return cls(*(torch.from_numpy(getattr(windows, name)).to(device) for name in cls._fields))

    def chosen(self, index: Tensor) -> _Batch:
        return _Batch(*(value[index] for value in self))

    def mirrored(self, which: Tensor) -> _Batch:
        """Return the batch with some of its windows, (n,) bool, read from right to left."""
        turned = [
            torch.where(which.view(-1, *[1] * (value.ndim - 1)), value.flip(-1), value)
            for value in self
        ]
        turned[2] = torch.where(which[:, None], -turned[2], turned[2])
        return _Batch(*turned)


class DenseTask:
    """Training and validation windows for a network with the dense head.

    Parameters
    ----------
    training, validation : Windows
    device : str
        Where the network is: ``"cpu"`` or an accelerator's name in torch.
    precision : "float32" | "bfloat16"
        Of the head in steps of training; validation is in float32.
    """

    def __init__(
        self,
        training: Windows,
        validation: Windows,
        device: str = "cpu",
        precision: Precision = "float32",
    ) -> None:
        self._device = device
        self._precision = precision
        self._training = _Batch.of(training, device)
        self._validation = _Batch.of(validation, device)
        self.n_validation = len(validation)

    def __len__(self) -> int:
        return len(self._training.target)

    def loss(self, network: Network, index: NDArray[np.int64], rng: np.random.Generator) -> Tensor:
        """Return the loss of a batch, half of it mirrored."""
        mirror = torch.from_numpy(rng.random(len(index)) < 0.5).to(self._device)
        chosen = self._training.chosen(torch.from_numpy(index).to(self._device))
        turned = chosen.mirrored(mirror)
        with head_in(self._precision):
            answer = dense(network)(turned.features)
        return _loss_of(answer, turned)

    def validate(self, network: Network) -> tuple[float, float]:
        """Return the mean loss over windows and the F1 of their line points."""
        model = dense(network)
        model.eval()
        total, right, false, missed = 0.0, 0, 0, 0
        with torch.no_grad():
            for first in range(0, self.n_validation, _BATCH):
                part = _Batch(*(value[first : first + _BATCH] for value in self._validation))
                answer = model(part.features)
                total += float(_loss_of(answer, part)) * len(part.target)
                r, f, m = _count(torch.sigmoid(answer.logit), part)
                right, false, missed = right + r, false + f, missed + m
        f1 = 2 * right / max(2 * right + false + missed, 1)
        return total / max(self.n_validation, 1), f1


def _loss_of(answer: DenseOutput, batch: _Batch) -> Tensor:
    return dense_loss(
        answer.logit, answer.offset, batch.target, batch.offset, batch.near, batch.weight
    )


def _count(answer: Tensor, windows: _Batch) -> tuple[int, int, int]:
    """Count right, false and missed line points of a batch."""
    counts = windows.weight > 0
    top = torch.zeros_like(counts)
    inner = answer[:, 1:-1]
    top[:, 1:-1] = (inner > answer[:, :-2]) & (inner >= answer[:, 2:]) & (inner > HIT_PROBABILITY)
    line = (windows.target > 0.85) & counts
    near_line = windows.near & counts
    near_top = top.clone()
    for shift in (1, 2):
        near_top[:, shift:] |= top[:, :-shift]
        near_top[:, :-shift] |= top[:, shift:]
    right = int((line & near_top).sum())
    return right, int((top & counts & ~near_line).sum()), int((line & ~near_top).sum())
