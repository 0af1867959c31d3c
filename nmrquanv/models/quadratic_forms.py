"""A circuit's channels as quadratic forms, and the shapes that a form answers to most and least."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from nmrquanv.models import windows as win
from nmrquanv.models.answering_front_ends import Circuits
from nmrquanv.models.circuits import KERNEL
from nmrquanv.models.unitary import observable_signs

_EQUAL = 1e-6


@dataclass(frozen=True, slots=True)
class ChannelShape:
    """A stretch of 32 points that a channel answers to.

    Parameters
    ----------
    points : (32,) float64
        Of norm 1; a filter of a convolution as it is.
    value : float
        The channel's answer to it; nan for a convolution, whose answer depends on the scale.
    equals : int
        How many independent shapes give this very answer; of several, the one most like a line.
    """

    points: NDArray[np.float64]
    value: float = float("nan")
    equals: int = 1


def forms(layer: Circuits) -> NDArray[np.float64]:
    """Return the quadratic forms ``M_k = Re(U^dagger Z_k U)``, shape ``(circuits, 5, 32, 32)``."""
    unitary = layer.unitaries()
    signs = observable_signs()
    pulled = np.einsum("cai,ka,caj->ckij", unitary.conj(), signs, unitary, optimize=True).real
    return np.asarray(0.5 * (pulled + pulled.swapaxes(-1, -2)), dtype=np.float64)


def extreme_shapes(form: NDArray[np.float64]) -> tuple[ChannelShape, ChannelShape]:
    """Return the shapes with the greatest and the least answer of a symmetric form.

    Parameters
    ----------
    form : (32, 32) float64

    Notes
    -----
    They are eigenvectors. The sign of one means nothing, since the answer is quadratic: its
    largest point is drawn upwards. A real circuit (two-design) has 16 equal eigenvalues at
    either end; then the shape is the projection of a line on their space.
    """
    values, vectors = np.linalg.eigh(form)
    made = []
    for end in (values[-1], values[0]):
        space = vectors[:, np.abs(values - end) < _EQUAL]
        points = space[:, 0]
        if space.shape[1] > 1:
            points = space @ (space.T @ _line())
            points = points / np.linalg.norm(points)
        upright = points * np.sign(points[np.argmax(np.abs(points))])
        made.append(ChannelShape(upright, float(end), space.shape[1]))
    return made[0], made[1]


def _line() -> NDArray[np.float64]:
    """Return a Lorentzian line in the middle of a stretch, as wide as lines are on the grid."""
    x = (np.arange(KERNEL) - (KERNEL - 1) / 2) / (0.5 * win.FWHM_POINTS)
    return np.asarray(1.0 / (1.0 + x**2), dtype=np.float64)
