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
    from scipy.optimize import linear_sum_assignment
    from scipy.sparse import coo_array
    from scipy.sparse.csgraph import connected_components

    n, m = len(first), len(second)
    limit = np.broadcast_to(np.asarray(tolerance, dtype=np.float64), (n,))
    distance = np.abs(first[:, None] - second[None, :])
    rows, cols = np.nonzero(distance <= limit[:, None])
    pairs: list[tuple[int, int]] = []
    if len(rows):
        graph = coo_array((np.ones(len(rows)), (rows, cols + n)), shape=(n + m, n + m))
        _, group = connected_components(graph, directed=False)
        for label in np.unique(group[rows]):
            ours, theirs = np.flatnonzero(group[:n] == label), np.flatnonzero(group[n:] == label)
            block = distance[np.ix_(ours, theirs)]
            allowed = block <= limit[ours][:, None]
            far = 1.0 + float(block[allowed].max()) * (min(block.shape) + 1)
            r, c = linear_sum_assignment(np.where(allowed, block, far * 2))
            good = allowed[r, c]
            pairs += [(int(ours[i]), int(theirs[j])) for i, j in zip(r[good], c[good], strict=True)]
    pairs.sort()
    taken_first, taken_second = {i for i, _ in pairs}, {j for _, j in pairs}
    return Match(
        tuple(pairs),
        tuple(i for i in range(n) if i not in taken_first),
        tuple(j for j in range(m) if j not in taken_second),
    )
