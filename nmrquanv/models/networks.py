"""The two networks: one shell with a quanvolution or a convolution in front.

*Front end*: five channels a circuit, or as many from a convolution of the same reach. *Head*:
``dense`` gives every point a peak logit and a sub-point offset (any number of peaks, any number
of points); ``slots`` is the paper's, at most five peaks in exactly one window.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

import torch
from numpy.typing import NDArray
from torch import Tensor, nn

from nmrquanv.errors import ModelError
from nmrquanv.models.architecture import (
    CONFIDENCE_HIDDEN,
    N_SLOTS,
    NORM_EPSILON,
    OFFSET_REACH,
    POOL,
    SEEN_CHANNELS,
    SLOTS_HIDDEN,
    SlotsShape,
    shape_of,
)
from nmrquanv.models.cards import ModelCard
from nmrquanv.models.circuits import KERNEL
from nmrquanv.models.confidence import EVIDENCE
from nmrquanv.models.final_evidence import KNOWN_TO
from nmrquanv.models.front_ends import FrontEnd, build_front_end
from nmrquanv.models.windows import FEATURES

_SLOTS_DROPOUT, _FINAL_DROPOUT = 0.1, 0.1
# The dense head starts with rare peaks (2 % of the points), not with one at every other point.
_PRIOR_LOGIT = -4.0


class DenseOutput(NamedTuple):
    """Output of the dense head: two tensors ``(batch, points)``.

    ``logit`` of the score that the point carries a peak; ``offset`` in points, from the point to
    the peak, positive towards higher indices.
    """

    logit: Tensor
    offset: Tensor


class SlotsOutput(NamedTuple):
    """Output of the slots head: two tensors ``(batch, n_slots)``, five slots in the paper.

    ``logit`` of the score that the slot holds a peak; ``position`` in [0, 1], the fraction of
    the way from the window's first to its last point.
    """

    logit: Tensor
    position: Tensor


class ConfidenceHead(nn.Module):
    """Perceptron from the evidence of a peak to the logit of its confidence.

    Parameters
    ----------
    entering : int
        Kinds of evidence.
    dropout : float
        Share of the evidence that is left out while it learns.

    Notes
    -----
    ``centre`` and ``scale`` standardise the evidence; they are buffers set from training data.
    """

    centre: Tensor
    scale: Tensor

    def __init__(self, entering: int = len(EVIDENCE), dropout: float = 0.0) -> None:
        super().__init__()
        self._dropout = dropout
        self.register_buffer("centre", torch.zeros(entering))
        self.register_buffer("scale", torch.ones(entering))
        self.layers = nn.Sequential(
            nn.Linear(entering, CONFIDENCE_HIDDEN),
            nn.ReLU(),
            nn.Linear(CONFIDENCE_HIDDEN, CONFIDENCE_HIDDEN),
            nn.ReLU(),
            nn.Linear(CONFIDENCE_HIDDEN, 1),
        )

    def forward(self, evidence: Tensor) -> Tensor:
        """Map ``(n, entering)`` to logits ``(n,)``."""
        standard = ((evidence - self.centre) / self.scale).clamp(-6.0, 6.0)
        standard = nn.functional.dropout(standard, self._dropout, self.training)
        logit: Tensor = self.layers(standard)[:, 0]
        return logit


class DenseNetwork(nn.Module):
    """Front end and dense head.

    Parameters
    ----------
    front_end : FrontEnd
        With "same" padding; slid over each of the first ``SEEN_CHANNELS`` features.
    channels, width : int
        Of the dilated convolutions; the width is odd.
    dilations : sequence of int
        One convolution each.
    final_evidence : int
        Version of the evidence of a second confidence, for lines that are settled; 0: without.

    Notes
    -----
    The head sees the front end's channels beside all features of
    :func:`nmrquanv.models.windows.features`, signed trace and norm in units of sigma among them:
    the quanvolution alone is blind to scale and sign. The front end sees the compressed trace, so
    that a weak line beside a strong one still shapes its stretch, and the linear one, which shows
    shoulders. The convolutional network gets the very same.
    """

    def __init__(
        self,
        front_end: FrontEnd,
        channels: int,
        width: int,
        dilations: Sequence[int],
        *,
        final_evidence: int = 0,
    ) -> None:
        super().__init__()
        self.front_end = front_end
        layers: list[nn.Module] = []
        entering = SEEN_CHANNELS * front_end.out_channels + len(FEATURES)
        for dilation in dilations:
            reach = dilation * (width - 1) // 2
            layers += [
                nn.Conv1d(entering, channels, width, padding=reach, dilation=dilation, bias=False),
                nn.BatchNorm1d(channels, NORM_EPSILON),
                nn.ReLU(),
            ]
            entering = channels
        self.stack = nn.Sequential(*layers)
        self.out = nn.Conv1d(entering, 2, 1)
        self.confidence = ConfidenceHead()
        self.final: ConfidenceHead | None = None
        if final_evidence:
            self.final = ConfidenceHead(KNOWN_TO[final_evidence], _FINAL_DROPOUT)
        with torch.no_grad():
            self.out.bias.copy_(torch.tensor([_PRIOR_LOGIT, 0.0]))  # type: ignore[union-attr]

    def forward(self, features: Tensor) -> DenseOutput:
        """Score every point.

        Parameters
        ----------
        features : (batch, 4, points) float32
            Channels in the order of :data:`nmrquanv.models.windows.FEATURES`.
        """
        if features.ndim != 3 or features.shape[1] != len(FEATURES):
            raise ValueError(
                f"features must be (batch, {len(FEATURES)}, points), got {tuple(features.shape)}"
            )
        batch, _, points = features.shape
        seen = features[:, :SEEN_CHANNELS].reshape(-1, points)
        # Circuits and answers have 32 bits, also where what lies between is trained in fewer.
        with torch.autocast(features.device.type, enabled=False):
            front = self.front_end(seen).reshape(batch, -1, points)
        hidden = self.stack(torch.cat((front, features), dim=1))
        with torch.autocast(features.device.type, enabled=False):
            logit, offset = self.out(hidden.to(features.dtype)).unbind(dim=1)
        return DenseOutput(logit, OFFSET_REACH * torch.tanh(offset / OFFSET_REACH))


class SlotsNetwork(nn.Module):
    """Front end and the paper's head: slots (five), each a peak or nothing.

    Parameters
    ----------
    front_end : FrontEnd
        With "valid" padding.
    points : int
        Length of the one window that it understands.
    n_slots : int, >= 1
        Peaks that it can find; five in the paper.

    References
    ----------
    arXiv 2512.13125: max pooling (5), flatten, fully connected 128, ReLU, dropout 10 %. Five
    mask logits and five sigmoid positions in place of the ten outputs are our reconstruction.
    """

    def __init__(self, front_end: FrontEnd, points: int, n_slots: int = N_SLOTS) -> None:
        super().__init__()
        if n_slots < 1:
            raise ValueError(f"a slots head needs at least one slot, got {n_slots}")
        self.front_end = front_end
        self.points = points
        self.n_slots = n_slots
        pooled = (points - KERNEL + 1) // POOL
        self.head = nn.Sequential(
            nn.MaxPool1d(POOL),
            nn.Flatten(),
            nn.Linear(front_end.out_channels * pooled, SLOTS_HIDDEN),
            nn.ReLU(),
            nn.Dropout(_SLOTS_DROPOUT),
            nn.Linear(SLOTS_HIDDEN, 2 * n_slots),
        )

    def forward(self, windows: Tensor) -> SlotsOutput:
        """Fill the slots of ``(batch, points)`` windows, which are scaled to [0, 1] first."""
        if windows.ndim != 2 or windows.shape[1] != self.points:
            raise ValueError(f"windows must be (batch, {self.points}), got {tuple(windows.shape)}")
        low, high = windows.aminmax(dim=1, keepdim=True)
        scaled = (windows - low) / (high - low).clamp_min(torch.finfo(windows.dtype).tiny)
        logit, position = self.head(self.front_end(scaled)).split(self.n_slots, dim=1)
        return SlotsOutput(logit, torch.sigmoid(position))


Network = DenseNetwork | SlotsNetwork


def build(card: ModelCard) -> Network:
    """Build the network that a card describes, with seeded starting weights, in training mode.

    Raises
    ------
    ModelError
        The architecture lacks an entry, has an unknown one or one that cannot be built.

    Notes
    -----
    Neither reads nor moves torch's global random state.
    """
    shape = shape_of(card)
    seed = int(card.architecture["seed"])
    try:
        with torch.random.fork_rng(devices=[]):
            torch.manual_seed(seed)
            if isinstance(shape, SlotsShape):
                front_end = build_front_end(shape.front, "valid", seed)
                return SlotsNetwork(front_end, shape.points, shape.n_slots)
            front_end = build_front_end(shape.front, "same", seed)
            sizes = shape.channels, shape.width, shape.dilations
            return DenseNetwork(front_end, *sizes, final_evidence=shape.final_evidence)
    except (TypeError, ValueError, RuntimeError) as error:
        raise ModelError(f"model '{card.name}' cannot be built: {error}") from error


def with_weights(card: ModelCard, arrays: Mapping[str, NDArray[Any]]) -> Network:
    """Build a card's network and give it learned weights.

    Raises
    ------
    ModelError
        The card cannot be built, or the weights do not fit it.
    """
    network = build(card)
    try:
        network.load_state_dict({k: torch.from_numpy(v.copy()) for k, v in arrays.items()})
    except (RuntimeError, ValueError, KeyError, TypeError) as error:
        reason = str(error).splitlines()[0]
        raise ModelError(f"the weights do not fit the card ({reason})") from error
    return network


def parameter_count(network: nn.Module) -> int:
    """Return how many numbers the network learns."""
    return sum(p.numel() for p in network.parameters() if p.requires_grad)


def dense(network: Network) -> DenseNetwork:
    """Return the network if it has a dense head.

    Raises
    ------
    ModelError
        It has slots: choose a model with the dense head for this task.
    """
    if isinstance(network, SlotsNetwork):
        raise ModelError("this needs a model with the dense head, not one with five slots")
    return network
