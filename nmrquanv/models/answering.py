"""Networks as they answer: the learned numbers in numpy, no gradients, no torch.

What a network is made of is said once, in :mod:`nmrquanv.models.architecture`; torch's form of it
(:mod:`nmrquanv.models.networks`) learns, this one finds peaks, and the tests hold the two
together. They count in double precision: a logit is then the same to the last digits whatever
library multiplies the matrices, where single precision is off by some millionths and now and then
moves a peak over a threshold.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from nmrquanv.errors import ModelError
from nmrquanv.models.answering_front_ends import FrontEnd, LearnedNumbers, front_end_of
from nmrquanv.models.architecture import (
    CONFIDENCE_HIDDEN,
    NORM_EPSILON,
    OFFSET_REACH,
    POOL,
    SEEN_CHANNELS,
    SLOTS_HIDDEN,
    DenseShape,
    SlotsShape,
    shape_of,
)
from nmrquanv.models.cards import ModelCard
from nmrquanv.models.circuits import Padding
from nmrquanv.models.confidence import EVIDENCE
from nmrquanv.models.dilated import Dilated, WindowRows
from nmrquanv.models.final_evidence import KNOWN_TO
from nmrquanv.models.products import on_one_thread
from nmrquanv.models.windows import FEATURES

Array = NDArray[np.float64]
Given = NDArray[np.floating[Any]]
"""What comes in, of any precision."""


@dataclass(frozen=True, slots=True, eq=False)
class _Linear:
    weight: Array
    bias: Array

    def __call__(self, x: Array) -> Array:
        return x @ self.weight.T + self.bias


@dataclass(frozen=True, slots=True, eq=False)
class _Perceptron:
    """See :class:`nmrquanv.models.networks.ConfidenceHead`."""

    centre: Array
    scale: Array
    layers: tuple[_Linear, ...]

    @classmethod
    def taken(cls, learned: LearnedNumbers, name: str, entering: int) -> _Perceptron:
        """Take one of a name out of learned numbers."""
        sizes = (entering, CONFIDENCE_HIDDEN, CONFIDENCE_HIDDEN, 1)
        layers = tuple(
            _linear(learned, f"{name}.layers.{2 * number}", (sizes[number + 1], sizes[number]))
            for number in range(3)
        )
        centre, scale = (learned.take(f"{name}.{part}", entering) for part in ("centre", "scale"))
        return cls(centre, scale, layers)

    def __call__(self, evidence: Given) -> Array:
        """Turn evidence (n, k) into how sure it makes, 0 to 1: (n,)."""
        x = np.clip((np.asarray(evidence, np.float64) - self.centre) / self.scale, -6.0, 6.0)
        *inner, last = self.layers
        with on_one_thread():
            for layer in inner:
                x = np.maximum(layer(x), 0)
            return sigmoid(last(x)[:, 0])


@dataclass(frozen=True, slots=True, eq=False)
class DenseAnswers:
    """A network with the dense head; see :class:`nmrquanv.models.networks.DenseNetwork`."""

    front_end: FrontEnd
    layers: tuple[Dilated, ...]
    out: _Linear
    confidence: _Perceptron
    final: _Perceptron | None = None

    def logits(self, features: Given) -> tuple[Array, Array]:
        """Score every point.

        Parameters
        ----------
        features : (batch, 4, points)
            Channels in the order of :data:`nmrquanv.models.windows.FEATURES`.

        Returns
        -------
        logit, offset : (batch, points) each
            The offset in points, from the point to the peak.

        Notes
        -----
        The windows lie one behind the other with zeros between, as many as the farthest dilation
        reaches: so a convolution is one run of products over all of them.
        """
        features = np.asarray(features, np.float64)
        batch, _, points = features.shape
        windows = WindowRows(batch, points, max((layer.reach for layer in self.layers), default=0))
        rows = [layer.rows(windows) for layer in self.layers]
        entering = SEEN_CHANNELS * self.front_end.out_channels + len(FEATURES)
        x = np.zeros((max(rows, default=batch * windows.step), entering))
        inside = windows.inside(x)
        seen = features[:, :SEEN_CHANNELS].reshape(-1, points)
        front = self.front_end(seen).reshape(-1, batch, SEEN_CHANNELS, points)
        for number in range(SEEN_CHANNELS):
            first = number * len(front)
            inside[:, :, first : first + len(front)] = front[:, :, number].transpose(1, 2, 0)
        inside[:, :, SEEN_CHANNELS * len(front) :] = features.transpose(0, 2, 1)
        spare: list[Array] = []
        for layer in self.layers:  # two arrays, in turns: zeros between windows stay
            width = len(layer.bias)
            into = spare.pop() if spare and spare[-1].shape[1] == width else None
            x, before = layer(x, windows, into), x
            spare = [before]
        said = self.out(windows.inside(x))
        return said[:, :, 0], OFFSET_REACH * np.tanh(said[:, :, 1] / OFFSET_REACH)

    def answer(self, features: Given) -> tuple[Array, Array]:
        """Return probability and offset of every point: see :meth:`logits`."""
        with on_one_thread():
            logit, offset = self.logits(features)
        return sigmoid(logit), offset

    def sureness(self, evidence: Given) -> Array:
        """Return how sure the network is of peaks, 0 to 1; ``(n, len(EVIDENCE))`` to ``(n,)``."""
        return self.confidence(evidence)

    def last_word(self, evidence: Given, before: Array) -> Array:
        """Return how sure the network is of settled lines; what it said before if it cannot tell.

        Parameters
        ----------
        evidence : (n, len(FINAL_EVIDENCE))
            Of which an older network knows the first part.
        before : (n,)
        """
        if self.final is None:
            return before
        return self.final(np.asarray(evidence)[:, : self.final.centre.size])


@dataclass(frozen=True, slots=True, eq=False)
class SlotsAnswers:
    """A network with the paper's head; see :class:`nmrquanv.models.networks.SlotsNetwork`."""

    front_end: FrontEnd
    points: int
    hidden: _Linear
    out: _Linear

    def logits(self, windows: Given) -> tuple[Array, Array]:
        """Fill the slots of ``(batch, points)`` windows, which are scaled to [0, 1] first.

        Returns
        -------
        logit, position : (batch, n_slots) each
            The position from 0 to 1.
        """
        windows = np.asarray(windows, np.float64)
        low, high = windows.min(axis=1, keepdims=True), windows.max(axis=1, keepdims=True)
        scaled = (windows - low) / np.maximum(high - low, np.finfo(windows.dtype).tiny)
        front = self.front_end(scaled)
        kept = front.shape[2] // POOL * POOL
        pooled = front[:, :, :kept].reshape(*front.shape[:2], -1, POOL).max(axis=3)
        flat = pooled.transpose(1, 0, 2).reshape(len(windows), -1)
        logit, place = np.split(self.out(np.maximum(self.hidden(flat), 0)), 2, axis=1)
        return logit, sigmoid(place)

    def answer(self, windows: Given) -> tuple[Array, Array]:
        """Return probability and position of every slot: see :meth:`logits`."""
        with on_one_thread():
            logit, position = self.logits(windows)
        return sigmoid(logit), position


Answers = DenseAnswers | SlotsAnswers


def dense_answers(network: Answers) -> DenseAnswers:
    """Return the network if it has a dense head.

    Raises
    ------
    ModelError
        It has slots: choose a model with the dense head for this task.
    """
    if isinstance(network, SlotsAnswers):
        raise ModelError("this needs a model with the dense head, not one with five slots")
    return network


def sigmoid(x: Array) -> Array:
    """Return ``1 / (1 + exp(-x))``."""
    return 0.5 * (1.0 + np.tanh(0.5 * x))


def answers_of(card: ModelCard, weights: Mapping[str, NDArray[Any]]) -> Answers:
    """Return a card's network with its learned numbers.

    Parameters
    ----------
    card : ModelCard
    weights : mapping of str to array
        By torch's names.

    Raises
    ------
    ModelError
        The architecture cannot be built, or the numbers do not fit it.
    """
    shape, learned = shape_of(card), LearnedNumbers(dict(weights))
    try:
        padding: Padding = "same" if isinstance(shape, DenseShape) else "valid"
        front = front_end_of(shape.front, learned, padding)
        made: Answers
        if isinstance(shape, DenseShape):
            made = _dense(shape, front, learned)
        else:
            made = _slots(shape, front, learned)
    except (KeyError, ValueError) as error:
        reason = f"{error} is missing" if isinstance(error, KeyError) else str(error)
        raise ModelError(f"the weights do not fit the card ({reason})") from error
    if learned.values:
        left = ", ".join(sorted(learned.values))
        raise ModelError(f"the weights do not fit the card (unknown: {left})")
    return made


def _dense(shape: DenseShape, front: FrontEnd, learned: LearnedNumbers) -> DenseAnswers:
    entering, layers = shape.entering, []
    for number, dilation in enumerate(shape.dilations):
        layers.append(_layer(shape, learned, 3 * number, (entering, dilation)))
        entering = shape.channels
    out = learned.take("out.weight", 2, entering, 1)
    final = None
    if shape.final_evidence:
        final = _Perceptron.taken(learned, "final", KNOWN_TO[shape.final_evidence])
    return DenseAnswers(
        front,
        tuple(layers),
        _Linear(out[:, :, 0], learned.take("out.bias", 2)),
        _Perceptron.taken(learned, "confidence", len(EVIDENCE)),
        final,
    )


def _layer(shape: DenseShape, learned: LearnedNumbers, number: int, of: tuple[int, int]) -> Dilated:
    """Return a convolution with the normalisation behind it put into its weights."""
    entering, dilation = of
    weight = learned.take(f"stack.{number}.weight", shape.channels, entering, shape.width)
    name = f"stack.{number + 1}"
    gain, bias, mean, variance = (
        learned.take(f"{name}.{part}", shape.channels)
        for part in ("weight", "bias", "running_mean", "running_var")
    )
    learned.values.pop(f"{name}.num_batches_tracked", None)
    gain = gain / np.sqrt(variance + NORM_EPSILON)
    folded = (weight * gain[:, None, None]).transpose(2, 1, 0)
    offset = bias - mean * gain
    return Dilated.of(folded, offset, dilation)


def _linear(learned: LearnedNumbers, name: str, sizes: Sequence[int]) -> _Linear:
    return _Linear(learned.take(f"{name}.weight", *sizes), learned.take(f"{name}.bias", sizes[0]))


def _slots(shape: SlotsShape, front: FrontEnd, learned: LearnedNumbers) -> SlotsAnswers:
    entering = shape.front.channels * shape.pooled
    hidden = _linear(learned, "head.2", (SLOTS_HIDDEN, entering))
    out = _linear(learned, "head.5", (2 * shape.n_slots, SLOTS_HIDDEN))
    return SlotsAnswers(front, shape.points, hidden, out)
