"""The training loop for windows, readable from top to bottom.

It knows networks, windows and losses; not where windows come from nor where weights go.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import torch
from torch import Tensor

from nmrquanv.models.networks import DenseNetwork
from nmrquanv.progress import Report, silent_report
from nmrquanv.training.losses import dense_loss
from nmrquanv.training.simulated import Windows

_WARM_UP = 0.1
_WEIGHT_DECAY = 1e-4
_CLIP = 5.0
HIT_PROBABILITY = 0.4


@dataclass(frozen=True, slots=True)
class Epoch:
    """One line of the learning curve.

    ``f1`` counts points of the validation windows at which a line begins to be answered for:
    quick, and only good for comparing epochs.
    """

    epoch: int
    train_loss: float
    val_loss: float
    f1: float


@dataclass(slots=True)
class TrainingResult:
    """What a run of the loop leaves; the network itself holds the best weights."""

    curve: list[Epoch] = field(default_factory=list)
    best_epoch: int = 0
    is_stopped: bool = False


@dataclass(frozen=True, slots=True)
class LoopSettings:
    """How long and how fast to train."""

    epochs: int
    batch: int
    rate: float
    seed: int


def train(
    network: DenseNetwork,
    training: Windows,
    validation: Windows,
    settings: LoopSettings,
    *,
    report: Report = silent_report,
    on_epoch: Callable[[Epoch], None] = lambda epoch: None,
    should_stop: Callable[[], bool] = lambda: False,
) -> TrainingResult:
    """Train a dense network on windows and leave it with its best weights.

    Parameters
    ----------
    network : DenseNetwork
        Changed in place.
    training, validation : Windows
    settings : LoopSettings
    report : Report
        Called for every batch; may cancel.
    on_epoch : callable
        Called after every epoch.
    should_stop : callable
        Asked before every batch; True ends training with the best weights so far.

    Notes
    -----
    AdamW, gradients clipped at 5, the learning rate rising over the first tenth of the steps and
    falling along a cosine. Half of every batch is mirrored. Best means the least validation loss.
    """
    result = TrainingResult()
    rng = np.random.default_rng(settings.seed)
    optimiser = torch.optim.AdamW(
        [p for p in network.parameters() if p.requires_grad],
        lr=settings.rate,
        weight_decay=_WEIGHT_DECAY,
    )
    steps = settings.epochs * max(1, len(training) // settings.batch)
    schedule = torch.optim.lr_scheduler.LambdaLR(optimiser, lambda k: _rate_factor(k, steps))
    best_loss, best = np.inf, _copy(network)
    step = 0
    for epoch in range(settings.epochs):
        network.train()
        order = rng.permutation(len(training))
        losses = []
        for first in range(0, len(order) - settings.batch + 1, settings.batch) or [0]:
            if should_stop():
                result.is_stopped = True
                break
            report(step, steps, f"epoch {epoch + 1} of {settings.epochs}")
            chosen = training.chosen(order[first : first + settings.batch])
            loss = window_loss(network, chosen, mirror=rng.random(len(chosen)) < 0.5)
            optimiser.zero_grad()
            loss.backward()  # type: ignore[no-untyped-call]
            torch.nn.utils.clip_grad_norm_(network.parameters(), _CLIP)
            optimiser.step()
            schedule.step()
            losses.append(loss.item())
            step += 1
        if not losses:
            break
        val_loss, f1 = validate(network, validation)
        line = Epoch(epoch + 1, float(np.mean(losses)), val_loss, f1)
        result.curve.append(line)
        if val_loss < best_loss:
            best_loss, best, result.best_epoch = val_loss, _copy(network), epoch + 1
        on_epoch(line)
        if result.is_stopped:
            break
    network.load_state_dict(best)
    network.eval()
    return result


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


def validate(network: DenseNetwork, windows: Windows, batch: int = 512) -> tuple[float, float]:
    """Return the mean loss over windows and the F1 of their line points."""
    network.eval()
    losses, right, false, missed = [], 0, 0, 0
    with torch.no_grad():
        for first in range(0, len(windows), batch):
            part = windows.chosen(np.arange(first, min(first + batch, len(windows))))
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


def _rate_factor(step: int, steps: int) -> float:
    """Return the share of the greatest learning rate at a step."""
    warm = max(1.0, _WARM_UP * steps)
    if step < warm:
        return (step + 1) / warm
    return 0.01 + 0.99 * 0.5 * (1 + float(np.cos(np.pi * (step - warm) / max(1.0, steps - warm))))


def _copy(network: DenseNetwork) -> dict[str, Tensor]:
    return {name: value.detach().clone() for name, value in network.state_dict().items()}
