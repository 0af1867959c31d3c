"""What stands beside a line, and beside the tall lines of its spectrum alike.

An uneven field, a modulation, a spectrometer's hum put the same small companion beside every line,
as far off and as tall for its line; couplings of a compound do so beside the lines of one multiplet
alone. So a small line is asked what its tall neighbour has in common with the other tall lines.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.float64]
Index = NDArray[np.int64]
Mask = NDArray[np.bool_]

_REACHES = (3.0, 10.0, 30.0)
"""In usual widths: how far from a tall line small ones are counted."""

_RINGS = ((0.0, 3.5), (3.5, 40.0))
"""In usual widths: where the taller neighbour of a line is looked for, near and far."""

COMMON_EVIDENCE = (
    "small_3", "any_3", "small_10", "any_10", "small_30", "any_30", "tall_lines",
    "near_shared", "near_asked", "far_shared", "far_asked",
)  # fmt: skip
"""Names of the evidence: how many small lines stand within some widths of the tall ones, on an
average, and beside which share of these any does; how many tall lines there are; of those that
were asked, near and far neighbours apart, the share that has the same companion, and how many."""

_TALL, _TALL_SNR, _SMALL, _SEEN_SNR = 40, 50.0, 0.3, 4.0
_TALLER, _ELSEWHERE, _CLEAR_SNR = 1.5, 15.0, 5.0
_SLACK_WIDTHS, _SLACK_SHARE, _AS_TALL, _NEAREST = 0.25, 0.02, 1.6, 4
_BESIDE = 64
"""Lines on either side that are looked at."""

_NOBODY, _NOBODY_ELSE = -0.2, -0.1
"""Said in place of a share where no taller line stands there, and where no other can be asked."""


def common_neighbours(position: Array, height: Array, noise: Array, usual: float) -> list[Array]:
    """Return :data:`COMMON_EVIDENCE` of each line.

    Parameters
    ----------
    position, height, noise : (n,) float64
        Points and intensities, in any order.
    usual : float, points
        Width of the spectrum's lines.

    Returns
    -------
    list of (n,) float64
    """
    order = np.argsort(position, kind="stable")
    lines = _Sorted(position[order], height[order], noise[order], usual)
    back = np.argsort(order)
    return [column[back] for column in (*lines.about_tall(), *lines.shared())]


class _Sorted:
    """Lines by position, and the tall ones among them."""

    def __init__(self, position: Array, height: Array, noise: Array, usual: float) -> None:
        self.position, self.height, self.noise, self.usual = position, height, noise, usual
        self.tall = self._tall()

    def _tall(self) -> Index:
        """Return the tallest lines but those that are small beside another."""
        line, _ = self._parents(*_RINGS[0], 1.0 / _SMALL)
        stands_alone = self.height > _TALL_SNR * self.noise
        stands_alone[line] = False
        tallest = np.argsort(-self.height, kind="stable")
        return tallest[stands_alone[tallest]][:_TALL]

    def about_tall(self) -> list[Array]:
        """Return what stands about the tall lines; the same for every line."""
        tall, n = self.tall, self.position.size
        away = np.abs(self.position - self.position[tall, None])
        share = self.height / self.height[tall, None]
        small = (share < _SMALL) & (
            share * self.height[tall, None] > _SEEN_SNR * self.noise[tall, None]
        )
        told = []
        for reach in _REACHES:
            count = (small & (away <= reach * self.usual)).sum(axis=1)
            mean, beside = (float(x.mean()) if tall.size else 0.0 for x in (count, count > 0))
            told += [np.log2(1.0 + mean), beside]
        return [np.full(n, value) for value in (*told, np.log2(1.0 + tall.size))]

    def shared(self) -> list[Array]:
        """Return which share of the tall lines has the companion that each line would be."""
        told = []
        for ring in _RINGS:
            share, asked = np.full(self.position.size, _NOBODY), np.zeros(self.position.size)
            line, parent = self._parents(*ring, _TALLER)
            able, has = self._asked(line, parent)
            count = able.sum(axis=1)
            found = (able & has).sum(axis=1) / np.maximum(count, 1)
            share[line] = np.where(count > 0, found, _NOBODY_ELSE)
            asked[line] = np.log2(1.0 + count)
            told += [share, asked]
        return told

    def _parents(self, least: float, most: float, taller: float) -> tuple[Index, Index]:
        """Return lines with one so much taller in a ring about them, and the tallest of those."""
        n = self.position.size
        step = np.concatenate([np.arange(-_BESIDE, 0), np.arange(1, _BESIDE + 1)])
        other = np.arange(n)[:, None] + step
        is_there = (other >= 0) & (other < n)
        other = np.clip(other, 0, n - 1)
        away = np.abs(self.position[other] - self.position[:, None])
        is_there &= (away > least * self.usual) & (away <= most * self.usual)
        is_there &= self.height[other] > taller * self.height[:, None]
        tallest = np.argmax(np.where(is_there, self.height[other], -np.inf), axis=1)
        line = np.flatnonzero(is_there.any(axis=1))
        return line, other[line, tallest[line]]

    def _asked(self, line: Index, parent: Index) -> tuple[Mask, Mask]:
        """Return which tall lines would show a line's companion, and which have it: (m, tall)."""
        tall, n = self.tall, self.position.size
        off = self.position[line] - self.position[parent]
        share = self.height[line] / self.height[parent]
        able = share[:, None] * self.height[tall] > _CLEAR_SNR * self.noise[tall]
        gap = np.abs(self.position[tall] - self.position[parent, None])
        able &= gap > _ELSEWHERE * self.usual
        slack = np.maximum(_SLACK_WIDTHS * self.usual, _SLACK_SHARE * np.abs(off))
        target = self.position[tall] + off[:, None]
        after = np.searchsorted(self.position, target)
        has = np.zeros(able.shape, dtype=bool)
        for step in range(-_NEAREST // 2, _NEAREST // 2):
            near = np.clip(after + step, 0, n - 1)
            is_here = np.abs(self.position[near] - target) < slack[:, None]
            part = self.height[near] / self.height[tall] / share[:, None]
            has |= is_here & (part > 1.0 / _AS_TALL) & (part < _AS_TALL)
        return able, has
