"""Groups solved in turn, until none changes any more what the others see.

A group is solved with the tails of all others taken off. Once these have moved by less than any
error bar shows, it is left alone; and where the next fit asks for the same lines beside the same
neighbours, it finds them solved (:class:`Solved`).
"""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from nmrquanv.progress import Report
from nmrquanv.spectra.fitting.groups import GroupWindow, LineValues, batches_of, groups_of
from nmrquanv.spectra.fitting.least_squares import GroupFit
from nmrquanv.spectra.fitting.level import Level
from nmrquanv.spectra.fitting.priors import WIDTH_ERR, Prior
from nmrquanv.spectra.fitting.standard_errors import errors

Array = NDArray[np.float64]
Index = NDArray[np.int64]

_PASSES, _FIRST_STEPS, _STEPS, _BENT = 4, 8, 5, 2
"""Most passes, and steps of each: what needs more goes on in the next, together with all others
that do. A shape with wiggles has narrow, bent valleys, which take twice as many."""

_CALM = (0.2, 5e-3)
"""Weighted squares by which tails may move, absolute and for each of those that are left."""

_ETA_STEP = 0.1
_LINE = ("position", "log_fwhm", "height", "eta")
_MOST_KEPT = 20_000


@dataclass(frozen=True, slots=True, eq=False)
class Solved:
    """A group as it was solved last.

    Parameters
    ----------
    tails : (p,) float64
        Of the other groups.
    typical_eta : float
    position, log_fwhm, height, eta : (k,) float64
    cost : float
        Weighted squares that are left.
    is_done : bool
        Whether further steps gain nothing.
    errors : dict of str to (k,) float64, or None
        Standard errors and misfit of the lines; None where they have not been asked for since.
    """

    tails: Array
    typical_eta: float
    position: Array
    log_fwhm: Array
    height: Array
    eta: Array
    cost: float
    is_done: bool
    errors: dict[str, Array] | None = None


Known = dict[bytes, Solved]
"""Solved groups by where their lines start."""


@dataclass(frozen=True, slots=True, eq=False)
class Passes:
    """A fit of many lines: arrays over all lines ``n``; points.

    Parameters
    ----------
    trace : (m,) float64
    sigma : float
    correlation : (lags,) float64
    position, log_fwhm : (n,) float64
        Where lines start.
    max_shift, start_err : float, widths
    least : float, points
        Narrower lines are placed and moved as if they were so wide.
    level : Level
        That the groups stand on.
    known : dict
        Groups that fits of the same trace have solved; added to.
    width_err : float
        How well the logarithms of the widths are known beforehand.
    """

    trace: Array
    sigma: float
    correlation: Array
    position: Array
    log_fwhm: Array
    max_shift: float
    start_err: float
    least: float
    level: Level
    known: Known
    width_err: float = WIDTH_ERR

    def run(self, state: LineValues, report: Report) -> dict[str, Array]:
        """Solve all groups in place; return errors and misfit of all lines."""
        fwhm = np.exp(self.log_fwhm)
        if len(self.known) > _MOST_KEPT:
            self.known.clear()
        groups = groups_of(self.position, fwhm)
        keys = {int(g[0]): self._key(g) for g in groups}
        solved = {n: self.known[key] for n, key in keys.items() if key in self.known}
        if solved:
            state.eta[:] = float(np.median([old.typical_eta for old in solved.values()]))
        for group in groups:
            if int(group[0]) in solved:
                _recall(group, solved[int(group[0])], state)
        batches = batches_of(groups, self.position, fwhm)
        total = (_PASSES + 1) * len(batches)
        more = 1 if state.common is None else _BENT
        windows = []
        for batch in batches:
            report(0, total, "refining peaks")
            windows.append(GroupWindow.of(batch, state, self.trace, self.position, fwhm))
        for step in range(_PASSES):
            stale = [g for window in windows for g in self._stale(window, solved, state)]
            if not stale:
                break
            parts = batches_of(stale, self.position, fwhm)
            for done, batch in enumerate(parts):
                report(step * len(batches) + done, total, "refining peaks")
                self._solve(batch, solved, state, more * (_STEPS if step else _FIRST_STEPS))
        for done, window in enumerate(windows):
            report(_PASSES * len(batches) + done, total, "refining peaks")
            self._add_errors(window, solved, state)
        self.known.update((keys[n], found) for n, found in solved.items())
        out: dict[str, Array] = {}
        for group in groups:
            for name, own in (solved[int(group[0])].errors or {}).items():
                out.setdefault(name, np.zeros(self.position.size))[group] = own
        return out

    def _add_errors(
        self, window: GroupWindow, solved: dict[int, Solved], state: LineValues
    ) -> None:
        """Give errors to the groups that have been solved since they had some."""
        asks = np.array([solved[int(w[0])].errors is None for w in window.which], dtype=bool)
        if not asks.any():
            return
        part = window.chosen(asks)
        part.take_off(state)
        fit = self._fit(part, state)
        found = errors(fit, fit.current(state), self.correlation)
        for i, (group, real) in enumerate(zip(part.groups, part.is_line, strict=True)):
            own = {name: values[i][real] for name, values in found.items()}
            solved[int(group[0])] = replace(solved[int(group[0])], errors=own)

    def _key(self, group: Index) -> bytes:
        lines = self.position[group], self.log_fwhm[group], np.array([self.width_err])
        return b"".join(values.tobytes() for values in lines)

    def _stale(
        self, window: GroupWindow, solved: dict[int, Solved], state: LineValues
    ) -> list[Index]:
        """Return the groups that are not solved, or see other tails than when they were."""
        known = [solved.get(group[0]) for group in window.which.tolist()]
        asks = np.array([old is not None and old.is_done for old in known], dtype=bool)
        if not asks.any():
            return window.groups
        stale, eta = ~asks, float(np.median(state.eta))
        part = window.chosen(asks)
        moved, points = part.take_off(state), part.x.shape[1]
        for i, old in enumerate(o for o in known if o is not None and o.is_done):
            p = min(old.tails.size, points)
            moved[i, :p] -= old.tails[:p]
            moved[i, p:] = 0.0
        cost = np.array([old.cost for old in known if old is not None and old.is_done])
        stale[asks] = part.unlike_baseline(moved, self.sigma) > _CALM[0] + _CALM[1] * cost
        stale |= np.array([old is None or abs(old.typical_eta - eta) > _ETA_STEP for old in known])
        return [group for group, is_stale in zip(window.groups, stale, strict=True) if is_stale]

    def _solve(
        self, batch: list[Index], solved: dict[int, Solved], state: LineValues, steps: int
    ) -> None:
        """Solve groups with the others' tails taken off as they are now."""
        window = GroupWindow.of(batch, state, self.trace, self.position, np.exp(self.log_fwhm))
        tails, eta = window.take_off(state), float(np.median(state.eta))
        is_new = np.array([int(group[0]) not in solved for group in batch])
        found = self._fit(window, state).solve(state, is_new, steps)
        for i, group in enumerate(batch):
            solved[int(group[0])] = Solved(
                tails[i],
                eta,
                state.position[group],
                state.log_fwhm[group],
                state.height[group],
                state.eta[group],
                float(found.cost[i]),
                bool(found.is_done[i]),
            )

    def _fit(self, window: GroupWindow, state: LineValues) -> GroupFit:
        eta = float(np.median(state.eta))
        place = self.position, self.log_fwhm, self.max_shift, self.start_err
        prior = Prior(*place, eta, self.least, self.width_err)
        return GroupFit.of(window, state, prior, self.sigma, self.level)


def _recall(group: Index, old: Solved, state: LineValues) -> None:
    """Put lines where they were solved before."""
    for name in _LINE:
        getattr(state, name)[group] = getattr(old, name)
