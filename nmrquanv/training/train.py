"""The training loop, readable from top to bottom, for either head.

It knows a network and a task (its data, its loss, its score); not where windows come from nor
where weights go.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import asdict, dataclass, field
from typing import Any, Protocol

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from nmrquanv.errors import TrainingError
from nmrquanv.guarded import parse_json
from nmrquanv.models.networks import Network
from nmrquanv.progress import Report, silent_report
from nmrquanv.training.checkpoint import Checkpoint

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
class Trained:
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


class TrainingTask(Protocol):
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
    task: TrainingTask,
    settings: LoopSettings,
    *,
    report: Report = silent_report,
    on_epoch: Callable[[Epoch], None] = lambda epoch: None,
    should_stop: Callable[[], bool] = lambda: False,
    checkpoint: Checkpoint | None = None,
) -> Trained:
    """Train a network and leave it with its best weights.

    Parameters
    ----------
    network : Network
        Changed in place.
    task : TrainingTask
    settings : LoopSettings
    report : Report
        Called for every batch; may cancel.
    on_epoch : callable
        Called after every epoch.
    should_stop : callable
        Asked before every batch; True ends training with the best weights so far.
    checkpoint : Checkpoint or None
        Written after every epoch. Where it holds a state already, training goes on from there and
        ends with the very weights that it would have had without the interruption. It is left
        for the caller to remove.

    Raises
    ------
    TrainingError
        The loss is not finite any more, or the checkpoint's state does not fit.

    Notes
    -----
    AdamW, gradients clipped at 5, the learning rate rising over the first tenth of the steps and
    falling along a cosine. Best means the least validation loss; ``best_epoch`` 0 means that a
    retraining found nothing better than its start. Order, augmentation and dropout are drawn from
    the settings' seed; torch's global random state is left as it was.
    """
    with torch.random.fork_rng(devices=[]):
        torch.manual_seed(settings.seed)
        run = _Run.begun(network, task, settings)
        held = checkpoint.read() if checkpoint is not None else None
        if held is not None and checkpoint is not None:
            _restore(run, held, checkpoint)
        elif settings.is_retraining:
            run.best_loss, _ = task.validate(network)
        while run.epoch < settings.epochs and not run.result.is_stopped:
            line = run.next_epoch(report, should_stop)
            if checkpoint is not None:
                checkpoint.write(run.state())
            if line is not None:
                on_epoch(line)
    network.load_state_dict(run.best)
    network.eval()
    return run.result


@dataclass(slots=True)
class _Run:
    """All that changes from epoch to epoch."""

    network: Network
    task: TrainingTask
    settings: LoopSettings
    optimiser: torch.optim.AdamW
    schedule: torch.optim.lr_scheduler.LambdaLR
    rng: np.random.Generator
    steps: int
    best: dict[str, Tensor]
    best_loss: float = np.inf
    epoch: int = 0
    step: int = 0
    result: Trained = field(default_factory=Trained)

    @classmethod
    def begun(cls, network: Network, task: TrainingTask, settings: LoopSettings) -> _Run:
        """Return a run before its first epoch."""
        optimiser = torch.optim.AdamW(
            [p for p in network.parameters() if p.requires_grad],
            lr=settings.rate,
            weight_decay=_WEIGHT_DECAY,
        )
        steps = settings.epochs * max(1, len(task) // settings.batch)
        schedule = torch.optim.lr_scheduler.LambdaLR(optimiser, lambda k: _rate_factor(k, steps))
        rng = np.random.default_rng(settings.seed)
        return cls(network, task, settings, optimiser, schedule, rng, steps, best=_copy(network))

    def next_epoch(self, report: Report, should_stop: Callable[[], bool]) -> Epoch | None:
        """Train for one epoch and judge it; None where it was stopped before its first batch."""
        losses = self._train_epoch(report, should_stop)
        if not losses:
            return None
        val_loss, f1 = self.task.validate(self.network)
        self.epoch += 1
        line = Epoch(self.epoch, float(np.mean(losses)), float(val_loss), float(f1))
        if not np.isfinite([line.train_loss, line.val_loss]).all():
            raise TrainingError(
                f"the training diverged in epoch {self.epoch}: its loss is not a finite number; "
                f"choose a smaller rate than {self.settings.rate:g}. Nothing was saved"
            )
        self.result.curve.append(line)
        if val_loss < self.best_loss:
            self.best_loss, self.best = val_loss, _copy(self.network)
            self.result.best_epoch = self.epoch
        return line

    def _train_epoch(self, report: Report, should_stop: Callable[[], bool]) -> list[float]:
        """Go through all training windows once, or until stopped; return the batches' losses."""
        _set_training(self.network, keeps_norms=self.settings.is_retraining)
        batch = self.settings.batch
        order = self.rng.permutation(len(self.task))
        losses: list[float] = []
        for first in range(0, len(order) - batch + 1, batch) or [0]:
            if should_stop():
                self.result.is_stopped = True
                break
            text = f"epoch {self.epoch + 1} of {self.settings.epochs}"
            report(self.step, self.steps, text)
            loss = self.task.loss(self.network, order[first : first + batch], self.rng)
            self.optimiser.zero_grad()
            loss.backward()  # type: ignore[no-untyped-call]
            torch.nn.utils.clip_grad_norm_(self.network.parameters(), _CLIP)
            self.optimiser.step()
            self.schedule.step()
            losses.append(loss.item())
            self.step += 1
        return losses

    def state(self) -> dict[str, Any]:
        """Return everything that :meth:`restore` needs: tensors, numbers and text."""
        return {
            "network": self.network.state_dict(),
            "optimiser": self.optimiser.state_dict(),
            "schedule": self.schedule.state_dict(),
            # JSON, because its numbers have 128 bits.
            "rng": json.dumps(self.rng.bit_generator.state),
            "torch_rng": torch.get_rng_state(),
            "best": self.best,
            "best_loss": float(self.best_loss) if np.isfinite(self.best_loss) else None,
            "epoch": self.epoch,
            "step": self.step,
            "curve": [asdict(line) for line in self.result.curve],
            "best_epoch": self.result.best_epoch,
            "is_stopped": self.result.is_stopped,
        }

    def restore(self, state: dict[str, Any]) -> None:
        """Go back to where a run was when it gave its state."""
        self.network.load_state_dict(state["best"])  # tells now whether it fits
        self.network.load_state_dict(state["network"])
        self.optimiser.load_state_dict(state["optimiser"])
        self.schedule.load_state_dict(state["schedule"])
        self.rng.bit_generator.state = parse_json(state["rng"].encode(), dict[str, Any], "rng")
        torch.set_rng_state(state["torch_rng"])
        best_loss = state["best_loss"]
        self.best, self.best_loss = state["best"], np.inf if best_loss is None else best_loss
        self.epoch, self.step = int(state["epoch"]), int(state["step"])
        curve = [Epoch(**line) for line in state["curve"]]
        self.result = Trained(curve, state["best_epoch"], state["is_stopped"])


def _restore(run: _Run, held: dict[str, Any], checkpoint: Checkpoint) -> None:
    """Go back to the state in a checkpoint; one that does not fit is an error, not a start."""
    try:
        run.restore(held)
    except (KeyError, TypeError, ValueError, AttributeError, RuntimeError, IndexError) as error:
        reason = (str(error).splitlines() or [repr(error)])[0].rstrip(":")
        raise TrainingError(
            f"{checkpoint.path}: does not fit this training ({reason}): remove it to begin anew"
        ) from error


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
