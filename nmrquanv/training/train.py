"""The training loop, readable from top to bottom, for either head.

It knows a network and a task (its data, its loss, its score); not where windows come from nor
where weights go.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Protocol

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from nmrquanv.models.networks import Network
from nmrquanv.progress import Report, silent_report

_WARM_UP = 0.1
_WEIGHT_DECAY = 1e-4
_CLIP = 5.0


@dataclass(frozen=True, slots=True)
class Epoch:
    """One line of the learning curve.

    ``f1`` is that of validation windows, by the task's own quick count: for comparing epochs.
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
    """How long and how fast to train.

    ``is_retraining`` starts from weights that are good already: they count as the best so far,
    and batch normalisation keeps its statistics, which few windows could only spoil.
    """

    epochs: int
    batch: int
    rate: float
    seed: int
    is_retraining: bool = False


class Task(Protocol):
    """What a head is trained for, with its data."""

    def __len__(self) -> int:
        """Return the number of training windows."""
        ...

    def loss(self, network: Network, index: NDArray[np.int64], rng: np.random.Generator) -> Tensor:
        """Return the loss of a batch of training windows, augmented."""
        ...

    def validate(self, network: Network) -> tuple[float, float]:
        """Return mean loss and F1 on the validation windows."""
        ...


def train(
    network: Network,
    task: Task,
    settings: LoopSettings,
    *,
    report: Report = silent_report,
    on_epoch: Callable[[Epoch], None] = lambda epoch: None,
    should_stop: Callable[[], bool] = lambda: False,
) -> TrainingResult:
    """Train a network and leave it with its best weights.

    Parameters
    ----------
    network : Network
        Changed in place.
    task : Task
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
    falling along a cosine. Best means the least validation loss; ``best_epoch`` 0 means that a
    retraining found nothing better than its start.
    """
    result = TrainingResult()
    rng = np.random.default_rng(settings.seed)
    optimiser = torch.optim.AdamW(
        [p for p in network.parameters() if p.requires_grad],
        lr=settings.rate,
        weight_decay=_WEIGHT_DECAY,
    )
    steps = settings.epochs * max(1, len(task) // settings.batch)
    schedule = torch.optim.lr_scheduler.LambdaLR(optimiser, lambda k: _rate_factor(k, steps))
    best_loss, best = np.inf, _copy(network)
    if settings.is_retraining:
        best_loss, _ = task.validate(network)
    step = 0
    for epoch in range(settings.epochs):
        _set_training(network, keeps_norms=settings.is_retraining)
        order = rng.permutation(len(task))
        losses = []
        for first in range(0, len(order) - settings.batch + 1, settings.batch) or [0]:
            if should_stop():
                result.is_stopped = True
                break
            report(step, steps, f"epoch {epoch + 1} of {settings.epochs}")
            loss = task.loss(network, order[first : first + settings.batch], rng)
            optimiser.zero_grad()
            loss.backward()  # type: ignore[no-untyped-call]
            torch.nn.utils.clip_grad_norm_(network.parameters(), _CLIP)
            optimiser.step()
            schedule.step()
            losses.append(loss.item())
            step += 1
        if not losses:
            break
        val_loss, f1 = task.validate(network)
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


def _set_training(network: Network, *, keeps_norms: bool) -> None:
    """Put a network into training mode, its batch normalisation perhaps not."""
    network.train()
    if keeps_norms:
        for module in network.modules():
            if isinstance(module, torch.nn.BatchNorm1d):
                module.eval()


def _rate_factor(step: int, steps: int) -> float:
    """Return the share of the greatest learning rate at a step."""
    warm = max(1.0, _WARM_UP * steps)
    if step < warm:
        return (step + 1) / warm
    return 0.01 + 0.99 * 0.5 * (1 + float(np.cos(np.pi * (step - warm) / max(1.0, steps - warm))))


def _copy(network: Network) -> dict[str, Tensor]:
    return {name: value.detach().clone() for name, value in network.state_dict().items()}
