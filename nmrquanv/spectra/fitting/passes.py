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
from nmrquanv.spectra.fitting.standard_errors import ERRORS, errors

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
    lines : (4, k) float64
        Positions, logarithms of the widths, heights and Lorentzian shares.
    cost : float
        Weighted squares that are left.
    is_done : bool
        Whether further steps gain nothing.
    errors : (names, k) float64, or None
        Standard errors and misfit of the lines, in the order of
        :data:`nmrquanv.spectra.fitting.standard_errors.ERRORS`; None where they have not been asked
        for since.
    """

    tails: Array
    typical_eta: float
    lines: Array
    cost: float
    is_done: bool
    errors: Array | None = None


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
        so_far = _SoFar({n: self.known[key] for n, key in keys.items() if key in self.known})
        so_far.start(groups, state)
        batches = batches_of(groups, self.position, fwhm)
        total = (_PASSES + 1) * len(batches)
        more = 1 if state.common is None else _BENT
        windows = []
        for batch in batches:
            report(0, total, "refining peaks")
            windows.append(GroupWindow.of(batch, state, self.trace, self.position, fwhm))
        for step in range(_PASSES):
            eta = float(np.median(state.eta))
            stale = [g for window in windows for g in self._stale(window, so_far, state, eta)]
            if not stale:
                break
            parts = batches_of(stale, self.position, fwhm)
            for done, batch in enumerate(parts):
                report(step * len(batches) + done, total, "refining peaks")
                self._solve(batch, so_far, state, more * (_STEPS if step else _FIRST_STEPS))
        for done, window in enumerate(windows):
            report(_PASSES * len(batches) + done, total, "refining peaks")
            self._add_errors(window, so_far, state)
        self.known.update((keys[n], found) for n, found in so_far.solved.items())
        return so_far.errors(groups)

    def _add_errors(self, window: GroupWindow, so_far: _SoFar, state: LineValues) -> None:
        """Give errors to the groups that have been solved since they had some."""
        first = window.which[:, 0].tolist()
        asks = np.flatnonzero([so_far.solved[n].errors is None for n in first])
        if not asks.size:
            return
        part = window if asks.size == len(first) else window.chosen(asks)
        part.take_off(state)
        fit = self._fit(part, state, float(np.median(state.eta)))
        found = errors(fit, fit.current(state), self.correlation)
        every = np.stack([found[name] for name in ERRORS], axis=1)
        count = part.is_line.sum(axis=1).tolist()
        for n, own, k in zip(part.which[:, 0].tolist(), every, count, strict=True):
            so_far.solved[n] = replace(so_far.solved[n], errors=own[:, :k])

    def _key(self, group: Index) -> bytes:
        lines = self.position[group], self.log_fwhm[group], np.array([self.width_err])
        return b"".join(values.tobytes() for values in lines)

    def _stale(
        self, window: GroupWindow, so_far: _SoFar, state: LineValues, eta: float
    ) -> list[Index]:
        """Return the groups that are not solved, or see other tails than when they were."""
        first = window.which[:, 0]
        known = [so_far.solved.get(n) for n in first.tolist()]
        stale = np.array([old is None or not old.is_done for old in known], dtype=bool)
        asks = np.flatnonzero(~stale & so_far.sees_others(window))
        if asks.size:
            part = window if asks.size == first.size else window.chosen(asks)
            moved, points = part.take_off(state), part.x.shape[1]
            cost = np.zeros(asks.size)
            for i, n in enumerate(asks.tolist()):
                if (old := known[n]) is not None:
                    cost[i], p = old.cost, min(old.tails.size, points)
                    moved[i, :p] -= old.tails[:p]  # what is beyond has no weight
            so_far.seen[first[asks]] = so_far.turn
            stale[asks] = part.unlike_baseline(moved, self.sigma) > _CALM[0] + _CALM[1] * cost
        typical = np.array([np.inf if old is None else old.typical_eta for old in known])
        stale |= np.abs(typical - eta) > _ETA_STEP
        groups = window.groups
        return [groups[i] for i in np.flatnonzero(stale).tolist()]

    def _solve(self, batch: list[Index], so_far: _SoFar, state: LineValues, steps: int) -> None:
        """Solve groups with the others' tails taken off as they are now."""
        window = GroupWindow.of(batch, state, self.trace, self.position, np.exp(self.log_fwhm))
        tails, eta = window.take_off(state), float(np.median(state.eta))
        first = [int(group[0]) for group in batch]
        is_new = np.array([n not in so_far.solved for n in first])
        found = self._fit(window, state, eta).solve(state, is_new, steps)
        so_far.turn += 1
        so_far.moved[window.which] = so_far.turn
        so_far.seen[first] = -1  # of other neighbours, maybe, than are asked about tails
        lines = np.stack([getattr(state, name)[window.which] for name in _LINE], axis=1)
        told = zip(first, batch, tails, lines, found.cost, found.is_done, strict=True)
        for n, group, tail, own, cost, is_done in told:
            so_far.solved[n] = Solved(tail, eta, own[:, : group.size], float(cost), bool(is_done))

    def _fit(self, window: GroupWindow, state: LineValues, eta: float) -> GroupFit:
        place = self.position, self.log_fwhm, self.max_shift, self.start_err
        prior = Prior(*place, eta, self.least, self.width_err)
        return GroupFit.of(window, state, prior, self.sigma, self.level)


class _SoFar:
    """How far the groups of one fit are, each named by its first line.

    ``solved`` are those that have been; ``moved`` in which turn each line was solved last, and
    ``seen`` in which its group last looked at the others' tails, -1 for one that has to.
    """

    def __init__(self, solved: dict[int, Solved]) -> None:
        self.solved, self.turn = solved, 0
        self.moved = self.seen = np.zeros(0, dtype=np.int64)

    def start(self, groups: list[Index], state: LineValues) -> None:
        """Put the lines of known groups where they were solved before."""
        self.moved = np.zeros(state.position.size, dtype=np.int64)
        self.seen = self.moved - 1
        known = [(group, self.solved[n]) for group in groups if (n := int(group[0])) in self.solved]
        if not known:
            return
        state.eta[:] = float(np.median([old.typical_eta for _, old in known]))
        which = np.concatenate([group for group, _ in known])
        lines = np.concatenate([old.lines for _, old in known], axis=1)
        for name, values in zip(_LINE, lines, strict=True):
            getattr(state, name)[which] = values

    def sees_others(self, window: GroupWindow) -> NDArray[np.bool_]:
        """Tell which groups have neighbours that were solved since they last looked at them."""
        last = np.where(window.others < 0, -1, self.moved[window.others]).max(axis=1)
        return np.asarray(last > self.seen[window.which[:, 0]], dtype=bool)

    def errors(self, groups: list[Index]) -> dict[str, Array]:
        """Return errors and misfit of all lines."""
        which = np.concatenate(groups)
        told = [own for group in groups if (own := self.solved[int(group[0])].errors) is not None]
        found = np.zeros((len(ERRORS), which.size))
        found[:, which] = np.concatenate(told, axis=1)
        return dict(zip(ERRORS, found, strict=True))
