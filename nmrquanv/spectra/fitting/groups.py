"""Which lines are fitted together, and on which stretch of the trace."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from nmrquanv.spectra.array_rows import ArrayRows
from nmrquanv.spectra.fitting.common_shape import CommonShape
from nmrquanv.spectra.lineshapes import LN2

Array = NDArray[np.float64]

MAX_GROUP = 12
REACH = 2.2
"""Widths by which a group's stretch goes beyond its outer lines; nearer lines are one group."""

_MAX_POINTS, _FEWEST_STEPS, _UNLIKE = 160, 4.0, 3.0
"""Most points of a stretch; points that a line has at least, where another is so many times as
broad: lines of such different widths are no one group."""

_SIZES = (1, 3, 6, MAX_GROUP)
"""Lines of the groups of a batch, at most: smaller groups are padded."""

_BATCH, _BATCH_SIZE = 256, 60_000
"""Groups solved together: as many as their derivatives fit into a processor's cache."""

SHAPE_ERROR = 0.01
"""Share of the local signal by which a real line may miss the model shape; weights the fit."""

_OTHERS = 24

_GAUSS_REACH = 6.0
"""In half widths: beyond, a Gaussian has 1e-11 of its height."""


@dataclass(slots=True, eq=False)
class LineValues:
    """Current values of all lines (``n``) while groups are fitted in turn.

    ``common`` is what they have beyond the model line; None where nobody knows.
    """

    position: Array
    log_fwhm: Array
    height: Array
    eta: Array
    common: CommonShape | None = None

    def profile(self, which: NDArray[np.int64], x: Array) -> Array:
        """Return lines ``which`` (g, k) at points ``x`` (g, p); index -1 is no line."""
        safe = np.maximum(which, 0)
        per_half = 2.0 * np.exp(-self.log_fwhm[safe])
        middle, eta = self.position[safe], self.eta[safe]
        height = np.where(which >= 0, self.height[safe], 0.0)
        u = x[:, None, :] - middle[:, :, None]
        u *= per_half[:, :, None]
        # Most lines are so far that nothing of their Gaussian is left.
        low, high = x.min(axis=1, keepdims=True), x.max(axis=1, keepdims=True)
        away = np.maximum(np.maximum(low - middle, middle - high), 0.0) * per_half
        beyond = np.zeros(x.shape)
        if self.common is not None:
            near = np.nonzero((away < self.common.reach) & (height != 0.0))
            own = self.common.at(u[near], self.log_fwhm[safe][near])[0]
            np.add.at(beyond, near[0], own * height[near][:, None])
        u *= u
        near = np.nonzero((away < _GAUSS_REACH) & (height != 0.0))
        gauss = np.exp(np.maximum(-LN2 * u[near], -140.0))
        gauss *= (height * (1.0 - eta))[near][:, None]
        u += 1.0
        np.reciprocal(u, out=u)
        profile = ((height * eta)[:, None, :] @ u)[:, 0]
        np.add.at(profile, near[0], gauss)
        return np.asarray(profile + beyond)


def groups_of(positions: Array, widths: Array) -> list[NDArray[np.int64]]:
    """Return indices of lines that overlap, at most :data:`MAX_GROUP` together."""
    pending = _apart(np.argsort(positions), positions, widths)
    groups: list[NDArray[np.int64]] = []
    while pending:
        group = pending.pop()
        narrow = _too_narrow(group, positions, widths)
        if narrow.any():
            parts = group[narrow], group[~narrow]
            pending += [own for part in parts for own in _apart(part, positions, widths)]
            continue
        if group.size <= MAX_GROUP:
            groups.append(group)
            continue
        inner = np.diff(positions[group])
        # A cut near the middle: gaps count less towards the ends.
        place = np.minimum(np.arange(1, group.size), group.size - np.arange(1, group.size))
        at = int(np.argmax(inner * np.minimum(place, 3))) + 1
        pending += [group[:at], group[at:]]
    return groups


def _apart(group: NDArray[np.int64], positions: Array, widths: Array) -> list[NDArray[np.int64]]:
    """Return lines, which come by position, in parts that do not overlap."""
    gap = np.diff(positions[group]) / np.maximum(widths[group][1:], widths[group][:-1])
    return np.split(group, np.flatnonzero(gap > REACH) + 1)


def _too_narrow(group: NDArray[np.int64], positions: Array, widths: Array) -> NDArray[np.bool_]:
    """Tell which lines would have too few points beside the broadest of their group.

    The narrower ones, up to where the widths differ most, if any of them would.
    """
    own = np.sort(widths[group])
    step = np.ceil((np.ptp(positions[group]) + 2 * REACH * own[-1]) / _MAX_POINTS)
    if step <= 1 or own[0] >= _FEWEST_STEPS * step:
        return np.zeros(group.size, dtype=bool)
    ratio = own[1:] / own[:-1]
    if ratio.size == 0 or ratio.max() < _UNLIKE:
        return np.zeros(group.size, dtype=bool)
    return np.asarray(widths[group] <= own[int(np.argmax(ratio))], dtype=bool)


def batches_of(
    groups: list[NDArray[np.int64]], positions: Array, widths: Array
) -> list[list[NDArray[np.int64]]]:
    """Return groups of alike size and extent, in batches."""
    if not groups:
        return []
    lines, count = np.concatenate(groups), np.array([group.size for group in groups])
    start = np.cumsum(count) - count
    place, wide = positions[lines], np.maximum.reduceat(widths[lines], start)
    span = np.maximum.reduceat(place, start) - np.minimum.reduceat(place, start)
    extent = (span + 2 * REACH * wide).tolist()
    room = np.array(_SIZES)[np.searchsorted(_SIZES, count)].tolist()
    batches: list[list[NDArray[np.int64]]] = []
    before = 0
    for size, reach, i in sorted(zip(room, extent, range(len(groups)), strict=True)):
        # The last of a batch is the longest; all are padded to it.
        most = min(_BATCH, _BATCH_SIZE / (min(reach, _MAX_POINTS) * (3 * size + 3)))
        if batches and len(batches[-1]) < most and before == size:
            batches[-1].append(groups[i])
        else:
            batches.append([groups[i]])
        before = size
    return batches


@dataclass(slots=True, eq=False)
class GroupWindow(ArrayRows):
    """A batch of groups with their stretch of the trace, padded to one shape.

    ``which`` (g, k) line indices, groups of fewer lines filled up with their first; ``is_line``
    (g, k) not padding; ``others`` (g, 24) lines of other groups whose tails reach here,
    -1 for none; ``x`` (g, p) points; ``y`` (g, p) the trace less the others' tails; ``signal``
    (g, p) the trace; ``is_point`` (g, p) not padding; ``step`` (g,) points of the trace from one to
    the next.
    """

    which: NDArray[np.int64]
    is_line: NDArray[np.bool_]
    others: NDArray[np.int64]
    x: Array
    y: Array
    signal: Array
    is_point: NDArray[np.bool_]
    step: NDArray[np.int64]

    @classmethod
    def of(
        cls,
        batch: list[NDArray[np.int64]],
        state: LineValues,
        trace: Array,
        positions: Array,
        widths: Array,
    ) -> GroupWindow:
        """Cut the windows, and see whose tails reach there."""
        size = np.array([group.size for group in batch])
        is_line = np.arange(size.max()) < size[:, None]
        which = np.repeat([group[:1] for group in batch], size.max(), axis=1)
        which[is_line] = np.concatenate(batch)
        width = np.maximum(widths[which], 3.0)
        first = np.floor((positions[which] - REACH * width).min(axis=1)).astype(int)
        last = np.ceil((positions[which] + REACH * width).max(axis=1)).astype(int)
        first = np.clip(first, 0, max(0, trace.size - 6))
        last = np.clip(last, first + 5, trace.size - 1)
        step = np.maximum(1, -(-(last - first + 1) // _MAX_POINTS))
        count = (last - first) // step + 1
        index = first[:, None] + step[:, None] * np.arange(count.max())
        is_point = np.arange(count.max()) < count[:, None]
        index = np.minimum(index, trace.size - 1)
        signal = trace[index]
        others = cls._others(which, state, 0.5 * (first + last))
        return cls(which, is_line, others, index.astype(np.float64), signal, signal, is_point, step)

    @property
    def groups(self) -> list[NDArray[np.int64]]:
        """The lines of each group."""
        return [own[real] for own, real in zip(self.which, self.is_line, strict=True)]

    def take_off(self, state: LineValues) -> Array:
        """Take the others' tails off, as they are now, and return them (g, p)."""
        tails = state.profile(self.others, self.x)
        self.y = self.signal - tails
        return tails

    def weight(self, sigma: float) -> Array:
        """Return the inverse variance of noise and shape error (g, p); 0 on padding."""
        variance = sigma**2 + (SHAPE_ERROR * np.abs(self.signal)) ** 2
        return np.asarray(self.is_point / variance)

    def unlike_baseline(self, moved: Array, sigma: float) -> Array:
        """Return the weighted squares (g,) of a change (g, p) that no straight line takes up."""
        weight, x = self.weight(sigma), self.x - self.x[:, :1]
        whole = np.maximum(weight.sum(axis=1, keepdims=True), 1e-300)
        x = x - (weight * x).sum(axis=1, keepdims=True) / whole
        rest = moved - (weight * moved).sum(axis=1, keepdims=True) / whole
        spread = np.maximum((weight * x * x).sum(axis=1, keepdims=True), 1e-300)
        rest -= x * (weight * x * rest).sum(axis=1, keepdims=True) / spread
        return np.asarray((weight * rest * rest).sum(axis=1))

    @staticmethod
    def _others(which: NDArray[np.int64], state: LineValues, middle: Array) -> NDArray[np.int64]:
        """Return the lines outside each group, nearest 24 by influence."""
        distance = np.abs(state.position[None, :] - middle[:, None]) + 1.0
        influence = np.abs(state.height) * np.exp(2 * state.log_fwhm) / distance**2
        np.put_along_axis(influence, which, -1.0, axis=1)
        k = min(_OTHERS, influence.shape[1])
        nearest = np.argpartition(-influence, k - 1, axis=1)[:, :k]
        picked = np.take_along_axis(influence, nearest, axis=1)
        return np.where(picked > 0, nearest, -1).astype(np.int64)
