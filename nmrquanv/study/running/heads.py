"""The study's two heads on 200-point spectra: what they see, minimise and answer."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from nmrquanv.models.networks import DenseOutput, Network, SlotsOutput
from nmrquanv.study.data.datasets import Spectra
from nmrquanv.study.data.study_metrics import Answers
from nmrquanv.study.running.pickers import noise_of
from nmrquanv.training.losses import SLOTS_POSITION_WEIGHT, dense_loss, slots_loss

#: Score from which an answer counts in the quick F1 of an epoch.
EPOCH_THRESHOLD = {"slots": 0.5, "dense": 0.4}

_BATCH = 250
_MOST = 24
_NEAR_POINTS = 2.0
_CURVATURE_POINTS = 1.6
_FLOOR_PERCENT = 10.0

Tensors = tuple[Tensor, ...]


@dataclass(frozen=True, slots=True)
class Head:
    """A head as the loop uses it.

    Parameters
    ----------
    name : "slots" | "dense"
    tensors : callable
        Spectra to tensors with one row each, the network's input first.
    loss : callable
        The network's output and the other tensors of a batch to a scalar.
    answers : callable
        The network's output to positions (points) and scores, ``(batch, s)`` each.
    """

    name: str
    tensors: Callable[[Spectra], Tensors]
    loss: Callable[..., Tensor]
    answers: Callable[[Any], tuple[Tensor, Tensor]]


def judged(head: Head, network: Network, tensors: Tensors) -> tuple[Answers, float]:
    """Let a network answer, in evaluation mode; also return its mean loss over the spectra.

    Parameters
    ----------
    head : Head
    network : Network
    tensors : tuple of Tensor
        Of the head, for the spectra asked about; on the network's device.
    """
    network.eval()
    total = torch.zeros((), dtype=torch.float64, device=tensors[0].device)
    answers = []
    with torch.no_grad():
        for inputs, *truth in zip(*(torch.split(t, _BATCH) for t in tensors), strict=True):
            output = network(inputs)
            total += head.loss(output, *truth).double() * len(inputs)
            answers.append(head.answers(output))
    position, score = (torch.cat(x).double().cpu().numpy() for x in zip(*answers, strict=True))
    return Answers(position, score), float(total) / len(tensors[0])


def answers_to(head: Head, network: Network, spectra: Spectra) -> Answers:
    """Let a network answer for spectra, in evaluation mode, on the network's device."""
    device = next(network.parameters()).device
    return judged(head, network, tuple(t.to(device) for t in head.tensors(spectra)))[0]


def _slots_tensors(spectra: Spectra) -> Tensors:
    return (
        torch.tensor(spectra.traces),
        torch.tensor(spectra.position),
        torch.tensor(spectra.is_line),
    )


def _slots_loss(weight: float) -> Callable[..., Tensor]:
    def loss(output: SlotsOutput, position: Tensor, is_line: Tensor) -> Tensor:
        return slots_loss(output.logit, output.position, position, is_line, position_weight=weight)

    return loss


def _ordered_loss(weight: float) -> Callable[..., Tensor]:
    """Return the loss whose k-th slot is meant for the k-th line: no assignment."""

    def loss(output: SlotsOutput, position: Tensor, is_line: Tensor) -> Tensor:
        masks = torch.nn.functional.binary_cross_entropy_with_logits(
            output.logit, is_line.to(output.logit)
        )
        away = (output.position - position).abs() * is_line
        return masks + weight * (away.sum(dim=1) / is_line.sum(dim=1).clamp_min(1)).mean()

    return loss


def _slots_answers(points: int) -> Callable[[Any], tuple[Tensor, Tensor]]:
    return lambda output: (output.position * (points - 1), torch.sigmoid(output.logit))


def features_of(traces: NDArray[np.float32]) -> NDArray[np.float32]:
    """Return what the dense head sees of 200-point spectra, ``(n, 4, points)``.

    Notes
    -----
    The channels of :func:`nmrquanv.models.windows.features`, whose noise and floor need more than
    200 points: here the noise is that of third differences, and the floor the trace's lowest
    tenth.
    """
    from scipy.ndimage import gaussian_filter1d, uniform_filter1d

    x = traces.astype(np.float64)
    sigma = noise_of(x)[:, None]
    height = x - np.percentile(x, _FLOOR_PERCENT, axis=1, keepdims=True)
    bend = -gaussian_filter1d(x, _CURVATURE_POINTS, axis=1, order=2, mode="nearest")
    # Noise of a Gaussian's second derivative: sigma * sqrt(3 / (8 sqrt(pi) w^5)).
    bend_sigma = sigma * np.sqrt(3.0 / (8.0 * np.sqrt(np.pi) * _CURVATURE_POINTS**5))
    norm = np.sqrt(np.maximum(uniform_filter1d(height**2, 32, axis=1, mode="nearest"), 0.0))
    channels = (
        np.arcsinh(height / sigma) / 8.0,
        height / np.maximum(height.max(axis=1, keepdims=True), 1e-9),
        np.arcsinh(bend / bend_sigma) / 8.0,
        np.arcsinh(norm / sigma) / 8.0,
    )
    return np.stack(channels, axis=1).astype(np.float32)


def _dense_tensors(spectra: Spectra) -> Tensors:
    """Return features, target (a bump one point wide at each line), offset, where it counts."""
    place = np.arange(spectra.traces.shape[1])
    away = np.where(spectra.is_line, spectra.points, np.inf)[:, :, None] - place
    nearest = np.take_along_axis(away, np.abs(away).argmin(axis=1)[:, None], axis=1)[:, 0]
    near = np.abs(nearest) <= _NEAR_POINTS
    return (
        torch.tensor(features_of(spectra.traces)),
        torch.tensor(np.exp(-0.5 * nearest**2).astype(np.float32)),
        torch.tensor(np.where(near, nearest, 0.0).astype(np.float32)),
        torch.tensor(near),
    )


def _dense_loss(output: DenseOutput, target: Tensor, offset: Tensor, near: Tensor) -> Tensor:
    return dense_loss(output.logit, output.offset, target, offset, near)


def _dense_answers(output: DenseOutput) -> tuple[Tensor, Tensor]:
    """Return the local maxima of the score, each moved by its offset; the tallest 24."""
    logit = output.logit
    left = torch.nn.functional.pad(logit[:, :-1], (1, 0), value=-torch.inf)
    right = torch.nn.functional.pad(logit[:, 1:], (0, 1), value=-torch.inf)
    is_top = (logit > left) & (logit >= right)
    score, index = torch.where(is_top, torch.sigmoid(logit), -torch.inf).topk(_MOST, dim=1)
    return index + torch.gather(output.offset, 1, index), score


def head_of(
    name: str,
    points: int,
    *,
    position_weight: float = SLOTS_POSITION_WEIGHT,
    is_ordered: bool = False,
) -> Head:
    """Return the head for spectra of so many points.

    ``position_weight`` and ``is_ordered`` (the k-th slot is for the k-th line) are of slots alone.
    """
    if name == "slots":
        loss = (_ordered_loss if is_ordered else _slots_loss)(position_weight)
        return Head(name, _slots_tensors, loss, _slots_answers(points))
    return Head(name, _dense_tensors, _dense_loss, _dense_answers)
