"""What networks are made of, as a card describes it: the one definition, and its limits.

No torch here: :mod:`nmrquanv.models.networks` builds what learns from it, and
:mod:`nmrquanv.models.answering` what finds peaks.

A card or a training config comes from anywhere; a network of a million channels would fill the
memory before anything else could say that it is none.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Literal

from nmrquanv.errors import ModelError
from nmrquanv.models.cards import FINAL_VERSION, FRONT_ENDS, ModelCard
from nmrquanv.models.circuits import KERNEL, N_QUBITS, Ansatz, weight_count
from nmrquanv.models.windows import FEATURES

OFFSET_REACH = 2.0
"""Farthest that the dense head's offset can point from its own point, in points."""

SEEN_CHANNELS = 2
"""Features that the front end slides over, one after the other: compressed and relative trace."""

N_SLOTS = 5
"""Slots of the paper's head, that is, peaks that it can find in a window."""

CONFIDENCE_HIDDEN, SLOTS_HIDDEN = 32, 128
"""Width of the perceptrons of the confidence and of the paper's head."""

POOL = 5
"""Positions of which the paper's head keeps the largest."""

NORM_EPSILON = 1e-5
"""Added to the variance by the normalisation of a convolution's channels."""

#: Least and greatest value of whole numbers; shipped models have 4 circuits and 48 channels.
_RANGES = {
    "seed": (0, 2**63 - 1),
    "n_circuits": (1, 64),
    "n_layers": (1, 64),
    "channels": (1, 1024),
    "width": (1, 255),
    "n_slots": (1, 256),
    "final_evidence": (1, FINAL_VERSION),
}
_TEXTS = ("head", "ansatz", "front_end")
_MOST_CONVOLUTIONS, _MOST_DILATION = 64, 1024

MOST_WEIGHTS = 1 << 24
"""Of the dense head's convolutions together; shipped models have 0.1 million."""


def check_architecture(values: Mapping[str, Any]) -> None:
    """Check the entries of an architecture that are there; which must be is the builder's affair.

    Raises
    ------
    ValueError
        An entry has another type or is out of range; names it.
    """
    for name, (low, high) in _RANGES.items():
        if name in values:
            _check_whole(name, values[name], low, high)
    for name in _TEXTS:
        if not isinstance(values.get(name, ""), str):
            raise ValueError(f"'{name}' must be text, got {values[name]!r}")
    if not isinstance(values.get("trainable", True), bool):
        raise ValueError(f"'trainable' must be true or false, got {values['trainable']!r}")
    dilations = values.get("dilations", [])
    if not isinstance(dilations, list | tuple) or len(dilations) > _MOST_CONVOLUTIONS:
        raise ValueError(f"'dilations' must be a list of at most {_MOST_CONVOLUTIONS} numbers")
    for dilation in dilations:
        _check_whole("dilations", dilation, 1, _MOST_DILATION)
    weights = values.get("channels", 1) ** 2 * values.get("width", 1) * len(dilations)
    if weights > MOST_WEIGHTS:
        raise ValueError(f"the convolutions would have {weights} weights, at most {MOST_WEIGHTS}")


def _check_whole(name: str, value: Any, low: int, high: int) -> None:
    if isinstance(value, bool) or not isinstance(value, int) or not low <= value <= high:
        raise ValueError(f"'{name}' must be a whole number from {low} to {high}, got {value!r}")


@dataclass(frozen=True, slots=True)
class CircuitsShape:
    """The quanvolution in front: how many circuits, and of which kind."""

    n_circuits: int
    ansatz: Ansatz
    n_layers: int
    trainable: bool

    @property
    def channels(self) -> int:
        """What it gives at each position."""
        return N_QUBITS * self.n_circuits


@dataclass(frozen=True, slots=True)
class FiltersShape:
    """What else can stand in front, with as many channels as circuits would give.

    Parameters
    ----------
    kind : "convolution" | "convolution_normalised" | "quadratic"
    channels : int
    """

    kind: Literal["convolution", "convolution_normalised", "quadratic"]
    channels: int


FrontShape = CircuitsShape | FiltersShape


@dataclass(frozen=True, slots=True)
class DenseShape:
    """A network that scores every point.

    Parameters
    ----------
    front : CircuitsShape or FiltersShape
    channels, width : int
        Of the dilated convolutions; the width is odd.
    dilations : tuple of int
        One convolution each.
    final_evidence : int
        Version of the evidence of its second confidence, for lines that are settled; 0: has none.
    """

    front: FrontShape
    channels: int
    width: int
    dilations: tuple[int, ...]
    final_evidence: int = 0

    @property
    def entering(self) -> int:
        """Channels that the first convolution sees: the front end's, and all features."""
        return SEEN_CHANNELS * self.front.channels + len(FEATURES)


@dataclass(frozen=True, slots=True)
class SlotsShape:
    """A network with the paper's head.

    Parameters
    ----------
    front : CircuitsShape or FiltersShape
    points : int
        Length of the one window that it understands.
    n_slots : int, >= 1
        Peaks that it can find.
    """

    front: FrontShape
    points: int
    n_slots: int

    @property
    def pooled(self) -> int:
        """Positions that are left of each channel."""
        return (self.points - KERNEL + 1) // POOL


NetworkShape = DenseShape | SlotsShape


def shape_of(card: ModelCard) -> NetworkShape:
    """Return what a card's architecture describes.

    Raises
    ------
    ModelError
        It lacks an entry, has an unknown one or one that cannot be built.
    """
    wanted = dict(card.architecture)
    try:
        check_architecture(wanted)
        del wanted["seed"]
        shape = _taken(card, wanted)
    except KeyError as error:
        raise ModelError(f"model '{card.name}': its architecture lacks {error}") from error
    except (TypeError, ValueError) as error:
        raise ModelError(f"model '{card.name}' cannot be built: {error}") from error
    if wanted:
        left = ", ".join(sorted(wanted))
        raise ModelError(f"model '{card.name}': its architecture has unknown entries: {left}")
    return shape


def _taken(card: ModelCard, wanted: dict[str, Any]) -> NetworkShape:
    """Return the network's shape and take its entries out of ``wanted``."""
    head = wanted.pop("head")
    if head == "slots":
        front = _front(card, wanted)
        return SlotsShape(front, card.window.points, wanted.pop("n_slots", N_SLOTS))
    if head != "dense":
        raise ValueError(f"unknown head {head!r}: 'dense' or 'slots'")
    front = _front(card, wanted)
    channels, width = wanted.pop("channels"), wanted.pop("width")
    if width % 2 == 0:
        raise ValueError(f"the convolutions' width must be odd, got {width}")
    version = int(wanted.pop("final_evidence", 0))
    return DenseShape(front, channels, width, tuple(wanted.pop("dilations")), version)


def _front(card: ModelCard, wanted: dict[str, Any]) -> FrontShape:
    n_circuits = wanted.pop("n_circuits")
    chosen = wanted.pop("front_end", "")
    if chosen not in FRONT_ENDS:
        known = ", ".join(repr(name) for name in FRONT_ENDS)
        raise ValueError(f"unknown front end {chosen!r}: choose one of {known}")
    if chosen or card.kind == "cnn":
        return FiltersShape(chosen or "convolution", N_QUBITS * n_circuits)
    ansatz, n_layers = wanted.pop("ansatz"), wanted.pop("n_layers")
    weight_count(ansatz, n_layers)  # refuses what there is not
    return CircuitsShape(n_circuits, ansatz, n_layers, wanted.pop("trainable"))
