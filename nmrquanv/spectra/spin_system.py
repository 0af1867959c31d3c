"""Spin systems as molecules have them, and the lines that each of their signals shows.

A molecule has too many spins for one Hamiltonian. Spins that are coupled strongly (their coupling
is no longer small beside the distance of their shifts) are solved together, exactly, and so are two
such clusters whose spins are coupled unevenly to each other, as in a ring with two kinds of
neighbours (AA'XX'). All other couplings only move the lines of a cluster, as they do at first
order, one copy for every state of the spins outside.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from nmrquanv.spectra.signals import Signal
from nmrquanv.spectra.simulation.spin_systems import MAX_SPINS, Sticks, transitions

STRONG = 0.05
"""Coupling over distance from which two spins are solved together: a doublet's roof of 10 %."""

_NEGLIGIBLE_HZ = 0.05
_SAME_HZ = 0.02
_SAME_PPM = 1e-6
_FAINT = 0.01
_APART_HZ = 25.0  # more than any coupling of protons: lines further apart are two signals

Array = NDArray[np.float64]


@dataclass(frozen=True, slots=True, eq=False)
class SpinSystem:
    """Groups of equivalent spins 1/2 of one nuclide, and their couplings.

    Parameters
    ----------
    nucleus : str
        Such as ``1H``.
    names : tuple of str
    shift_ppm : (n,) float64
    count : (n,) int64
        Spins in each group: 3 for a methyl group.
    coupling_hz : (n, n) float64
        Symmetric; zero on the diagonal.
    """

    nucleus: str
    names: tuple[str, ...]
    shift_ppm: Array
    count: NDArray[np.int64]
    coupling_hz: Array

    def clusters(self, sf_mhz: float) -> list[list[int]]:
        """Return the groups that are solved together, at a spectrometer frequency in MHz.

        Where more spins hang together than can be solved, the weakest of these bonds are cut.
        """
        away = np.abs(self.shift_ppm[:, None] - self.shift_ppm) * sf_mhz
        bond = np.abs(self.coupling_hz) / np.maximum(away, 1e-9)
        limit = STRONG
        while True:
            found = _connected(bond > limit)
            large = [c for c in found if self.count[c].sum() > MAX_SPINS]
            if not large:
                return self._with_uneven(found)
            inside = np.concatenate([bond[np.ix_(c, c)].ravel() for c in large])
            limit = float(inside[inside > limit].min())

    def _with_uneven(self, clusters: list[list[int]]) -> list[list[int]]:
        """Join clusters of several groups that feel each other unevenly, as far as can be solved.

        The states of strongly coupled spins outside are no products, which only even couplings
        do not feel.
        """
        found = list(clusters)
        while True:
            pairs = [
                (float(np.ptp(self.coupling_hz[np.ix_(a, b)])), a, b)
                for k, a in enumerate(found)
                for b in found[:k]
                if min(len(a), len(b)) > 1 and self.count[a + b].sum() <= MAX_SPINS
            ]
            unevenness, a, b = max(pairs, key=lambda pair: pair[0], default=(0.0, [], []))
            if unevenness <= _NEGLIGIBLE_HZ:
                return sorted(found)
            found = [c for c in found if c not in (a, b)] + [sorted(a + b)]

    def joined(self) -> SpinSystem:
        """Return the system with equivalent groups as one: same shift, same couplings to others."""
        taken: list[list[int]] = []
        for k in range(len(self.names)):
            alike = (group for group in taken if self._are_alike(group[0], k))
            if (group := next(alike, None)) is None:
                taken.append([k])
            else:
                group.append(k)
        first = [group[0] for group in taken]
        return SpinSystem(
            self.nucleus,
            tuple(self.names[k] for k in first),
            self.shift_ppm[first],
            np.array([self.count[group].sum() for group in taken]),
            self.coupling_hz[np.ix_(first, first)],
        )

    def _are_alike(self, one: int, other: int) -> bool:
        outside = np.setdiff1d(np.arange(len(self.names)), (one, other))
        away = np.abs(self.coupling_hz[one, outside] - self.coupling_hz[other, outside])
        is_same = abs(self.shift_ppm[one] - self.shift_ppm[other]) < _SAME_PPM
        return bool(is_same and away.max(initial=0.0) < _SAME_HZ)

    def signals(self, sf_mhz: float) -> list[Signal]:
        """Return the signals of each cluster, the lines of each about their centre of gravity."""
        return [s for cluster in self.clusters(sf_mhz) for s in self._signals(cluster, sf_mhz)]

    def _signals(self, cluster: list[int], sf_mhz: float) -> list[Signal]:
        spins = np.repeat(cluster, self.count[cluster])
        shift = self.shift_ppm[spins] * sf_mhz
        coupling = self.coupling_hz[np.ix_(spins, spins)]
        outside = [
            k
            for k in range(len(self.names))
            if k not in cluster and np.abs(self.coupling_hz[k, cluster]).max() > _NEGLIGIBLE_HZ
        ]
        copies = [
            (transitions(shift + moved, coupling), share)
            for moved, share in self._moved(spins, outside)
        ]
        hz, weight = _together(copies)
        ends = np.flatnonzero(np.diff(hz) > _APART_HZ) + 1
        parts = zip(np.split(hz, ends), np.split(weight, ends), strict=True)
        found = []
        for lines, share in parts:
            centre = float((lines * share).sum() / share.sum())
            found.append(Signal(centre / sf_mhz, lines - centre, share / share.sum()))
        return found

    def _moved(self, spins: NDArray[np.int64], outside: list[int]) -> Iterator[tuple[Array, float]]:
        """Yield what states of the spins outside add to each frequency, and their share."""
        states: list[tuple[Array, float]] = [(np.zeros(spins.size), 1.0)]
        for k in outside:
            n = int(self.count[k])
            shares = np.array([1.0])
            for _ in range(n):
                shares = np.convolve(shares, (0.5, 0.5))
            steps = np.arange(n + 1) - n / 2
            states = [
                (moved + step * self.coupling_hz[k, spins], share * own)
                for moved, share in states
                for step, own in zip(steps, shares, strict=True)
            ]
            states = _same_joined(states)
        yield from states


def _same_joined(states: list[tuple[Array, float]]) -> list[tuple[Array, float]]:
    """Add up the shares of states that move the lines alike."""
    joined: dict[bytes, tuple[Array, float]] = {}
    for moved, share in states:
        key = np.round(moved / _SAME_HZ).astype(np.int64).tobytes()
        known = joined.get(key)
        joined[key] = (moved, share) if known is None else (known[0], known[1] + share)
    return list(joined.values())


def _together(copies: list[tuple[Sticks, float]]) -> tuple[Array, Array]:
    """Return the lines of all copies, rising; those at one place as one, faint ones left out."""
    hz = np.concatenate([sticks.hz for sticks, _ in copies])
    weight = np.concatenate([sticks.area * share for sticks, share in copies])
    order = np.argsort(hz, kind="stable")
    hz, weight = hz[order], weight[order]
    starts = np.flatnonzero(np.diff(hz, prepend=-np.inf) > _SAME_HZ)
    total = np.add.reduceat(weight, starts)
    centre = np.add.reduceat(hz * weight, starts) / total
    kept = total > _FAINT * total.max()
    return centre[kept], total[kept]


def _connected(bond: NDArray[np.bool_]) -> list[list[int]]:
    """Return the sets of groups that hang together, the lowest numbers first."""
    from scipy.sparse.csgraph import connected_components

    count, label = connected_components(bond, directed=False)
    return [[int(k) for k in np.flatnonzero(label == c)] for c in range(count)]
