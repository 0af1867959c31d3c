"""Which lines are fitted together, and on which stretch of the trace."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from nmrquanv.spectra.lineshapes import LN2

Array = NDArray[np.float64]

MAX_GROUP = 12
REACH = 2.2
"""Widths by which a group's stretch goes beyond its outer lines; nearer lines are one group."""

_MAX_POINTS = 160
_BATCH = 48


@dataclass(slots=True, eq=False)
class State:
    """Current values of all lines (``n``) while groups are fitted in turn."""

    position: Array
    log_fwhm: Array
    height: Array
    eta: Array

    def profile(self, which: NDArray[np.int64], x: Array) -> Array:
        """Return lines ``which`` (g, k) at points ``x`` (g, p); index -1 is no line."""
        safe = np.maximum(which, 0)
        half = 0.5 * np.exp(self.log_fwhm[safe])[:, None, :]
        u = (x[:, :, None] - self.position[safe][:, None, :]) / half
        eta = self.eta[safe][:, None, :]
        shape = eta / (1 + u * u) + (1 - eta) * np.exp(-LN2 * np.minimum(u * u, 200.0))
        height = np.where(which >= 0, self.height[safe], 0.0)[:, None, :]
        return np.asarray((height * shape).sum(axis=2))


def groups_of(positions: Array, widths: Array) -> list[NDArray[np.int64]]:
    """Return indices of lines that overlap, at most :data:`MAX_GROUP` together."""
    order = np.argsort(positions)
    gap = np.diff(positions[order]) / np.maximum(widths[order][1:], widths[order][:-1])
    pending = np.split(order, np.flatnonzero(gap > REACH) + 1)
    groups: list[NDArray[np.int64]] = []
    while pending:
        group = pending.pop()
        if group.size <= MAX_GROUP:
            groups.append(group)
            continue
        inner = np.diff(positions[group])
        # A cut near the middle: gaps count less towards the ends.
        place = np.minimum(np.arange(1, group.size), group.size - np.arange(1, group.size))
        at = int(np.argmax(inner * np.minimum(place, 3))) + 1
        pending += [group[:at], group[at:]]
    return groups


def batches_of(
    groups: list[NDArray[np.int64]], positions: Array, widths: Array
) -> list[list[NDArray[np.int64]]]:
    """Return groups sorted by size and extent, in batches."""

    def extent(group: NDArray[np.int64]) -> float:
        return float(np.ptp(positions[group]) + 2 * REACH * widths[group].max())

    ordered = sorted(groups, key=lambda g: (g.size, extent(g)))
    batches: list[list[NDArray[np.int64]]] = []
    for group in ordered:
        if batches and len(batches[-1]) < _BATCH and batches[-1][0].size == group.size:
            batches[-1].append(group)
        else:
            batches.append([group])
    return batches


@dataclass(slots=True, eq=False)
class Window:
    """A batch of groups with their stretch of the trace, padded to one shape.

    ``which`` (g, k) line indices; ``x`` (g, p) points relative to ``origin`` (g,);
    ``y`` (g, p) the trace less the other groups' lines; ``is_point`` (g, p) not padding.
    """

    which: NDArray[np.int64]
    x: Array
    y: Array
    signal: Array
    is_point: NDArray[np.bool_]
    step: NDArray[np.int64]

    @classmethod
    def of(
        cls,
        batch: list[NDArray[np.int64]],
        state: State,
        trace: Array,
        positions: Array,
        widths: Array,
    ) -> Window:
        """Cut the windows and subtract what other groups put there."""
        which = np.stack(batch)
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
        x = index.astype(np.float64)
        y = trace[index] - cls._others(which, state, x, first, last)
        return cls(which, x, y, trace[index], is_point, step)

    def chosen(self, groups: NDArray[np.bool_]) -> Window:
        """Return the windows of some of the groups."""
        return Window(
            self.which[groups],
            self.x[groups],
            self.y[groups],
            self.signal[groups],
            self.is_point[groups],
            self.step[groups],
        )

    @staticmethod
    def _others(
        which: NDArray[np.int64], state: State, x: Array, first: Array, last: Array
    ) -> Array:
        """Return the tails of all lines outside each group, nearest 24 by influence."""
        middle = 0.5 * (first + last)
        distance = np.abs(state.position[None, :] - middle[:, None]) + 1.0
        influence = np.abs(state.height) * np.exp(2 * state.log_fwhm) / distance**2
        np.put_along_axis(influence, which, -1.0, axis=1)
        k = min(24, influence.shape[1])
        nearest = np.argpartition(-influence, k - 1, axis=1)[:, :k]
        picked = np.take_along_axis(influence, nearest, axis=1)
        return state.profile(np.where(picked > 0, nearest, -1), x)
