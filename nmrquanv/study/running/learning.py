"""Train one network of the study, as the paper describes it: Adam, its rate along a cosine.

Neither augmentation nor clipping nor weight decay: nothing that the paper does not name.
"""

from __future__ import annotations

import contextlib
import math
from collections.abc import Iterator
from dataclasses import asdict, dataclass, field, replace
from typing import Any, cast

import numpy as np
import torch
from torch import Tensor

from nmrquanv.models.cards import ModelCard, new_card
from nmrquanv.models.networks import Network, build
from nmrquanv.models.quanvolution import Quanvolution1d
from nmrquanv.models.windows import Window
from nmrquanv.progress import Report, silent_report
from nmrquanv.study.data.datasets import POINTS, Spectra
from nmrquanv.study.data.study_metrics import TUNED_TOLERANCE, f1
from nmrquanv.study.running import variants
from nmrquanv.study.running.heads import EPOCH_THRESHOLD, Head, Tensors, head_of, judged
from nmrquanv.study.running.specs import DEVICE_TEST, QUANV, RunSpec

_FRONT_END_ENTRIES = {"cnn_normalised": "convolution_normalised", "quadratic": "quadratic"}
_DENSE_CIRCUITS = 4  # as in the production networks; the slots head has the paper's one

Weights = dict[str, Tensor]


@dataclass(frozen=True, slots=True)
class EpochResult:
    """One line of a learning curve; ``val_f1`` at 4 points and a fixed threshold."""

    epoch: int
    train_loss: float
    val_loss: float
    val_f1: float


@dataclass(slots=True)
class Learned:
    """A trained network with both checkpoints.

    Parameters
    ----------
    network : Network
        With the last weights; :meth:`use` puts others in.
    head : Head
    checkpoints : dict
        "last" and "best" (least validation loss) -> weights.
    best_epoch : int
    curve : list of EpochResult
    """

    network: Network
    head: Head
    checkpoints: dict[str, Weights] = field(default_factory=dict)
    best_epoch: int = 0
    curve: list[EpochResult] = field(default_factory=list)

    def use(self, checkpoint: str) -> None:
        """Put the weights of "last" or "best" into the network."""
        self.network.load_state_dict(self.checkpoints[checkpoint])
        self.network.eval()

    def rows(self) -> list[dict[str, Any]]:
        """Return the curve as JSON values."""
        return [asdict(line) for line in self.curve]


def card_of(spec: RunSpec) -> ModelCard:
    """Describe the network of a run."""
    is_quanv = spec.front_end == QUANV
    changes: dict[str, Any] = {"n_circuits": 1 if spec.head == "slots" else _DENSE_CIRCUITS}
    if is_quanv:
        changes |= {"ansatz": spec.ansatz, "n_layers": spec.n_layers}
        changes["trainable"] = spec.is_trainable
    elif entry := _FRONT_END_ENTRIES.get(spec.front_end, ""):
        changes["front_end"] = entry
    if spec.head == "slots":
        changes["n_slots"] = spec.chosen_preset().max_peaks
    name, head = f"{spec.front_end}-{spec.head}", cast(Any, spec.head)
    card = new_card("quanv" if is_quanv else "cnn", head, name=name, seed=spec.seed, **changes)
    return replace(card, title=name, window=Window(POINTS))


def build_network(spec: RunSpec) -> Network:
    """Build the network of a run, with seeded starting weights."""
    if spec.choices or spec.front_end in variants.FRONT_ENDS:
        return variants.build_variant(spec)
    return build(card_of(spec))


def learn(
    spec: RunSpec,
    training: Spectra,
    validation: Spectra,
    *,
    device: str = "cpu",
    report: Report = silent_report,
) -> Learned:
    """Train the network of a run.

    Parameters
    ----------
    spec : RunSpec
        Of a network.
    training, validation : Spectra
        Kept on the device as a whole.
    device : str
        Of torch.
    report : Report
        Called for every step; may cancel.

    Notes
    -----
    Noise sets in for the last ``noisy_epochs``; the best checkpoint is then the best of those. A
    noise model without noisy epochs acts on the tests alone.
    """
    network = build_network(spec).to(device)
    head = head_of(
        spec.head,
        training.traces.shape[1],
        position_weight=float(spec.choice("loss_weight")),
        is_ordered=spec.choice("decoding") == "fixed",
    )
    learned = Learned(network, head)
    prepare_circuit(network, spec, noisy=False)
    batches = tuple(t.to(device) for t in head.tensors(training))
    held_out = tuple(t.to(device) for t in head.tensors(validation))
    with torch.random.fork_rng(devices=_cuda_devices(device)):
        torch.manual_seed(spec.seed)
        _epochs(learned, spec, batches, (held_out, validation), report)
    if spec.noise and not spec.noisy_epochs:
        prepare_circuit(network, spec, noisy=True)
    learned.checkpoints["last"] = _copy(network)
    return learned


def _epochs(
    learned: Learned,
    spec: RunSpec,
    batches: Tensors,
    held_out: tuple[Tensors, Spectra],
    report: Report,
) -> None:
    network = learned.network
    optimiser = torch.optim.Adam(
        [p for p in network.parameters() if p.requires_grad],
        lr=spec.rate,
        fused=batches[0].device.type in ("cpu", "cuda"),
    )
    rng = np.random.default_rng([spec.seed, 1])
    steps_each = math.ceil(len(batches[0]) / spec.batch)
    steps, step, best = spec.epochs * steps_each, 0, math.inf
    for epoch in range(1, spec.epochs + 1):
        if spec.noisy_epochs and epoch == spec.epochs - spec.noisy_epochs + 1:
            prepare_circuit(network, spec, noisy=True)
            best = math.inf
        network.train()
        order = torch.from_numpy(rng.permutation(len(batches[0]))).to(batches[0].device)
        shuffled = [torch.split(t[order], spec.batch) for t in batches]
        total = torch.zeros((), device=order.device)
        for batch in zip(*shuffled, strict=True):
            report(step, steps, f"epoch {epoch} of {spec.epochs}")
            optimiser.param_groups[0]["lr"] = _rate(spec.rate, step, steps)
            optimiser.zero_grad()
            loss = learned.head.loss(network(batch[0]), *batch[1:])
            loss.backward()  # type: ignore[no-untyped-call]
            optimiser.step()
            total += loss.detach() * len(batch[0])
            step += 1
        line = _judged(learned, epoch, float(total) / len(order), held_out)
        learned.curve.append(line)
        if line.val_loss < best or not learned.checkpoints:
            best, learned.best_epoch = line.val_loss, epoch
            learned.checkpoints["best"] = _copy(network)


def _judged(
    learned: Learned, epoch: int, train_loss: float, held_out: tuple[Tensors, Spectra]
) -> EpochResult:
    """Return a line of the curve."""
    tensors, spectra = held_out
    answers, loss = judged(learned.head, learned.network, tensors)
    found = answers.above(EPOCH_THRESHOLD[learned.head.name])
    return EpochResult(epoch, train_loss, loss, f1(found, spectra, TUNED_TOLERANCE))


def _rate(greatest: float, step: int, steps: int) -> float:
    """Return the learning rate of a step: half a cosine from the greatest to zero."""
    return 0.5 * greatest * (1.0 + math.cos(math.pi * step / steps))


def prepare_circuit(network: Network, spec: RunSpec, *, noisy: bool) -> None:
    """Set how the circuit of a network is evaluated; other front ends stay as they are.

    Parameters
    ----------
    network : Network
    spec : RunSpec
    noisy : bool
        Whether the spec's noise acts.
    """
    layer = network.front_end
    if not isinstance(layer, Quanvolution1d):
        return
    if spec.dropout:
        from nmrquanv.study.circuits.gate_dropout import GateDropout

        layer.gate_dropout = layer.gate_dropout or GateDropout(**spec.dropout, seed=spec.seed)
    if noisy:
        from nmrquanv.study.circuits.routed_noise import noisy_evaluator

        layer.evaluator = noisy_evaluator(dict(spec.noise or {}), spec.ansatz, spec.seed)
    elif spec.evaluator in ("parameter-shift", "device"):
        from nmrquanv.study.circuits.evaluators import EvaluatorName, make_evaluator

        layer.evaluator = make_evaluator(
            cast(EvaluatorName, spec.evaluator),
            spec.device,
            spec.shots,
            dict(spec.device_options),
        )


@contextlib.contextmanager
def tested_circuit(network: Network, spec: RunSpec) -> Iterator[None]:
    """Evaluate the circuit as a run's test does: on its device if it is "device-test"."""
    layer = network.front_end
    if spec.evaluator != DEVICE_TEST or not isinstance(layer, Quanvolution1d):
        yield
        return
    from nmrquanv.study.circuits.evaluators import make_evaluator

    layer.evaluator = make_evaluator("device", spec.device, spec.shots, dict(spec.device_options))
    try:
        yield
    finally:
        layer.evaluator = None


def _cuda_devices(device: str) -> list[torch.device]:
    return [torch.device(device)] if torch.device(device).type == "cuda" else []


def _copy(network: Network) -> Weights:
    return {name: value.detach().clone() for name, value in network.state_dict().items()}
