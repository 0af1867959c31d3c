"""The foot that all lines of a spectrum share, in proportion to their heights.

Learnt from the trace's bends (second differences), which smooth tails of other lines do not enter,
beyond the lines themselves; robustly, so that what stands beside one line alone is not in it. For
each third of the multiplets it is learnt from the other two: what it foretells of a line comes from
lines of other multiplets.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from nmrquanv.progress import Report
from nmrquanv.spectra.array_rows import ArrayRows

if TYPE_CHECKING:
    from scipy.sparse import csr_array

Array = NDArray[np.float64]
Index = NDArray[np.int64]

REACH_HZ = 25.0
FOLDS = 3

MOST_SHARE = 0.05
"""Of the tallest line near by: what is taller is no part of a foot."""

_CORE_WIDTHS = 1.2
_PER_WIDTH, _BEND_WIDTHS = 8, 0.6
"""Steps of the foot for a usual width; how far apart the points of a bend are, in such widths."""

_ALIKE, _ROUNDS, _FAR, _RIDGE = 0.002, 4, 2.0, 1e-3
"""Share of its height by which a line's foot may differ from the others'; rounds of the fit, and
the usual misfits beyond which a point counts less."""

_LEARNING = "learning the foot of the lines"


@dataclass(frozen=True, slots=True, eq=False)
class FootedLines(ArrayRows):
    """Peaks of a spectrum, arrays over ``n``; Hz count from the trace's first point.

    Parameters
    ----------
    place, width : (n,) float64, Hz
    height : (n,) float64, intensity
    """

    place: Array
    width: Array
    height: Array


@dataclass(frozen=True, slots=True, eq=False)
class CommonFoot:
    """A trace's bends, and what the tall lines' common foot foretells of them.

    Parameters
    ----------
    tall : FootedLines
        The lines whose feet are looked at.
    fold : (n,) int64
        The third that each is of.
    curves : (3, 2 k + 1) float64
        Bends of a line of height 1, learnt without the lines of each third.
    step_hz : float
        From one of their points to the next; the line is in the middle.
    bends : (m,) float64
        Of the trace.
    point_hz, width_hz : float
        Of the trace's points; of a usual line.
    sigma : float
        Noise of the bends.
    """

    tall: FootedLines
    fold: Index
    curves: Array
    step_hz: float
    bends: Array
    point_hz: float
    width_hz: float
    sigma: float

    @classmethod
    def learnt(
        cls,
        on: tuple[Array, float, float],
        lines: tuple[FootedLines, Index, Index],
        asked: Index,
        report: Report,
    ) -> CommonFoot:
        """Learn it.

        Parameters
        ----------
        on : ((m,) float64, float, float)
            Trace, its noise, Hz from one of its points to the next.
        lines : (FootedLines, (k,) int64, (k,) int64)
            All peaks; which of them are tall; the multiplet that each tall one is of.
        asked : (p,) int64
            Peaks that will be asked for: no more is learnt than that takes.
        report : Report
            May cancel.
        """
        trace, sigma, point_hz = on
        every, which, multiplet = lines
        tall = every.chosen(which)
        stands = np.abs(tall.height) >= MOST_SHARE * np.abs(tall.height).max()
        width = float(np.median(tall.width[stands]))
        apart = max(1, round(_BEND_WIDTHS * width / point_hz))
        bends, sigma = _bends(trace, sigma, apart)
        fold = _folds(multiplet, np.abs(tall.height))
        step = max(1, int(width / _PER_WIDTH / point_hz)) * point_hz
        curves = np.zeros((FOLDS, 2 * int(np.ceil(REACH_HZ / step)) + 1))
        foot = cls(tall, fold, curves, step, bends, point_hz, width, sigma)
        system = _System.of(foot, every)
        tails = foot.tails(np.arange(which.size), every.place[asked])
        tails[which[:, None] == asked] = 0.0
        for number in np.unique(fold[np.argmax(tails, axis=0)]).tolist():
            report(number, FOLDS, _LEARNING)
            curves[number] = system.solved(number)
        return foot

    def around(self, hz: float, reach_hz: float) -> tuple[Array, Array]:
        """Return the places of the trace around one, Hz, and its bends there."""
        reach = int(reach_hz / self.point_hz)
        index = round(hz / self.point_hz) + np.arange(-reach, reach + 1)
        index = index[(index >= 0) & (index < self.bends.size)]
        return np.asarray(index * self.point_hz, dtype=np.float64), self.bends[index]

    def near(self, hz: float) -> Index:
        """Return the tall lines whose feet reach there, the one with the largest tail first."""
        near = np.flatnonzero(np.abs(self.tall.place - hz) < REACH_HZ)
        return np.asarray(near[np.argsort(-self.tails(near, np.array([hz]))[:, 0])])

    def tails(self, lines: Index, hz: Array) -> Array:
        """Return how far the tails of lines reach up, (lines, p); zero beyond their feet."""
        away = np.abs(hz - self.tall.place[lines][:, None])
        fall = 1.0 + (2.0 * away / self.tall.width[lines][:, None]) ** 2
        return np.where(away < REACH_HZ, np.abs(self.tall.height[lines])[:, None] / fall, 0.0)

    def foretold(self, lines: Index, fold: int, hz: Array) -> Array:
        """Return the bends that lines have at places, (p,), by what a third does not tell."""
        middle = self.curves.shape[1] // 2
        grid = self.step_hz * (np.arange(self.curves.shape[1]) - middle)
        away = hz - self.tall.place[lines][:, None]
        curve = np.interp(away, grid, self.curves[fold], left=0.0, right=0.0)
        return np.asarray(self.tall.height[lines] @ curve)


def _bends(trace: Array, sigma: float, apart: int) -> tuple[Array, float]:
    """Return how far a trace stands over the line through its points on both sides; its noise."""
    from scipy.ndimage import uniform_filter1d

    bends = np.zeros(trace.size)
    bends[apart:-apart] = trace[apart:-apart] - 0.5 * (trace[2 * apart :] + trace[: -2 * apart])
    smoothed = max(1, apart // 2)
    return uniform_filter1d(bends, smoothed), sigma * float(np.sqrt(1.5 / smoothed))


def _folds(multiplet: Index, height: Array) -> Index:
    """Return the third that each line is of: multiplets whole, the tallest dealt out first."""
    total = np.bincount(multiplet, weights=height)
    rank = np.empty(total.size, dtype=np.int64)
    rank[np.argsort(-total, kind="stable")] = np.arange(total.size)
    return np.asarray(rank[multiplet] % FOLDS)


@dataclass(frozen=True, slots=True, eq=False)
class _System:
    """Bends at places in feet, by the lines that stand near: ``rows @ foot = bends``."""

    rows: csr_array
    bends: Array
    weight: Array
    fold: Index

    @classmethod
    def of(cls, foot: CommonFoot, every: FootedLines) -> _System:
        """Collect the places that are in a foot, beyond all lines that are no part of one."""
        index = np.arange(0, foot.bends.size, round(foot.step_hz / foot.point_hz))
        hz = np.asarray(index * foot.point_hz, dtype=np.float64)
        tallest, tail, owner = np.zeros(hz.size), np.zeros(hz.size), np.zeros(hz.size, dtype=int)
        for number, at in enumerate(foot.tall.place.tolist()):
            near = _reached(hz, at)
            own = foot.tails(np.array([number]), hz[near])[0]
            owner[near] = np.where(own > tail[near], number, owner[near])
            tail[near] = np.maximum(own, tail[near])
            tallest[near] = np.maximum(tallest[near], abs(foot.tall.height[number]))
        is_in = tallest > 0.0
        ends = every.place + _CORE_WIDTHS * np.multiply.outer([-1.0, 1.0], every.width)
        for a, b, height in zip(*np.searchsorted(hz, ends), np.abs(every.height), strict=True):
            if a < b and height > MOST_SHARE * tallest[a:b].max():
                is_in[a:b] = False
        weight = 1.0 / np.hypot(foot.sigma, _ALIKE * tallest[is_in])
        rows = _rows(foot, hz[is_in])
        return cls(rows, foot.bends[index[is_in]], weight, foot.fold[owner[is_in]])

    def solved(self, without: int) -> Array:
        """Return the foot that all but a third tell, robustly; zeros where they are too few."""
        which = np.flatnonzero(self.fold != without)
        rows, bends, weight = self.rows[which], self.bends[which], self.weight[which]
        foot, trust = np.zeros(rows.shape[1]), np.ones(which.size)
        if which.size < foot.size:
            return foot
        for _ in range(_ROUNDS):
            scaled = rows.multiply((weight * trust)[:, None]).tocsr()
            normal = (scaled.T @ scaled).toarray()
            normal[np.diag_indices_from(normal)] += _RIDGE * np.trace(normal) / foot.size + 1e-300
            foot = np.linalg.solve(normal, scaled.T @ (weight * trust * bends))
            left = weight * (bends - rows @ foot)
            usual = max(1.0, 1.4826 * float(np.median(np.abs(left))))
            trust = 1.0 / np.sqrt(1.0 + (left / (_FAR * usual)) ** 2)
        return foot


def _reached(hz: Array, middle: float) -> slice:
    """Return which of the rising places a line's foot reaches."""
    first, last = np.searchsorted(hz, [middle - REACH_HZ, middle + REACH_HZ])
    return slice(int(first), int(last))


def _rows(foot: CommonFoot, hz: Array) -> csr_array:
    """Return what each step of the foot puts at each place: all lines near by, by their heights."""
    from scipy.sparse import csr_array

    size, values, places = foot.curves.shape[1], [], []
    for at, height in zip(foot.tall.place.tolist(), foot.tall.height.tolist(), strict=True):
        near = _reached(hz, at)
        row, step = np.arange(near.start, near.stop), (hz[near] - at) / foot.step_hz + size // 2
        left = np.clip(np.floor(step).astype(np.int64), 0, size - 2)
        share = np.clip(step - left, 0.0, 1.0)
        values += [height * (1.0 - share), height * share]
        places += [np.stack([row, left]), np.stack([row, left + 1])]
    parts = np.concatenate(values), np.concatenate(places, axis=1)
    return csr_array(parts, shape=(hz.size, size))
