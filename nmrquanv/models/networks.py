"""The two networks: one shell with a quanvolution or a convolution in front.

*Front end*: five channels a circuit, or as many from a convolution of the same reach. *Head*:
``dense`` gives every point a peak logit and a sub-point offset (any number of peaks, any number
of points); ``slots`` is the paper's, at most five peaks in exactly one window.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Any, NamedTuple

import torch
from torch import Tensor, nn

from nmrquanv.errors import ModelError
from nmrquanv.models.architecture import check_architecture
from nmrquanv.models.cards import ModelCard
from nmrquanv.models.circuits import KERNEL
from nmrquanv.models.confidence import EVIDENCE
from nmrquanv.models.front_ends import FrontEnd, build_front_end
from nmrquanv.models.windows import FEATURES

#: Farthest that the dense head's offset can point from its own point, in points.
OFFSET_REACH = 2.0
#: Features that the front end slides over, one after the other: compressed and relative trace.
SEEN_CHANNELS = 2
#: Slots of the paper's head, that is, peaks that it can find in a window.
N_SLOTS = 5

_CONFIDENCE_HIDDEN = 32
_POOL = 5
_SLOTS_HIDDEN = 128
_SLOTS_DROPOUT = 0.1
# The dense head starts with rare peaks (2 % of the points), not with one at every other point.
_PRIOR_LOGIT = -4.0


@contextmanager
def answering() -> Iterator[None]:
    """Let networks answer without gradients and on one thread.

    Sums over several threads round otherwise in the last digits, and where lines crowd those
    decide a split: an answer must not depend on how many cores a computer has, nor on who asks.
    Windows gain little from more threads, and lose much on a busy computer.
    """
    before = torch.get_num_threads()
    torch.set_num_threads(1)
    try:
        with torch.inference_mode():
            yield
    finally:
        torch.set_num_threads(before)


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

    Notes
    -----
    ``centre`` and ``scale`` standardise the evidence; they are buffers set from training data.
    """

    centre: Tensor
    scale: Tensor

    def __init__(self) -> None:
        super().__init__()
        self.register_buffer("centre", torch.zeros(len(EVIDENCE)))
        self.register_buffer("scale", torch.ones(len(EVIDENCE)))
        self.layers = nn.Sequential(
            nn.Linear(len(EVIDENCE), _CONFIDENCE_HIDDEN),
            nn.ReLU(),
            nn.Linear(_CONFIDENCE_HIDDEN, _CONFIDENCE_HIDDEN),
            nn.ReLU(),
            nn.Linear(_CONFIDENCE_HIDDEN, 1),
        )

    def forward(self, evidence: Tensor) -> Tensor:
        """Map ``(n, len(EVIDENCE))`` to logits ``(n,)``."""
        standard = ((evidence - self.centre) / self.scale).clamp(-6.0, 6.0)
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

    Notes
    -----
    The head sees the front end's channels beside all features of
    :func:`nmrquanv.models.windows.features`, signed trace and norm in units of sigma among them:
    the quanvolution alone is blind to scale and sign. The front end sees the compressed trace, so
    that a weak line beside a strong one still shapes its stretch, and the linear one, which shows
    shoulders. The convolutional network gets the very same.
    """

    def __init__(
        self, front_end: FrontEnd, channels: int, width: int, dilations: Sequence[int]
    ) -> None:
        super().__init__()
        self.front_end = front_end
        layers: list[nn.Module] = []
        entering = SEEN_CHANNELS * front_end.out_channels + len(FEATURES)
        for dilation in dilations:
            reach = dilation * (width - 1) // 2
            layers += [
                nn.Conv1d(entering, channels, width, padding=reach, dilation=dilation, bias=False),
                nn.BatchNorm1d(channels),
                nn.ReLU(),
            ]
            entering = channels
        self.stack = nn.Sequential(*layers)
        self.out = nn.Conv1d(entering, 2, 1)
        self.confidence = ConfidenceHead()
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
        front = self.front_end(seen).reshape(batch, -1, points)
        logit, offset = self.out(self.stack(torch.cat((front, features), dim=1))).unbind(dim=1)
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
        pooled = (points - KERNEL + 1) // _POOL
        self.head = nn.Sequential(
            nn.MaxPool1d(_POOL),
            nn.Flatten(),
            nn.Linear(front_end.out_channels * pooled, _SLOTS_HIDDEN),
            nn.ReLU(),
            nn.Dropout(_SLOTS_DROPOUT),
            nn.Linear(_SLOTS_HIDDEN, 2 * n_slots),
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
    wanted = dict(card.architecture)
    try:
        check_architecture(wanted)
        with torch.random.fork_rng(devices=[]):
            torch.manual_seed(int(wanted.pop("seed")))
            network = _build_head(card, wanted)
    except KeyError as error:
        raise ModelError(f"model '{card.name}': its architecture lacks {error}") from error
    except (TypeError, ValueError, RuntimeError) as error:
        raise ModelError(f"model '{card.name}' cannot be built: {error}") from error
    if wanted:
        left = ", ".join(sorted(wanted))
        raise ModelError(f"model '{card.name}': its architecture has unknown entries: {left}")
    return network


def _build_head(card: ModelCard, wanted: dict[str, Any]) -> Network:
    head = wanted.pop("head")
    if head == "slots":
        front_end = build_front_end(card, wanted, "valid")
        return SlotsNetwork(front_end, card.window.points, int(wanted.pop("n_slots", N_SLOTS)))
    if head != "dense":
        raise ValueError(f"unknown head {head!r}: 'dense' or 'slots'")
    front_end = build_front_end(card, wanted, "same")
    channels, width = int(wanted.pop("channels")), int(wanted.pop("width"))
    if width % 2 == 0:
        raise ValueError(f"the convolutions' width must be odd, got {width}")
    return DenseNetwork(front_end, channels, width, [int(d) for d in wanted.pop("dilations")])


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
