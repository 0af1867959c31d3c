"""Front ends as they answer, in numpy: circuits, convolutions, free quadratic filters.

All map ``(batch, points)`` to ``(out_channels, batch, positions)``: channels first, as the
convolutions behind them want it. Torch's forms of them are in :mod:`nmrquanv.models.front_ends`
and :mod:`nmrquanv.models.quanvolution`.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

import numpy as np
from numpy.lib.stride_tricks import sliding_window_view
from numpy.typing import NDArray

from nmrquanv.models.architecture import CircuitsShape, FrontShape
from nmrquanv.models.circuits import (
    CZ,
    EMPTY,
    KERNEL,
    N_QUBITS,
    RZ,
    SAME_PADDING,
    Ansatz,
    Gates,
    Padding,
    starting_circuits,
    weight_count,
)
from nmrquanv.models.unitary import (
    Complex,
    compile_circuits,
    filters_of,
    signs_and_norm,
    unitaries_of,
)

Array = NDArray[Any]

_AMPLITUDES = 98_304
"""In one block: 0.75 MB, which stay in the cache."""

_ROWS = 256
"""Rows of quadratic forms in one block."""


@dataclass(frozen=True, slots=True)
class LearnedNumbers:
    """Learned numbers by name, taken one by one.

    Parameters
    ----------
    values : dict of str to array
        Those that have not been taken.
    """

    values: dict[str, Array]

    def take(self, name: str, *shape: int) -> Array:
        """Return numbers of a shape, in double precision.

        Raises
        ------
        KeyError, ValueError
            They are not there, or are others.
        """
        found = self.values.pop(name)
        if found.shape != shape or found.dtype.kind != "f":
            raise ValueError(f"{name} is {found.dtype} {found.shape}, expected {shape}")
        return np.ascontiguousarray(found, np.float64)


@dataclass(frozen=True, slots=True, eq=False)
class Circuits:
    """The quanvolution: five-qubit circuits slid over traces.

    Parameters
    ----------
    tables : tuple of (n_gates, 3) int64
        Gates of each circuit.
    weights : (circuits, n_weights) float64, rad
    ansatz : str
    n_layers : int
    padding : "valid" | "same"
    """

    tables: tuple[Gates, ...]
    weights: NDArray[np.float64]
    ansatz: Ansatz
    n_layers: int
    padding: Padding
    _kept: list[Array] = field(default_factory=list)

    @classmethod
    def started(
        cls, n_circuits: int, ansatz: Ansatz, n_layers: int, padding: Padding, seed: int
    ) -> Circuits:
        """Return circuits with the weights that a training starts from."""
        tables, start = starting_circuits(n_circuits, ansatz, n_layers, seed)
        weights = start.astype(np.float32).astype(np.float64)  # as learned ones are
        return cls(tuple(tables), weights, ansatz, n_layers, padding)

    @property
    def out_channels(self) -> int:
        """Channels at each position."""
        return N_QUBITS * len(self.tables)

    def unitaries(self) -> Complex:
        """Return the circuits' unitaries, ``(circuits, 32, 32)``."""
        return unitaries_of(compile_circuits(list(self.tables)), self.weights)

    def __call__(self, traces: Array) -> Array:
        """Evaluate all circuits at all positions of all traces."""
        if not self._kept:
            program = compile_circuits(list(self.tables))
            signs = signs_and_norm(len(self.tables))
            self._kept.extend(
                np.ascontiguousarray(x, np.float64)
                for x in (filters_of(program, self.weights).T, signs)
            )
        filters, signs = self._kept
        stretches = _stretches(_of_maximum_one(_padded(traces, self.padding)))
        positions, states = stretches.shape[1], signs.shape[1]
        signed = np.empty((len(signs), len(traces), positions))
        size = max(1, _AMPLITUDES // len(filters))
        for number, own in enumerate(stretches):
            for start in range(0, positions, size):
                # a copy of all stretches at once would leave the cache
                rows = np.ascontiguousarray(own[start : start + size])
                squares = filters @ rows.T
                np.square(squares, out=squares)
                probabilities = squares[:states]
                probabilities += squares[states:]
                signed[:, number, start : start + len(rows)] = signs @ probabilities
        return np.asarray(signed[:-1] / np.maximum(signed[-1], EMPTY))


@dataclass(frozen=True, slots=True, eq=False)
class Convolution:
    """A convolution in the quanvolution's place, then rectified.

    Parameters
    ----------
    kernels : (channels, 32)
    bias : (channels,)
    padding : "valid" | "same"
    is_normalised : bool
        Each stretch is divided by its norm first.
    """

    kernels: Array
    bias: Array
    padding: Padding
    is_normalised: bool = False

    @property
    def out_channels(self) -> int:
        """Channels at each position."""
        return len(self.kernels)

    def __call__(self, traces: Array) -> Array:
        """Filter all traces."""
        padded = _padded(traces, self.padding)
        rows, positions = _rows(_of_maximum_one(padded) if self.is_normalised else padded)
        answer = self.kernels @ rows.T
        if self.is_normalised:
            answer *= _inverse_norms(rows, 0.5)
        answer += self.bias[:, None]
        np.maximum(answer, 0, out=answer)
        return answer.reshape(self.out_channels, len(traces), positions)


@dataclass(frozen=True, slots=True, eq=False)
class QuadraticFilters:
    """Free quadratic filters: channel k of a stretch ``w`` is ``w^T M_k w / w^T w``.

    Parameters
    ----------
    matrices : (channels, 32, 32)
        Symmetric.
    padding : "valid" | "same"
    """

    matrices: Array
    padding: Padding

    @property
    def out_channels(self) -> int:
        """Channels at each position."""
        return len(self.matrices)

    def __call__(self, traces: Array) -> Array:
        """Evaluate all forms at all positions of all traces."""
        rows, positions = _rows(_of_maximum_one(_padded(traces, self.padding)))
        side_by_side = self.matrices.transpose(1, 0, 2).reshape(KERNEL, -1)
        values = np.empty((self.out_channels, len(rows)), rows.dtype)
        for start in range(0, len(rows), _ROWS):
            block = rows[start : start + _ROWS]
            half = (block @ side_by_side).reshape(len(block), -1, KERNEL) * block[:, None]
            values[:, start : start + _ROWS] = half.sum(axis=2).T
        values *= _inverse_norms(rows, 1.0)
        return values.reshape(self.out_channels, len(traces), positions)


FrontEnd = Circuits | Convolution | QuadraticFilters


def front_end_of(shape: FrontShape, learned: LearnedNumbers, padding: Padding) -> FrontEnd:
    """Return a front end with its learned numbers.

    Raises
    ------
    KeyError, ValueError
        They do not fit.
    """
    if isinstance(shape, CircuitsShape):
        count = weight_count(shape.ansatz, shape.n_layers)
        weights = learned.take("front_end.weights", shape.n_circuits, count)
        tables = _tables(learned.values.pop("front_end.gates"), shape.n_circuits, count)
        return Circuits(tables, weights, shape.ansatz, shape.n_layers, padding)
    if shape.kind == "quadratic":
        forms = learned.take("front_end.forms", shape.channels, KERNEL, KERNEL)
        return QuadraticFilters(0.5 * (forms + forms.transpose(0, 2, 1)), padding)
    kernels = learned.take("front_end.convolution.weight", shape.channels, 1, KERNEL)
    bias = learned.take("front_end.convolution.bias", shape.channels)
    return Convolution(kernels[:, 0], bias, padding, shape.kind == "convolution_normalised")


def _tables(stacked: Array, n_circuits: int, n_weights: int) -> tuple[Gates, ...]:
    """Return the gates of each circuit, once they are known to be gates."""
    name = "front_end.gates"
    if stacked.dtype != np.int64 or stacked.ndim != 3 or stacked.shape[::2] != (n_circuits, 3):
        raise ValueError(f"{name} is {stacked.dtype} {stacked.shape}")
    tables = tuple(table[table[:, 0] >= 0] for table in stacked)
    for table in tables:
        kinds, qubits = table[:, 0], table[:, 1:]
        if (kinds > CZ).any() or (qubits < 0).any() or (qubits >= N_QUBITS).any():
            raise ValueError(f"{name} names a gate or qubit that there is not")
        if (kinds <= RZ).sum() > n_weights:
            raise ValueError(f"{name} has more rotations than there are weights")
    return tables


def _padded(traces: Array, padding: Padding) -> Array:
    traces = np.asarray(traces, np.float64)
    return np.pad(traces, ((0, 0), SAME_PADDING)) if padding == "same" else traces


def _of_maximum_one(traces: Array) -> Array:
    """Return traces of maximum 1, which keeps squares in range; empty ones stay so."""
    top = np.abs(traces).max(axis=1, keepdims=True)
    return traces / np.where(top > 0, top, 1)


def _rows(traces: Array) -> tuple[Array, int]:
    """Return all stretches as rows, ``(batch * positions, 32)``, and the positions of a trace.

    Raises
    ------
    ValueError
        The traces are shorter than a stretch.
    """
    stretches = _stretches(traces)
    return stretches.reshape(-1, KERNEL), stretches.shape[1]


def _stretches(traces: Array) -> Array:
    """Return all stretches, ``(batch, positions, 32)``, a view; see :func:`_rows`."""
    if traces.shape[1] < KERNEL:
        raise ValueError(f"a trace needs at least {KERNEL} points, got {traces.shape[1]}")
    return sliding_window_view(traces, KERNEL, axis=1)


def _inverse_norms(rows: Array, power: float) -> Array:
    """Return ``(w . w) ** -power`` of each row, 0 of an empty one."""
    squared = np.einsum("ij,ij->i", rows, rows)
    safe = np.where(squared > EMPTY, squared, 1)
    return np.where(squared > EMPTY, safe**-power, 0.0)
