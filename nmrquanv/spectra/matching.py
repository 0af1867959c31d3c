"""How two sets of positions are paired one to one."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray


@dataclass(frozen=True, slots=True)
class Match:
    """A one-to-one assignment of two sets of positions.

    Parameters
    ----------
    pairs : tuple of (int, int)
        Indices into the first and the second set.
    only_first, only_second : tuple of int
    """

    pairs: tuple[tuple[int, int], ...]
    only_first: tuple[int, ...]
    only_second: tuple[int, ...]


def match(
    first: NDArray[np.float64],
    second: NDArray[np.float64],
    tolerance: float | NDArray[np.float64],
) -> Match:
    """Assign positions one to one, as many pairs as possible, nearest in total.

    Parameters
    ----------
    first : (n,) float64
    second : (m,) float64
    tolerance : float or (n,) float64
        Greatest distance of a pair, same unit as the positions.

    Notes
    -----
    ``scipy.optimize.linear_sum_assignment`` on the distances; pairs beyond the tolerance cost
    more than any number of allowed ones. Groups that cannot interact are solved apart, so that
    lists of thousands stay fast.
    """
    n = len(first)
    limit = np.broadcast_to(np.asarray(tolerance, dtype=np.float64), (n,))
    rows, cols = within(first, second, limit)
    # most positions have one possible partner, which has no other: nothing is to be decided there
    is_alone = (np.bincount(rows, minlength=n)[rows] == 1) & (
        np.bincount(cols, minlength=len(second))[cols] == 1
    )
    pairs = list(zip(rows[is_alone].tolist(), cols[is_alone].tolist(), strict=True))
    if not is_alone.all():
        pairs += _assigned((first, second), limit, rows[~is_alone], cols[~is_alone])
    pairs.sort()
    taken_first, taken_second = {i for i, _ in pairs}, {j for _, j in pairs}
    return Match(
        tuple(pairs),
        tuple(i for i in range(n) if i not in taken_first),
        tuple(j for j in range(len(second)) if j not in taken_second),
    )


def nearest(
    first: NDArray[np.float64],
    second: NDArray[np.float64],
    tolerance: float | NDArray[np.float64],
) -> NDArray[np.bool_]:
    """Tell which positions find a partner when the nearest of all pairs are made first.

    Parameters
    ----------
    first : (n,) float64
    second : (m,) float64
    tolerance : float or (n,) float64
        Greatest distance of a pair, same unit as the positions.

    Returns
    -------
    (n,) bool

    Notes
    -----
    One to one like :func:`match`, but a pair that is each other's nearest is never parted for the
    sake of one more pair elsewhere. That needs no assignment problem: lists of a thousand take a
    fiftieth of the time, which is what a slider that is dragged can afford.
    """
    has_partner, is_taken = np.zeros(len(first), bool), np.zeros(len(second), bool)
    limit = np.broadcast_to(np.asarray(tolerance, dtype=np.float64), (len(first),))
    rows, cols = within(first, second, limit)
    order = np.argsort(np.abs(first[rows] - second[cols]), kind="stable")
    rows, cols = rows[order], cols[order]
    while len(rows):
        # what comes first among all pairs of both its ends is a pair
        place, firsts = np.arange(len(rows)), np.full(len(first), len(rows))
        seconds = np.full(len(second), len(rows))
        np.minimum.at(firsts, rows, place)
        np.minimum.at(seconds, cols, place)
        is_pair = (firsts[rows] == place) & (seconds[cols] == place)
        has_partner[rows[is_pair]] = is_taken[cols[is_pair]] = True
        is_open = ~has_partner[rows] & ~is_taken[cols]
        rows, cols = rows[is_open], cols[is_open]
    return has_partner


def within(
    first: NDArray[np.float64], second: NDArray[np.float64], limit: NDArray[np.float64]
) -> tuple[NDArray[np.intp], NDArray[np.intp]]:
    """Return which positions of two sets are no farther from each other than a limit.

    Parameters
    ----------
    first : (n,) float64
    second : (m,) float64
        In any order.
    limit : (n,) float64
        For each of the first.

    Returns
    -------
    first, second : (k,) int
        Indices into both sets, by the first.
    """
    order = np.argsort(second, kind="stable")
    rising = second[order]
    # a little wider, then exactly: the ends of a stretch are rounded, distances are not
    reach = limit * (1 + 1e-9) + 1e-9 * np.abs(first)
    begin = np.searchsorted(rising, first - reach, "left")
    count = np.searchsorted(rising, first + reach, "right") - begin
    rows = np.repeat(np.arange(len(first)), count)
    inside = np.arange(len(rows)) - np.repeat(np.cumsum(count) - count, count)
    cols = order[np.repeat(begin, count) + inside]
    is_near = np.abs(first[rows] - second[cols]) <= limit[rows]
    return rows[is_near], cols[is_near]


def _assigned(
    positions: tuple[NDArray[np.float64], NDArray[np.float64]],
    limit: NDArray[np.float64],
    rows: NDArray[np.intp],
    cols: NDArray[np.intp],
) -> list[tuple[int, int]]:
    """Assign the positions that compete, each group of them apart."""
    from scipy.optimize import linear_sum_assignment
    from scipy.sparse import coo_array
    from scipy.sparse.csgraph import connected_components

    first, second = positions
    n, m = len(first), len(second)
    graph = coo_array((np.ones(len(rows)), (rows, cols + n)), shape=(n + m, n + m))
    _, group = connected_components(graph, directed=False)
    order = np.argsort(group[rows], kind="stable")
    ends = np.flatnonzero(np.diff(group[rows[order]])) + 1
    pairs: list[tuple[int, int]] = []
    for edges in np.split(order, ends):
        ours, theirs = np.unique(rows[edges]), np.unique(cols[edges])
        block = np.abs(first[ours][:, None] - second[theirs][None, :])
        allowed = block <= limit[ours][:, None]
        far = 1.0 + float(block[allowed].max()) * (min(block.shape) + 1)
        r, c = linear_sum_assignment(np.where(allowed, block, far * 2))
        good = allowed[r, c]
        pairs += [(int(ours[i]), int(theirs[j])) for i, j in zip(r[good], c[good], strict=True)]
    return pairs
